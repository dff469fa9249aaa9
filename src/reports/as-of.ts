import type { Finding } from '../domain/findings.js'
import type { Instant } from '../lib/instant.js'

/** A finding as it was at an instant, as far as the instants on it tell; null where there was none yet. */
export function findingAsOf(finding: Finding, at: Instant): Finding | null {
  const isLater = (instant: Instant | null) => instant !== null && instant > at
  const { pending_since, opened_at, resolved_at, clocked_until } = finding
  const ended = resolved_at !== null && !isLater(resolved_at)
  const was = {
    ...finding,
    ...(ended ? {} : { resolved_at: null, resolved_because: null }),
    ...(isLater(finding.acknowledged_at) ? { acknowledged_at: null, acknowledged_by: null } : {}),
    ...(isLater(finding.snoozed_at) ? NOT_SNOOZED : {}),
  }
  if (ended) return was
  if (opened_at !== null && !isLater(opened_at)) return { ...was, state: 'open' }
  // What a limit holds has no instant but that of the last look at its clocks.
  if (finding.state === 'held' && !isLater(clocked_until)) return was
  return pending_since === null || isLater(pending_since) ? null : { ...was, state: 'pending', opened_at: null }
}

const NOT_SNOOZED = {
  snoozed_at: null,
  snoozed_until: null,
  snoozed_by: null,
  snooze_reason: null,
  snooze_ends_on: null,
}
