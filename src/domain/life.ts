import type { HistoryEntry } from './effects.js'
import type { Family } from './subjects.js'
import type { FiledActivity } from './take-activity.js'

/** A family as it is now, with all that is known to have happened to it. */
export interface Life {
  family: Family
  /** Of the account and its opportunities, in order of time. */
  history: readonly HistoryEntry[]
  /** All that were not called off, in order of time. */
  activities: readonly FiledActivity[]
}
