import type { Finding } from '../domain/findings.js'
import type { SubjectRef } from '../domain/subjects.js'
import { type Instant, NEVER } from '../lib/instant.js'
import { assess } from './assess.js'
import { type Draft, episodeName, findingSlot, putFinding, rowOf } from './draft.js'
import type { FamilyRun } from './family-run.js'
import { applyQuiet, decideOn, type Judging, opened, passUnseen, resolvedBy } from './judge-state.js'
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
    const { snapshot, verdicts } = assessment
    for (const { rule, holds } of verdicts) {
      if (rule.is !== 'state') continue
      const last = draft.findings.get(findingSlot(rule.id, subject)) ?? null
      if (!holds && !last) continue
      const { step, clock } = passBy({ draft, run, rule, subject, snapshot, holds, causedBy: null }, last)
      if (step) steps.push(step)
      next = Math.min(next, clock)
    }
    at = next
  }
  return steps
}

/** Decides one rule at an instant that has passed: writes what became of its finding, and when a clock of it runs out. */
function passBy(judging: Judging, last: Finding | null): { step: Step | null; clock: Instant } {
  const { draft, rule, snapshot } = judging
  const decision = decideOn(judging, last)
  // What a limit held opens when it is released, not before.
  if (decision.do === 'open' && last?.state === 'held') return NO_STEP
  if (decision.do === 'open') {
    const finding = opened(judging, last, decision.episode)
    putFinding(draft, finding)
    draft.openedOnTheWay.add(episodeName(finding))
    return NO_STEP
  }
  if (decision.do === 'resolve' && last) {
    if (draft.openedOnTheWay.has(episodeName(last))) {
      passUnseen(draft, last, snapshot.now)
      return NO_STEP
    }
    const resolved = resolvedBy(judging, last, decision.because)
    putFinding(draft, resolved)
    return { step: resolveStep(rule, resolved, snapshot, null), clock: NEVER }
  }
  return { step: null, clock: applyQuiet(judging, last, decision) }
}

const NO_STEP = { step: null, clock: NEVER }
