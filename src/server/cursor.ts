import type { KeyValue } from '../store/pages/keyset.js'
import { nameOf } from './etag.js'
import { Refusal } from './problem-details.js'

/** Where a page ended, as an opaque text. It belongs to one list: the same filter in the same order. */
export function writeCursor(list: unknown, keys: readonly KeyValue[]): string {
  const text = JSON.stringify(keys)
  return Buffer.from(`${seal(list, text)}${text}`).toString('base64url')
}

/** What a key may be: a text, a number, a whole number, or one of few whole numbers. Any may be missing. */
export type KeyType = 'text' | 'number' | 'whole' | 'rank'

/** The keys of a cursor, of these types; null for the first page. Throws a Refusal where it is none of this list. */
export function readCursor(list: unknown, cursor: string | undefined, types: readonly KeyType[]): KeyValue[] | null {
  if (cursor === undefined) return null
  const text = Buffer.from(cursor, 'base64url').toString()
  const keys = text.slice(0, SEAL) === seal(list, text.slice(SEAL)) ? keysIn(text.slice(SEAL), types) : null
  if (keys) return keys
  throw new Refusal(
    'invalid-request',
    'The cursor belongs to another list, or is none: take `next` of the page before.',
  )
}

/** The seal holds no secret, so that whoever knows how it is made can make one: what is in it is looked at, too. */
function keysIn(text: string, types: readonly KeyType[]): KeyValue[] | null {
  try {
    const keys: unknown = JSON.parse(text)
    const isGood = Array.isArray(keys) && keys.length === types.length && types.every((type, i) => isKey(keys[i], type))
    return isGood ? (keys as KeyValue[]) : null
  } catch {
    return null
  }
}

const MOST_RANKS = 100_000

function isKey(value: unknown, type: KeyType): boolean {
  if (value === null) return true
  if (type === 'text') return typeof value === 'string' && !value.includes('\0')
  if (typeof value !== 'number' || Math.abs(value) > Number.MAX_SAFE_INTEGER) return false
  return type === 'number' || (Number.isInteger(value) && (type === 'whole' || Math.abs(value) <= MOST_RANKS))
}

const SEAL = 16
const seal = (list: unknown, text: string) => nameOf(`${JSON.stringify(list)}\n${text}`)

/** A page that was read with one row more than it may have, and the cursor of the next. */
export function cutPage<Row extends { keys: readonly KeyValue[] }>(
  list: unknown,
  rows: readonly Row[],
  limit: number,
): { rows: readonly Row[]; next: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { rows: shown, next: rows.length > limit && last ? writeCursor(list, last.keys) : null }
}
