import { type Hold, printKey } from '../domain/findings.js'
import type { FamilyPlan, HeldRule, Intent, Overruled, Plan } from '../engine/plan.js'
import { grouped } from '../lib/grouped.js'

/** What a plan would do for one rule. */
export interface PlannedRule {
  rule: string
  intents: readonly Intent[]
  /** Effects by kind, without what is left out. */
  kinds: Record<string, number>
}

/** A plan as people read it: by rule, causes before what follows from them. */
export interface PlanDigest {
  rules: PlannedRule[]
  held: readonly HeldRule[]
  /** What cannot be done yet for another reason than a limit. */
  holds: readonly Hold[]
  /** Effects that lost their slot, by the intent that they belong to. */
  overruled: (readonly Overruled[])[]
  /** Families that could not be assessed. */
  broken: { family: FamilyPlan['family']; why: string }[]
}

export function digestPlan(plan: Plan): PlanDigest {
  return {
    rules: byRule(plan.families.flatMap(({ intents }) => intents)),
    held: plan.held,
    holds: plan.families
      .flatMap(({ holds }) => holds)
      .filter(({ reason }) => reason !== 'over_limit' && reason !== 'broken'),
    overruled: byKey(plan.families.flatMap(({ overruled }) => overruled)),
    broken: plan.families.flatMap(({ family, broken }) => (broken ? [{ family, why: broken.why }] : [])),
  }
}

const byKey = (overruled: readonly Overruled[]): Overruled[][] => [
  ...grouped(overruled, ({ key }) => printKey(key)).values(),
]

/** Intents by rule: what is due before what follows from it, then the most first, then by name. */
export function byRule(intents: readonly Intent[]): PlannedRule[] {
  return [...grouped(intents, ({ rule }) => rule)]
    .map(([rule, own]) => ({ rule, intents: own, kinds: kindsOf(own) }))
    .sort((a, b) => firstLink(a) - firstLink(b) || b.intents.length - a.intents.length || (a.rule < b.rule ? -1 : 1))
}

const firstLink = ({ intents }: PlannedRule): number =>
  intents.reduce((least, { link }) => Math.min(least, link), Number.POSITIVE_INFINITY)

function kindsOf(intents: readonly Intent[]): Record<string, number> {
  const kinds: Record<string, number> = {}
  for (const { kind } of intents.flatMap(({ effects }) => effects)) {
    if (kind !== 'left_out') kinds[kind] = (kinds[kind] ?? 0) + 1
  }
  return kinds
}
