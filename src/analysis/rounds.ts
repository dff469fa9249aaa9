import { type Effect, isStateEffect, type Settable, type StateEffect, slotOf } from '../domain/effects.js'
import { DAY, HOUR } from '../lib/civil.js'
import type { Program } from '../program/program.js'
import { goesOn } from './steady.js'
import type { Trace } from './witness.js'

/** Rules that go round and will not stop: the last round that was seen. */
export interface Round {
  /** Their names, in the order in which they began to act, each once. */
  readonly rules: readonly string[]
  /** Milliseconds until it begins anew, whole days from a day on; 0 where it goes round at once. */
  readonly takes: number
  /** Is there nothing that ends it some day? What goes round at once does so as long as it may. */
  readonly isForEver: boolean
  /** Did the round before take as long? */
  readonly isEven: boolean
}

type Acts = Trace['intents']
interface Between {
  readonly i: number
  readonly j: number
}

/**
 * Do rules go round, without anything from outside in between, up to the end of what was looked at, and is there nothing that
 * ends it later? Or do they at once, so that the engine breaks them off? Null where they do not, or where that is not certain.
 */
export function roundIn(program: Program, trace: Trace): Round | null {
  const acting = trace.intents.filter(({ effects }) => effects.some(isStateEffect))
  for (const own of apart(acting)) {
    const round = roundOf(program, trace, acting, own)
    if (round) return round
  }
  return null
}

/** Acts that write into the same slots, or into those that one of them shares with another: each set goes round by itself. */
function apart(acting: Acts): Acts[] {
  const sets: { slots: Set<string>; acts: Set<Acts[number]> }[] = []
  for (const act of acting) {
    const slots = act.effects.filter(isStateEffect).map(slotOf)
    const shared = sets.filter((one) => slots.some((slot) => one.slots.has(slot)))
    const joined = { slots: new Set(slots), acts: new Set([act]) }
    for (const one of shared) {
      for (const slot of one.slots) joined.slots.add(slot)
      for (const other of one.acts) joined.acts.add(other)
      sets.splice(sets.indexOf(one), 1)
    }
    sets.push(joined)
  }
  return sets.map(({ acts }) => acting.filter((act) => acts.has(act)))
}

function roundOf(program: Program, trace: Trace, acting: Acts, own: Acts): Round | null {
  const last = lastRound(own, outsideOf(trace), own.length - 1)
  if (!last) return null
  const takes = tookIn(own, last)
  const around = own.slice(last.i, last.j)
  const isOn = takes === 0 ? isBrokenOff(trace, around) : trace.end - (own[last.j]?.at as number) <= 2 * takes + 4 * DAY
  const goes = isOn ? goesOn(program, trace, acting, own.slice(last.i, last.j + 1)) : 'ends'
  if (goes === 'ends') return null
  const earlier = lastRound(own, outsideOf(trace), last.i)
  const rules = new Set(around.map(({ rule }) => rule))
  return {
    rules: [...new Set(own.map(({ rule }) => rule))].filter((rule) => rules.has(rule)),
    takes: takes < DAY ? takes : Math.round(takes / DAY) * DAY,
    isForEver: goes === 'for_ever',
    isEven: earlier === null || Math.abs(tookIn(own, earlier) - takes) <= 2 * HOUR,
  }
}

const tookIn = (acting: Acts, { i, j }: Between): number => (acting[j]?.at as number) - (acting[i]?.at as number)

const outsideOf = ({ happened }: Trace): number[] => happened.filter(({ is }) => is === 'taken').map(({ at }) => at)

/** The last two acts, up to the one at `upTo`, of which the second finds everything as the first had found it. */
function lastRound(acting: Acts, outside: readonly number[], upTo: number): Between | null {
  for (let j = upTo; j > 0; j -= 1) {
    const again = acting[j] as Acts[number]
    for (let i = j - 1; i >= 0; i -= 1) {
      const first = acting[i] as Acts[number]
      if (again.rule !== first.rule || again.subject.id !== first.subject.id || again.step !== first.step) continue
      if (outside.some((at) => at > first.at && at <= again.at)) continue
      if (comesBack(acting.slice(i, j).flatMap(({ effects }) => effects))) return { i, j }
    }
  }
  return null
}

/** What goes round at once never ends by itself: the engine breaks the chain off. */
const isBrokenOff = ({ happened }: Trace, around: Acts): boolean =>
  happened.some(
    (one) =>
      one.is === 'hold' &&
      one.hold.reason === 'chain_too_long' &&
      one.at === around[0]?.at &&
      around.some(({ rule }) => rule === one.hold.key[0]),
  )

/** Does everything that the effects write stand in the end as it did before them? */
function comesBack(effects: readonly Effect[]): boolean {
  const slots = new Map<string, { from: Settable; to: Settable }>()
  for (const effect of effects.filter(isStateEffect)) {
    const slot = slotOf(effect)
    slots.set(slot, { from: slots.has(slot) ? (slots.get(slot)?.from as Settable) : fromOf(effect), to: effect.to })
  }
  return [...slots.values()].every(({ from, to }) => from === to)
}

const fromOf = (effect: StateEffect): Settable => effect.from
