import { ALWAYS, type Condition, fold } from '../conditions/tree.js'
import type { Settable } from '../domain/effects.js'
import { HOUR } from '../lib/civil.js'
import type { Rule } from '../program/program.js'
import { heard } from './events.js'
import { all, failing, missingIs } from './satisfy/failing.js'
import { type Subject, seenBy } from './satisfy/satisfy.js'
import type { Asked } from './warning.js'
import type { Act } from './witness.js'
import { afterRule, type Write } from './writes.js'

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
  /** What somebody does first: the event to which its first rule listens, or what another rule has broken once. */
  readonly acts: readonly Act[]
}

/** What is not up yet will be, if one waits. */
const inTime = (condition: Condition): Condition =>
  fold<Condition>(condition, {
    all: (parts) => ({ is: 'all', parts }),
    any: (parts) => ({ is: 'any', parts }),
    leaf: (leaf) => (leaf.fact.kind === 'elapsed' && leaf.operator.name === 'over' ? ALWAYS : leaf),
  })

/** Rules each of which the one before lets fire, and the last of which the first: with a subject on which they may begin. */
export function* circles(asked: Asked, given: readonly Writer[]): Generator<Circle> {
  // A round begins with a rule that does not listen, where it has one: nobody needs to set it off.
  const writers = [...given.filter(({ rule }) => !rule.event), ...given.filter(({ rule }) => rule.event)]
  let steps = 0
  function* from(path: readonly Writer[], holds: Condition): Generator<Circle> {
    const [first] = path as [Writer]
    const written = path.flatMap(({ writes }) => writes)
    if (path.length > 1 && writeOneFact(path) && isHeard(first, path)) {
      const back = all(holds, inTime(afterRule(asked.program, first.rule, written)))
      const rules = path.map(({ rule }) => rule)
      const disturbing = disturbers(writers, path)
      // Rather one on which no other rule breaks the circle, neither now nor by waiting, and which no stage, no bin refuses.
      const alone = disturbing.map(({ rule }) => failing(inTime(rule.when)))
      const wishes: Condition[][] = [[...alone, ...requiredBy(asked, path)], alone, []]
      for (const more of wishes.filter(({ length }, i) => wishes[i + 1]?.length !== length)) {
        const answer = asked.satisfy(first.rule.for, all(back, ...more))
        if (answer.is !== 'possible') continue
        const { subject, acts } = heard(first.rule, answer.subject, asked.now, asked.program)
        yield { rules, subject, acts }
        if (disturbing.length > 0 && acts.length === 0) yield { rules, subject, acts: setBack(asked, subject, path) }
      }
    }
    if (path.length === MOST_RULES) return
    for (const next of writers) {
      if (next.rule.for !== first.rule.for || path.includes(next) || !isHeard(next, path)) continue
      if (writers.indexOf(next) < writers.indexOf(first)) continue
      steps += 1
      if (steps > MOST_STEPS) continue
      const then = all(holds, inTime(afterRule(asked.program, next.rule, written)))
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

/** Does a rule on the path change what an event rule listens to? A state rule listens to all. */
const isHeard = ({ rule: { event } }: Writer, path: readonly Writer[]): boolean =>
  !event || ('change' in event && path.some(({ writes }) => writes.some(({ fact }) => fact === event.change)))

/** That all is known which the stages and the bins require into which the path leads. */
function requiredBy({ program: { vocabulary, facts } }: Asked, path: readonly Writer[]): Condition[] {
  const stages = [...vocabulary.pipelines.values()].flatMap((pipeline) => pipeline.stages)
  const names = path.flatMap(({ writes }) =>
    writes.flatMap(({ fact, value }) => {
      if (fact === 'stage') return stages.filter(({ name }) => name === value).flatMap(({ requires }) => requires)
      if (!/^(account\.)?bin$/.test(fact)) return []
      const required = vocabulary.assemblyLine?.bins.get(String(value))?.requires ?? []
      return required.map((name) => fact.replace('bin', name))
    }),
  )
  const kind = (path[0] as Writer).rule.for
  return [...new Set(names)].flatMap((name) => {
    const fact = facts[kind].get(name)
    return fact ? [missingIs(fact, false)] : []
  })
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
