import type { Settable } from '../domain/effects.js'
import type { Incoming, RecordKind } from '../domain/incoming.js'
import type { Vocabulary } from '../domain/vocabulary.js'
import { type DateFormat, parseDateFormat } from '../lib/dates.js'
import { MAPPABLE, type Origin, type Source } from '../program/sections/sources.js'
import type { ImportProblem } from './columns.js'
import { kindOf, kindOfChange } from './kinds.js'
import { compileOrigin, type From, quote, type Row } from './origins.js'
import { countedIds } from './row-id.js'
import { type Reader, readValue, type ValueKind } from './values.js'

/** How the rows of one source become records. It counts rows without an id: make one per file. */
export interface Mapping {
  record: RecordKind
  /** The columns it needs; of several alternatives one must be there. */
  columns: readonly (readonly string[])[]
  /** Reads one row. `line` is where it stands; the reason of a rejection is a sentence for each thing that is wrong, without it. */
  read(row: Row, line: number): Incoming | { rejected: string }
}

interface Target {
  name: string
  kind: ValueKind
  from: From
  reader: Reader
  needed: boolean
}

/** The facts without which a record of its kind says nothing. An empty cell there rejects the row. */
const NEEDED: Readonly<Record<RecordKind, readonly string[]>> = {
  people: ['id'],
  accounts: ['id'],
  contacts: ['id', 'account'],
  opportunities: ['id'],
  activities: ['kind', 'at'],
  changes: ['at', 'fact'],
}
/** What of a past change is read once its fact is known. */
const OF_FACT = ['from', 'to']
/** Dates of a source that declares no form of them. */
const DEFAULT_DATES = ['yyyy-MM-dd']

/** Compiles what a source says of one kind of record. All that is wrong with it is told at once. */
export function compileMapping(
  record: RecordKind,
  source: Source,
  sourceName: string,
  vocabulary: Vocabulary,
): { mapping: Mapping } | { problems: ImportProblem[] } {
  const mapped = source[record] as Record<string, Origin | Record<string, Origin> | undefined> | undefined
  if (!mapped) return { problems: [unmapped(record, source, sourceName)] }
  const { fields, ...plain } = mapped
  const problems: ImportProblem[] = []
  const targets: Target[] = []
  const entries = Object.entries((fields ?? {}) as Record<string, Origin>).map(([name, o]) => [`fields.${name}`, o])
  for (const [name, origin] of [...Object.entries(plain), ...entries] as [string, Origin | undefined][]) {
    if (origin === undefined) continue
    const target = compileTarget(record, name, origin, source, vocabulary)
    if ('error' in target) problems.push({ message: `sources.${sourceName}.${record}.${name}: ${target.error}` })
    else targets.push(target)
  }
  if (problems.length > 0) return { problems }
  const identify = countedIds(sourceName, record, targets.flatMap(({ from }) => from.columns).flat())
  return {
    mapping: {
      record,
      columns: targets.flatMap(({ from }) => from.columns),
      read: (row, line) => {
        let id: Settable = record === 'activities' || record === 'changes' ? identify(row) : ''
        const values: Record<string, Settable> = {}
        const later: [Target, string][] = []
        let wrong: Set<string> | null = null
        const reject = (why: string) => {
          wrong = (wrong ?? new Set()).add(why)
        }
        for (const target of targets) {
          const said = target.from.text(row)
          if ('why' in said) reject(said.why)
          else if (said.text === null) {
            if (target.needed) reject(`There is no ${target.name} ${target.from.where}.`)
            else if (target.name !== 'id') values[target.name] = null
          } else if (record === 'changes' && OF_FACT.includes(target.name)) later.push([target, said.text])
          else {
            const read = readText(said.text, target, target.kind)
            if ('rejected' in read) reject(read.rejected)
            else if (target.name === 'id') id = read.value
            else values[target.name] = read.value
          }
        }
        for (const [target, text] of later) {
          // Of a change whose fact is wrong nobody knows what its values are.
          if (values.fact === undefined) break
          const subject = values.opportunity ? 'opportunity' : 'account'
          const kind = kindOfChange(subject, String(values.fact), vocabulary)
          if (!kind) {
            reject(`${quote(String(values.fact))} is no fact of an ${subject} whose past is kept.`)
            break
          }
          const read = readText(text, target, kind)
          if ('rejected' in read) reject(read.rejected)
          else values[target.name] = read.value
        }
        return wrong === null
          ? { record, id: String(id), values, line }
          : { rejected: [...(wrong as Set<string>)].join(' ') }
      },
    },
  }
}

function readText(text: string, { from, reader }: Target, kind: ValueKind): { value: Settable } | { rejected: string } {
  const read = readValue(text, kind, reader)
  return 'why' in read ? { rejected: `${quote(text)} ${from.where} ${read.why}` } : read
}

function compileTarget(
  record: RecordKind,
  name: string,
  origin: Origin,
  source: Source,
  vocabulary: Vocabulary,
): Target | { error: string } {
  const plain = (MAPPABLE[record] as readonly string[]).includes(name)
  if (!plain && !isField(record, name, vocabulary)) return { error: `there is no such fact of ${record} to be mapped.` }
  const compiled = compileOrigin(origin, source.empty ?? [])
  if ('error' in compiled) return compiled
  const formats = formatsOf(origin, source)
  if ('error' in formats) return formats
  const kind = kindOf(record, name, vocabulary)
  const reader = { calendar: vocabulary.calendar, formats: formats.formats }
  if (!(record === 'changes' && OF_FACT.includes(name))) {
    for (const text of compiled.from.fixed ?? []) {
      const read = text === '' ? { value: null } : readValue(text, kind, reader)
      if ('why' in read) return { error: `${quote(text)} ${read.why}` }
    }
  }
  return { name, kind, from: compiled.from, reader, needed: NEEDED[record].includes(name) }
}

function isField(record: RecordKind, name: string, { fields }: Vocabulary): boolean {
  const subject = { opportunities: 'opportunity', accounts: 'account' }[record as string] as
    | keyof typeof fields
    | undefined
  return subject !== undefined && name.startsWith('fields.') && fields[subject].has(name.slice('fields.'.length))
}

function formatsOf(origin: Origin, source: Source): { formats: DateFormat[] } | { error: string } {
  const own = typeof origin === 'object' && 'column' in origin ? origin.dates : undefined
  const formats: DateFormat[] = []
  for (const pattern of [own ?? source.dates ?? DEFAULT_DATES].flat()) {
    const { format, error } = parseDateFormat(pattern)
    if (!format) return { error: error as string }
    formats.push(format)
  }
  return { formats }
}

function unmapped(record: RecordKind, source: Source, name: string): ImportProblem {
  const there = Object.keys(MAPPABLE).filter((kind) => source[kind as RecordKind] !== undefined)
  return {
    message: `The source ${name} does not say how to read ${record}; it maps ${there.join(', ') || 'nothing'}.`,
    hint: `Add ${record} under sources.${name}.`,
  }
}
