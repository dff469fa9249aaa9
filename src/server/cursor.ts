import type { KeyValue } from '../store/pages/keyset.js'
import { nameOf } from './etag.js'
import { Refusal } from './problem-details.js'

/** Where a page ended, as an opaque text. It belongs to one list: the same filter in the same order. */
export function writeCursor(list: unknown, keys: readonly KeyValue[]): string {
  const text = JSON.stringify(keys)
  return Buffer.from(`${seal(list, text)}${text}`).toString('base64url')
}

/** The keys of a cursor; null for the first page. Throws a Refusal where it is none of this list. */
export function readCursor(list: unknown, cursor: string | undefined): KeyValue[] | null {
  if (cursor === undefined) return null
  const text = Buffer.from(cursor, 'base64url').toString()
  if (text.slice(0, SEAL) !== seal(list, text.slice(SEAL)))
    throw new Refusal(
      'invalid-request',
      'The cursor belongs to another list, or is none: take `next` of the page before.',
    )
  return JSON.parse(text.slice(SEAL)) as KeyValue[]
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
