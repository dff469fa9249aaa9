import { Unreadable } from './hook.js'

/** A map of JSON. */
export type JsonMap = Readonly<Record<string, unknown>>

export const isMap = (value: unknown): value is JsonMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Reads a body as JSON. Throws Unreadable. */
export function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    throw new Unreadable('The body is not JSON.')
  }
}

/** A name or a number as text; null where there is none. */
export const textOf = (value: unknown): string | null => {
  if (typeof value === 'string') return value.trim() === '' ? null : value.trim()
  return typeof value === 'number' || typeof value === 'bigint' ? String(value) : null
}

/** An instant as ISO 8601, or as milliseconds since 1970; null where it is neither. */
export function instantOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : null
  if (typeof value !== 'string') return null
  if (/^\d{10,16}$/.test(value)) return Number(value)
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value)) return null
  const at = Date.parse(value)
  return Number.isNaN(at) ? null : at
}
