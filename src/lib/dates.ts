import type { Calendar } from './calendar.js'
import { DAY, dayOfDate, HOUR, MINUTE, parseCivilDate, SECOND } from './civil.js'
import type { CivilDate, Instant } from './instant.js'
import { zoneOf } from './zone.js'

/** What a text says under a pattern: the day, and where the pattern has them the milliseconds of the day and the zone's offset. */
export interface CivilReading {
  date: CivilDate
  /** Milliseconds since midnight on the wall clock; null where the pattern names no hour. */
  time: number | null
  /** Milliseconds ahead of UTC; null where the pattern names no offset. */
  ahead: number | null
}

/** A pattern of dates such as `M/d/yyyy` or `dd MMM yyyy HH:mm`, parsed once. */
export interface DateFormat {
  /** As written. */
  readonly source: string
  /** Real dates and times only: undefined for anything else. */
  read(text: string): CivilReading | undefined
}

const MONTHS = 'january february march april may june july august september october november december'.split(' ')
const OFFSET = '(Z|[+-]\\d\\d:?(?:\\d\\d)?)'

/** The letters that a pattern may hold, each with what it matches. */
const TOKENS: Readonly<Record<string, string>> = {
  yyyy: '(\\d{4})',
  yy: '(\\d{2})',
  MMMM: `(${MONTHS.join('|')})`,
  MMM: `(${MONTHS.map((month) => month.slice(0, 3)).join('|')})\\.?`,
  MM: '(\\d{2})',
  M: '(\\d{1,2})',
  dd: '(\\d{2})',
  d: '(\\d{1,2})',
  EEEE: '(?:mon|tues|wednes|thurs|fri|satur|sun)day',
  EEE: '(?:mon|tue|wed|thu|fri|sat|sun)\\.?',
  HH: '(\\d{2})',
  H: '(\\d{1,2})',
  hh: '(\\d{2})',
  h: '(\\d{1,2})',
  mm: '(\\d{2})',
  m: '(\\d{1,2})',
  ss: '(\\d{2})',
  s: '(\\d{1,2})',
  SSS: '(\\d{3})',
  a: '(am|pm|a\\.m\\.|p\\.m\\.)',
  XXX: OFFSET,
  XX: OFFSET,
  X: OFFSET,
}
const PART = /'((?:[^']|'')*)'|([a-zA-Z])\2*|\s+|[^a-zA-Z']/g

/** Two digits of a year, as most programs read them: 70 to 99 are the last century. */
const fullYear = (digits: string) => (digits.length === 4 ? digits : `${Number(digits) < 70 ? 20 : 19}${digits}`)

/**
 * Parses a pattern of date-fns' letters (`yyyy yy MMMM MMM MM M dd d EEEE EEE HH H hh h mm m ss s SSS a XXX`, and quoted text).
 * Names of months and days are English, capitals apart. `error` is a sentence without a place.
 */
export function parseDateFormat(pattern: string): { format?: DateFormat; error?: string } {
  const named: string[] = []
  let source = ''
  let at = 0
  for (const match of pattern.matchAll(PART)) {
    if (match.index !== at) break
    const [part, quoted, letter] = match
    at += part.length
    if (quoted !== undefined) source += escaped(quoted === '' ? "'" : quoted.replaceAll("''", "'"))
    else if (letter === undefined) source += /^\s/.test(part) ? '\\s+' : escaped(part)
    else {
      const token = Object.hasOwn(TOKENS, part) ? TOKENS[part] : undefined
      if (token === undefined) return { error: `A form of dates has no "${part}": "${pattern}".` }
      if (letter !== 'E' && named.includes(letter)) return { error: `"${pattern}" has "${letter}" twice.` }
      if (letter !== 'E') named.push(letter)
      source += token
    }
  }
  if (at !== pattern.length) return { error: `"${pattern}" has a quotation mark that is not closed.` }
  const lacks = ['y', 'M', 'd'].filter((letter) => !named.includes(letter))
  if (lacks.length > 0) return { error: `"${pattern}" names no day: it lacks ${lacks.join(' and ')}.` }
  if (named.includes('h') !== named.includes('a')) return { error: `"${pattern}": h and a go together.` }
  if (named.includes('m') && !named.includes('H') && !named.includes('h'))
    return { error: `"${pattern}" has minutes without hours.` }
  const regex = new RegExp(`^${source}$`, 'i')
  const readingOf = (match: RegExpExecArray | null) => (match ? reading(named, match) : undefined)
  return { format: { source: pattern, read: (text) => readingOf(regex.exec(text)) } }
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&')

function reading(named: readonly string[], match: RegExpExecArray): CivilReading | undefined {
  const said = (letter: string) => match[named.indexOf(letter) + 1] ?? ''
  const has = (letter: string) => named.includes(letter)
  const text = said('M')
  const month = /^\d/.test(text)
    ? text.padStart(2, '0')
    : String(MONTHS.findIndex((name) => name.startsWith(text.toLowerCase())) + 1).padStart(2, '0')
  const date = parseCivilDate(`${fullYear(said('y'))}-${month}-${said('d').padStart(2, '0')}`)
  if (date === undefined) return undefined
  const ahead = has('X') ? offset(said('X')) : null
  if (ahead === undefined) return undefined
  if (!has('H') && !has('h')) return { date, time: null, ahead }
  const hour = has('H') ? Number(said('H')) : twelve(Number(said('h')), said('a'))
  const [minute, second] = [has('m') ? Number(said('m')) : 0, has('s') ? Number(said('s')) : 0]
  if (hour === undefined || hour > 23 || minute > 59 || second > 59) return undefined
  return { date, time: hour * HOUR + minute * MINUTE + second * SECOND + (has('S') ? Number(said('S')) : 0), ahead }
}

function twelve(hour: number, half: string): number | undefined {
  if (hour < 1 || hour > 12) return undefined
  return (hour % 12) + (/^p/i.test(half) ? 12 : 0)
}

function offset(text: string): number | undefined {
  if (text.toUpperCase() === 'Z') return 0
  const [hours, minutes] = [Number(text.slice(1, 3)), Number(text.slice(3).replace(':', ''))]
  if (hours > 23 || minutes > 59) return undefined
  return (text.startsWith('-') ? -1 : 1) * (hours * HOUR + minutes * MINUTE)
}

/** The instant of a reading; without an offset it is civil time in the calendar's zone, without a time the day's first instant. */
export function instantOf({ date, time, ahead }: CivilReading, calendar: Calendar): Instant {
  const civil = dayOfDate(date) * DAY + (time ?? 0)
  return ahead === null ? zoneOf(calendar.spec.timezone).instant(civil) : civil - ahead
}
