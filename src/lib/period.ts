import type { Period, PeriodUnit } from './calendar.js'
import { nearestOfAny } from './nearest.js'
import { MAX_COUNT, meantSpan, parseSpan } from './span.js'

export type { Period, PeriodUnit } from './calendar.js'

/** The units of periods, from short to long. */
export const PERIOD_UNITS = ['day', 'week', 'month', 'quarter', 'year'] as const satisfies readonly PeriodUnit[]

const WORDS = { last: -1, this: 0, next: 1 } as const
const isUnit = (text: string | undefined): text is PeriodUnit =>
  (PERIOD_UNITS as readonly (string | undefined)[]).includes(text)

/** Reads `today`, `this quarter`, `last month`, `next week`, `quarter+2`, `month-1`. Undefined for anything else. */
export function parsePeriod(text: string): Period | undefined {
  const trimmed = text.trim()
  if (trimmed === 'today') return { unit: 'day', offset: 0 }
  const [, word, named] = /^(last|this|next)\s+([a-z]+)$/.exec(trimmed) ?? []
  if (word !== undefined)
    return isUnit(named) && named !== 'day' ? { unit: named, offset: WORDS[word as 'this'] } : undefined
  const [, unit, sign, digits] = /^([a-z]+)([+-])(\d{1,9})$/.exec(trimmed) ?? []
  const size = Number(digits)
  if (!isUnit(unit) || size > MAX_COUNT) return undefined
  return { unit, offset: sign === '-' && size !== 0 ? -size : size }
}

const NAMED: Readonly<Record<string, string>> = {
  today: 'today',
  now: 'today',
  tomorrow: 'day+1',
  yesterday: 'day-1',
  'this day': 'today',
  'next day': 'day+1',
  'last day': 'day-1',
}

/** What people write for `last`, `this` and `next` elsewhere. */
const ELSEWHERE: Readonly<Record<string, keyof typeof WORDS>> = {
  previous: 'last',
  prior: 'last',
  past: 'last',
  current: 'this',
  coming: 'next',
  upcoming: 'next',
  following: 'next',
}

/** A text in lower case with single spaces, its first word as periods have it. */
const asWritten = (text: string): string =>
  text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, ' ')
    .replace(/^[a-z]+(?= )/, (word) => (Object.hasOwn(ELSEWHERE, word) ? (ELSEWHERE[word] as string) : word))

/**
 * The period that somebody who wrote this may have meant: of `tomorrow` `day+1`, of `current quater` `this quarter`.
 * Undefined where it is one, or nobody knows: which way it points is never guessed from letters.
 */
export function meantPeriod(text: string): string | undefined {
  if (parsePeriod(text)) return undefined
  const word = asWritten(text)
  if (Object.hasOwn(NAMED, word)) return NAMED[word]
  const [, way, unit = ''] = /^(last|this|next) ([a-z]+)$/.exec(word) ?? []
  if (way !== undefined) {
    const near = nearestOfAny(unit, PERIOD_UNITS.slice(1))
    return near && `${way} ${near}`
  }
  const [, of = '', sign = '', digits = ''] = /^([a-z]+?)s? ?([+-]) ?(\d+)$/.exec(text.trim().toLowerCase()) ?? []
  if (parsePeriod(`${of}${sign}${digits}`)) return `${of}${sign}${digits}`
  const day = nearestOfAny(
    word,
    Object.keys(NAMED).filter((name) => /^[^ ]{5,}$/.test(name) && name[0] === word[0]),
  )
  return day && NAMED[day]
}

/** Of `next 2 weeks` the comparison that says it: `{ within_next: 2 weeks }`. Undefined of what is no such stretch. */
export function meantWithin(text: string): string | undefined {
  const [, way, length = ''] = /^(last|next) (\S+ .+|\d+[a-z]+)$/.exec(asWritten(text)) ?? []
  const span = parseSpan(length) ? length : meantSpan(length)
  return way && span && `{ within_${way}: ${span} }`
}

/** Writes a period as `parsePeriod` reads it, in words where there are some. */
export function formatPeriod({ unit, offset }: Period): string {
  if (unit === 'day' && offset === 0) return 'today'
  const word = Object.entries(WORDS).find(([, value]) => value === offset)?.[0]
  if (word !== undefined && unit !== 'day') return `${word} ${unit}`
  return `${unit}${offset < 0 ? '-' : '+'}${Math.abs(offset)}`
}
