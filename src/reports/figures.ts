import { formatNumber } from '../conditions/operands.js'

/** A share from 0 to 1: `40 %`. */
export const percent = (share: number): string => `${Math.round(share * 100)} %`

/** To a tenth: `4.6`. */
export const rounded = (n: number): string => formatNumber(Math.round(n * 10) / 10)

/** A number in a table, where none is left blank. */
export const some = (n: number): string => (n === 0 ? '' : formatNumber(n))
