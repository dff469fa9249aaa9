import iconv from 'iconv-lite'
import type { ImportProblem } from './columns.js'
import { type CsvRow, rowsOf } from './csv-rows.js'

/** How a file of comma-separated values is written. */
export interface CsvOptions {
  /** Of the bytes; UTF-8 where nothing is said and no byte order mark says UTF-16. */
  encoding?: string | undefined
  /** One character; where nothing is said, the one of `,` `;` tab that stands most often in the first line. */
  delimiter?: string | undefined
}

/** The first line of a file: what its rows are named by, and how it is written. */
export interface CsvHeader {
  columns: readonly string[]
  encoding: string
  delimiter: string
}

/** A file being read: its header, and its rows as they come, some at a time. `repeated` counts the headers met again on the way. */
export interface CsvFile {
  header: CsvHeader
  rows: AsyncIterable<readonly CsvRow[]>
  repeated(): number
}

const SNIFF = 64 * 1024
const DELIMITERS = [',', ';', '\t']

/** Opens a file given as chunks of bytes. What is wrong with the whole of it is a problem; single rows never are. */
export async function openCsv(
  chunks: AsyncIterable<Uint8Array>,
  options: CsvOptions,
): Promise<{ file: CsvFile } | { problem: ImportProblem }> {
  const bytes = chunks[Symbol.asyncIterator]()
  const head = await firstBytes(bytes)
  const encoding = options.encoding ?? byteOrder(head) ?? 'utf-8'
  if (!iconv.encodingExists(encoding)) return { problem: { message: `There is no encoding "${encoding}".` } }
  const start = iconv.decode(Buffer.from(head), encoding)
  const problem = notCsv(head, start, encoding)
  if (problem) return { problem }
  const delimiter = options.delimiter ?? sniff(start)
  if (delimiter.length !== 1)
    return { problem: { message: `"${delimiter}" is no delimiter: it must be one character.` } }
  const parts = rowsOf(decoded(head, bytes, encoding), delimiter)
  let first = await parts.next()
  while (!first.done && first.value.length === 0) first = await parts.next()
  const [top, ...rest]: readonly CsvRow[] = first.value ?? []
  if (top === undefined || top.why !== null) {
    return {
      problem: {
        message: top?.why ?? 'The file is empty: it has not even a line with the names of its columns.',
      },
    }
  }
  const columns = top.cells.map((name) => name.trim())
  let repeated = 0
  const fitted = (rows: readonly CsvRow[]): CsvRow[] => {
    const body: CsvRow[] = []
    for (const row of rows) {
      if (isHeader(row.cells, columns)) repeated += 1
      else body.push(row.why === null ? fitting(row, columns.length) : row)
    }
    return body
  }
  async function* body(): AsyncGenerator<readonly CsvRow[]> {
    yield fitted(rest)
    for await (const part of parts) yield fitted(part)
  }
  return { file: { header: { columns, encoding, delimiter }, rows: body(), repeated: () => repeated } }
}

async function firstBytes(bytes: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let size = 0
  while (size < SNIFF) {
    const next = await bytes.next()
    if (next.done) break
    parts.push(next.value)
    size += next.value.length
  }
  return Buffer.concat(parts)
}

async function* decoded(head: Uint8Array, rest: AsyncIterator<Uint8Array>, encoding: string): AsyncGenerator<string> {
  const decoder = iconv.getDecoder(encoding)
  const first = decoder.write(Buffer.from(head))
  if (first) yield first
  for (let next = await rest.next(); !next.done; next = await rest.next()) {
    const text = decoder.write(Buffer.from(next.value))
    if (text) yield text
  }
  const last = decoder.end()
  if (last) yield last
}

function fitting(row: CsvRow, width: number): CsvRow {
  const { cells } = row
  if (cells.length === width) return row
  if (cells.length > width && cells.slice(width).every((cell) => cell === '')) {
    return { ...row, cells: cells.slice(0, width) }
  }
  return { ...row, why: `It has ${cells.length} values, the header has ${width} columns.` }
}

const isHeader = (cells: readonly string[], columns: readonly string[]) =>
  cells.length === columns.length && cells.every((cell, i) => cell.trim() === columns[i])

function byteOrder(head: Uint8Array): string | undefined {
  const [a, b] = head
  return (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff) ? 'utf-16' : undefined
}

function notCsv(head: Uint8Array, start: string, encoding: string): ImportProblem | undefined {
  if (head[0] === 0x50 && head[1] === 0x4b && head[2] === 3) {
    return { message: 'This is a ZIP archive or an Excel workbook, not CSV.', hint: 'Save the sheet as CSV (UTF-8).' }
  }
  const firstLine = start.replace(/^\uFEFF/, '').split(/[\r\n]/, 1)[0] ?? ''
  const binary = [...firstLine].some((c) => c < ' ' && c !== '\t')
  if (!binary) return undefined
  return { message: `This is not a text in ${encoding}: it holds bytes that no CSV file has.` }
}

function sniff(start: string): string {
  const line = (/^(?:"(?:[^"]|"")*"|[^\r\n"])*/.exec(start.replace(/^\uFEFF|^[\r\n]+/g, '')) ?? [''])[0]
  const bare = line.replace(/"(?:[^"]|"")*"/g, '')
  const count = (delimiter: string) => bare.split(delimiter).length
  return DELIMITERS.reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best))
}
