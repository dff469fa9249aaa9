import { formatNumber } from '../conditions/operands.js'
import { type Effect, isStateEffect } from '../domain/effects.js'
import { rateOf } from '../domain/money.js'
import { type Opportunity, subjectName } from '../domain/subjects.js'
import type { MoneyRules } from '../domain/vocabulary.js'
import type { Limits } from '../program/program.js'
import type { Intent, Spent, Totals } from './plan.js'

/** Below this many subjects the share is not looked at. */
const SHARE_FROM = 20

const acts = ({ kind }: Effect): boolean => kind !== 'left_out'
const acting = (intent: Intent): Effect[] => intent.effects.filter(acts)

/** Does it do anything that a limit counts or a permission must cover? */
export const counts = (intent: Intent): boolean => intent.effects.some(acts)

/** The amounts of the opportunities whose status, stage, owner or amount these effects change; without a rate they are not added. */
export function amountsOf(
  effects: readonly Effect[],
  opportunities: readonly Opportunity[],
  money: MoneyRules,
): Record<string, number> {
  const amounts: Record<string, number> = {}
  for (const effect of effects) {
    if (!isStateEffect(effect) || (effect.kind === 'set_field' && effect.field !== 'amount')) continue
    const row = effect.subject.kind === 'opportunity' && opportunities.find((o) => o.id === effect.subject.id)
    if (row) amounts[row.id] = inCurrency(row, money)
  }
  return amounts
}

function inCurrency({ amount, currency }: Opportunity, money: MoneyRules): number {
  if (amount === null) return 0
  return Math.round(amount * (rateOf(money, currency) ?? 0))
}

export function totalsOf(intents: readonly Intent[]): Totals {
  const subjects = new Set<string>()
  const amounts = new Map<string, number>()
  const by_kind: Record<string, number> = {}
  let effects = 0
  for (const intent of intents) {
    const done = acting(intent)
    effects += done.length
    for (const effect of done) by_kind[effect.kind] = (by_kind[effect.kind] ?? 0) + 1
    if (done.length > 0) subjects.add(subjectName(intent.subject))
    for (const [id, amount] of Object.entries(intent.amounts)) amounts.set(id, amount)
  }
  const amount = [...amounts.values()].reduce((sum, one) => sum + one, 0)
  return { intents: intents.length, effects, subjects: subjects.size, amount, by_kind }
}

/** What each intent of one family counts against the limits; an opportunity's amount counts once in a family's plan. */
export function countsOf(intents: readonly Intent[]): { effects: number; amount: number }[] {
  const counted = new Set<string>()
  return intents.map((intent) => {
    const fresh = Object.entries(intent.amounts).filter(([id]) => !counted.has(id))
    for (const [id] of fresh) counted.add(id)
    return { effects: acting(intent).length, amount: fresh.reduce((sum, [, amount]) => sum + amount, 0) }
  })
}

export interface Size {
  openOpportunities: number
  accounts: number
}

/** How far subjects must be counted to know whether these are over their share of them: beyond that they are not. */
export function farEnough(intents: readonly Intent[], spent: Spent, limits: Limits): number {
  const subjects = intents.length + spent.opportunities.size + spent.accounts.size
  return limits.share === 0 ? Number.MAX_SAFE_INTEGER : Math.ceil((100 * subjects) / limits.share) + 1
}

/** The limit that the plan, with the 24 hours before it, goes over: which, and a sentence; null where it fits. */
export function overLimit(intents: readonly Intent[], spent: Spent, sizes: Size, limits: Limits) {
  const totals = totalsOf(intents)
  const effects = totals.effects + spent.effects
  if (effects > limits.effects) {
    return {
      which: 'effects' as const,
      why: `${formatNumber(effects)} effects in 24 hours, over the limit of ${formatNumber(limits.effects)}`,
    }
  }
  for (const kind of ['opportunity', 'account'] as const) {
    const [before, all] =
      kind === 'opportunity'
        ? [spent.opportunities, sizes.openOpportunities + (spent.closed ?? 0)]
        : [spent.accounts, sizes.accounts]
    const fresh = new Set<string>()
    for (const { subject, effects } of intents)
      if (subject.kind === kind && !before.has(subject.id) && effects.some(acts)) fresh.add(subject.id)
    const subjects = before.size + fresh.size
    const share = all === 0 ? 100 : (100 * subjects) / all
    if (subjects >= SHARE_FROM && share > limits.share) {
      const plural = kind === 'opportunity' ? 'open opportunities' : 'accounts'
      return {
        which: kind,
        why: `${subjects} of ${all} ${plural} in 24 hours (${Math.round(share)} %), over the limit of ${limits.share} %`,
      }
    }
  }
  const amount = totals.amount + spent.amount
  if (limits.amount !== null && amount > limits.amount) {
    return {
      which: 'amount' as const,
      why: `an amount of ${formatNumber(amount / 1000)} in 24 hours, over the limit of ${formatNumber(limits.amount / 1000)}`,
    }
  }
  return null
}

/** The rule that weighs most in what is over: the one to hold. */
export function largestRule(
  intents: readonly Intent[],
  which: 'effects' | 'opportunity' | 'account' | 'amount',
): string | null {
  const weights = new Map<string, number>()
  for (const intent of intents) {
    const weight =
      which === 'amount'
        ? Object.values(intent.amounts).reduce((sum, one) => sum + one, 0)
        : which === 'effects' || intent.subject.kind === which
          ? acting(intent).length
          : 0
    if (weight > 0) weights.set(intent.rule, (weights.get(intent.rule) ?? 0) + weight)
  }
  const order = [...weights].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  return order[0]?.[0] ?? null
}
