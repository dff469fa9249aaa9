import { type Hold, type HoldReason, type Key, printKey } from '../domain/findings.js'
import { type Draft, lastChange, putHold } from './draft.js'
import type { FamilyRun } from './family-run.js'
import type { Step } from './steps.js'

/**
 * Does a hold on this key still stand, so that the step is not tried again? It is tried again when the subject changed or
 * the rule was edited since, or when a person permits it. (Only what is broken waits for an instant: see `brokenPlan`.)
 */
export function stillStands(draft: Draft, run: FamilyRun, key: Key): boolean {
  const hold = draft.holds.get(printKey(key))
  if (!hold) return false
  const rule = run.program.rules.find((r) => r.id === key[0])
  if (run.permits.has(printKey(key)) || rule?.digest !== hold.rule_digest) return false
  if (hold.reason === 'over_limit') return run.held.has(key[0])
  return lastChange(draft, hold.subject) <= hold.at
}

/** Keeps a step back, with its reason; what a limit holds already stays as it was stored. */
export function hold(
  draft: Draft,
  run: FamilyRun,
  step: Step,
  reason: HoldReason,
  why: string,
  key: Key = step.key,
): void {
  const known = draft.holds.get(printKey(key))
  if (known?.reason === 'over_limit' && reason === 'over_limit' && known.rule_digest === step.rule.digest) return
  const fresh: Hold = {
    key,
    subject: { kind: step.subject.kind, id: step.subject.id },
    reason,
    why,
    until: null,
    at: run.now,
    rule_digest: step.rule.digest,
  }
  putHold(draft, fresh)
}
