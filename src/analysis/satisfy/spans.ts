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

/** Is the one never up later than the other, whenever both begin? False where that is not certain. */
export function isNeverLonger(a: Span, b: Span): boolean {
  const [familyA, timesA] = SAME[a.unit] ?? [a.unit, 1]
  const [familyB, timesB] = SAME[b.unit] ?? [b.unit, 1]
  return familyA === familyB ? a.count * timesA <= b.count * timesB : bounds(a)[1] <= bounds(b)[0]
}

/** Is the one always up before the other? False where that is not certain. */
export function isAlwaysShorter(a: Span, b: Span): boolean {
  const [familyA, timesA] = SAME[a.unit] ?? [a.unit, 1]
  const [familyB, timesB] = SAME[b.unit] ?? [b.unit, 1]
  return familyA === familyB ? a.count * timesA < b.count * timesB : bounds(a)[1] < bounds(b)[0]
}

/** Is the one always up before two others, one after the other? False where that is not certain. */
export function isShorterThanBoth(a: Span, b: Span, then: Span): boolean {
  const sizes = [a, b, then].map(({ count, unit }) => ({
    family: SAME[unit]?.[0] ?? unit,
    n: count * (SAME[unit]?.[1] ?? 1),
  }))
  const [one, other, last] = sizes as [(typeof sizes)[number], (typeof sizes)[number], (typeof sizes)[number]]
  if (sizes.every(({ family }) => family === one.family)) return one.n < other.n + last.n
  return bounds(a)[1] < bounds(b)[0] + bounds(then)[0]
}
