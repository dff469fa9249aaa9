import type { HistoryEntry } from '../../domain/effects.js'
import type { Opportunity } from '../../domain/subjects.js'
import type { Instant } from '../../lib/instant.js'
import { type Stay, staysOf } from './stays.js'

/** An opportunity that was won or lost, and where it had been. */
export interface Outcome {
  id: string
  won: boolean
  created: Instant
  closed: Instant
  stays: readonly Stay[]
}

/** The outcome of an opportunity; null where it has none yet, or it is not known when it was created or closed. */
export function outcomeOf(row: Opportunity, history: readonly HistoryEntry[], now: Instant): Outcome | null {
  const { id, status, created, status_since, status_since_known } = row
  if (status === 'open' || created === null || !status_since_known || status_since > now) return null
  const known = staysOf(row, history, now)
  const anywhere: Stay = { pipeline: row.pipeline, stage: UNKNOWN_STAGE, from: created, to: status_since, left: true }
  return { id, won: status === 'won', created, closed: status_since, stays: known.length > 0 ? known : [anywhere] }
}

/** The stage of one of which nobody knows when it was in which: it is compared with others like it, by age alone. */
export const UNKNOWN_STAGE = ''
