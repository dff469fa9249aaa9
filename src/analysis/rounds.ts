import { type Effect, isStateEffect, type Settable, type StateEffect, slotOf } from '../domain/effects.js'
import type { Trace } from './witness.js'

/** Rules that went round: the second time the first of them found everything as it had been the first time. */
export interface Round {
  /** Their names, in the order in which they acted, each once. */
  readonly rules: readonly string[]
  /** Milliseconds until it begins anew; 0 where it goes round at once. */
  readonly takes: number
}

/** Did rules go round, without anything from outside in between? Null where they did not. */
export function roundIn({ intents, happened }: Trace): Round | null {
  const outside = happened.filter(({ is }) => is === 'taken').map(({ at }) => at)
  const acting = intents.filter(({ effects }) => effects.some(isStateEffect))
  for (const [i, first] of acting.entries()) {
    for (const [n, again] of acting.slice(i + 1).entries()) {
      if (again.rule !== first.rule || again.subject.id !== first.subject.id || again.step !== first.step) continue
      const between = acting.slice(i, i + 1 + n)
      if (outside.some((at) => at > first.at && at <= again.at)) continue
      if (!comesBack(between.flatMap(({ effects }) => effects))) continue
      return { rules: [...new Set(between.map(({ rule }) => rule))], takes: again.at - first.at }
    }
  }
  return null
}

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
