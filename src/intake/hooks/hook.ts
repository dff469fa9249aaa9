import { createHash } from 'node:crypto'
import type { RecordKind } from '../../domain/incoming.js'
import type { SubjectKind } from '../../domain/subjects.js'
import { MINUTE } from '../../lib/civil.js'
import type { Instant } from '../../lib/instant.js'
import type { HookSettings, HookType } from '../../program/sections/hooks.js'
import type { Row } from '../origins.js'

/** A request as it came in. */
export interface HookRequest {
  method: string
  /** The whole address as it was called, as far as the server can tell. */
  url: string
  header(name: string): string | undefined
  body: Buffer
  now: Instant
}

/** Whether a request comes from whom it must come from, and is neither late nor a copy; else a sentence for the sender. */
export type Verdict = { is: 'genuine' } | { is: 'forged' | 'late' | 'unguarded'; why: string }

/** What of a request is kept to read it by, also much later: no signature, no secret. */
export interface Delivery {
  headers: Readonly<Record<string, string>>
  body: string
  now: Instant
}

/** One thing that a request tells. */
export interface HookEvent {
  /** By which a repeat is known, within its source. */
  id: string
  /** When it happened; null where it does not say. */
  at: Instant | null
  /** What it says it is: `OpportunityStageUpdate`, `deal.propertyChange`. */
  of: string
  /** What records of ours it may speak of, unless its source says. */
  records: readonly RecordKind[]
  /** Of a deletion, what is gone; the id is the sender's own. */
  gone: { kind: SubjectKind; id: string } | null
  /** Why it cannot be taken whatever the source maps: a sentence; null where it can. */
  why: string | null
  /** Who made the change, as the sender names it. */
  origin: string | null
  /** What is mapped. What it does not hold was not said. */
  row: Row
}

/** How the webhooks of one CRM are verified and read. Both are pure. */
export interface HookKind<T extends HookType> {
  type: T
  /** `settings` with its secrets filled in. */
  verify(request: HookRequest, settings: Extract<HookSettings, { type: T }>): Verdict
  /** Headers that `read` needs. */
  keeps: readonly string[]
  /** What the request tells, in its order. Throws Unreadable where the body is not what this CRM sends. */
  read(delivery: Delivery): HookEvent[]
  /** The answer that this CRM expects; without it JSON says what became of the events. */
  answer?: { type: string; body: string }
}

/** A body that is not what its CRM sends; the message is a sentence. */
export class Unreadable extends Error {}

/** So many events one request may hold. */
export const MOST_EVENTS = 10_000

/** One part of a request that is not what its CRM sends: an event of its own, known by its content, so that the others are taken. */
export const notUnderstood = (part: unknown, why: string): HookEvent => ({
  id: createHash('sha256').update(JSON.stringify(part)).digest('hex').slice(0, 32),
  at: null,
  of: 'unknown',
  records: [],
  gone: null,
  why,
  origin: null,
  row: {},
})

export const GENUINE: Verdict = { is: 'genuine' }
export const forged = (why: string): Verdict => ({ is: 'forged', why })
export const late = (why: string): Verdict => ({ is: 'late', why })

/** How far a request's time may be off, either way: 5 minutes. */
const TOLERANCE = 5 * MINUTE
export const isLate = (at: Instant, now: Instant): boolean => Math.abs(now - at) > TOLERANCE
