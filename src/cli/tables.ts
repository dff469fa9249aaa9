import CliTable from 'cli-table3'
import type { Table } from '../reports/table.js'
import { harmless, type Output, paintFor } from './output.js'

const GAP = 2
/** Below this a column tells nothing any more: the table is then wider than the terminal. */
const NARROWEST = 6

const NOTHING = [
  ...['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right'],
  ...['left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid'],
]
const CHARS = { ...Object.fromEntries(NOTHING.map((name) => [name, ''])), middle: ' '.repeat(GAP) }

/** A table as text without a line break at its end: one line a row, columns cut so that it fits the terminal. */
export function formatTable(table: Table, output: Pick<Output, 'width' | 'colours'>): string {
  const paint = paintFor(output)
  const rows = table.rows.map((row) => row.map(({ text, tone }) => ({ text: harmless(text), tone })))
  const natural = table.headers.map((header, i) =>
    Math.max(...[header, ...rows.map((row) => row[i]?.text ?? '')].map(widthOf)),
  )
  const widths = shrink(natural, output.width, new Set(table.whole))
  const right = new Set(table.right)
  const printed = new CliTable({
    chars: CHARS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colWidths: widths,
    colAligns: widths.map((_, i) => (right.has(i) ? 'right' : 'left')),
  })
  printed.push(table.headers.map((header) => paint.bold(header)))
  printed.push(widths.map((width) => paint.quiet('-'.repeat(width))))
  for (const row of rows) printed.push(row.map(({ text, tone }) => paint.tone(tone, text)))
  return printed
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

// A wide character takes two columns of a terminal; an accent of its own takes none.
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u
const NONE = /\p{M}|\u200d|\ufe0f/u
const widthOf = (text: string): number =>
  [...text].reduce((sum, letter) => sum + (NONE.test(letter) ? 0 : WIDE.test(letter) ? 2 : 1), 0)

/** Takes from the widest columns, a little at a time, until all fit; from those that are to stay whole only at last. */
function shrink(natural: readonly number[], width: number, whole: ReadonlySet<number>): number[] {
  const widths = natural.map((one) => Math.max(one, 1))
  let over = widths.reduce((sum, one) => sum + one + GAP, -GAP) - width
  for (const mayCut of [(i: number) => !whole.has(i), () => true]) {
    while (over > 0) {
      const widest = Math.max(0, ...widths.filter((_, i) => mayCut(i)))
      if (widest <= NARROWEST) break
      const at = widths.findIndex((one, i) => one === widest && mayCut(i))
      widths[at] = widest - 1
      over -= 1
    }
  }
  return widths
}
