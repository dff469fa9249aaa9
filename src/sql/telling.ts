import type { Generated } from 'kysely'
import type { Severity } from '../domain/findings.js'
import type { SubjectKind } from '../domain/subjects.js'

type Bit = 0 | 1
type Json = string

/** Of a notice: who is told of which step of which finding. Letters gather them. */
export interface NoticeRow {
  id: string
  rule: string
  kind: SubjectKind
  subject: string
  episode: string
  step: string
  person: string
  text: string
  urgent: Bit
  at: number
  letter: string | null
  /** Whether it goes when its finding resolves: of `open`, `remind`, `escalate`, by an intent that changes no state. */
  withdrawable: Bit
  /** Why it is not told any more. */
  withdrawn: string | null
  /** Why it waits; null before gathering has looked at it, and once it is told. */
  kept_why: KeptWhy | null
  /** When gathering looks at it (again); 0 is at once, null once it is told or withdrawn. */
  kept_until: number | null
  /** The silence that keeps it back. */
  kept_by: string | null
}

/** What keeps a notice back: its window, quiet hours, a day off, the daily maximum of letters, a silence. */
export type KeptWhy = 'window' | 'quiet_hours' | 'day_off' | 'daily_maximum' | 'silenced'

/** A picture that comes with an email: its bytes in base64. */
export interface Attachment {
  cid: string
  name: string
  type: string
  content: string
}

/** The only truth about a letter: waiting, sending, delivered, dead, withdrawn, uncertain. */
export interface LetterRow {
  id: string
  rule: string | null
  kind: SubjectKind | null
  subject: string | null
  episode: string | null
  step: string | null
  type: 'email' | 'message' | 'webhook'
  channel: string | null
  /** JSON list of recipients. */
  to: Json
  title: string | null
  /** The text part, or what a message or a webhook says. */
  body: string
  /** The HTML part of an email; null where it has none. */
  html: string | null
  /** JSON list of `Attachment`, shown within the HTML part by their content ids. */
  attachments: Json | null
  /** To whom a gathered letter or a digest goes; null of exact letters. */
  person: string | null
  at: number
  state: 'waiting' | 'sending' | 'delivered' | 'dead' | 'withdrawn' | 'uncertain'
  attempt: number
  lease_until: number | null
  next_at: number | null
  /** As of a notice; a gathered letter goes by its notices and has 0. */
  withdrawable: Bit
  /** Why it is in its state: the last failure, why it was withdrawn. */
  reason: string | null
}

/** What is the same of every letter as it is written: it waits to be sent at once, hangs on no finding, and is text alone. */
export const newLetter = (at: number) =>
  ({
    rule: null,
    kind: null,
    subject: null,
    episode: null,
    html: null,
    attachments: null,
    person: null,
    at,
    state: 'waiting',
    attempt: 0,
    lease_until: null,
    next_at: at,
    withdrawable: 0,
    reason: null,
  }) as const satisfies Partial<LetterRow>

/** Keeps back notices of findings that match all of what is given, until its end. */
export interface SilenceRow {
  id: string
  rule: string | null
  /** Of the subject, and the owner's team. */
  owner: string | null
  team: string | null
  account: string | null
  severity: Severity | null
  until: number
  comment: string
  by: string
  at: number
  /** When somebody ended it before its time, and who. */
  ended_at: number | null
  ended_by: string | null
}

/** What people did that is no row of history: silences, snoozes, acknowledgements, lifted holds. */
export interface AuditRow {
  seq: Generated<number>
  at: number
  by: string
  act: string
  /** What it was done to, as people write it. */
  of: string
  detail: Json | null
}

/** When a digest runs next. */
export interface ScheduleRow {
  name: string
  /** Of what was declared: another one is reckoned anew. */
  spec: string
  next: number
}

/** That a digest went to a person, with its numbers: the next one tells the change. */
export interface DigestRow {
  name: string
  person: string
  slot: number
  at: number
  numbers: Json
}
