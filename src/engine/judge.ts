import { type Key, printKey } from '../domain/findings.js'
import { readStep } from '../domain/steps.js'
import { type SubjectRef, subjectName } from '../domain/subjects.js'
import type { Snapshot } from '../facts/fact.js'
import { type Instant, NEVER } from '../lib/instant.js'
import { type Assessment, assess } from './assess.js'
import { type Draft, findingSlot, forgetFinding, liftHold, putFinding, rowOf } from './draft.js'
import type { FamilyRun } from './family-run.js'
import { stillStands } from './holds.js'
import { type Judging, judgeState } from './judge-state.js'
import { snapshotOf } from './snapshots.js'
import { moveKey, moveStep, retryStep, type Step } from './steps.js'
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
  const { snapshot } = assessment
  let until = Math.min(assessment.until, nextPlanned(snapshot, run.now))
  const found = rulesFoundOn(draft, subject)
  for (const { rule, holds } of assessment.verdicts) {
    if (!holds && rule.is === 'state' && !found.has(rule.id)) continue
    const judging = { draft, run, rule, subject, snapshot, holds, causedBy }
    if (rule.is === 'move') {
      const step = judgeMove(judging)
      if (step) steps.push(step)
    } else {
      const judged = judgeState(judging)
      steps.push(...judged.steps)
      until = Math.min(until, judged.clock)
    }
  }
  steps.push(...retries(draft, run, subject, assessment))
  for (const { subject: whose, at } of draft.state.events) {
    if (subjectName(whose) === subjectName(subject) && at > run.now) until = Math.min(until, at)
  }
  const { score, health, levels, qualification } = snapshot.assessed
  draft.reckonings.set(subjectName(subject), {
    subject,
    again: rowOf(draft.family, subject).due_program === run.program.number,
    due: until === NEVER ? null : until,
    score,
    health,
    levels,
    qualification,
  })
  return steps
}

function judgeMove({ draft, run, rule, subject, snapshot, holds, causedBy }: Judging): Step | null {
  const account = snapshot.account as NonNullable<Snapshot['account']>
  const key = moveKey(rule, account)
  if (!holds) {
    liftHold(draft, key)
    return null
  }
  if (draft.done.has(printKey(key)) || stillStands(draft, run, key)) return null
  return moveStep(rule, subject, snapshot, causedBy)
}

/** The rules that have a finding on the subject, whatever became of it: of others that do not hold there is nothing to decide. */
function rulesFoundOn({ findings }: Draft, { kind, id }: SubjectRef): Set<string> {
  const found = new Set<string>()
  for (const finding of findings.values()) if (finding.kind === kind && finding.id === id) found.add(finding.rule)
  return found
}

/** Holds of findings and event rules are tried again once something changed; of what is gone they are lifted. */
function retries(draft: Draft, run: FamilyRun, subject: SubjectRef, { snapshot, verdicts }: Assessment): Step[] {
  const steps: Step[] = []
  for (const hold of [...draft.holds.values()]) {
    if (subjectName(hold.subject) !== subjectName(subject) || draft.newHolds.has(printKey(hold.key))) continue
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
    const finding = draft.findings.get(findingSlot(ruleId, subject))
    const holds = verdicts.find((v) => v.rule === rule)?.holds ?? false
    const ending = readStep(step).is === 'resolve'
    const over = ending ? finding?.state === 'open' && holds : finding?.state === 'resolved'
    if (!finding || finding.episode !== episode || over) liftHold(draft, hold.key)
    else if (finding.state !== 'held' && (ending || holds) && !stillStands(draft, run, hold.key)) {
      steps.push(retryStep(rule, hold, finding, snapshot))
    }
  }
  return steps
}

/** Findings of rules that were removed or disabled close without effects; a renamed rule takes its own over first. */
function closeOrphans(draft: Draft, run: FamilyRun, subject: SubjectRef): void {
  for (const rule of run.program.rules) {
    if (rule.was === null) continue
    const former = draft.findings.get(findingSlot(rule.was, subject))
    if (
      !former ||
      draft.findings.has(findingSlot(rule.id, subject)) ||
      run.program.rules.some((r) => r.id === rule.was)
    )
      continue
    draft.findings.delete(findingSlot(rule.was, subject))
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

/** When the next planned activity of the subject comes, else NEVER. */
export function nextPlanned(snapshot: Snapshot, now: Instant): Instant {
  const row = snapshot.opportunity ?? snapshot.account
  const said = snapshot.opportunity?.said_next_activity ?? NEVER
  const planned = row?.activity.planned.find(({ at }) => at > now)?.at ?? NEVER
  return Math.min(planned, said > now ? said : NEVER)
}
