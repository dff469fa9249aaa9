import type { Instant } from '../lib/instant.js'

/** That a subject went from one owner to another. */
export interface OwnerChange {
  at: Instant
  from: string | null
  to: string | null
}

/** Who owned a subject at a time. Before the first known change it is whom that change took over from; without any, the present owner. */
export function ownerAt(changes: readonly OwnerChange[], at: Instant, present: string | null): string | null {
  const last = changes.findLast((change) => change.at <= at)
  return last ? last.to : changes[0] ? changes[0].from : present
}
