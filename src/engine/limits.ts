import { type Effect, STATE_EFFECTS } from '../domain/effects.js'
import { printKey } from '../domain/findings.js'
import type { Opportunity } from '../domain/subjects.js'
import type { MoneyRules } from '../domain/vocabulary.js'
import type { Limits } from '../program/program.js'
import type { FamilyPlan, FamilyState, Intent, Spent, Totals } from './plan.js'

/** What is counted of one intent against the limits. */
export interface Counted {
  intent: Intent
  /** Amounts (thousandths of the program's currency) of the opportunities whose status, stage, owner or amount it changes. */
  amounts: ReadonlyMap<string, number>
}

/** Below this many subjects the share is not looked at. */
const SHARE_FROM = 20

const acting = (intent: Intent): Effect[] => intent.effects.filter((e) => e.kind !== 'left_out')

/** What a family's intents count for; amounts in a currency without a rate are not added. */
export function count(intents: readonly Intent[], state: FamilyState, money: MoneyRules): Counted[] {
  return intents.map((intent) => {
    const amounts = new Map<string, number>()
    for (const effect of intent.effects) {
      if (!(STATE_EFFECTS as readonly string[]).includes(effect.kind) || !('subject' in effect)) continue
      if (typeof effect.subject === 'string' || effect.subject.kind !== 'opportunity') continue
      if (effect.kind === 'set_field' && effect.field !== 'amount') continue
      const { id } = effect.subject
      const row = state.family.opportunities.find((o) => o.id === id)
      if (row) amounts.set(id, inCurrency(row, money))
    }
    return { intent, amounts }
  })
}

function inCurrency({ amount, currency }: Opportunity, money: MoneyRules): number {
  if (amount === null) return 0
  const rate = currency === null || currency === money.currency ? 1 : (money.rates[currency] ?? 0)
  return Math.round(amount * rate)
}

export function totalsOf(counted: readonly Counted[]): Totals {
  const subjects = new Set<string>()
  const amounts = new Map<string, number>()
  const by_kind: Record<string, number> = {}
  let effects = 0
  for (const { intent, amounts: own } of counted) {
    const done = acting(intent)
    effects += done.length
    for (const effect of done) by_kind[effect.kind] = (by_kind[effect.kind] ?? 0) + 1
    if (done.length > 0) subjects.add(`${intent.subject.kind}/${intent.subject.id}`)
    for (const [id, amount] of own) amounts.set(id, amount)
  }
  const amount = [...amounts.values()].reduce((sum, one) => sum + one, 0)
  return { intents: counted.length, effects, subjects: subjects.size, amount, by_kind }
}

export interface Size {
  openOpportunities: number
  accounts: number
}

/** The limit that the plan, with the 24 hours before it, goes over: which, and a sentence; null where it fits. */
export function overLimit(counted: readonly Counted[], spent: Spent, sizes: Size, limits: Limits) {
  const totals = totalsOf(counted)
  const effects = totals.effects + spent.effects
  if (effects > limits.effects) {
    return { which: 'effects' as const, why: `${effects} effects in 24 hours, over the limit of ${limits.effects}` }
  }
  for (const kind of ['opportunity', 'account'] as const) {
    const [before, all] =
      kind === 'opportunity' ? [spent.opportunities, sizes.openOpportunities] : [spent.accounts, sizes.accounts]
    const subjects = new Set(before)
    for (const { intent } of counted)
      if (intent.subject.kind === kind && acting(intent).length > 0) subjects.add(intent.subject.id)
    const share = all === 0 ? 100 : (100 * subjects.size) / all
    if (subjects.size >= SHARE_FROM && share > limits.share) {
      const plural = kind === 'opportunity' ? 'open opportunities' : 'accounts'
      return {
        which: kind,
        why: `${subjects.size} of ${all} ${plural} in 24 hours (${Math.round(share)} %), over the limit of ${limits.share} %`,
      }
    }
  }
  const amount = totals.amount + spent.amount
  if (limits.amount !== null && amount > limits.amount) {
    return {
      which: 'amount' as const,
      why: `an amount of ${amount / 1000} in 24 hours, over the limit of ${limits.amount / 1000}`,
    }
  }
  return null
}

/** The rule that weighs most in what is over: the one to hold. */
export function largestRule(
  counted: readonly Counted[],
  which: 'effects' | 'opportunity' | 'account' | 'amount',
): string | null {
  const weights = new Map<string, number>()
  for (const { intent, amounts } of counted) {
    const weight =
      which === 'amount'
        ? [...amounts.values()].reduce((sum, one) => sum + one, 0)
        : which === 'effects' || intent.subject.kind === which
          ? acting(intent).length
          : 0
    if (weight > 0) weights.set(intent.rule, (weights.get(intent.rule) ?? 0) + weight)
  }
  const order = [...weights].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  return order[0]?.[0] ?? null
}

/** Does the family have anything to do with a rule that is now held, so that it must be planned anew? */
export const concerns = (plan: FamilyPlan, rule: string): boolean => plan.intents.some((intent) => intent.rule === rule)

export const isPermitted = (intent: Intent, permits: ReadonlySet<string>): boolean => permits.has(printKey(intent.key))
