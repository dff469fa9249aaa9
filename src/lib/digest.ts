import { hash } from 'node:crypto'

/** Canonical JSON: keys sorted at every depth, so that equal values give equal texts. */
export function canonical(value: unknown): string {
  if (value === undefined) return 'null'
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const entries = Object.entries(value).filter(([, v]) => v !== undefined)
  entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([k, v]) => `${JSON.stringify(k)}:${canonical(v)}`).join(',')}}`
}

/** A short stable name (16 hex digits of SHA-256) of a text. */
export const fingerprint = (text: string): string => hash('sha256', text).slice(0, 16)

/** A short stable name of any JSON value. */
export const digest = (value: unknown): string => fingerprint(canonical(value))
