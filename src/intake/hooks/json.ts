import { isNestedDeeper } from '../../lib/nesting.js'
import { Unreadable } from './hook.js'

/** No payload of a CRM is deeper, and what reads it goes down with it. */
const DEEPEST = 64

/** A map of JSON. */
export type JsonMap = Readonly<Record<string, unknown>>

export const isMap = (value: unknown): value is JsonMap =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Reads a body as JSON. Throws Unreadable where it is none, or nested too deeply. */
export function parseJson(body: string): unknown {
  if (isNestedDeeper(body, DEEPEST)) throw new Unreadable(`The body is nested more than ${DEEPEST} levels deep.`)
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
