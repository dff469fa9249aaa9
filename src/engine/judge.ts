import { type Finding, type Key, printKey } from '../domain/findings.js'
import type { SubjectRef } from '../domain/subjects.js'
import type { Snapshot } from '../facts/fact.js'
import { type Instant, NEVER } from '../lib/instant.js'
import type { Rule } from '../program/program.js'
import { type Assessment, assess } from './assess.js'
import { type Decision, decide } from './decide.js'
import { type Draft, episodeName, findingName, forgetFinding, liftHold, nameOf, putFinding } from './draft.js'
import { stillStands } from './holds.js'
import type { FamilyRun } from './run.js'
import { snapshotOf } from './snapshots.js'
import { moveKey, moveStep, openStep, resolveStep, retryStep, type Step } from './steps.js'
import { walk } from './walk.js'

/**
 * Judges one subject as it stands: assesses it, decides every rule on it, and returns the steps that are to be taken. What
 * needs no step (pending, forgotten) is written into the draft at once, and so is when to look again.
 */
export function judge(draft: Draft, run: FamilyRun, subject: SubjectRef, causedBy: Key | null): Step[] {
  closeOrphans(draft, run, subject)
  const steps: Step[] = causedBy === null ? walk(draft, run, subject) : []
  const assessment = assess(run.program, snapshotOf(run.program, run.people, draft.family, subject, run.now))
  draft.assessed += 1
  let until = Math.min(assessment.until, nextPlanned(assessment.snapshot, run.now))
  for (const { rule, holds } of assessment.verdicts) {
    if (rule.is === 'move') {
      const step = judgeMove(draft, run, rule, holds, assessment.snapshot, causedBy)
      if (step) steps.push(step)
    } else {
      const { step, clock } = judgeState(draft, run, rule, holds, assessment.snapshot, causedBy)
      if (step) steps.push(step)
      until = Math.min(until, clock)
    }
  }
  steps.push(...retries(draft, run, subject, assessment))
  for (const hold of draft.holds.values()) {
    if (nameOf(hold.subject) === nameOf(subject) && hold.until !== null && hold.until > run.now)
      until = Math.min(until, hold.until)
  }
  const { score, health, levels, qualification } = assessment.snapshot.assessed
  draft.reckonings.set(nameOf(subject), {
    subject,
    due: until === NEVER ? null : until,
    score,
    health,
    levels,
    qualification,
  })
  return steps
}

/** What a decision makes of the finding, written where it needs no step. */
function judgeState(
  draft: Draft,
  run: FamilyRun,
  rule: Rule,
  holds: boolean,
  snapshot: Snapshot,
  causedBy: Key | null,
) {
  const subject: SubjectRef = { kind: snapshot.kind, id: (snapshot.opportunity ?? snapshot.account)?.id as string }
  const last = draft.findings.get(findingName(rule.id, subject)) ?? null
  if (last && draft.openedOnTheWay.has(episodeName(last))) {
    if (holds) {
      draft.openedOnTheWay.delete(episodeName(last))
      return { step: openStep(rule, last, snapshot, causedBy), clock: NEVER }
    }
    passUnseen(draft, last, run.now)
  }
  const decision = decideNow(run, rule, holds, draft.findings.get(findingName(rule.id, subject)) ?? null)
  if (decision.do === 'resolve' && last) {
    const resolved: Finding = {
      ...last,
      state: 'resolved',
      resolved_at: run.now,
      resolved_because: decision.because,
      program: run.program.number,
    }
    return { step: resolveStep(rule, resolved, snapshot, causedBy), clock: NEVER }
  }
  if (decision.do === 'open') {
    return {
      step: openStep(rule, opened(rule, subject, last, decision.episode, run), snapshot, causedBy),
      clock: NEVER,
    }
  }
  applyQuiet(draft, run, rule, subject, last, decision, run.now)
  return { step: null, clock: decision.do === 'pend' || decision.do === 'nothing' ? decision.until : NEVER }
}

export function decideNow(run: FamilyRun, rule: Rule, holds: boolean, last: Finding | null, now = run.now): Decision {
  const stillHeld =
    run.held.has(rule.id) && !(last && run.permits.has(printKey([rule.id, last.kind, last.id, last.episode, 'open'])))
  const { calendar } = run.program.vocabulary
  return decide({ rule, holds, last, now, calendar, stillHeld, program: run.program.number })
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
  snoozed_until: null,
  reminded: 0,
  escalated: 0,
  state: 'pending',
  ...more,
  rule: rule.id,
  kind,
  id,
  episode,
  severity: rule.severity,
  program: run.program.number,
})

function judgeMove(
  draft: Draft,
  run: FamilyRun,
  rule: Rule,
  holds: boolean,
  snapshot: Snapshot,
  causedBy: Key | null,
): Step | null {
  const account = snapshot.account as NonNullable<Snapshot['account']>
  const key = moveKey(rule, account)
  if (!holds) {
    liftHold(draft, key)
    return null
  }
  if (draft.done.has(printKey(key)) || stillStands(draft, run, key)) return null
  return moveStep(rule, { kind: 'account', id: account.id }, snapshot, causedBy)
}

/** Holds of findings and event rules are tried again once something changed; of what is gone they are lifted. */
function retries(draft: Draft, run: FamilyRun, subject: SubjectRef, { snapshot, verdicts }: Assessment): Step[] {
  const steps: Step[] = []
  for (const hold of [...draft.holds.values()]) {
    if (nameOf(hold.subject) !== nameOf(subject) || draft.newHolds.has(printKey(hold.key))) continue
    const [ruleId, , , episode, step] = hold.key
    const rule = run.program.rules.find((r) => r.id === ruleId)
    if (hold.reason === 'broken' || !rule || rule.disabled !== null) {
      liftHold(draft, hold.key)
      continue
    }
    if (rule.is === 'move') {
      if (hold.key[3] !== snapshot.account?.bin_episode) liftHold(draft, hold.key)
      continue
    }
    if (rule.is === 'event') {
      if (!stillStands(draft, run, hold.key)) steps.push(retryStep(rule, hold, null, snapshot))
      continue
    }
    const finding = draft.findings.get(findingName(ruleId, subject))
    const holds = verdicts.find((v) => v.rule === rule)?.holds ?? false
    const gone = !finding || finding.episode !== episode || (step.startsWith('open') && finding.state === 'resolved')
    if (gone || (step.startsWith('resolve') && holds && finding.state === 'open')) liftHold(draft, hold.key)
    else if (
      finding.state !== 'held' &&
      (step.includes('#') || finding.state === 'open') &&
      !stillStands(draft, run, hold.key)
    ) {
      if (step.startsWith('open') === holds) steps.push(retryStep(rule, hold, finding, snapshot))
    }
  }
  return steps
}

/** Findings of rules that were removed or disabled close without effects; a renamed rule takes its own over first. */
function closeOrphans(draft: Draft, run: FamilyRun, subject: SubjectRef): void {
  for (const rule of run.program.rules) {
    if (rule.was === null) continue
    const former = draft.findings.get(findingName(rule.was, subject))
    if (
      !former ||
      draft.findings.has(findingName(rule.id, subject)) ||
      run.program.rules.some((r) => r.id === rule.was)
    )
      continue
    draft.findings.delete(findingName(rule.was, subject))
    draft.renamed.push({ from: rule.was, to: rule.id, subject })
    putFinding(draft, { ...former, rule: rule.id })
  }
  for (const finding of [...draft.findings.values()]) {
    if (finding.state === 'resolved' || finding.kind !== subject.kind || finding.id !== subject.id) continue
    const rule = run.program.rules.find((r) => r.id === finding.rule)
    if (rule?.is === 'state' && rule.for === finding.kind && rule.disabled === null) continue
    if (finding.state !== 'open') forgetFinding(draft, finding)
    else {
      putFinding(draft, {
        ...finding,
        state: 'resolved',
        resolved_at: run.now,
        resolved_because: 'rule_removed',
        program: run.program.number,
      })
      draft.withdraw.push(finding)
    }
  }
}

function nextPlanned(snapshot: Snapshot, now: Instant): Instant {
  const row = snapshot.opportunity ?? snapshot.account
  const said = snapshot.opportunity?.said_next_activity ?? NEVER
  const planned = row?.activity.planned.find(({ at }) => at > now)?.at ?? NEVER
  return Math.min(planned, said > now ? said : NEVER)
}
