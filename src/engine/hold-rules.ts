import { printKey } from '../domain/findings.js'
import { subjectName } from '../domain/subjects.js'
import { DAY } from '../lib/civil.js'
import type { Program } from '../program/program.js'
import { planOrPark } from './broken.js'
import type { FamilyRun } from './family-run.js'
import { counts, farEnough, largestRule, overLimit, totalsOf } from './limits.js'
import type { FamilyPlan, HeldRule, Intent } from './plan.js'
import type { EngineStore } from './store.js'

/** Why a rule is held of which an earlier run held something. */
export const STILL_HELD = 'held since an earlier run, until a person approves'

/** A rule stays held from run to run until a person approves, or an edit of it drops what was held. */
export async function stillHeld(
  store: EngineStore,
  program: Program,
  released: ReadonlySet<string>,
): Promise<Map<string, string>> {
  const held = new Map<string, string>()
  for (const [id, digest] of await store.heldRules()) {
    const rule = program.rules.find((r) => r.id === id)
    if (rule?.digest === digest && !released.has(id)) held.set(id, STILL_HELD)
  }
  return held
}

/** A run of which limits may hold more rules: each with why. */
interface HoldingRun extends FamilyRun {
  held: Map<string, string>
}

/**
 * While the plan, with what was spent in the 24 hours before it, goes over a limit, the rule that weighs most in that is held and
 * its families are planned again. Returns the families as they fit; the rules that are held join `run.held`.
 */
export async function holdWhatIsOver(
  store: EngineStore,
  run: HoldingRun,
  planned: FamilyPlan[],
): Promise<FamilyPlan[]> {
  const { limits } = run.program
  let families = planned
  let counting = countingOf(families, run)
  // Where nothing counts nobody asks what was spent.
  if (counting.length === 0) return families
  const spent = await store.spent(run.now - DAY)
  const sizes = await store.sizes(farEnough(counting, spent, limits))
  for (;;) {
    const over = overLimit(counting, spent, sizes, limits)
    const rule = over && largestRule(counting, over.which)
    if (!over || !rule) return families
    run.held.set(rule, over.why)
    families = await planAgain(store, run, families, rule)
    counting = countingOf(families, run)
  }
}

/** What counts against the limits: what a person permitted does not. */
const countingOf = (families: readonly FamilyPlan[], { permits }: FamilyRun): Intent[] =>
  families
    .flatMap(({ intents }) => intents)
    .filter((one) => counts(one) && !(permits.size > 0 && permits.has(printKey(one.key))))

/** Plans the families again in which the rule does something; they are read anew, so that not all that was read is kept. */
async function planAgain(
  store: EngineStore,
  run: FamilyRun,
  families: readonly FamilyPlan[],
  rule: string,
): Promise<FamilyPlan[]> {
  const theirs = new Set(families.filter(({ intents }) => intents.some((intent) => intent.rule === rule)))
  const refs = [...theirs].map(({ family }) => family)
  const again = new Map<string, FamilyPlan>()
  for await (const state of store.due(run.now, run.program.number, refs)) {
    const { plan } = await planOrPark(state, run)
    again.set(subjectName(plan.family), plan)
  }
  return families.flatMap((one) => (theirs.has(one) ? (again.get(subjectName(one.family)) ?? []) : one))
}

/** The rules that are held, with what they would have done in these families. */
export function heldRules(families: readonly FamilyPlan[], held: ReadonlyMap<string, string>): HeldRule[] {
  return [...held].flatMap(([rule, why]) => {
    const intents = families.flatMap((family) => family.held.filter((intent) => intent.rule === rule))
    return intents.length > 0 ? [{ rule, why, intents, totals: totalsOf(intents) }] : []
  })
}
