import { seenBy } from '../analysis/satisfy/satisfy.js'
import { replayWitness, type Witness } from '../analysis/witness.js'
import { describeValue, sayFact } from '../conditions/words.js'
import { isStateEffect } from '../domain/effects.js'
import type { Incoming } from '../domain/incoming.js'
import { readStep } from '../domain/steps.js'
import { PLURAL } from '../domain/subjects.js'
import { peopleUnder } from '../engine/snapshots.js'
import type { Program } from '../program/program.js'
import type { Happened } from '../replay/run.js'
import { sayEffect, sayInstant, sayOverruled, saySubject, sayValue } from './words.js'

/** More lines than these tell nothing new of what goes on for ever. */
const MOST_LINES = 12

/**
 * The proof of a warning, for people: the subject with the facts that matter, what happens to it, and what the engine does. The
 * witness is replayed for it.
 */
export async function sayWitness(program: Program, witness: Witness): Promise<string[]> {
  const { subject, at, until, facts, ends, about } = witness
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
  const others = new Set<string>()
  const lines = happened.flatMap((one) => {
    const says = sayHappened(one, reader)
    if (says === null) return []
    const other = about === undefined ? null : besideIt(one, about)
    if (other !== null) others.add(other)
    return other === null ? [`${sayInstant(one.at, calendar)}  ${says}`] : []
  })
  const told = lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES), '… and so on'] : lines
  const nothing = until > at ? `Nothing happens until ${calendar.dateOf(until)}.` : 'Nothing happens.'
  return [
    `Take the ${saySubject(subject.ref)} at ${sayInstant(at, calendar)}:`,
    ...known.map((line) => `  ${line}`),
    ...(told.length > 0 || ends !== undefined || others.size > 0 ? told : [nothing]),
    ...(others.size > 0 ? [`(What ${sayOthers(others)} of it is left out here.)`] : []),
    ...(ends === undefined ? [] : [ends]),
  ]
}

const sayOthers = (others: ReadonlySet<string>): string =>
  others.size === 1 ? `the rule ${[...others][0]} finds` : `${others.size} other rules find`

/** The rule of what happened, where it is none of those that a warning is about, and what it does changes nothing of the subject. */
function besideIt(one: Happened, about: readonly string[]): string | null {
  const other = (rule: string): string | null => (about.includes(rule) ? null : rule)
  switch (one.is) {
    case 'intent':
      return one.intent.effects.some(isStateEffect) ? null : other(one.intent.rule)
    case 'finding':
    case 'forgotten':
      return other(one.finding.rule)
    case 'overruled':
      return other(one.overruled.by[0]) && other(one.overruled.key[0])
    case 'hold':
      return one.hold.reason === 'chain_too_long' ? null : other(one.hold.key[0])
    default:
      return null
  }
}

type Reader = Parameters<typeof sayEffect>[1]

function sayHappened(one: Happened, reader: Reader): string | null {
  switch (one.is) {
    case 'taken': {
      const did = one.change.do === 'record' ? sayDeed(one.change.record, reader.program) : one.change.do
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

function sayDeed({ record, values }: Incoming, program: Program): string {
  if (record === 'activities') return `brings an activity (${String(values.kind)})`
  const kind = record === PLURAL.account ? 'account' : 'opportunity'
  return Object.entries(values)
    .map(([fact, to]) =>
      to === null ? `takes ${sayFact(fact)} out` : `sets ${sayFact(fact)} to ${sayValue(kind, fact, to, program)}`,
    )
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
