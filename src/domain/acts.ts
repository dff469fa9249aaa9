import type { Instant } from '../lib/instant.js'
import type { Finding, SnoozeEnd } from './findings.js'

/** What became of a person's act. */
export type Acted = 'done' | 'unknown' | 'already'

/** No reminders and no escalation for a while. */
export interface Snooze {
  /** Its last day: no snooze is without one. */
  until: Instant
  /** What ends it before. */
  endsOn: SnoozeEnd | null
  reason: string
}

type Acknowledged = Pick<Finding, 'acknowledged_at' | 'acknowledged_by'>
type Snoozed = Pick<Finding, 'snoozed_at' | 'snoozed_until' | 'snoozed_by' | 'snooze_reason' | 'snooze_ends_on'>

/** What acknowledging an open finding writes on it; null where somebody has. */
export const acknowledging = (
  { acknowledged_at }: Pick<Finding, 'acknowledged_at'>,
  by: string,
  now: Instant,
): Acknowledged | null => (acknowledged_at === null ? { acknowledged_at: now, acknowledged_by: by } : null)

/** What a snooze writes on an open finding; it takes the place of the one before. */
export const snoozing = ({ until, endsOn, reason }: Snooze, by: string, now: Instant): Snoozed => ({
  snoozed_at: now,
  snoozed_until: until,
  snoozed_by: by,
  snooze_reason: reason,
  snooze_ends_on: endsOn,
})
