import { type Key, printKey } from '../domain/findings.js'
import { countsOf } from '../engine/limits.js'
import type { FamilyPlan } from '../engine/plan.js'
import type { CommitRun } from '../engine/store.js'
import type { IntentRow } from '../sql/tables.js'
import { keys, toJson } from './rows.js'

/** The rows that say what a family's intents did, each with what it counts against the limits. */
export function intentRows(plan: FamilyPlan, run: CommitRun): IntentRow[] {
  const counts = countsOf(plan.intents)
  return plan.intents.map((intent, i) => {
    const { rule, kind, id, episode, step } = keys.encode(intent.key)
    // Spread into so many columns the key would take ten times as long.
    return {
      rule,
      kind,
      id,
      episode,
      step,
      at: run.now,
      because: intent.because,
      effects: JSON.stringify(intent.effects),
      explanation: toJson(intent.explanation),
      effect_count: counts[i]?.effects ?? 0,
      amount: counts[i]?.amount ?? 0,
      approved: run.approved.size > 0 && run.approved.has(printKey(intent.key)) ? 1 : 0,
      link: intent.link,
      caused_by: intent.caused_by && printKey(intent.caused_by),
      withheld: toJson(intent.withheld),
      overruled: overruledOf(plan, intent.key),
    }
  })
}

function overruledOf({ overruled }: FamilyPlan, key: Key): string | null {
  if (overruled.length === 0) return null
  const printed = printKey(key)
  const lost = overruled.filter((o) => printKey(o.key) === printed).map(({ effect, by }) => ({ effect, by }))
  return lost.length > 0 ? JSON.stringify(lost) : null
}
