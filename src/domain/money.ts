import type { Money } from './subjects.js'
import type { MoneyRules } from './vocabulary.js'

/** Money is stored in thousandths and spoken of in units: at every door it is divided once, here. */
export const amountInUnits = <T>(value: T | Money): T | number => (typeof value === 'number' ? value / 1000 : value)

/** Units of the program's own currency for one unit of this one (null: the own one); null where the rules give no rate. */
export const rateOf = ({ currency: own, rates }: MoneyRules, currency: string | null): number | null => {
  if (currency === null || currency === own) return 1
  return Object.hasOwn(rates, currency) ? (rates[currency] ?? null) : null
}
