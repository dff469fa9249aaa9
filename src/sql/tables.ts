import type { Generated } from 'kysely'
import type { FindingState, HoldReason, ResolvedBecause, Severity, SnoozeEnd, Withheld } from '../domain/findings.js'
import type { Account, Contact, Opportunity, Person, Role, SubjectKind } from '../domain/subjects.js'

/** Booleans are stored as 0 and 1; JSON as text. Column names are the field names of the domain. */
type Bit = 0 | 1
type Json = string
type Stored<Row, Bits extends keyof Row, Jsons extends keyof Row> = Omit<Row, Bits | Jsons> &
  Record<Bits, Bit> & { [K in Jsons]: null extends Row[K] ? Json | null : Json }

export type OpportunityRow = Stored<
  Opportunity,
  'stage_since_known' | 'status_since_known',
  'fields' | 'activity' | 'levels' | 'qualification'
>
export type AccountRow = Stored<Account, 'bin_since_known', 'fields' | 'activity'>
export type PersonRow = Omit<Person, 'active' | 'role'> & { active: Bit; role: Role | null }

export interface ActivityRow {
  id: string
  kind: string
  at: number
  by: string | null
  opportunity: string | null
  account: string | null
  contact: string | null
  source: string | null
  by_owner_of_opportunity: Bit
  by_owner_of_account: Bit
  learned_at: number
  called_off_at: number | null
}

export interface HistoryRow {
  seq: Generated<number>
  kind: SubjectKind
  id: string
  fact: string
  /** JSON values. */
  from: Json | null
  to: Json | null
  at: number
  learned_at: number
  by: string
  cause: string | null
  /** Identifies a past change that a source brought: source, record, fact, at, to. Null for what happened here. */
  known_as: string | null
}

export interface EventRow {
  seq: Generated<number>
  id: string
  kind: SubjectKind
  subject: string
  activity: string | null
  change: string | null
  at: number
  learned_at: number
  judged: Bit
}

/** What a source said last of a record, field by field: a field has changed only if the source now says something else. */
export interface SaidRow {
  source: string
  record: 'people' | 'accounts' | 'contacts' | 'opportunities'
  id: string
  said: Json
  at: number
}

export interface FindingRow {
  rule: string
  kind: SubjectKind
  id: string
  episode: number
  state: FindingState
  severity: Severity
  pending_since: number | null
  opened_at: number | null
  resolved_at: number | null
  resolved_because: ResolvedBecause | null
  withheld: Withheld
  program: number
  explanation: Json | null
  acknowledged_at: number | null
  acknowledged_by: string | null
  snoozed_at: number | null
  snoozed_until: number | null
  snoozed_by: string | null
  snooze_reason: string | null
  snooze_ends_on: SnoozeEnd | null
  reminded: number
  escalated: number
  clocked_until: number | null
}

/** An intent that was carried out: its key is what makes it happen once. */
export interface IntentRow {
  rule: string
  kind: SubjectKind
  id: string
  episode: string
  step: string
  at: number
  because: string
  effects: Json
  explanation: Json | null
  /** Counted against the limits of the 24 hours that follow. */
  effect_count: number
  amount: number
  approved: Bit
  link: number
  /** The printed key of the intent whose effect caused this one. */
  caused_by: string | null
  /** What it would have done, with why it may not; and what it lost to others of the same link. */
  withheld: Json | null
  overruled: Json | null
}

export interface TaskRow {
  id: string
  rule: string
  kind: SubjectKind
  subject: string
  episode: number | null
  assignee: string
  title: string
  due: number | null
  created_at: number
  state: 'open' | 'done' | 'closed'
  ended_at: number | null
  ended_by: string | null
}

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

export interface HoldRow {
  rule: string
  kind: SubjectKind
  id: string
  episode: string
  step: string
  reason: HoldReason
  why: string
  until: number | null
  at: number
  rule_digest: string
}

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

export interface ProgramRow {
  number: number
  digest: string
  since: number
  /** JSON: rule id → rule digest, so that the next program knows what was edited. */
  rules: Json
}

/** A process that works under a program; it counts as alive while its heartbeat is under a minute old. */
export interface ProcessRow {
  id: string
  program: number
  command: string
  heartbeat: number
}

export interface Database {
  opportunities: OpportunityRow
  accounts: AccountRow
  people: PersonRow
  contacts: Contact
  activities: ActivityRow
  history: HistoryRow
  events: EventRow
  said: SaidRow
  findings: FindingRow
  intents: IntentRow
  tasks: TaskRow
  notices: NoticeRow
  letters: LetterRow
  holds: HoldRow
  silences: SilenceRow
  audit: AuditRow
  schedules: ScheduleRow
  digests: DigestRow
  programs: ProgramRow
  processes: ProcessRow
  /** `schema_version`, `stopped` (the kill switch), `last_commit_at`. Values are JSON. */
  settings: { key: string; value: string }
}
