import type { FactKind } from '../facts/fact.js'

/** A text that is written like a number. */
export const NUMBER = /^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/

/** A number as YAML gives it, or as text that is written like one. Null for anything else. */
export function readNumber(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'string' || !NUMBER.test(value)) return null
  const number = Number(value)
  return Number.isFinite(number) ? number : null
}

/** `50,000` and `1,250.50` without their commas; null for what is not written so. */
export function withoutCommas(value: unknown): string | null {
  if (typeof value !== 'string') return null
  return /^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(value.trim()) ? value.trim().replaceAll(',', '') : null
}

/** The number as facts of the kind hold it: money in thousandths. Null where it is finer than they are, or too large. */
export function inUnits(number: number, kind: FactKind): number | null {
  if (kind !== 'money') return number
  const thousandths = Math.round(number * 1000)
  const exact = Math.abs(number * 1000 - thousandths) <= 1e-6 * Math.max(1, Math.abs(number))
  return exact && Number.isSafeInteger(thousandths) ? thousandths : null
}

/** `15`, `"15"` and `"15%"` as 15; null for anything else. */
export function readPercent(value: unknown): number | null {
  return readNumber(typeof value === 'string' ? value.trim().replace(/\s*%$/, '') : value)
}
