import type { SubjectRef } from '../domain/subjects.js'
import type { Snapshot } from '../facts/fact.js'
import { type Instant, NEVER } from '../lib/instant.js'
import type { Rule } from '../program/program.js'
import { assess } from './assess.js'
import { type Draft, episodeName, findingSlot, putFinding, rowOf } from './draft.js'
import type { FamilyRun } from './family-run.js'
import { applyQuiet, decideNow, opened, passUnseen } from './judge-state.js'
import { snapshotOf } from './snapshots.js'
import { resolveStep, type Step } from './steps.js'

/** The number of a program that is not in force: nothing was reckoned under it. */
export const NO_PROGRAM = 0

/** A subject neglected for longer than this many flips is taken up at the present. */
export const MOST_FLIPS = 5_000

/**
 * A subject that is assessed later than it was due is walked: decided at the later of its due and its last change, then at
 * each `until` up to now, so that pending, opened and resolved carry the instants at which they were true. Returns the
 * resolutions of episodes that stood before; what opened on the way is left to the judgement at `now`, since effects are
 * planned only for what stands then.
 */
export function walk(draft: Draft, run: FamilyRun, subject: SubjectRef): Step[] {
  const row = rowOf(draft.family, subject)
  if (row.due === null || row.due_program !== run.program.number || row.due_program === NO_PROGRAM) return []
  const steps: Step[] = []
  let at: Instant = Math.max(row.due, row.last_change)
  for (let flips = 0; at < run.now && flips < MOST_FLIPS; flips += 1) {
    const assessment = assess(run.program, snapshotOf(run.program, run.people, draft.family, subject, at))
    draft.assessed += 1
    let next = assessment.until
    for (const { rule, holds } of assessment.verdicts) {
      if (rule.is !== 'state') continue
      const { step, clock } = passBy(draft, run, rule, holds, assessment.snapshot, subject)
      if (step) steps.push(step)
      next = Math.min(next, clock)
    }
    at = next
  }
  return steps
}

/** Decides one rule at an instant that has passed: writes what became of its finding, and when a clock of it runs out. */
function passBy(
  draft: Draft,
  run: FamilyRun,
  rule: Rule,
  holds: boolean,
  snapshot: Snapshot,
  subject: SubjectRef,
): { step: Step | null; clock: Instant } {
  const at = snapshot.now
  const last = draft.findings.get(findingSlot(rule.id, subject)) ?? null
  const decision = decideNow(run, rule, holds, last, at)
  // What a limit held opens when it is released, not before.
  if (decision.do === 'open' && last?.state === 'held') return { step: null, clock: NEVER }
  if (decision.do === 'open') {
    const finding = opened(rule, subject, last, decision.episode, run, at)
    putFinding(draft, finding)
    draft.openedOnTheWay.add(episodeName(finding))
    return { step: null, clock: NEVER }
  }
  if (decision.do === 'resolve' && last) {
    if (draft.openedOnTheWay.has(episodeName(last))) {
      passUnseen(draft, last, at)
      return { step: null, clock: NEVER }
    }
    const resolved = {
      ...last,
      state: 'resolved' as const,
      resolved_at: at,
      resolved_because: decision.because,
      program: run.program.number,
    }
    putFinding(draft, resolved)
    return { step: resolveStep(rule, resolved, snapshot, null), clock: NEVER }
  }
  applyQuiet(draft, run, rule, subject, last, decision, at)
  return { step: null, clock: decision.do === 'pend' || decision.do === 'nothing' ? decision.until : NEVER }
}
