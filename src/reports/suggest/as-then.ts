import type { HistoryEntry } from '../../domain/effects.js'
import type { Opportunity } from '../../domain/subjects.js'
import type { Instant } from '../../lib/instant.js'

/** The opportunity with the status that it had at an instant, as far as its history tells: one that is won today was open before. */
export function statusAsThen(row: Opportunity, history: readonly HistoryEntry[], at: Instant): Opportunity {
  const changes = history.filter(({ kind, id, fact }) => kind === 'opportunity' && id === row.id && fact === 'status')
  const next = changes.find((change) => change.at > at)
  if (!next) {
    const isLater = row.status !== 'open' && row.status_since_known && row.status_since > at
    return isLater ? { ...row, status: 'open', status_since_known: false } : row
  }
  const last = changes.findLast((change) => change.at <= at)
  const status = (last ? last.to : next.from) as Opportunity['status']
  return { ...row, status, status_since: last?.at ?? row.status_since, status_since_known: last !== undefined }
}

/** The segment that an account had at an instant. */
export function segmentAsThen(
  account: { id: string; segment: string | null } | null,
  history: readonly HistoryEntry[],
  at: Instant,
): string | null {
  if (account === null) return null
  const changes = history.filter(({ kind, id, fact }) => kind === 'account' && id === account.id && fact === 'segment')
  const next = changes.find((change) => change.at > at)
  if (!next) return account.segment
  return next.from === null ? null : String(next.from)
}
