import type { Money } from './subjects.js'

/** Money is stored in thousandths and spoken of in units: at every door it is divided once, here. */
export const amountInUnits = <T>(value: T | Money): T | number => (typeof value === 'number' ? value / 1000 : value)

/** The stored amount of a number in units; undefined where it is finer than a thousandth or too large to be exact. */
export function storedAmount(units: number): Money | undefined {
  const stored = Math.round(units * 1000)
  const exact = Number.isSafeInteger(stored) && Math.abs(stored / 1000 - units) <= Number.EPSILON * Math.abs(units)
  return exact ? stored : undefined
}
