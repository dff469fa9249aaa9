import { type Condition, fold } from '../conditions/tree.js'
import type { Settable } from '../domain/effects.js'
import { HOUR } from '../lib/civil.js'
import type { Rule } from '../program/program.js'
import { all, failing } from './satisfy/failing.js'
import { type Subject, seenBy } from './satisfy/satisfy.js'
import type { Asked } from './warning.js'
import type { Act } from './witness.js'
import { after, type Write } from './writes.js'

/** No more rules than this make a round that is looked for, and no more steps are made looking. */
const MOST_RULES = 4
const MOST_STEPS = 600

/** A rule that acts, and what it writes. */
export interface Writer {
  readonly rule: Rule
  readonly writes: readonly Write[]
}

/** The rules of a circle, and a subject on which it may begin: to be shown by the engine. */
export interface Circle {
  readonly rules: readonly Rule[]
  readonly subject: Subject
  /** What somebody does first, where another rule breaks the circle once. */
  readonly acts: readonly Act[]
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
export function* circles(asked: Asked, writers: readonly Writer[]): Generator<Circle> {
  let steps = 0
  function* from(path: readonly Writer[], holds: Condition): Generator<Circle> {
    const [first] = path as [Writer]
    const written = path.flatMap(({ writes }) => writes)
    if (path.length > 1 && writeOneFact(path)) {
      const back = all(holds, inTime(after(first.rule.when, written)))
      const rules = path.map(({ rule }) => rule)
      const disturbing = disturbers(writers, path)
      // Rather one on which no other rule breaks the circle, neither now nor by waiting.
      const alone = disturbing.map(({ rule }) => failing(inTime(rule.when)))
      for (const more of disturbing.length > 0 ? [alone, []] : [[]]) {
        const answer = asked.satisfy(first.rule.for, all(back, ...more))
        if (answer.is !== 'possible') continue
        const { subject } = answer
        yield { rules, subject, acts: [] }
        if (disturbing.length > 0) yield { rules, subject, acts: setBack(asked, subject, path) }
      }
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
export function undone(writers: readonly Writer[]): readonly Writer[] {
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

/** The rules beside the path that write what the path writes. */
const disturbers = (writers: readonly Writer[], path: readonly Writer[]): readonly Writer[] => {
  const facts = new Set(path.flatMap(({ writes }) => writes.map(({ fact }) => fact)))
  return writers
    .filter(({ rule }) => rule.for === path[0]?.rule.for)
    .filter((one) => !path.includes(one) && one.writes.some(({ fact }) => facts.has(fact)))
}

/** Somebody sets back what another rule has written first: that rule has spoken, and does not again. */
function setBack({ program, now }: Asked, subject: Subject, path: readonly Writer[]): Act[] {
  const seen = seenBy(program, subject, now)
  const facts = new Map<string, Settable>()
  for (const { fact: name } of path.flatMap(({ writes }) => writes)) {
    const value = program.facts[subject.ref.kind].get(name)?.read(seen) ?? null
    if (value !== null && !name.startsWith('account.')) facts.set(name, value)
  }
  return facts.size === 0 ? [] : [{ at: now + HOUR, of: subject.ref, facts: Object.fromEntries(facts) }]
}

/** Is there a fact that more than one of them writes? Else nothing comes back. */
const writeOneFact = (path: readonly Writer[]): boolean => {
  const facts = path.flatMap(({ writes }) => writes.map(({ fact }) => fact))
  return new Set(facts).size < facts.length
}
