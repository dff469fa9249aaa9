import { createHash } from 'node:crypto'
import type { RecordKind } from '../domain/incoming.js'
import type { Row } from './origins.js'
import { isBecause } from './rejected.js'

/**
 * Ids for rows that bring none: a hash of the source and of the row itself (its cells that are not empty, in whatever order
 * the columns stand), and from the second occurrence in a file on its number: `a1b2…`, `a1b2…-2`. The same file gives the
 * same ids again. The column `rejected_because` of a file of rejected rows does not count, unless it is mapped.
 */
export function countedIds(source: string, record: RecordKind, mapped: readonly string[]): (row: Row) => string {
  const seen = new Map<string, number>()
  const counts = (column: string) => !isBecause(column) || mapped.includes(column)
  return (row) => {
    const cells = Object.entries(row).filter(([column, value]) => value !== '' && value !== null && counts(column))
    cells.sort(([a], [b]) => (a < b ? -1 : 1))
    const hash = createHash('sha256')
      .update(JSON.stringify([source, record, cells]))
      .digest('hex')
      .slice(0, 24)
    const n = (seen.get(hash) ?? 0) + 1
    seen.set(hash, n)
    return n === 1 ? hash : `${hash}-${n}`
  }
}
