import { type Finding, type Key, printKey } from '../domain/findings.js'
import type { SubjectRef } from '../domain/subjects.js'
import type { Snapshot } from '../facts/fact.js'
import { type Instant, NEVER } from '../lib/instant.js'
import type { Rule } from '../program/program.js'
import { type Clocks, clocks } from './clocks.js'
import { type Decision, decide } from './decide.js'
import { type Draft, episodeName, findingSlot, forgetFinding, putFinding } from './draft.js'
import type { FamilyRun } from './family-run.js'
import { clockStep, openStep, resolveStep, type Step } from './steps.js'

/** What is to be done of a rule that stands on a state, and when a clock of its finding runs out. */
interface JudgedState {
  steps: Step[]
  clock: Instant
}

/** Decides a rule on a subject as it stands, and looks at the clocks of its finding; what needs no step is written at once. */
export function judgeState(
  draft: Draft,
  run: FamilyRun,
  rule: Rule,
  holds: boolean,
  snapshot: Snapshot,
  causedBy: Key | null,
): JudgedState {
  const subject: SubjectRef = { kind: snapshot.kind, id: (snapshot.opportunity ?? snapshot.account)?.id as string }
  const name = findingSlot(rule.id, subject)
  const before = draft.findings.get(name)
  if (before && draft.openedOnTheWay.has(episodeName(before))) {
    if (holds) {
      draft.openedOnTheWay.delete(episodeName(before))
      return open(run, rule, before, snapshot, causedBy)
    }
    passUnseen(draft, before, run.now)
  }
  const last = draft.findings.get(name) ?? null
  const decision = decideNow(run, rule, holds, last)
  if (decision.do === 'open') {
    return open(run, rule, opened(rule, subject, last, decision.episode, run), snapshot, causedBy)
  }
  if (decision.do === 'resolve' && last) {
    const at = { resolved_at: run.now, resolved_because: decision.because, program: run.program.number }
    return { steps: [resolveStep(rule, { ...last, state: 'resolved', ...at }, snapshot, causedBy)], clock: NEVER }
  }
  if (decision.do === 'nothing' && decision.because === 'already_open' && last) {
    return stand(draft, run, rule, last, snapshot, causedBy)
  }
  applyQuiet(draft, run, rule, subject, last, decision, run.now)
  return { steps: [], clock: decision.do === 'pend' || decision.do === 'nothing' ? decision.until : NEVER }
}

/** An opening, with what its clocks have brought since, where it is carried out late. */
function open(run: FamilyRun, rule: Rule, opening: Finding, snapshot: Snapshot, causedBy: Key | null): JudgedState {
  const { finding, steps, next } = clocksOf(run, rule, opening, snapshot)
  return {
    steps: [
      openStep(rule, finding, snapshot, causedBy),
      ...steps.map((one) => clockStep(rule, one, finding, snapshot)),
    ],
    clock: next,
  }
}

/** An open finding that stands: its clocks. Written only where they, or the program, moved. */
function stand(
  draft: Draft,
  run: FamilyRun,
  rule: Rule,
  last: Finding,
  snapshot: Snapshot,
  causedBy: Key | null,
): JudgedState {
  const { finding, steps, next } = clocksOf(run, rule, last, snapshot)
  const moved = steps.length > 0 || finding.snoozed_at !== last.snoozed_at || last.program !== run.program.number
  if (moved) putFinding(draft, { ...finding, program: run.program.number })
  return { steps: steps.map((one) => ({ ...clockStep(rule, one, finding, snapshot), causedBy })), clock: next }
}

/** What the clocks of an open finding say at the instant of the snapshot, and whether its snooze is over. */
export function clocksOf(
  run: Pick<FamilyRun, 'program' | 'editedAt'>,
  rule: Rule,
  finding: Finding,
  snapshot: Snapshot,
): Clocks {
  const touch = run.program.facts[snapshot.kind].get('last_activity')?.read(snapshot) ?? null
  const { opportunity, vocabulary, now } = snapshot
  return clocks({
    rule,
    finding,
    now,
    calendar: vocabulary.calendar,
    editedAt: run.editedAt(rule, finding.program),
    happened: {
      touch: touch as Instant | null,
      stage: opportunity?.stage_since_known ? opportunity.stage_since : null,
    },
  })
}

export function decideNow(run: FamilyRun, rule: Rule, holds: boolean, last: Finding | null, now = run.now): Decision {
  const stillHeld =
    run.held.has(rule.id) && !(last && run.permits.has(printKey([rule.id, last.kind, last.id, last.episode, 'open'])))
  const { calendar } = run.program.vocabulary
  return decide({
    rule,
    holds,
    last,
    now,
    calendar,
    stillHeld,
    reworded: last !== null && run.isReworded(rule, last.program),
  })
}

/** Writes the decisions that take no step: pending, forgotten, and a finding that another program judges now. */
export function applyQuiet(
  draft: Draft,
  run: FamilyRun,
  rule: Rule,
  subject: SubjectRef,
  last: Finding | null,
  decision: Decision,
  at: Instant,
): void {
  if (decision.do === 'forget' && last) forgetFinding(draft, last)
  else if (decision.do === 'pend')
    putFinding(draft, newFinding(rule, subject, decision.episode, run, { state: 'pending', pending_since: at }))
  else if (last && last.state !== 'resolved' && last.program !== run.program.number) {
    putFinding(draft, { ...last, program: run.program.number })
  }
}

/** An episode that came and went before anybody looked: known, and without effects. */
export function passUnseen(draft: Draft, finding: Finding, at: Instant): void {
  draft.openedOnTheWay.delete(episodeName(finding))
  putFinding(draft, { ...finding, state: 'resolved', resolved_at: at, resolved_because: 'passed_unseen' })
}

export function opened(
  rule: Rule,
  subject: SubjectRef,
  last: Finding | null,
  episode: number,
  run: FamilyRun,
  at = run.now,
): Finding {
  const before = last && last.state !== 'resolved' ? last : null
  return newFinding(rule, subject, episode, run, { ...before, state: 'open', opened_at: before?.opened_at ?? at })
}

export const newFinding = (
  rule: Rule,
  { kind, id }: SubjectRef,
  episode: number,
  run: FamilyRun,
  more: Partial<Finding>,
): Finding => ({
  pending_since: null,
  opened_at: null,
  resolved_at: null,
  resolved_because: null,
  withheld: null,
  explanation: null,
  acknowledged_at: null,
  acknowledged_by: null,
  snoozed_at: null,
  snoozed_until: null,
  snoozed_by: null,
  snooze_reason: null,
  snooze_ends_on: null,
  reminded: 0,
  escalated: 0,
  clocked_until: null,
  state: 'pending',
  ...more,
  rule: rule.id,
  kind,
  id,
  episode,
  severity: rule.severity,
  program: run.program.number,
})
