import type { Table } from '../reports/table.js'
import { count } from '../reports/words.js'
import { type Call, printLines } from './command.js'
import { paintFor } from './output.js'
import { formatTable } from './tables.js'

/** Prints a list, how long it is, and what of it is not shown; an empty one says what to do next. */
export function printList(call: Call, table: Table, all: number, one: string, none: string): void {
  if (all === 0) {
    printLines(call, none)
    return
  }
  const paint = paintFor(call.output)
  const shown = table.rows.length
  if (shown > 0) printLines(call, formatTable(table, call.output), '')
  printLines(
    call,
    shown < all
      ? `${count(all, one)}, ${paint.quiet(`${all - shown} not shown; --limit all shows them`)}`
      : count(all, one),
  )
}
