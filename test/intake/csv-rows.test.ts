import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CsvRow, rowsOf } from '../../src/intake/csv-rows.js'

async function* inChunks(text: string, size: number) {
  const signs = [...text]
  for (let at = 0; at < signs.length; at += size) yield signs.slice(at, at + size).join('')
}

async function rowsIn(text: string, size: number) {
  const rows: CsvRow[] = []
  for await (const some of rowsOf(inChunks(text, size), ',')) rows.push(...some)
  return rows
}

/** What the parser alone makes of the whole text at once; an empty line or a line end within a cell is a line. */
function parsed(text: string) {
  const records = parse(text, {
    bom: true,
    info: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
  }) as unknown as { record: string[]; info: { empty_lines: number } }[]
  let within = 0
  return records.map(({ record, info }, before) => {
    const line = 1 + before + info.empty_lines + within
    within += record.reduce((n, cell) => n + cell.split(/\r\n|\n|\r/).length - 1, 0)
    return { line, cells: record, why: null }
  })
}

const texts = (...parts: string[]) => fc.array(fc.constantFrom(...parts), { maxLength: 40 }).map((all) => all.join(''))

test.each([
  ['of plain lines', texts('a', 'bc', ' ', ',', ',', '\n', '\n')],
  ['of lines as Windows ends them', texts('a', 'bc', ',', ',', '\r\n', '\r\n', '\r\n\r\n')],
  ['of anything', texts('a', 'é', '😀', ',', ',', '"', '""', '\n', '\n', '\r\n', '\r', '\uFEFF', ' ')],
])('a text %s has the same rows on the same lines however it is cut, and whoever splits it', async (_, text) => {
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 1, max: 12 }), async (text, size) => {
      expect((await rowsIn(text, size)).filter(({ why }) => why === null)).toEqual(parsed(text))
    }),
    { seed: 7, numRuns: 500 },
  )
})

test('a line of more than a MiB is told, with or without a quotation mark', async () => {
  const long = 'x'.repeat(1_100_000)
  for (const quoted of [long, `"${long}"`]) {
    expect((await rowsIn(`id\n1\n${quoted}`, 50_000)).map(({ line, why }) => [line, why?.slice(0, 29)])).toEqual([
      [1, undefined],
      [2, undefined],
      [3, 'The row is longer than a MiB,'],
    ])
  }
})
