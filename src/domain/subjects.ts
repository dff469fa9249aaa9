import type { CivilDate, Instant } from '../lib/instant.js'
import type { ActivitySummary } from './activities.js'

export type SubjectKind = 'opportunity' | 'account'

/** Several of a kind: in sentences, as records that come in, as tables of the store. */
export const PLURAL = { opportunity: 'opportunities', account: 'accounts' } as const satisfies Record<
  SubjectKind,
  string
>

export interface SubjectRef {
  kind: SubjectKind
  id: string
}

export const STATUSES = ['open', 'won', 'lost', 'abandoned'] as const
/** Fixed, never declared. Independent of the stage. */
export type Status = (typeof STATUSES)[number]

/** An amount in thousandths of its unit, whatever the currency. */
export type Money = number

/** What a custom field may hold; a date is `YYYY-MM-DD`, an instant epoch milliseconds, money thousandths. */
export type FieldValue = string | number | boolean
export type Fields = Record<string, FieldValue>

export const LEVELS = ['healthy', 'at_risk', 'poor'] as const
export type Level = (typeof LEVELS)[number]
/** How bad each level is, from 0 on. */
export const LEVEL_RANK: Readonly<Record<Level, number>> = { healthy: 0, at_risk: 1, poor: 2 }

/** What was reckoned of a subject under a program; "as of the last assessment", never an input to a plan. */
export interface Reckoned {
  /** When the subject must be looked at again; 0 is at once, null never. */
  due: Instant | null
  /** The number of the program that reckoned it. */
  due_program: number
  score: number | null
}

export interface Opportunity extends Reckoned {
  id: string
  /** Id of its account; null for an opportunity without one. */
  account: string | null
  name: string | null
  pipeline: string
  stage: string
  status: Status
  reason: string | null
  amount: Money | null
  currency: string | null
  owner: string | null
  source: string | null
  origin: string | null
  created: Instant | null
  close_date: CivilDate | null
  next_step: string | null
  fields: Fields

  /** When it entered its stage, and whether that is known (else the first time it was seen). */
  stage_since: Instant
  stage_since_known: boolean
  status_since: Instant
  status_since_known: boolean
  /** When the present owner took over; null where nothing says so. */
  owner_since: Instant | null
  /** Highest amount it ever had. */
  amount_high: Money | null
  /** Times the close date moved later; moves back to an earlier stage; stages jumped over on the way forward. */
  pushes: number
  setbacks: number
  skips: number
  /** What the source itself says of touches, beside the activities it brings. */
  said_last_activity: Instant | null
  said_next_activity: Instant | null
  activity: ActivitySummary

  /** When Linewalker first saw it, and the instant of its last change of data. */
  seen: Instant
  last_change: Instant
  /** Version of the family; counts only where there is no account. */
  version: number
  deleted_at: Instant | null

  health: Level | null
  levels: Record<string, IndicatorReading>
  /** Needs that are met; null where no qualification is declared. */
  qualification: readonly string[] | null
}

export interface Account extends Reckoned {
  id: string
  name: string | null
  owner: string | null
  segment: string | null
  industry: string | null
  created: Instant | null
  bin: string
  duplicate_of: string | null
  fields: Fields

  bin_since: Instant
  bin_since_known: boolean
  /** How often it changed its bin: the episode of a move's key. */
  bin_episode: number
  owner_since: Instant | null
  activity: ActivitySummary

  seen: Instant
  last_change: Instant
  /** Version of the family: bumped first by whoever writes anything of it. */
  version: number
  deleted_at: Instant | null
}

/** One health indicator on one opportunity: its level, the value seen and the threshold it met (texts for people). */
export interface IndicatorReading {
  level: Level
  value: string | null
  threshold: string | null
  /** The facts that are wrong: what a page colours. */
  facts: readonly string[]
}

export const ROLES = ['rep', 'manager', 'revops', 'admin'] as const
export type Role = (typeof ROLES)[number]

export interface Person {
  id: string
  name: string | null
  email: string | null
  role: Role | null
  manager: string | null
  team: string | null
  active: boolean
  timezone: string | null
}

/** Somebody of whom only the id is known. */
export const personKnownById = (id: string): Person => ({
  id,
  name: null,
  email: null,
  role: null,
  manager: null,
  team: null,
  active: true,
  timezone: null,
})

export interface Contact {
  id: string
  account: string
  name: string | null
  email: string | null
}

/** An account with its opportunities, or an opportunity without an account: the unit of consistency. */
export interface Family {
  account: Account | null
  opportunities: Opportunity[]
}

/** The family is named after its account, or after its only opportunity. */
export const familyRef = ({ account, opportunities }: Family): SubjectRef =>
  account ? { kind: 'account', id: account.id } : { kind: 'opportunity', id: (opportunities[0] as Opportunity).id }

export const familyVersion = ({ account, opportunities }: Family): number =>
  account ? account.version : (opportunities[0] as Opportunity).version

/** As texts name a subject, or the family that it leads: `account/acme`. */
export const subjectName = ({ kind, id }: Readonly<{ kind: string; id: string }>): string => `${kind}/${id}`

/** Subjects, or families, each once. */
export const eachOnce = (refs: Iterable<SubjectRef>): SubjectRef[] => [
  ...new Map(Array.from(refs, (ref) => [subjectName(ref), ref])).values(),
]

/** By id, an account before an opportunity of the same id: the order of families. */
export const byFamily = (a: SubjectRef, b: SubjectRef): number =>
  a.id < b.id ? -1 : a.id > b.id ? 1 : a.kind === b.kind ? 0 : a.kind === 'account' ? -1 : 1
