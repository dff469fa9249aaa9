import { sayCount as count, type Table } from '../index.js'
import { type Call, printLines } from './command.js'
import { paintFor } from './output.js'
import { formatTable } from './tables.js'

/** Prints the first `limit` rows of a list (or the last) and how long it is; an empty one says what to do next. `one` is its noun. */
export function printList(
  call: Call,
  table: Table,
  limit: number,
  one: string | ((all: number) => string),
  none: string,
  end: 'first' | 'last' = 'first',
): void {
  const all = table.rows.length
  if (all === 0) {
    printLines(call, none)
    return
  }
  const shown = Math.min(limit, all)
  const rows = end === 'first' ? table.rows.slice(0, shown) : table.rows.slice(all - shown)
  if (shown > 0) printLines(call, formatTable({ ...table, rows }, call.output), '')
  const left = paintFor(call.output).quiet(`${all - shown} not shown; --limit all shows them`)
  const counted = typeof one === 'string' ? count(all, one) : one(all)
  const zone = table.zone === undefined ? '' : paintFor(call.output).quiet(`; times are those of ${table.zone}`)
  printLines(call, `${shown < all ? `${counted}, ${left}` : counted}${zone}`)
}
