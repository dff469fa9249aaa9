import { type Condition, fold } from '../../conditions/tree.js'
import { formatElapsed } from '../../lib/span.js'
import type { Program, Rule } from '../../program/program.js'
import { factsIn } from '../core.js'
import { pathOf } from '../paths.js'
import { type Round, roundIn } from '../rounds.js'
import { all } from '../satisfy/failing.js'
import type { Subject } from '../satisfy/satisfy.js'
import type { Asked, Suspicion, WarningKind } from '../warning.js'
import { after, type Write, writesOfRule } from '../writes.js'

const YEAR = 366 * 86_400_000
/** No more rules than this make a round that is looked for, and no more steps are made looking. */
const MOST_RULES = 4
const MOST_STEPS = 600

interface Writer {
  readonly rule: Rule
  readonly writes: readonly Write[]
}

/** The last rule of a circle, and a subject on which it may begin. */
interface Circle {
  readonly last: Rule
  readonly subject: Subject
}

const ALWAYS: Condition = { is: 'all', parts: [] }

/** What is not up yet will be, if one waits. */
const inTime = (condition: Condition): Condition =>
  fold<Condition>(condition, {
    all: (parts) => ({ is: 'all', parts }),
    any: (parts) => ({ is: 'any', parts }),
    leaf: (leaf) => (leaf.fact.kind === 'elapsed' && leaf.operator.name === 'over' ? ALWAYS : leaf),
  })

/** Rules each of which the one before lets fire, and the last of which the first: with a subject on which they may begin. */
function* circles(asked: Asked, writers: readonly Writer[]): Generator<Circle> {
  let steps = 0
  function* from(path: readonly Writer[], holds: Condition): Generator<Circle> {
    const [first] = path as [Writer]
    const written = path.flatMap(({ writes }) => writes)
    if (path.length > 1 && writeOneFact(path)) {
      const back = all(holds, inTime(after(first.rule.when, written)))
      const answer = asked.satisfy(first.rule.for, back)
      if (answer.is === 'possible') yield { last: (path.at(-1) as Writer).rule, subject: answer.subject }
    }
    if (path.length === MOST_RULES) return
    for (const next of writers) {
      steps += 1
      if (steps > MOST_STEPS || next.rule.for !== first.rule.for || path.includes(next)) continue
      if (writers.indexOf(next) < writers.indexOf(first)) continue
      const then = all(holds, inTime(after(next.rule.when, written)))
      if (asked.satisfy(first.rule.for, then).is === 'possible') yield* from([...path, next], then)
    }
  }
  for (const writer of writers) yield* from([writer], writer.rule.when)
}

/** The rules of whose writing another one undoes something: only of these a circle can be made. */
function undone(writers: readonly Writer[]): readonly Writer[] {
  const slot = (fact: string) => fact.replace(/^account\./, '')
  const isUndone = (writer: Writer) =>
    writer.writes
      .filter(({ fact }) => fact !== 'reason')
      .some(({ fact, value }) =>
        writers.some(({ writes }) =>
          writes.some((other) => slot(other.fact) === slot(fact) && (value === undefined || other.value !== value)),
        ),
      )
  const left = writers.filter(isUndone)
  return left.length < writers.length ? undone(left) : left
}

/** Is there a fact that more than one of them writes? Else nothing comes back. */
const writeOneFact = (path: readonly Writer[]): boolean => {
  const facts = path.flatMap(({ writes }) => writes.map(({ fact }) => fact))
  return new Set(facts).size < facts.length
}

/** Rules and moves that undo each other for ever. */
export const pingPong: WarningKind = {
  id: 'ping-pong',
  summary:
    'A circle of rules or moves that undo each other for ever, at once or in time, without anybody doing anything.',
  example: `
assembly_line:
  starts_in: cold
  bins: { cold: { group: input }, working: { group: working } }
  moves:
    - { from: cold, to: working, when: { time_in_bin: { over: 30 days } } }
    - { from: working, to: cold, when: { time_in_bin: { over: 14 days }, open_opportunities: 0 } }
`,
  *find(asked) {
    const { program, rules, now } = asked
    const writers = undone(
      program.rules
        .filter((rule) => rule.is !== 'event' && rule.disabled === null && rule.mode === 'act')
        .map((rule): Writer => ({ rule, writes: writesOfRule(rule, program) }))
        .filter(({ writes }) => writes.length > 0),
    )
    const told = new Set<string>()
    const suspect = (rule: Rule, subject: Subject): Suspicion => ({
      ...pathOf(rule, rules),
      message: `${rule.id} goes round.`,
      hint: 'Let one of them ask for something that only people do: a touch, a change, a task.',
      witness: { subject, at: now, until: now + 2 * YEAR, facts: factsIn(rule.when) },
      isSo: (trace) => {
        const round = roundIn(trace)
        const name = [...(round?.rules ?? [])].sort().join(' ')
        if (!round || round.rules.length < 2 || told.has(name)) return false
        told.add(name)
        return sayRound(round, program)
      },
    })
    for (const { last, subject } of circles(asked, writers)) yield suspect(last, subject)
    // Circles over an account and its opportunities show where one of them is begun.
    const kinds = new Set(writers.map(({ rule }) => rule.for))
    for (const { rule } of kinds.size > 1 ? writers : []) {
      const answer = asked.satisfy(rule.for, rule.when)
      if (answer.is === 'possible') yield suspect(rule, answer.subject)
    }
  },
}

function sayRound({ rules, takes }: Round, program: Program): string {
  const areMoves = rules.every((id) => program.rules.some((rule) => rule.id === id && rule.is === 'move'))
  const names = `${rules.slice(0, -1).join(', ')} and ${rules.at(-1)}`
  const often = takes === 0 ? 'at once' : `every ${formatElapsed(takes)}`
  return `The ${areMoves ? 'moves' : 'rules'} ${names} go round ${often}, for ever, without anybody doing anything.`
}
