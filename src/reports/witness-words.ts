import { seenBy } from '../analysis/satisfy/satisfy.js'
import { replayWitness, type Witness } from '../analysis/witness.js'
import { describeValue, sayFact } from '../conditions/words.js'
import { readStep } from '../domain/steps.js'
import { peopleUnder } from '../engine/snapshots.js'
import type { Program } from '../program/program.js'
import type { Happened } from '../replay/run.js'
import { sayEffect, sayInstant, sayOverruled, saySubject } from './words.js'

/** More lines than these tell nothing new of what goes on for ever. */
const MOST_LINES = 12

/**
 * The proof of a warning, for people: the subject with the facts that matter, what happens to it, and what the engine does. The
 * witness is replayed for it.
 */
export async function sayWitness(program: Program, witness: Witness): Promise<string[]> {
  const { subject, at, until, facts, ends } = witness
  const { calendar } = program.vocabulary
  const seen = seenBy(program, subject, at)
  const known = [...new Set(facts)].flatMap((name) => {
    const fact = program.facts[subject.ref.kind].get(name)
    if (!fact) return []
    const value = fact.read(seen)
    return [`${sayFact(name)}: ${value === null ? 'missing' : describeValue(fact, value, seen)}`]
  })
  const reader = { program, people: peopleUnder(program, subject.people) }
  const { happened } = await replayWitness(program, witness)
  const lines = happened.flatMap((one) => {
    const says = sayHappened(one, reader)
    return says === null ? [] : [`${sayInstant(one.at, calendar)}  ${says}`]
  })
  const told = lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES), '… and so on'] : lines
  const nothing = until > at ? `Nothing happens until ${calendar.dateOf(until)}.` : 'Nothing happens.'
  return [
    `Take the ${saySubject(subject.ref)} at ${sayInstant(at, calendar)}:`,
    ...known.map((line) => `  ${line}`),
    ...(told.length > 0 || ends !== undefined ? told : [nothing]),
    ...(ends === undefined ? [] : [ends]),
  ]
}

type Reader = Parameters<typeof sayEffect>[1]

function sayHappened(one: Happened, reader: Reader): string | null {
  switch (one.is) {
    case 'taken': {
      const did = one.change.do === 'record' ? sayDeed(one.change.record.values) : one.change.do
      return one.became.outcome === 'rejected' ? `somebody ${did}: refused. ${one.became.why}` : `somebody ${did}`
    }
    case 'intent': {
      const { rule, step, effects } = one.intent
      const did = effects.map((effect) => sayEffect(effect, reader)).join('; ')
      return [`${rule} ${sayStep(step)}`, ...(did === '' ? [] : [did])].join(': ')
    }
    case 'finding': {
      const { state, rule } = one.finding
      return state === 'pending' ? `${rule} is pending` : null
    }
    case 'forgotten':
      return `${one.finding.rule} is forgotten: its condition no longer holds`
    case 'overruled':
      return `${one.overruled.key[0]} is overruled: ${sayOverruled(one.overruled, reader)}`
    case 'hold':
      return `${one.hold.key[0]} is held: ${one.hold.why}`
    default:
      return null
  }
}

function sayDeed(values: Readonly<Record<string, unknown>>): string {
  if (values.kind !== undefined) return `brings an activity (${String(values.kind)})`
  return Object.entries(values)
    .map(([fact, to]) => (to === null ? `takes ${sayFact(fact)} out` : `sets ${sayFact(fact)} to ${String(to)}`))
    .join(' and ')
}

const STEPS = {
  open: 'opens',
  resolve: 'resolves',
  remind: 'reminds',
  escalate: 'escalates',
  move: 'moves',
  event: 'fires',
}

function sayStep(step: string): string {
  const { is } = readStep(step)
  return is === 'other' ? step : STEPS[is]
}
