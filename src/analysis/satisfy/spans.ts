import { DAY, HOUR, MINUTE } from '../../lib/civil.js'
import type { Span, SpanUnit } from '../../lib/span.js'

const SAME: Partial<Record<SpanUnit, readonly [family: string, times: number]>> = {
  minute: ['clock', 1],
  hour: ['clock', 60],
  day: ['civil', 1],
  week: ['civil', 7],
  month: ['months', 1],
  quarter: ['months', 3],
  year: ['months', 12],
}

/** The shortest and the longest that a span can be, in milliseconds, in any calendar and from any instant. */
export function bounds({ count, unit }: Span): readonly [shortest: number, longest: number] {
  if (count === 0) return [0, unit === 'business_day' || unit === 'business_hour' ? Number.POSITIVE_INFINITY : 0]
  const [family, times] = SAME[unit] ?? [unit, 1]
  const n = count * times
  switch (family) {
    case 'clock':
      return [n * MINUTE, n * MINUTE]
    case 'civil':
      return [n * DAY - 3 * HOUR, n * DAY + 3 * HOUR]
    case 'months':
      return [Math.floor(n * 30.4) * DAY - 4 * DAY, Math.ceil(n * 30.5) * DAY + 4 * DAY]
    case 'business_day':
      return [n * DAY - 27 * HOUR, Number.POSITIVE_INFINITY]
    default:
      return [n * HOUR, Number.POSITIVE_INFINITY]
  }
}

/** A span as a number of the smallest unit of which it is made in any calendar. */
export function inSmallest({ count, unit }: Span): Span {
  const [family, times] = SAME[unit] ?? [unit, 1]
  return { unit: SMALLEST[family] ?? unit, count: count * times }
}
const SMALLEST: Readonly<Record<string, SpanUnit>> = { clock: 'minute', civil: 'day', months: 'month' }

/** The days of the week on which people work, 1 Monday … 7 Sunday. */
type Workdays = readonly number[]

/** So many days pass at the least until so many workdays are up, whenever they begin: holidays only make them more. */
function leastDays(count: number, workdays: Workdays): number {
  const days = [...new Set(workdays)].sort((a, b) => a - b)
  const left = count % days.length
  const gaps = days.map((day, i) => ((days[(i + left) % days.length] as number) - day + 7) % 7)
  return Math.floor(count / days.length) * 7 + Math.min(...gaps)
}

/** A span of civil time, for one that is never up sooner; null where it is not made of days. */
function daysOf(span: Span, workdays: Workdays): number | null {
  const { unit, count } = inSmallest(span)
  if (unit === 'day') return count
  return unit === 'business_day' ? leastDays(count, workdays) : null
}

/** Is the one never up later than the other, whenever both begin? False where that is not certain. */
export const isNeverLonger = (a: Span, b: Span, workdays: Workdays): boolean => isNeverLongerThanAll(a, [b], workdays)

/** Is the one never up later than two others, one after the other? False where that is not certain. */
export const isNeverLongerThanBoth = (a: Span, b: Span, then: Span, workdays: Workdays): boolean =>
  isNeverLongerThanAll(a, [b, then], workdays)

/** Is the one always up before the other? False where that is not certain. */
export function isAlwaysShorter(a: Span, b: Span, workdays: Workdays): boolean {
  const [one, other] = [inSmallest(a), inSmallest(b)]
  if (one.unit === other.unit) return one.count < other.count
  const days = one.unit === 'day' ? daysOf(b, workdays) : null
  return days === null ? bounds(a)[1] < bounds(b)[0] : one.count < days
}

/** One after the other they reach at least as far as their sum does: what lands on no day moves on, never back. */
function isNeverLongerThanAll(a: Span, others: readonly Span[], workdays: Workdays): boolean {
  const one = inSmallest(a)
  const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0)
  const small = others.map(inSmallest)
  if (small.every(({ unit }) => unit === one.unit)) return one.count <= sum(small.map(({ count }) => count))
  const days = one.unit === 'day' ? others.flatMap((span) => daysOf(span, workdays) ?? []) : []
  if (days.length === others.length) return one.count <= sum(days)
  return bounds(a)[1] <= sum(others.map((span) => bounds(span)[0]))
}
