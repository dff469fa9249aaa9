import CliTable from 'cli-table3'
import type { Table } from '../index.js'
import { harmless, type Output, paintFor } from './output.js'

const GAP = 2
/** Below this a column tells nothing any more: the table is then wider than the terminal. */
const NARROWEST = 6
/** What a column wants at least, before others go. */
const WANTED = 14

/** The lines around cells, none of which is drawn. */
const LINES =
  'top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right left left-mid mid mid-mid right right-mid'
const CHARS = { ...Object.fromEntries(LINES.split(' ').map((name) => [name, ''])), middle: ' '.repeat(GAP) }

/**
 * A table as text without a line break at its end: one line a row. So that it fits the terminal, columns stand beneath their
 * row where the table says which; else those that may go are left out (and named below), then the widest are cut.
 */
export function formatTable(given: Table, output: Pick<Output, 'width' | 'colours'>): string {
  const table = { ...given, rows: given.rows.map((row) => row.map((one) => ({ ...one, text: harmless(one.text) }))) }
  const { rows } = table
  const paint = paintFor(output)
  const natural = table.headers.map((header, i) => ({
    header: Math.max(1, widthOf(header)),
    cells: rows.reduce((most, row) => Math.max(most, widthOf(row[i]?.text ?? '')), 1),
  }))
  const filled = table.headers.map((_, i) => i).filter((i) => !isEmpty(table, i))
  const naturally = total(filled.map((i) => Math.max(natural[i]?.header ?? 1, natural[i]?.cells ?? 1)))
  if (table.below && naturally > output.width) return stacked(table, natural, output)
  const columns = chosen(table, natural, output.width)
  const widths = shrink(table, columns, natural, output.width)
  const printed = grid(
    widths,
    columns.map((i) => (table.right?.includes(i) ? 'right' : 'left')),
  )
  printed.push(columns.map((i) => paint.bold(table.headers[i] ?? '')))
  printed.push(widths.map((width) => paint.quiet('-'.repeat(width))))
  for (const row of rows) printed.push(columns.map((i) => paint.tone(row[i]?.tone, row[i]?.text ?? '')))
  const left = table.headers.flatMap((header, i) =>
    columns.includes(i) ? [] : [{ header, isEmpty: isEmpty(table, i) }],
  )
  const notes = [
    { says: 'too narrow for', of: left.filter((one) => !one.isEmpty) },
    { says: 'empty', of: left.filter((one) => one.isEmpty) },
  ].flatMap(({ says, of }) => (of.length > 0 ? [`${says}: ${of.map(({ header }) => header).join(', ')}`] : []))
  const note = notes.length > 0 ? [paint.quiet(`(${notes.join('; ')})`)] : []
  const lines = printed.toString().split('\n')
  return [...lines.map((line) => line.trimEnd()), ...note].join('\n')
}

const grid = (colWidths: number[], colAligns: ('left' | 'right')[]) =>
  new CliTable({
    chars: CHARS,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
    colWidths,
    colAligns,
  })

const INDENT = '    '

/** Each row over several lines: what matters most first, sentences broken between words, the rest beneath it. */
function stacked(table: Table, natural: readonly Natural[], output: Pick<Output, 'width' | 'colours'>): string {
  const paint = paintFor(output)
  const { below = [], broken = [], whole = [] } = table
  const columns = table.headers.map((_, i) => i).filter((i) => !below.includes(i) && !isEmpty(table, i))
  const kept = { ...table, whole: columns.filter((i) => !broken.includes(i)) }
  const widths = shrink(kept, columns, natural, output.width)
  const aligns = columns.map(() => 'left' as const)
  const copied = below.filter((i) => whole.includes(i))
  const said = below.filter((i) => !copied.includes(i))
  const block = (text: (i: number) => string, paints: (i: number, text: string) => string): string[] => {
    const printed = grid(widths, aligns)
    printed.push(columns.map((i) => ({ content: paints(i, text(i)), wordWrap: broken.includes(i) })))
    const beneath = said.map(text).filter(Boolean).join(' · ')
    return [
      ...printed.toString().split('\n'),
      ...(beneath === '' ? [] : wrap(beneath, output.width - INDENT.length)).map((line) => `${INDENT}${line}`),
      ...copied.flatMap((i) => (text(i) === '' ? [] : [`${INDENT}${paint.quiet(text(i))}`])),
    ]
  }
  const lines = [
    ...block(
      (i) => table.headers[i] ?? '',
      (_, text) => paint.bold(text),
    ),
    paint.quiet('-'.repeat(Math.min(output.width, total(widths)))),
    ...table.rows.flatMap((row) =>
      block(
        (i) => row[i]?.text ?? '',
        (i, text) => paint.tone(row[i]?.tone, text),
      ),
    ),
  ]
  return lines.map((line) => line.trimEnd()).join('\n')
}

/** Lines of a text of which all but the first begin `hanging` columns further in than it does, broken where the terminal ends. */
export function wrapped(text: string, { width }: Pick<Output, 'width'>, hanging = 0): string[] {
  const indent = /^ */.exec(text)?.[0] ?? ''
  if (widthOf(text) <= width) return [text]
  const [first = '', ...rest] = wrap(text.slice(indent.length), width - indent.length)
  const room = width - indent.length - hanging
  // The lines behind the first have less room than it.
  const behind = rest.length === 0 ? [] : wrap(rest.join(' '), Math.max(room, NARROWEST))
  return [`${indent}${first}`, ...behind.map((line) => `${indent}${' '.repeat(hanging)}${line}`)]
}

/** Lines of a text that is broken between words; a word that is wider stays whole. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && widthOf(last) + 1 + widthOf(word) <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

// A wide character takes two columns of a terminal; an accent of its own takes none.
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u
const NONE = /\p{M}|\u200d|\ufe0f/u
const widthOf = (text: string): number =>
  [...text].reduce((sum, letter) => sum + (NONE.test(letter) ? 0 : WIDE.test(letter) ? 2 : 1), 0)

const total = (widths: readonly number[]): number => widths.reduce((sum, one) => sum + one + GAP, -GAP)

/** How wide a column is by its header and by its cells. */
interface Natural {
  header: number
  cells: number
}

const isKept = ({ right, whole }: Table, i: number): boolean => !!right?.includes(i) || !!whole?.includes(i)

/** What a column needs at least: one that is to stay whole its cells, another one something to read. */
function needed(table: Table, natural: readonly Natural[], i: number): number {
  const { header, cells } = natural[i] ?? { header: 1, cells: 1 }
  return isKept(table, i) ? Math.max(cells, header) : Math.min(Math.max(header, cells), WANTED)
}

const isEmpty = ({ rows }: Table, i: number): boolean => rows.every((row) => (row[i]?.text ?? '') === '')

/** The columns that are shown: empty ones go first, then those that may go, one by one, until the others have what they need. */
function chosen(table: Table, natural: readonly Natural[], width: number): number[] {
  let columns = table.headers.map((_, i) => i)
  const empty = table.rows.length === 0 ? [] : columns.filter((i) => isEmpty(table, i)).reverse()
  for (const one of [...empty, ...(table.spare ?? [])]) {
    if (total(columns.map((i) => needed(table, natural, i))) <= width) break
    columns = columns.filter((i) => i !== one)
  }
  return columns
}

/** Takes from the widest columns, a little at a time, until all fit; below what they need only at last. */
function shrink(table: Table, columns: readonly number[], natural: readonly Natural[], width: number): number[] {
  const widths = columns.map((i) => Math.max(natural[i]?.header ?? 1, natural[i]?.cells ?? 1))
  let over = total(widths) - width
  for (const floor of [
    (i: number) => needed(table, natural, i),
    (i: number) => (isKept(table, i) ? Number.POSITIVE_INFINITY : NARROWEST),
    () => NARROWEST,
  ]) {
    const floors = columns.map(floor)
    while (over > 0) {
      const room = widths.map((one, i) => (one > (floors[i] ?? 0) ? one : 0))
      const widest = Math.max(0, ...room)
      if (widest === 0) break
      widths[room.indexOf(widest)] = widest - 1
      over -= 1
    }
  }
  return widths
}
