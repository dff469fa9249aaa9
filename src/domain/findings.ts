import type { Instant } from '../lib/instant.js'
import type { SubjectKind, SubjectRef } from './subjects.js'

export const SEVERITIES = ['watch', 'at_risk', 'poor'] as const
export type Severity = (typeof SEVERITIES)[number]

export interface FindingRef {
  rule: string
  kind: SubjectKind
  id: string
  episode: number
}

/** Names one step of one rule on one subject: what makes it happen once. Printed with `/` for people only. */
export type Key = readonly [rule: string, kind: SubjectKind, id: string, episode: number | string, step: string]

export const printKey = (key: Key): string => key.join('/')

/** The states of an episode that is not over. */
export const LIVING_STATES = ['pending', 'open', 'held'] as const
export const FINDING_STATES = [...LIVING_STATES, 'resolved'] as const
export type FindingState = (typeof FINDING_STATES)[number]

export type ResolvedBecause = 'no_longer_true' | 'passed_unseen' | 'rule_changed' | 'rule_removed' | 'subject_gone'

/** Why the effects of an episode are withheld, for good. */
export type Withheld = 'observe' | 'baseline' | null

/** A touch, or another stage. */
export type SnoozeEnd = 'touch' | 'stage'

/** One episode of a rule on a subject: pending, then open (or held by a limit), then resolved. */
export interface Finding extends FindingRef {
  state: FindingState
  severity: Severity
  pending_since: Instant | null
  opened_at: Instant | null
  resolved_at: Instant | null
  resolved_because: ResolvedBecause | null
  withheld: Withheld
  /** The number of the program that judged it last. */
  program: number
  /** What the witness saw: the observed values, in the order of the leaves. */
  explanation: readonly unknown[] | null
  acknowledged_at: Instant | null
  /** Who acknowledged it: its escalation ends for this episode, reminders go on. */
  acknowledged_by: string | null
  /** Since when, until when at the latest, by whom and why it is snoozed: no reminders, no escalation. */
  snoozed_at: Instant | null
  snoozed_until: Instant | null
  snoozed_by: string | null
  snooze_reason: string | null
  /** What ends the snooze before its last day, if it happens after it began. */
  snooze_ends_on: SnoozeEnd | null
  /** The number of the last reminder, and how many escalations there were. */
  reminded: number
  escalated: number
  /** Up to when reminders and escalations were looked at: what lies before is never made up for. */
  clocked_until: Instant | null
}

export const findingKey = (f: FindingRef, step: string): Key => [f.rule, f.kind, f.id, f.episode, step]

/** A task that a rule made for a person. `id` is the printed key of its intent and its number there: `KEY#1`. */
export interface Task {
  id: string
  rule: string
  kind: SubjectKind
  subject: string
  /** Of the finding that made it; null where none did. */
  episode: number | null
  assignee: string
  title: string
  /** The last instant at which it is in time. */
  due: Instant | null
  created_at: Instant
  state: 'open' | 'done' | 'closed'
  ended_at: Instant | null
  /** Who ended it. */
  ended_by: string | null
}

/** Something that could not be done yet, stored once with its reason. */
export interface Hold {
  key: Key
  subject: SubjectRef
  reason: HoldReason
  /** A sentence for people. */
  why: string
  /** When it is tried again, whatever happens: of what is broken. Null of all others, which wait for a change or a person. */
  until: Instant | null
  /** Since when it is held. */
  at: Instant
  /** The digest of the rule under which it was held: an edit of the rule drops it. */
  rule_digest: string
}

/** Is what is held tried again when its subject, or the account of its subject, changes? What a limit holds waits for a person. */
export const waitsForChange = ({ reason }: Pick<Hold, 'reason'>): boolean => reason !== 'over_limit'

export type HoldReason = 'over_limit' | 'refused' | 'failing_text' | 'witness_disagrees' | 'chain_too_long' | 'broken'

/** What event rules judge, once: an activity, or a change of a fact. */
export interface DomainEvent {
  /** Given by who brought it, or `KEY#n` of the effect that made it. */
  id: string
  subject: SubjectRef
  /** The kind of the activity, or the fact that changed. */
  event: { activity: string } | { change: string }
  at: Instant
}
