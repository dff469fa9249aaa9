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

test('the line of a quotation mark that is never closed is the one on which its row begins, however the text is cut', async () => {
  const rows = fc.array(fc.constantFrom('', '', 'a', 'b,c', '"d"', '"e\n\nf",g', '"h\ni"'), { maxLength: 12 })
  const before = fc.constantFrom('', 'k,', '"l\n",')
  const after = fc.constantFrom('', 'm', '\n', '\n\nn\n', ',"",')
  await fc.assert(
    fc.asyncProperty(
      ...([rows, before, after, fc.constantFrom('\n', '\r\n'), fc.integer({ min: 1, max: 9 })] as const),
      async (rows, before, after, end, size) => {
        const above = `${['h,h', ...rows].join('\n')}\n`
        const text = `${above}${before}"${after}`.replaceAll('\n', end)
        const line = above.split('\n').length
        const why = 'A quotation mark is opened here and never closed: nothing after it was read.'
        expect((await rowsIn(text, size)).at(-1)).toEqual({ line, cells: [], why })
      },
    ),
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

test.each(['', '"'])('nothing is read after a line of more than a MiB, wherever the chunk ends (%j)', async (mark) => {
  async function* cut() {
    yield* [`id\n1\n\n${mark}${'x'.repeat(1_100_000)}`, `${mark}\n2\n3\n`]
  }
  const lines: number[] = []
  for await (const some of rowsOf(cut(), ',')) lines.push(...some.map(({ line }) => line))
  expect(lines).toEqual([1, 2, 4])
})
