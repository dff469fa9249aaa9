import type { Incoming, RecordKind } from '../../domain/incoming.js'
import type { Vocabulary } from '../../domain/vocabulary.js'
import { isId } from '../../lib/storable.js'
import { parseTemplate } from '../../lib/texts.js'
import type { Origin, Source } from '../../program/sections/sources.js'
import { compileMapping, type Mapping } from '../mapping.js'
import { look, quote, type Row } from '../origins.js'
import { whyNoId } from '../values.js'
import type { HookEvent } from './hook.js'

/** What an event says under a program: records, or a sentence that says why it is not understood. */
export type Understood = { own: boolean; incoming: Incoming[] } | { why: string }

/** A source as the rules declare it, with the words it is read by. */
export interface HookSource {
  name: string
  source: Source
  vocabulary: Vocabulary
}

/** Reads an event by the mapping of its source. What the event does not hold is not said, so that nothing becomes unknown. */
export function understand(event: HookEvent, reader: HookSource): Understood {
  const { source, name } = reader
  if (event.why !== null) return { why: event.why }
  const own = isOwn(event.origin, source.hook?.own ?? [])
  if (event.gone)
    return isId(event.gone.id) ? { own, incoming: [] } : { why: `${quote(event.gone.id)} ${whyNoId(event.gone.id)}` }
  const records = recordsOf(event, source)
  if (records.length === 0) {
    const why = `What ${event.of} is, nobody said.`
    return { why: `${why} "records" of the hook of ${name} may: { ${event.of}: activities }.` }
  }
  const mapped = records.filter((record) => source[record] !== undefined)
  if (mapped.length === 0) return { why: `The source ${name} does not map ${records.join(' or ')}.` }
  const row = withInstants(event.row, source.hook?.milliseconds ?? [])
  const incoming: Incoming[] = []
  for (const record of mapped) {
    const read = mappingFor(record, row, reader)
    if ('why' in read) return read
    const one = read.mapping.read(row, 0)
    if ('rejected' in one) return { why: one.rejected }
    const isNamed = source[record] !== undefined && 'id' in source[record] && source[record].id !== undefined
    // An activity that has no id of its own is known by that of the event.
    incoming.push(isNamed ? one : { ...one, id: `${name}:${event.id}` })
  }
  return { own, incoming }
}

/** Salesforce names the client within the origin of a change: `com/salesforce/api/rest/60.0;client=Linewalker`. */
const isOwn = (origin: string | null, own: readonly string[]) =>
  origin !== null && own.some((name) => origin === name || origin.endsWith(`;client=${name}`))

const ALL: readonly RecordKind[] = ['people', 'accounts', 'contacts', 'opportunities', 'activities', 'changes']

/** What the source says that events of this type are, else what its CRM means by them, else the only thing that is mapped. */
function recordsOf({ of, records }: HookEvent, source: Source): readonly RecordKind[] {
  const said = source.hook?.records && Object.hasOwn(source.hook.records, of) ? source.hook.records[of] : undefined
  if (said !== undefined) return [said]
  if (records.length > 0 || source.hook?.type !== 'generic') return records
  const mapped = ALL.filter((record) => source[record] !== undefined)
  return mapped.length === 1 ? mapped : []
}

/** Columns that hold milliseconds since 1970 say their instant as ISO 8601, as all others do. */
function withInstants(row: Row, columns: readonly string[]): Row {
  if (columns.length === 0) return row
  const read: Record<string, unknown> = { ...row }
  for (const column of columns) {
    const at = Number(read[column])
    if (/^-?\d{1,15}$/.test(String(read[column]))) read[column] = new Date(at).toISOString()
  }
  return read
}

const compiled = new WeakMap<Source, Map<string, { mapping: Mapping } | { why: string }>>()

/** The mapping of what the row holds: an origin of which no column is there is left out. */
function mappingFor(record: RecordKind, row: Row, reader: HookSource): { mapping: Mapping } | { why: string } {
  const { source, name, vocabulary } = reader
  const { fields, ...plain } = source[record] as Record<string, Origin> & { fields?: Record<string, Origin> }
  const isNeeded = (key: string) => key === 'id'
  const there = Object.keys(plain).filter((key) => isNeeded(key) || isThere(plain[key] as Origin, row))
  const own = Object.keys(fields ?? {}).filter((key) => isThere(fields?.[key] as Origin, row))
  const known = compiled.get(source) ?? new Map<string, { mapping: Mapping } | { why: string }>()
  compiled.set(source, known)
  const key = JSON.stringify([record, there, own])
  const before = known.get(key)
  if (before) return before
  const pick = (from: Record<string, Origin>, names: readonly string[]) =>
    Object.fromEntries(names.map((one) => [one, from[one]]))
  const part = { ...source, [record]: { ...pick(plain, there), fields: pick(fields ?? {}, own) } } as Source
  const made = compileMapping(record, part, name, vocabulary)
  const result = 'problems' in made ? { why: made.problems.map(({ message }) => message).join(' ') } : made
  known.set(key, result)
  return result
}

/** Does the row say it? A fixed value is always said; a text where all is there of which it is made. */
function isThere(origin: Origin, row: Row): boolean {
  const has = (column: string) => look(row, column) !== undefined
  if (typeof origin === 'string') return has(origin)
  if (Array.isArray(origin)) return origin.some(has)
  if ('value' in origin) return true
  if ('column' in origin) return [origin.column].flat().some(has)
  const variables = parseTemplate(origin.text).template?.variables ?? []
  return variables
    .map((variable) => variable.replace(/^row\./, ''))
    .every((variable) => variable === 'row' || has(variable))
}
