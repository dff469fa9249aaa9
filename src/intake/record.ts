import { createHash } from 'node:crypto'
import type { Settable } from '../domain/effects.js'
import type { Incoming, RecordKind } from '../domain/incoming.js'
import type { SubjectKind } from '../domain/subjects.js'
import type { Vocabulary } from '../domain/vocabulary.js'
import { parseDateFormat } from '../lib/dates.js'
import { canonical } from '../lib/digest.js'
import { nearest } from '../lib/nearest.js'
import { isId } from '../lib/storable.js'
import { MAPPABLE } from '../program/sections/sources.js'
import { kindOf, kindOfChange } from './kinds.js'
import { quote } from './origins.js'
import { readValue, whyNoId } from './values.js'

/** One record as a program says it is: values as people write them (amounts in units, dates and instants in ISO 8601). */
export interface Said {
  record: RecordKind
  /** Of an activity or a change it may be left out: then its content is its id. */
  id?: string
  /** By the names that may be mapped, custom ones as `fields.NAME`; null says "unknown". */
  values: Readonly<Record<string, string | number | boolean | null>>
}

const ISO = [parseDateFormat('yyyy-MM-dd').format!]

/** Something that is wrong with what was said: under which name, null of the whole, and a sentence. */
export interface WrongSaid {
  name: string | null
  says: string
}

/** Reads what was said, or tells all that is wrong with it, name by name and in one text: unknown names, and values that are none of their kind. */
export function readSaid(
  { record, id, values }: Said,
  vocabulary: Vocabulary,
  line: number,
): Incoming | { rejected: string; wrong: WrongSaid[] } {
  const wrong: WrongSaid[] = []
  const read: Record<string, Settable> = {}
  for (const [name, value] of Object.entries(values)) {
    const kind = kindOfSaid(record, name, values, vocabulary)
    if (!kind) wrong.push({ name, says: unknownName(record, name, vocabulary) })
    if (!kind || value === null) {
      read[name] = null
      continue
    }
    const text = String(value)
    const reading = readValue(text, kind, { calendar: vocabulary.calendar, formats: ISO })
    if ('why' in reading) wrong.push({ name, says: `${quote(text)} in ${name} ${reading.why}` })
    else read[name] = reading.value
  }
  const named = id ?? (record === 'activities' || record === 'changes' ? contentId(record, values) : undefined)
  if (named === undefined || named === '') wrong.push({ name: null, says: `A record of ${record} needs an id.` })
  else if (!isId(named)) wrong.push({ name: null, says: `${quote(named)} ${whyNoId(named)}` })
  if (wrong.length > 0 || named === undefined) return { rejected: wrong.map(({ says }) => says).join(' '), wrong }
  return { record, id: named, values: read, line }
}

function kindOfSaid(record: RecordKind, name: string, values: Said['values'], vocabulary: Vocabulary) {
  if (name.startsWith('fields.')) {
    const subject = ({ opportunities: 'opportunity', accounts: 'account' } as Partial<Record<RecordKind, SubjectKind>>)[
      record
    ]
    return subject && vocabulary.fields[subject].has(name.slice('fields.'.length))
      ? kindOf(record, name, vocabulary)
      : undefined
  }
  if (name === 'id' || !(MAPPABLE[record] as readonly string[]).includes(name)) return undefined
  if (record === 'changes' && (name === 'from' || name === 'to')) {
    return kindOfChange(values.opportunity ? 'opportunity' : 'account', String(values.fact), vocabulary)
  }
  return kindOf(record, name, vocabulary)
}

function unknownName(record: RecordKind, name: string, vocabulary: Vocabulary): string {
  const custom =
    record === 'accounts' || record === 'opportunities'
      ? vocabulary.fields[record === 'accounts' ? 'account' : 'opportunity']
      : new Map()
  const names = [...MAPPABLE[record], ...[...custom.keys()].map((field) => `fields.${field}`)].filter((n) => n !== 'id')
  const meant = nearest(name, names)
  return `${record} have no ${quote(name)}${meant === undefined ? `; they have ${names.join(', ')}.` : `; did you mean ${meant}?`}`
}

/** The same activity told twice is one: without an id its content is its id. */
const contentId = (record: RecordKind, values: Said['values']) =>
  createHash('sha256')
    .update(canonical([record, values]))
    .digest('hex')
    .slice(0, 24)
