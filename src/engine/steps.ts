import type { PlannedAction } from '../actions/action.js'
import { type DomainEvent, type Finding, findingKey, type Hold, type Key } from '../domain/findings.js'
import { escalationStep, type ReadStep, readStep } from '../domain/steps.js'
import type { SubjectRef } from '../domain/subjects.js'
import type { Snapshot } from '../facts/fact.js'
import type { Rule } from '../program/program.js'
import type { ClockStep } from './clocks.js'

/** A step that a rule is about to take on a subject: what the planner carries out, holds or leaves. */
export interface Step {
  rule: Rule
  subject: SubjectRef
  key: Key
  /** The subject as its rules were judged on it. */
  snapshot: Snapshot
  /** What the verdict said: the witness must say the same. */
  holds: boolean
  /** The finding as it becomes when the step is taken; null of moves and event rules. */
  finding: Finding | null
  /** The actions to plan, with their number in the list; a retried hold may name only some. */
  actions: readonly { action: PlannedAction; number: number }[]
  /** How it is taken: closing a finding without effects, repeating what a hold kept back, or brought by a clock. */
  manner: 'act' | 'silent' | 'retry' | 'clock'
  causedBy: Key | null
}

const numbered = (actions: readonly PlannedAction[]) => actions.map((action, i) => ({ action, number: i + 1 }))

/** Not the finding itself: what is planned of it would keep it in memory. */
const subjectOf = ({ kind, id }: Finding): SubjectRef => ({ kind, id })

export function openStep(rule: Rule, finding: Finding, snapshot: Snapshot, causedBy: Key | null): Step {
  return {
    rule,
    subject: subjectOf(finding),
    key: findingKey(finding, 'open'),
    snapshot,
    holds: true,
    finding,
    actions: numbered(rule.then),
    manner: 'act',
    causedBy,
  }
}

/** A reminder or an escalation: the finding itself is written by who looked at its clocks. */
export function clockStep(rule: Rule, { step, then }: ClockStep, finding: Finding, snapshot: Snapshot): Step {
  return {
    rule,
    subject: subjectOf(finding),
    key: findingKey(finding, step),
    snapshot,
    holds: true,
    finding,
    actions: numbered(then),
    manner: 'clock',
    causedBy: null,
  }
}

export function resolveStep(rule: Rule, finding: Finding, snapshot: Snapshot, causedBy: Key | null): Step {
  const silent = finding.resolved_because !== 'no_longer_true' || finding.withheld !== null
  return {
    rule,
    subject: subjectOf(finding),
    key: findingKey(finding, 'resolve'),
    snapshot,
    holds: false,
    finding,
    actions: silent ? [] : numbered(rule.onResolve),
    manner: silent ? 'silent' : 'act',
    causedBy,
  }
}

export const moveKey = (rule: Rule, account: { id: string; bin_episode: number }): Key => [
  rule.id,
  'account',
  account.id,
  account.bin_episode,
  'move',
]

export function moveStep(rule: Rule, subject: SubjectRef, snapshot: Snapshot, causedBy: Key | null): Step {
  const account = snapshot.account as NonNullable<Snapshot['account']>
  return {
    rule,
    subject,
    key: moveKey(rule, account),
    snapshot,
    holds: true,
    finding: null,
    actions: numbered(rule.then),
    manner: 'act',
    causedBy,
  }
}

export const eventKey = (rule: Rule, event: DomainEvent): Key => [
  rule.id,
  event.subject.kind,
  event.subject.id,
  event.id,
  'event',
]

export function eventStep(rule: Rule, event: DomainEvent, snapshot: Snapshot, causedBy: Key | null): Step {
  return {
    rule,
    subject: event.subject,
    key: eventKey(rule, event),
    snapshot,
    holds: true,
    finding: null,
    actions: numbered(rule.then),
    manner: 'act',
    causedBy,
  }
}

/** The actions of a step; none where the rule has its reminders or that escalation no more. */
function actionsOf(rule: Rule, { is, name }: ReadStep): Rule['then'] {
  if (is === 'resolve') return rule.onResolve
  if (is === 'remind') return rule.remind?.then ?? []
  if (is === 'escalate') return rule.escalate.find(({ after }) => escalationStep(after) === name)?.then ?? []
  return rule.then
}

/** Tries again what a hold kept back: the whole step, or (behind `#`) one of its effects. */
export function retryStep(rule: Rule, hold: Hold, finding: Finding | null, snapshot: Snapshot): Step {
  const step = readStep(hold.key[4])
  const all = numbered(actionsOf(rule, step))
  return {
    rule,
    subject: hold.subject,
    key: hold.key,
    snapshot,
    holds: step.is !== 'resolve',
    finding,
    actions: step.effect === null ? all : all.filter(({ number }) => number === step.effect),
    manner: 'retry',
    causedBy: null,
  }
}

/** Does an event rule listen to this event? An opportunity's activity is also one of its account. */
export const listensTo = (rule: Rule, event: DomainEvent): boolean => {
  if (rule.is !== 'event' || !rule.event || rule.disabled !== null || rule.for !== event.subject.kind) return false
  return 'activity' in rule.event
    ? 'activity' in event.event && event.event.activity === rule.event.activity
    : 'change' in event.event && event.event.change === rule.event.change
}
