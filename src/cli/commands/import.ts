import { createReadStream } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import {
  sayCount as count,
  type ImportReport,
  importFile,
  type Program,
  peopleUnder,
  RECORD_KINDS,
  type RecordKind,
  rejectedFile,
} from '../../index.js'
import { type Call, type CliCommand, printJson, printLines, textOf } from '../command.js'
import { writing } from '../environment.js'
import { CallError, FINE, FOUND } from '../errors.js'
import { harmless, paintFor } from '../output.js'
import { percent, showProgress } from '../progress.js'
import { formatTable } from '../tables.js'
import { writeWhole } from '../write-whole.js'

/** How many sentences about rows are printed; all are in the file of rejected rows, and in `--json`. */
const SHOWN = 10

/** Reads a CSV file into the store. Never acts by itself and never deletes; sets the database up where there is none. */
export const importCommand: CliCommand = {
  usage: 'import <kind> <file>',
  summary: 'Read a CSV file. It changes what is known and acts on nothing.',
  args: { kind: { says: 'what the rows are', choices: RECORD_KINDS }, file: { says: 'the CSV file' } },
  options: [
    { flags: '--source <name>', says: 'the section of "sources" that says what its columns mean' },
    {
      flags: '--encoding <name>',
      says: 'of the file, where it is not what the source says: "latin1", "utf-16le", ...',
    },
    { flags: '--delimiter <sign>', says: 'between the columns, where it is not found by itself' },
  ],
  examples: [
    'linewalker import opportunities export.csv --source crm',
    'linewalker import accounts accounts.csv --source crm --encoding latin1',
  ],
  run: (call) => {
    const [kind, file] = call.args as [RecordKind, string]
    return writingFrom(call, file, (size) =>
      writing(call, async (store, program, now) => {
        const source = sourceOf(call, program)
        const progress = showProgress(call, file, percent)
        const result = await importFile(store, createReadStream(file), {
          record: kind,
          sourceName: source,
          program: withOptions(program, source, call),
          people: peopleUnder(program, await store.people()),
          now,
          onProgress: ({ bytes }) => progress.to(bytes, size),
        }).finally(progress.end)
        if ('problems' in result) {
          for (const { message, hint } of result.problems) call.output.err(`${message}\n${hint ? `    ${hint}\n` : ''}`)
          throw new CallError(`Nothing of ${file} was read.`)
        }
        return tell(call, kind, file, result.report, await writeRejected(file, result.report))
      }),
    )
  },
}

async function writingFrom(_: Call, file: string, work: (size: number) => Promise<number>): Promise<number> {
  const found = await stat(file).catch(() => null)
  if (!found) throw new CallError(`There is no file ${file}.`)
  if (found.isDirectory()) throw new CallError(`${file} is a folder, not a CSV file.`)
  return work(found.size)
}

function sourceOf({ options }: Call, { sections }: Program): string {
  const name = textOf(options, 'source')
  if (name !== undefined) return name
  const names = Object.keys(sections.sources ?? {})
  throw new CallError(
    'An import needs --source NAME: which section of "sources" says what the columns mean.',
    names.length > 0 ? `The rules declare ${names.join(', ')}.` : 'The rules declare none yet.',
  )
}

/** What the call says of the file goes before what the source says. */
function withOptions(program: Program, name: string, { options }: Call): Program {
  const { sources } = program.sections
  const source = sources && Object.hasOwn(sources, name) ? sources[name] : undefined
  if (!source) return program
  const said = {
    encoding: textOf(options, 'encoding') ?? source.encoding,
    delimiter: textOf(options, 'delimiter') ?? source.delimiter,
  }
  return { ...program, sections: { ...program.sections, sources: { ...sources, [name]: { ...source, ...said } } } }
}

/** Of rejected rows that are read again the file has the next number: what stands in the one that is read is not lost. */
function rejectedPath(file: string): string {
  const [, original, number = '1'] = /^(.+)\.rejected(?:-([1-9]\d{0,8}))?\.csv$/.exec(file) ?? []
  return original === undefined ? `${file}.rejected.csv` : `${original}.rejected-${Number(number) + 1}.csv`
}

/** Writes the file of rejected rows, or takes away that of an earlier try. */
async function writeRejected(file: string, { header, rejections }: ImportReport): Promise<string> {
  const path = rejectedPath(file)
  if (rejections.length > 0) await writeWhole(path, rejectedFile(header, rejections), 'The file of rejected rows')
  else await rm(path, { force: true })
  return path
}

function tell(call: Call, kind: RecordKind, file: string, report: ImportReport, path: string): number {
  const { read, changed, unchanged, rejected, diverged, refused, rejections, unknown_owners, more_unknown_owners } =
    report
  if (call.json) {
    const rejected_file = rejected > 0 ? path : null
    const counts = { read, new: report.new, changed, unchanged, rejected, diverged }
    printJson(call, { ...counts, rejected_file, refused, unknown_owners, more_unknown_owners })
    return rejected > 0 ? FOUND : FINE
  }
  const numbers = [
    ['read', read],
    ['new', report.new],
    ['changed', changed],
    ['unchanged', unchanged],
    ['rejected', rejected],
    ['diverged', diverged],
  ] as const
  printLines(call, `${kind} from ${file}`)
  printLines(
    call,
    formatTable(
      {
        headers: numbers.map(([name]) => name),
        rows: [
          numbers.map(([name, n]) => ({
            text: String(n),
            ...(name === 'rejected' && n > 0 ? { tone: 'poor' as const } : {}),
          })),
        ],
        right: numbers.map((_, i) => i),
      },
      call.output,
    ),
  )
  if (diverged > 0) {
    printLines(
      call,
      `Of ${count(diverged, 'record')} the source repeats what a rule or a person has changed since; that stands.`,
    )
  }
  if (unknown_owners.length > 0) tellOwners(call, report)
  some(call, refused, 'Not taken, though the rest of the row was')
  some(
    call,
    rejections.map(({ reason }) => reason),
    `Rejected, and written to ${path}`,
  )
  return rejected > 0 ? FOUND : FINE
}

/** How many owners whom nobody describes are named; `--json` has all. */
const OWNERS_SHOWN = 5

function tellOwners(call: Call, { unknown_owners: owners, more_unknown_owners: isCut }: ImportReport): void {
  const named = owners
    .slice(0, OWNERS_SHOWN)
    .map(({ owner, meant }) => (meant === null ? owner : `${owner} (did you mean ${meant}?)`))
  const left = owners.length - OWNERS_SHOWN
  const more = isCut ? ' and so on' : left > 0 ? ` and ${left} more` : ''
  const are = owners.length === 1 ? 'is' : 'are'
  printLines(
    call,
    harmless(
      `${isCut ? 'At least ' : ''}${count(owners.length, 'owner')} ${are} not among your people: ${named.join(', ')}${more}.`,
    ),
    '  They have no address, no manager and no team here: describe them in "people", or map their ids.',
  )
}

function some(call: Call, sentences: readonly string[], heading: string): void {
  if (sentences.length === 0) return
  const paint = paintFor(call.output)
  printLines(call, `${heading}:`, ...sentences.slice(0, SHOWN).map((one) => `  ${one}`))
  if (sentences.length > SHOWN) printLines(call, paint.quiet(`  and ${sentences.length - SHOWN} more`))
}
