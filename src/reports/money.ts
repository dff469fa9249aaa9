import { formatNumber } from '../conditions/operands.js'
import { rateOf } from '../domain/money.js'
import type { Money } from '../domain/subjects.js'
import type { MoneyRules } from '../domain/vocabulary.js'

/** A sum of money in one currency, in thousandths; summed as bigint, so that no sum loses a cent. */
export interface Sum {
  currency: string
  amount: bigint
}

/**
 * Adds amounts up. Where the rules give a rate a currency joins the program's own; without one it stays apart, because
 * currencies are never added. In order: the program's own currency first, then by name.
 */
export function addUp(amounts: Iterable<{ amount: Money | null; currency: string | null }>, money: MoneyRules): Sum[] {
  const own = money.currency
  const sums = new Map<string, bigint>()
  for (const { amount, currency } of amounts) {
    if (amount === null) continue
    const rate = rateOf(money, currency)
    const into = rate === null ? (currency ?? own) : own
    sums.set(into, (sums.get(into) ?? 0n) + BigInt(Math.round(amount * (rate ?? 1))))
  }
  return [...sums]
    .map(([currency, amount]) => ({ currency, amount }))
    .sort((a, b) => Number(b.currency === own) - Number(a.currency === own) || (a.currency < b.currency ? -1 : 1))
}

/** Sums in units for JSON. */
export const sumsInUnits = (sums: readonly Sum[]): { currency: string; amount: number }[] =>
  sums.map(({ currency, amount }) => ({ currency, amount: Number(amount) / 1000 }))

/** Sums for people, whole units: `1,250,000 USD + 40,000 EUR`; nothing where there is none. */
export const saySums = (sums: readonly Sum[]): string =>
  sums
    .map(({ currency, amount }) => `${formatNumber(Math.round(Number(amount) / 1000))} ${currency}`.trim())
    .join(' + ')
