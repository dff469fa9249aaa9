import type { Generated } from 'kysely'
import type { FindingState, HoldReason, ResolvedBecause, Severity, SnoozeEnd, Withheld } from '../domain/findings.js'
import type { Account, Contact, Opportunity, Person, Role, SubjectKind } from '../domain/subjects.js'
import type { LoginLinkRow, SessionRow, TokenRow } from './access.js'
import type { AnnouncementRow } from './announcing.js'
import type { HeardRow, HookEventRow, HookRow } from './hooks.js'
import type { AuditRow, DigestRow, LetterRow, NoticeRow, ScheduleRow, SilenceRow } from './telling.js'

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

export interface ProgramRow {
  number: number
  digest: string
  since: number
  /** JSON: rule id → rule digest, so that the next program knows what was edited. */
  rules: Json
  /** JSON: rule id → digest of what its verdict rests on; null of a program that came before this was noted. */
  bases: Json | null
}

/** A process that works under a program; it counts as alive while its heartbeat is under a minute old. */
export interface ProcessRow {
  id: string
  program: number
  command: string
  heartbeat: number
}

/** A call that says by a key which call it is; its answer is null until it has one. */
export interface RequestRow {
  caller: string
  key: string
  digest: string
  at: number
  answer: Json | null
}

export interface Database {
  requests: RequestRow
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
  announcements: AnnouncementRow
  programs: ProgramRow
  processes: ProcessRow
  hooks: HookRow
  hook_events: HookEventRow
  heard: HeardRow
  tokens: TokenRow
  login_links: LoginLinkRow
  sessions: SessionRow
  /** `schema_version`, `stopped` (the kill switch), `last_commit_at`. Values are JSON. */
  settings: { key: string; value: string }
}
