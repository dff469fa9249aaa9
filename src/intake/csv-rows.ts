import { type CsvError, Parser } from 'csv-parse'

/** One row. `line` is the line on which it begins, counted from 1; `why` stands where it cannot be read. */
export interface CsvRow {
  line: number
  cells: readonly string[]
  why: string | null
}

type LineEnd = '\n' | '\r\n'

const LARGEST_ROW = 1024 * 1024
/** Characters may take four bytes. */
const LONGEST_LINE = LARGEST_ROW / 4

/**
 * The rows of a text given in chunks, some at a time. Up to the first quotation mark, or a line end of another kind, lines and
 * cells are split at a fifth of what the parser takes, with the same result; the parser reads what remains.
 */
export async function* rowsOf(chunks: AsyncIterable<string>, delimiter: string): AsyncGenerator<readonly CsvRow[]> {
  let [line, rest] = [1, '']
  let lineEnd: LineEnd | undefined
  let records: Records | undefined
  for await (const chunk of chunks) {
    const text = rest + chunk
    const plain = records ? null : plainLines(text, delimiter, lineEnd)
    if (plain === null) {
      records ??= new Records(delimiter, line, lineEnd)
      rest = ''
      yield await records.parse(text)
      continue
    }
    rest = plain.rest
    if (plain.lines.length > 0) lineEnd = plain.end
    const rows: CsvRow[] = []
    for (const row of plain.lines) {
      if (row !== '') rows.push({ line, cells: row.split(delimiter), why: null })
      line += 1
    }
    yield rows
  }
  records ??= new Records(delimiter, line, lineEnd)
  if (rest !== '') yield await records.parse(rest)
  yield await records.last()
}

/** The lines that end in a text, and what remains of it; null where it takes the parser to tell. */
function plainLines(text: string, delimiter: string, known: LineEnd | undefined) {
  // What is no whole character the parser replaces, and a byte order mark it takes away.
  if (/["\ud800-\udfff]/.test(text) || '"\r\n'.includes(delimiter)) return null
  if (known === undefined && text.startsWith('\uFEFF')) return null
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  const rest = text.slice(whole.length)
  const end: LineEnd = known ?? (whole.includes('\r\n') ? '\r\n' : '\n')
  const lines = whole.split(end)
  if (lines.pop() !== '' || rest.length > LONGEST_LINE) return null
  if (end === '\n' && whole.includes('\r')) return null
  for (const line of lines) {
    if (line.length > LONGEST_LINE || (end === '\r\n' && (line.includes('\n') || line.includes('\r')))) return null
  }
  return { lines, rest, end }
}

/** Takes the records as they are parsed, all of a chunk at once: one by one through a stream each costs as much again. */
class Records extends Parser {
  #line: number
  #emptyBefore = 0
  #rows: CsvRow[] = []
  #broken: CsvRow | undefined

  /** Begins with the line of this number. Where no line end is known, the first one tells. */
  constructor(delimiter: string, line: number, lineEnd: LineEnd | undefined) {
    super({
      delimiter,
      bom: lineEnd === undefined,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      skip_records_with_error: true,
      max_record_size: LARGEST_ROW,
      ...(lineEnd === undefined ? {} : { record_delimiter: lineEnd }),
    })
    this.#line = line
    this.on('skip', (error: CsvError) => {
      this.#passEmptyLines()
      this.#broken ??= { line: this.#line, cells: [], why: whyBroken(error) }
    })
  }

  /** The line of a row is counted here: the parser counts a line end of two characters within quotes as two. */
  override push(record: string[] | null): boolean {
    if (record === null) return super.push(null)
    // Of the chunk in which a row breaks the parser drops the rest, and may go on in the next.
    if (this.#broken) return true
    this.#passEmptyLines()
    this.#rows.push({ line: this.#line, cells: record, why: null })
    this.#line += 1
    for (const cell of record)
      if (cell.includes('\n') || cell.includes('\r')) this.#line += cell.split(/\r\n|\n|\r/).length - 1
    return true
  }

  #passEmptyLines(): void {
    this.#line += this.info.empty_lines - this.#emptyBefore
    this.#emptyBefore = this.info.empty_lines
  }

  /** The rows that end in some more of the text. */
  async parse(text: string): Promise<CsvRow[]> {
    await new Promise<void>((resolve, reject) => this.write(text, (error) => (error ? reject(error) : resolve())))
    return this.#rows.splice(0)
  }

  /** The last rows; one that cannot be read is the very last. */
  async last(): Promise<CsvRow[]> {
    await new Promise<void>((resolve) => this.end(resolve))
    return this.#broken ? [...this.#rows, this.#broken] : this.#rows
  }
}

const whyBroken = ({ code }: CsvError) =>
  code === 'CSV_MAX_RECORD_SIZE'
    ? 'The row is longer than a MiB, most likely because a quotation mark is not closed: nothing after it was read.'
    : 'A quotation mark is opened here and never closed: nothing after it was read.'
