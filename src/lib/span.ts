import { nearestOfAny } from './nearest.js'

export type SpanUnit =
  | 'minute'
  | 'hour'
  | 'business_hour'
  | 'day'
  | 'business_day'
  | 'week'
  | 'month'
  | 'quarter'
  | 'year'

/** A length of time as people write it: `14 days`, `3 business days`. `count` is a whole number from 0 on. */
export interface Span {
  readonly count: number
  readonly unit: SpanUnit
}

/** Each unit as it is written, singular and plural. */
const WRITTEN: Record<SpanUnit, readonly [one: string, many: string]> = {
  minute: ['minute', 'minutes'],
  hour: ['hour', 'hours'],
  business_hour: ['business hour', 'business hours'],
  day: ['day', 'days'],
  business_day: ['business day', 'business days'],
  week: ['week', 'weeks'],
  month: ['month', 'months'],
  quarter: ['quarter', 'quarters'],
  year: ['year', 'years'],
}

/** The units of spans, from short to long. */
export const SPAN_UNITS = Object.keys(WRITTEN) as readonly SpanUnit[]

/** Units that are a whole number of a smaller one, whatever the calendar. */
const MADE_OF: Partial<Record<SpanUnit, readonly [unit: SpanUnit, count: number]>> = {
  hour: ['minute', 60],
  week: ['day', 7],
  quarter: ['month', 3],
  year: ['month', 12],
}

/** Whether a span is never up before the other that began with it; false also where the calendar may say either. */
export function isNeverShorter(span: Span, other: Span): boolean {
  const [unit, count] = MADE_OF[span.unit] ?? [span.unit, 1]
  const [otherUnit, otherCount] = MADE_OF[other.unit] ?? [other.unit, 1]
  return unit === otherUnit && span.count * count >= other.count * otherCount
}

/** No span counts further than this. */
export const MAX_COUNT = 100_000

const UNITS: ReadonlyMap<string, SpanUnit> = new Map(
  SPAN_UNITS.flatMap((unit) => WRITTEN[unit].map((word) => [word, unit] as const)),
)

/** Reads `14 days`, `1 day`, `3 business days`; singular and plural are one. Undefined for anything else, or over 100,000. */
export function parseSpan(text: string): Span | undefined {
  const [, digits, words] = /^(\d{1,9})\s+([a-z]+(?:\s+[a-z]+)?)$/.exec(text.trim()) ?? []
  const unit = UNITS.get(words?.replace(/\s+/g, ' ') ?? '')
  const count = Number(digits)
  return unit === undefined || count > MAX_COUNT ? undefined : { count, unit }
}

/** What people write for a unit elsewhere: of each as it is without spaces and without a last "s". */
const ELSEWHERE: Readonly<Record<string, SpanUnit>> = {
  min: 'minute',
  h: 'hour',
  hr: 'hour',
  workinghour: 'business_hour',
  workhour: 'business_hour',
  officehour: 'business_hour',
  bh: 'business_hour',
  d: 'day',
  calendarday: 'day',
  workingday: 'business_day',
  workday: 'business_day',
  weekday: 'business_day',
  bizday: 'business_day',
  bd: 'business_day',
  w: 'week',
  wk: 'week',
  mo: 'month',
  mon: 'month',
  mth: 'month',
  q: 'quarter',
  qtr: 'quarter',
  y: 'year',
  yr: 'year',
}
const NUMBERS = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
]

/**
 * The span that somebody who wrote this may have meant, as it is written: of `3d` `3 days`, of `1.5 days` `36 hours`.
 * Undefined where it is a span already, or nobody knows.
 */
export function meantSpan(text: string): string | undefined {
  const [, amount = '', words = ''] =
    /^(\d+(?:[.,]\d+)*|[a-z]+)[\s-]*([a-z]+(?:[\s-]+[a-z]+)?)$/.exec(text.trim().toLowerCase()) ?? []
  const unit = meantUnit(words.replace(/[\s-]+/g, ' '))
  const word = NUMBERS.indexOf(amount)
  const number = word >= 0 ? word : meantNumber(amount)
  if (unit === undefined || number === undefined) return undefined
  const span = whole(number, unit)
  const written = span && formatSpan(span)
  return written && parseSpan(written) && !parseSpan(text) ? written : undefined
}

/** A comma before three digits parts thousands, else decimals; a full stop there may do either, so nobody knows. */
function meantNumber(digits: string): number | undefined {
  if (/^[1-9]\d{0,2}(,\d{3})+(\.\d+)?$/.test(digits)) return Number(digits.replaceAll(',', ''))
  if (/^[1-9]\d{0,2}(\.\d{3})+$/.test(digits)) return undefined
  const number = Number(digits.replace(',', '.'))
  return Number.isNaN(number) ? undefined : number
}

const bare = (words: string): string => words.replaceAll(' ', '').replace(/s$/, '')
const BARE: ReadonlyMap<string, SpanUnit> = new Map([
  ...Object.entries(ELSEWHERE),
  ...SPAN_UNITS.map((unit) => [bare(WRITTEN[unit][0]), unit] as const),
])

const meantUnit = (words: string): SpanUnit | undefined => {
  const near = words.length < 3 ? undefined : nearestOfAny(words, UNITS.keys())
  return BARE.get(bare(words)) ?? (near === undefined ? undefined : UNITS.get(near))
}

/** A count that is not whole, in a smaller unit of which it is a whole number; undefined where there is none. */
function whole(count: number, unit: SpanUnit): Span | undefined {
  if (Number.isInteger(count)) return { count, unit }
  const smaller = unit === 'day' ? (['hour', 24] as const) : MADE_OF[unit]
  if (smaller === undefined) return undefined
  const inSmaller = Math.round(count * smaller[1] * 1e6) / 1e6
  return Number.isInteger(inSmaller) ? { count: inSmaller, unit: smaller[0] } : undefined
}

/** What `parseSpan` reads, and nothing else, as the source of a regular expression: for schemas. */
export const SPAN_PATTERN = `^\\s*(?:0{0,4}\\d{1,5}|0{0,3}${MAX_COUNT})\\s+(?:${[...UNITS.keys()].map((words) => words.replace(' ', '\\s+')).join('|')})\\s*$`

/** Writes a span as `parseSpan` reads it. */
export const formatSpan = ({ count, unit }: Span): string => `${count} ${WRITTEN[unit][count === 1 ? 0 : 1]}`

const LENGTHS: readonly [unit: SpanUnit, milliseconds: number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

/**
 * Says for people how long something took: the whole days, below a day the hours, below an hour the minutes.
 * Days are the largest unit, because longer ones differ in length. Of a negative time it says the size.
 */
export function formatElapsed(milliseconds: number): string {
  const size = Math.abs(milliseconds)
  const found = LENGTHS.find(([, length]) => size >= length)
  if (found === undefined) return 'less than a minute'
  const [unit, length] = found
  return formatSpan({ count: Math.floor(size / length), unit })
}
