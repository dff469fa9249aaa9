import { expect, test } from 'vitest'
import { isAlwaysShorter, isNeverLonger, isNeverLongerThanBoth } from '../../src/analysis/satisfy/spans.js'
import { DEFAULT_CALENDAR, makeCalendar } from '../../src/lib/calendar.js'
import { HOUR } from '../../src/lib/civil.js'
import { SPAN_UNITS, type Span } from '../../src/lib/span.js'
import { chance } from '../support/chance.js'

const calendars = [
  DEFAULT_CALENDAR,
  { ...DEFAULT_CALENDAR, timezone: 'America/New_York', holidays: ['2026-12-25', '2027-01-01', '2027-01-04'] },
  { ...DEFAULT_CALENDAR, timezone: 'Australia/Lord_Howe', workdays: [1, 2, 4, 6] },
  { ...DEFAULT_CALENDAR, workdays: [7] },
].map(makeCalendar)

test('spans that are never longer than others are up by then, wherever they begin', () => {
  const said = { longer: 0, both: 0, shorter: 0 }
  for (let seed = 1; seed <= 600; seed += 1) {
    const at = chance(seed)
    const calendar = at.pick(calendars)
    const { workdays } = calendar.spec
    const span = (): Span => ({ unit: at.pick(SPAN_UNITS), count: at.int(1, 40) })
    const [a, b, then] = [span(), span(), span()] as const
    const claims = {
      longer: isNeverLonger(a, b, workdays),
      both: isNeverLongerThanBoth(a, b, then, workdays),
      shorter: isAlwaysShorter(a, b, workdays),
    }
    const starts = at.times(60, () => Date.UTC(2026, 8, 1) + at.int(0, 24 * 400) * HOUR + at.int(0, 3_599_999))
    for (const start of starts) {
      const [upA, upB] = [calendar.after(start, a), calendar.after(start, b)]
      const says = `seed ${seed}: ${JSON.stringify({ a, b, then, start, calendar: calendar.spec })}`
      if (claims.longer) expect(upA, says).toBeLessThanOrEqual(upB)
      if (claims.shorter) expect(upA, says).toBeLessThan(upB)
      if (claims.both) expect(upA, says).toBeLessThanOrEqual(calendar.after(upB, then))
    }
    for (const name of ['longer', 'both', 'shorter'] as const) if (claims[name]) said[name] += 1
  }
  expect(Math.min(...Object.values(said))).toBeGreaterThan(100)
})

test('business days are as few days as their week lets them be', () => {
  const days = (count: number): Span => ({ unit: 'day', count })
  const business = (count: number): Span => ({ unit: 'business_day', count })
  const most = (count: number, workdays: readonly number[]) =>
    Array.from({ length: 60 }, (_, n) => n)
      .filter((n) => isNeverLonger(days(n), business(count), workdays))
      .at(-1)
  expect([1, 4, 5, 6, 10].map((n) => most(n, [1, 2, 3, 4, 5]))).toEqual([1, 4, 7, 8, 14])
  expect([1, 2, 3].map((n) => most(n, [1, 4]))).toEqual([3, 7, 10])
  expect(most(2, [3])).toBe(14)
})
