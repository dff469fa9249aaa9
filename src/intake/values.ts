import type { Settable } from '../domain/effects.js'
import { type Calendar, isTimezone, parseInstant } from '../lib/calendar.js'
import { type DateFormat, instantOf } from '../lib/dates.js'
import { nearest } from '../lib/nearest.js'
import { isId, isStorable, NO_ID, NOT_STORABLE } from '../lib/storable.js'

/** What a mapped value is to become. A `count` is a whole number from 0 on; an `id` names a record, or what records are looked up by. */
export type ValueKind =
  | { is: 'text' | 'id' | 'number' | 'count' | 'money' | 'flag' | 'date' | 'instant' | 'timezone' }
  | { is: 'choice'; what: string; of: readonly string[] }

/** What a text means, or the rest of the sentence `"31/02/2026" in column close_date …` that says why it means nothing. */
export type Reading = { value: Settable } | { why: string }

/** How dates are to be read. `formats` are tried in order. */
export interface Reader {
  calendar: Calendar
  formats: readonly DateFormat[]
}

const PLAIN_NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)$/
const FLAGS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  y: true,
  1: true,
  false: false,
  no: false,
  n: false,
  0: false,
}

/** Reads a text that is not empty. Numbers are plain (`1234.5`): separators of thousands and currency signs are never guessed at. */
export function readValue(text: string, kind: ValueKind, reader: Reader): Reading {
  switch (kind.is) {
    case 'text':
      return isStorable(text) ? { value: text } : { why: NOT_STORABLE }
    case 'id':
      return isId(text) ? { value: text } : { why: whyNoId(text) }
    case 'choice':
      return kind.of.includes(text) ? { value: text } : { why: `is not ${kind.what}${among(text, kind.of)}` }
    case 'number':
      return readNumber(text)
    case 'count':
      return /^\d{1,9}(\.0+)?$/.test(text) ? { value: Number(text) } : { why: 'is not a whole number.' }
    case 'money':
      return readMoney(text)
    case 'flag': {
      const value = Object.hasOwn(FLAGS, text.toLowerCase()) ? FLAGS[text.toLowerCase()] : undefined
      return value === undefined ? { why: 'is neither true nor false.' } : { value }
    }
    case 'timezone':
      return isTimezone(text) ? { value: text } : { why: 'is not a time zone such as Europe/London.' }
    case 'date':
      return readDate(text, reader)
    case 'instant':
      return readInstant(text, reader)
  }
}

/** The rest of the sentence that says why a text is no id. */
export const whyNoId = (text: string): string => (isStorable(text) ? `is no id. ${NO_ID}` : NOT_STORABLE)

const among = (text: string, of: readonly string[]) => {
  const meant = nearest(text, of)
  if (meant !== undefined) return `; did you mean ${meant}?`
  return of.length === 0
    ? ': none is declared.'
    : ` (only ${of.slice(0, 12).join(', ')}${of.length > 12 ? ', …' : ''}).`
}

function readNumber(text: string): Reading {
  if (!PLAIN_NUMBER.test(text)) return { why: 'is not a plain number such as 1234.5.' }
  const value = Number(text)
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? { value } : { why: 'is too large a number.' }
}

/** Units in the text, thousandths in the value: exactly, never by floating point. */
function readMoney(text: string): Reading {
  if (!PLAIN_NUMBER.test(text)) return { why: 'is not a plain number such as 1234.50.' }
  const point = text.indexOf('.')
  const units = point < 0 ? text : text.slice(0, point)
  const kept = point < 0 ? '' : text.slice(point + 1).replace(/0+$/, '')
  if (kept.length > 3) return { why: 'is finer than a thousandth.' }
  // Of "-.5" the units are a sign alone.
  const value = Number(`${/\d$/.test(units) ? units : `${units}0`}${kept.padEnd(3, '0')}`)
  if (!Number.isSafeInteger(value)) return { why: 'is too large an amount.' }
  return { value: value === 0 ? 0 : value }
}

const ISO_TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/

function readDate(text: string, { calendar, formats }: Reader): Reading {
  for (const format of formats) {
    const read = format.read(text)
    if (read) return { value: read.ahead === null ? read.date : calendar.dateOf(instantOf(read, calendar)) }
  }
  const at = ISO_TIME.test(text) ? parseInstant(text, calendar) : undefined
  return at === undefined ? { why: `is not a date of the form ${forms(formats)}.` } : { value: calendar.dateOf(at) }
}

function readInstant(text: string, { calendar, formats }: Reader): Reading {
  for (const format of formats) {
    const read = format.read(text)
    if (read) return { value: instantOf(read, calendar) }
  }
  const at = ISO_TIME.test(text) ? parseInstant(text, calendar) : undefined
  return at === undefined ? { why: `is not a date of the form ${forms(formats)}.` } : { value: at }
}

const forms = (formats: readonly DateFormat[]) => formats.map(({ source }) => source).join(' or ')
