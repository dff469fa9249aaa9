import type { Incoming, RecordKind, Taken } from '../domain/incoming.js'
import type { People } from '../domain/vocabulary.js'
import type { Instant } from '../lib/instant.js'
import { askIfMeant, nearest } from '../lib/nearest.js'
import type { Program } from '../program/program.js'
import type { Session } from '../store/session.js'
import { take } from '../store/take.js'
import { type ImportProblem, lackingColumns } from './columns.js'
import { type CsvHeader, openCsv } from './csv.js'
import type { CsvRow } from './csv-rows.js'
import { compileMapping, type Mapping } from './mapping.js'
import { type UnknownOwner, watchOwners } from './owners.js'
import type { Rejection } from './rejected.js'
import { spokenOf } from './spoken.js'

/** What to import, from which source, and as of when. */
export interface ImportRequest {
  record: RecordKind
  sourceName: string
  program: Pick<Program, 'vocabulary' | 'wakes' | 'sections'> & Partial<Pick<Program, 'digest'>>
  people?: People
  now: Instant
  /** Called after each batch with the bytes and rows read so far. */
  onProgress?: (progress: { bytes: number; rows: number }) => void
}

/** What became of the rows: `read` is the sum of new, changed, unchanged and rejected. */
export interface ImportReport {
  read: number
  new: number
  changed: number
  unchanged: number
  rejected: number
  /** Records of which the source repeats what somebody else has changed since. */
  diverged: number
  /** Facts that could not be taken of records that were, with the reason: `row 7: No move leads from …`. */
  refused: readonly string[]
  rejections: readonly Rejection[]
  /** Owners in rows that were taken whom nobody describes, though people are described. */
  unknown_owners: readonly UnknownOwner[]
  /** Are there more of them than are named? After ten thousand no other is told apart. */
  more_unknown_owners: boolean
  /** Of the file, for the file of rejected rows. */
  header: CsvHeader
  /** Headers that stood again among the rows. */
  repeated_headers: number
}

/** How many rows one transaction takes. */
const BATCH = 2000

/**
 * Reads a file into the store, batch by batch, each in a transaction of its own: what is broken off leaves whole batches, and
 * the same import run again completes it. Nothing is written where the file as a whole, or the source, is wrong.
 */
export async function importFile(
  store: Pick<Session, 'write' | 'dialect'>,
  chunks: AsyncIterable<Uint8Array>,
  request: ImportRequest,
): Promise<{ report: ImportReport } | { problems: ImportProblem[] }> {
  const { record, sourceName, program, now } = request
  const source = own(program.sections.sources ?? {}, sourceName)
  if (!source) return { problems: [unknownSource(sourceName, Object.keys(program.sections.sources ?? {}))] }
  const compiled = compileMapping(record, source, sourceName, program.vocabulary)
  if ('problems' in compiled) return compiled
  const { mapping } = compiled
  let bytes = 0
  const opened = await openCsv(
    counted(chunks, (n) => {
      bytes += n
    }),
    source,
  )
  if ('problem' in opened) return { problems: [opened.problem] }
  const { header, rows, repeated } = opened.file
  const lacking = lackingColumns(mapping.columns, header.columns)
  if (lacking) return { problems: [lacking] }

  const report = { read: 0, new: 0, changed: 0, unchanged: 0, rejected: 0, diverged: 0 }
  const rejections: Rejection[] = []
  const refused: string[] = []
  const owners = watchOwners(request.people)
  const reject = ({ line, cells }: CsvRow, why: string) => {
    report.rejected += 1
    rejections.push({ line, cells, reason: `row ${line}: ${why}` })
  }
  const count = ({ row, incoming }: { row: CsvRow; incoming: Incoming }, taken: Taken) => {
    if (taken.outcome === 'rejected') return reject(row, taken.why)
    owners.saw(incoming)
    report[taken.outcome] += 1
    if (taken.diverged.length > 0) report.diverged += 1
    refused.push(...taken.refused.map((why) => `row ${row.line}: ${why}`))
  }
  const readRow = rowReader(mapping, header)
  let batch: { row: CsvRow; incoming: Incoming }[] = []
  const flush = async () => {
    const incoming = batch.map((one) => one.incoming)
    const bringing = { source: sourceName, as: 'history' as const, by: `import:${sourceName}`, now }
    const { vocabulary, wakes, digest: meaning } = program
    const under = { vocabulary, wakes, digest: meaning, people: request.people }
    const taken = await store.write((tx) => take(tx, store, incoming, bringing, under))
    for (const [i, one] of taken.entries()) count(batch[i]!, one)
    batch = []
    request.onProgress?.({ bytes, rows: report.read })
  }
  for await (const some of rows) {
    for (const row of some) {
      report.read += 1
      const incoming = row.why === null ? readRow(row) : { rejected: row.why }
      if ('rejected' in incoming) reject(row, incoming.rejected)
      else batch.push({ row, incoming })
      if (batch.length >= BATCH) await flush()
    }
  }
  if (batch.length > 0) await flush()
  rejections.sort((a, b) => a.line - b.line)
  const unknown = { unknown_owners: owners.unknown(), more_unknown_owners: owners.hasMore() }
  return { report: { ...report, refused, rejections, ...unknown, header, repeated_headers: repeated() } }
}

/** Reads rows as records; one that speaks of a record otherwise than an earlier row of the same file is rejected. */
function rowReader(mapping: Mapping, { columns, encoding }: CsvHeader) {
  const spoken = spokenOf()
  const unique = mapping.record !== 'changes'
  const isUtf8 = /^utf-?8$/i.test(encoding)
  const row = new Named()
  return ({ line, cells }: CsvRow): Incoming | { rejected: string } => {
    for (let i = columns.length - 1; i >= 0; i -= 1) row[columns[i] as string] = cells[i] ?? ''
    const incoming = mapping.read(row, line)
    if ('rejected' in incoming) return incoming
    const { id } = incoming
    // Values of one file stand in one order.
    const said = JSON.stringify(incoming.values)
    if (isUtf8 && (id.includes('\uFFFD') || said.includes('\uFFFD')))
      return { rejected: 'It holds bytes that are not UTF-8; the source may need "encoding: latin1".' }
    const otherwise = unique ? spoken(id, said, line) : null
    incoming.said = said
    return otherwise === null
      ? incoming
      : { rejected: `Row ${otherwise} says something else of the same ${singular(mapping.record)} "${id}".` }
  }
}

/** Cells by the names of their columns, whatever these are: nothing is inherited. An object made by `Object.create(null)` is filled and read five times as slowly. */
const Named = function Named() {} as unknown as new () => Record<string, string>
Named.prototype = Object.create(null)

const singular = (record: RecordKind) =>
  ({
    people: 'person',
    accounts: 'account',
    contacts: 'contact',
    opportunities: 'opportunity',
    activities: 'activity',
    changes: 'change',
  })[record]

async function* counted(chunks: AsyncIterable<Uint8Array>, read: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    read(chunk.length)
    yield chunk
  }
}

const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined

function unknownSource(name: string, sources: readonly string[]): ImportProblem {
  const meant = nearest(name, sources)
  const there = sources.length > 0 ? `the rules declare ${sources.join(', ')}` : 'the rules declare none'
  return {
    message: `There is no source "${name}"; ${there}.`,
    ...(meant === undefined ? {} : { hint: askIfMeant(meant) }),
  }
}
