import type { Money } from './subjects.js'

/** Money is stored in thousandths and spoken of in units: at every door it is divided once, here. */
export const amountInUnits = <T>(value: T | Money): T | number => (typeof value === 'number' ? value / 1000 : value)
