import { DAY, HOUR, SECOND } from '../lib/civil.js'
import type { Instant } from '../lib/instant.js'
import type { LetterResult } from '../store/letters.js'
import type { Outcome } from './outcome.js'

/** How long failures are put up with: milliseconds after the first, at the longest, and how many attempts there are. */
export interface Patience {
  readonly first: number
  readonly longest: number
  readonly attempts: number
}

/** Thirty seconds, doubling to six hours, ten attempts; ten more where a person asks for a letter again. */
export const PATIENCE: Patience = { first: 30 * SECOND, longest: 6 * HOUR, attempts: 10 }

/** The letter of which an attempt ended. `attempt` counts from 1. A `repeatable` one is sent again where it may have arrived. */
export interface Attempted {
  id: string
  attempt: number
  repeatable: boolean
}

/** What becomes of a letter after an attempt. */
export function afterAttempt(
  { id, attempt, repeatable }: Attempted,
  outcome: Outcome,
  now: Instant,
  patience: Patience = PATIENCE,
): LetterResult {
  if (outcome.is === 'delivered') return { id, attempt, state: 'delivered', next_at: null, reason: outcome.note }
  const { why: reason } = outcome
  if (outcome.is === 'refused') return { id, attempt, state: 'dead', next_at: null, reason }
  if (outcome.is === 'uncertain' && !repeatable) {
    return { id, attempt, state: 'uncertain', next_at: null, reason: `${reason} It may have arrived.` }
  }
  const tries = ((attempt - 1) % patience.attempts) + 1
  if (tries === patience.attempts) {
    return { id, attempt, state: 'dead', next_at: null, reason: `Given up after ${attempt} attempts: ${reason}` }
  }
  const backoff = Math.min(patience.first * 2 ** (tries - 1), patience.longest)
  // What another machine asks us to wait is believed up to a day.
  const asked = outcome.is === 'unavailable' ? Math.min(outcome.retryAfter ?? 0, DAY) : 0
  return { id, attempt, state: 'waiting', next_at: now + Math.max(backoff, asked), reason }
}
