import type { Instant } from '../lib/instant.js'
import type { Settable } from './effects.js'

export type RecordKind = 'people' | 'accounts' | 'contacts' | 'opportunities' | 'activities' | 'changes'

/**
 * One record as somebody says it is. `values` holds only what was said, by the names that may be mapped (`stage`,
 * `status_changed`, `fields.budget`, `at`, `kind`, …), typed: money in thousandths, dates `YYYY-MM-DD`, instants epoch ms;
 * null says "unknown".
 */
export interface Incoming {
  record: RecordKind
  /** Of people, accounts, contacts, opportunities always; of activities and changes what the source gives, or a hash of the row. */
  id: string
  values: Readonly<Record<string, Settable>>
  /** The values as JSON, from who has made it already. */
  said?: string
  /** Where it stood, for reports: the line of the file, the number in the batch. */
  line: number
}

/** Who brings it and how it is to be read. */
export interface Bringing {
  /** Name of the source; what it said last is kept under it. */
  source: string
  /** `history`: an import; arrives judged and may not be refused but for illegal bin moves. `event`: the API, a person, a test. */
  as: 'history' | 'event'
  /** A person's id, or `import:SOURCE`. */
  by: string
  now: Instant
}

export type Taken =
  | { outcome: 'new' | 'changed' | 'unchanged'; line: number; diverged: readonly string[]; refused: readonly string[] }
  | { outcome: 'rejected'; line: number; why: string }
