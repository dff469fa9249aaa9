/** What may have become of an event that a CRM sent. */
export const HOOK_STATES = ['waiting', 'taken', 'own', 'not_understood', 'refused'] as const
export type HookState = (typeof HOOK_STATES)[number]

/** One request of a CRM as it came; its events refer to it. */
export interface HookRow {
  /** Of its content and the instant at which it came. */
  id: string
  source: string
  type: string
  /** JSON: the headers without which the body cannot be read. Never a signature or a secret. */
  headers: string
  body: string
  /** A body that is no text every database can hold is kept as base64. */
  encoding: 'text' | 'base64'
  at: number
}

/** One event of a request. */
export interface HookEventRow {
  source: string
  /** By which a repeat is known. */
  id: string
  hook: string
  /** Its number within the request, from 0. */
  place: number
  /** What it says it is: `OpportunityStageUpdate`, `deal.propertyChange`. */
  of: string | null
  /** The record that it spoke of: `opportunities/42`. Null before it was understood. */
  record: string | null
  /** When it happened, as it says itself; when it was received where it does not say. */
  at: number
  received: number
  state: HookState
  /** Why it was not taken, or what there is to know of how it was. */
  reason: string | null
  settled_at: number | null
}

/** What a source's events said of a record, and when: the latest word on each field counts, in whatever order they come. */
export interface HeardRow {
  source: string
  record: string
  id: string
  /** JSON: see `src/store/take/told.ts`. */
  heard: string
}
