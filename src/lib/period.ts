import type { Period, PeriodUnit } from './calendar.js'
import { nearestOfAny } from './nearest.js'
import { MAX_COUNT } from './span.js'

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

const NAMED: Readonly<Record<string, string>> = { tomorrow: 'day+1', yesterday: 'day-1', now: 'today' }

/** The period that somebody who wrote this may have meant: of `tomorrow` `day+1`. Undefined where it is one, or nobody knows. */
export function meantPeriod(text: string): string | undefined {
  const word = text
    .trim()
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, ' ')
  if (parsePeriod(text) || word === '') return undefined
  if (Object.hasOwn(NAMED, word)) return NAMED[word]
  const [, unit = '', sign = '', digits = ''] = /^([a-z]+?)s? ?([+-]) ?(\d+)$/.exec(text.trim().toLowerCase()) ?? []
  const counted = `${unit}${sign}${digits}`
  const all = ['today', ...Object.keys(WORDS).flatMap((w) => PERIOD_UNITS.slice(1).map((u) => `${w} ${u}`))]
  return parsePeriod(counted) ? counted : nearestOfAny(word, all)
}

/** Writes a period as `parsePeriod` reads it, in words where there are some. */
export function formatPeriod({ unit, offset }: Period): string {
  if (unit === 'day' && offset === 0) return 'today'
  const word = Object.entries(WORDS).find(([, value]) => value === offset)?.[0]
  if (word !== undefined && unit !== 'day') return `${word} ${unit}`
  return `${unit}${offset < 0 ? '-' : '+'}${Math.abs(offset)}`
}
