import { type Finding, type Key, printKey, type ResolvedBecause } from '../domain/findings.js'
import type { SubjectRef } from '../domain/subjects.js'
import type { Snapshot } from '../facts/fact.js'
import { type Instant, NEVER } from '../lib/instant.js'
import type { Rule } from '../program/program.js'
import { type Clocks, clocks } from './clocks.js'
import { type Decision, decide } from './decide.js'
import { type Draft, episodeName, findingSlot, forgetFinding, putFinding } from './draft.js'
import type { FamilyRun } from './family-run.js'
import { clockStep, openStep, resolveStep, type Step } from './steps.js'

/** One rule that is judged on a subject, as that was at the instant of the snapshot. */
export interface Judging {
  draft: Draft
  run: FamilyRun
  rule: Rule
  subject: SubjectRef
  snapshot: Snapshot
  /** What the verdict says. */
  holds: boolean
  causedBy: Key | null
}

/** What is to be done of a rule that stands on a state, and when a clock of its finding runs out. */
interface JudgedState {
  steps: Step[]
  clock: Instant
}

/** Decides a rule on a subject as it stands, and looks at the clocks of its finding; what needs no step is written at once. */
export function judgeState(judging: Judging): JudgedState {
  const { draft, run, rule, subject, snapshot, holds, causedBy } = judging
  const name = findingSlot(rule.id, subject)
  const before = draft.findings.get(name)
  if (before && draft.openedOnTheWay.has(episodeName(before))) {
    if (holds) {
      draft.openedOnTheWay.delete(episodeName(before))
      return open(judging, before)
    }
    passUnseen(draft, before, run.now)
  }
  const last = draft.findings.get(name) ?? null
  const decision = decideOn(judging, last)
  if (decision.do === 'open') return open(judging, opened(judging, last, decision.episode))
  if (decision.do === 'resolve' && last) {
    const resolved = resolvedBy(judging, last, decision.because)
    return { steps: [resolveStep(rule, resolved, snapshot, causedBy)], clock: NEVER }
  }
  if (decision.do === 'nothing' && decision.because === 'already_open' && last) return stand(judging, last)
  return { steps: [], clock: applyQuiet(judging, last, decision) }
}

/** An opening, with what its clocks have brought since, where it is carried out late. */
function open({ run, rule, snapshot, causedBy }: Judging, opening: Finding): JudgedState {
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
function stand({ draft, run, rule, snapshot, causedBy }: Judging, last: Finding): JudgedState {
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

/** What becomes of the rule, whose last finding on the subject that is, at the instant of the snapshot. */
export function decideOn({ run, rule, holds, snapshot }: Judging, last: Finding | null): Decision {
  const stillHeld =
    run.held.has(rule.id) && !(last && run.permits.has(printKey([rule.id, last.kind, last.id, last.episode, 'open'])))
  return decide({
    rule,
    holds,
    last,
    now: snapshot.now,
    calendar: run.program.vocabulary.calendar,
    stillHeld,
    reworded: last !== null && run.isReworded(rule, last.program),
  })
}

/**
 * Writes a decision that takes no step: pending, forgotten, and a finding that another program judges now. Returns when a clock of
 * the finding runs out.
 */
export function applyQuiet(
  { draft, run, rule, subject, snapshot }: Judging,
  last: Finding | null,
  decision: Decision,
): Instant {
  if (decision.do === 'forget' && last) forgetFinding(draft, last)
  else if (decision.do === 'pend') {
    const pending = { state: 'pending', pending_since: snapshot.now } as const
    putFinding(draft, newFinding(rule, subject, decision.episode, run, pending))
  } else if (last && last.state !== 'resolved' && last.program !== run.program.number) {
    putFinding(draft, { ...last, program: run.program.number })
  }
  return decision.do === 'pend' || decision.do === 'nothing' ? decision.until : NEVER
}

/** A finding that ends at the instant of the snapshot. */
export const resolvedBy = ({ run, snapshot }: Judging, last: Finding, because: ResolvedBecause): Finding => ({
  ...last,
  state: 'resolved',
  resolved_at: snapshot.now,
  resolved_because: because,
  program: run.program.number,
})

/** An episode that came and went before anybody looked: known, and without effects. */
export function passUnseen(draft: Draft, finding: Finding, at: Instant): void {
  draft.openedOnTheWay.delete(episodeName(finding))
  putFinding(draft, { ...finding, state: 'resolved', resolved_at: at, resolved_because: 'passed_unseen' })
}

/** An episode as it opens at the instant of the snapshot. */
export function opened({ run, rule, subject, snapshot }: Judging, last: Finding | null, episode: number): Finding {
  const before = last && last.state !== 'resolved' ? last : null
  const opened_at = before?.opened_at ?? snapshot.now
  return newFinding(rule, subject, episode, run, { ...before, state: 'open', opened_at })
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
