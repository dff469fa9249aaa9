import { tz } from '@date-fns/tz/tz'
import { add } from 'date-fns/add'
import { addBusinessDays } from 'date-fns/addBusinessDays'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_CALENDAR, formatInstant, makeCalendar, parseInstant } from '../../src/lib/calendar.js'
import { parseSpan, type Span } from '../../src/lib/span.js'

const newYork = makeCalendar({
  ...DEFAULT_CALENDAR,
  timezone: 'America/New_York',
  holidays: ['2026-07-03', '2026-12-25'],
})
const read = (text: string) => parseInstant(text, newYork)!
const show = (at: number) => formatInstant(at, newYork)
const upAt = (text: string, span: string) => show(newYork.after(read(text), parseSpan(span)!))

/** What date-fns itself makes of a span, in the zone. */
function naive(at: number, { count, unit }: Span): number {
  const zone = { in: tz('America/New_York') }
  if (unit === 'business_day') return addBusinessDays(at, count, zone).getTime()
  const months = { month: 1, quarter: 3, year: 12 }[unit as 'month']
  return add(at, months === undefined ? { [`${unit}s`]: count } : { months: months * count }, zone).getTime()
}

describe('the second run of a repeated hour', () => {
  it('stands still at that hour’s end', () => {
    expect(upAt('2026-11-01T01:30-04:00', '1 day')).toBe('2026-11-02T01:30-05:00')
    expect(upAt('2026-11-01T01:00-05:00', '1 day')).toBe('2026-11-02T02:00-05:00')
    expect(upAt('2026-11-01T01:59-05:00', '1 day')).toBe('2026-11-02T02:00-05:00')
    expect(upAt('2026-11-01T02:00-05:00', '1 day')).toBe('2026-11-02T02:00-05:00')
  })
  it('is reached in its first run', () => {
    expect(upAt('2026-10-31T01:30', '1 day')).toBe('2026-11-01T01:30-04:00')
  })
  it('makes date-fns go back', () => {
    const [first, second] = [read('2026-11-01T01:45-04:00'), read('2026-11-01T01:15-05:00')]
    const day: Span = { count: 1, unit: 'day' }
    expect(first).toBeLessThan(second)
    expect(naive(first, day)).toBeGreaterThan(naive(second, day))
    expect(newYork.after(first, day)).toBeLessThanOrEqual(newYork.after(second, day))
  })
})

describe('a civil time in a gap', () => {
  it('is the gap’s end', () => {
    expect(upAt('2026-03-07T02:00', '1 day')).toBe('2026-03-08T03:00-04:00')
    expect(upAt('2026-03-07T02:30', '1 day')).toBe('2026-03-08T03:00-04:00')
    expect(upAt('2026-03-07T03:00', '1 day')).toBe('2026-03-08T03:00-04:00')
    expect(upAt('2026-02-08T02:30', '1 month')).toBe('2026-03-08T03:00-04:00')
  })
  it('makes date-fns go back', () => {
    const [first, second] = [read('2026-03-07T02:45'), read('2026-03-07T03:15')]
    const day: Span = { count: 1, unit: 'day' }
    expect(naive(first, day)).toBeGreaterThan(naive(second, day))
    expect(newYork.after(first, day)).toBeLessThanOrEqual(newYork.after(second, day))
  })
})

describe('a month that lacks the day', () => {
  it('ends at the next month’s first instant', () => {
    expect(upAt('2026-01-28T10:00', '1 month')).toBe('2026-02-28T10:00-05:00')
    expect(upAt('2026-01-29T10:00', '1 month')).toBe('2026-03-01T00:00-05:00')
    expect(upAt('2026-01-31T10:00', '1 month')).toBe('2026-03-01T00:00-05:00')
    expect(upAt('2028-01-29T10:00', '1 month')).toBe('2028-02-29T10:00-05:00')
    expect(upAt('2026-08-31T10:00', '1 quarter')).toBe('2026-12-01T00:00-05:00')
    expect(upAt('2028-02-29T10:00', '1 year')).toBe('2029-03-01T00:00-05:00')
    expect(upAt('2028-02-29T10:00', '4 years')).toBe('2032-02-29T10:00-05:00')
  })
  it('makes date-fns go back', () => {
    const [first, second] = [read('2026-01-30T12:00'), read('2026-01-31T10:00')]
    const month: Span = { count: 1, unit: 'month' }
    expect(naive(first, month)).toBeGreaterThan(naive(second, month))
    expect(newYork.after(first, month)).toBeLessThanOrEqual(newYork.after(second, month))
  })
})

describe('a weekend or a holiday', () => {
  it('first moves to the next workday’s start', () => {
    expect(upAt('2026-03-13T15:00', '1 business day')).toBe('2026-03-16T15:00-04:00')
    expect(upAt('2026-03-14T15:00', '1 business day')).toBe('2026-03-17T00:00-04:00')
    expect(upAt('2026-03-15T15:00', '1 business day')).toBe('2026-03-17T00:00-04:00')
    expect(upAt('2026-03-14T15:00', '0 business days')).toBe('2026-03-16T00:00-04:00')
    expect(upAt('2026-07-02T15:00', '1 business day')).toBe('2026-07-06T15:00-04:00')
    expect(upAt('2026-07-03T15:00', '1 business day')).toBe('2026-07-07T00:00-04:00')
    expect(upAt('2026-12-24T15:00', '5 business days')).toBe('2027-01-01T15:00-05:00')
  })
  it('makes date-fns go back', () => {
    const [first, second] = [read('2026-03-14T15:00'), read('2026-03-15T10:00')]
    const day: Span = { count: 1, unit: 'business_day' }
    expect(naive(first, day)).toBeGreaterThan(naive(second, day))
    expect(newYork.after(first, day)).toBeLessThanOrEqual(newYork.after(second, day))
  })
})

describe('business hours', () => {
  it('run only within the hours of workdays', () => {
    expect(upAt('2026-03-12T10:00', '4 business hours')).toBe('2026-03-12T14:00-04:00')
    expect(upAt('2026-03-12T10:00', '7 business hours')).toBe('2026-03-12T17:00-04:00')
    expect(upAt('2026-03-12T10:00', '8 business hours')).toBe('2026-03-13T10:00-04:00')
    expect(upAt('2026-03-12T03:00', '1 business hour')).toBe('2026-03-12T10:00-04:00')
    expect(upAt('2026-03-12T22:00', '1 business hour')).toBe('2026-03-13T10:00-04:00')
  })
  it('rest over weekends and holidays', () => {
    expect(upAt('2026-03-13T16:00', '2 business hours')).toBe('2026-03-16T10:00-04:00')
    expect(upAt('2026-03-14T12:00', '2 business hours')).toBe('2026-03-16T11:00-04:00')
    expect(upAt('2026-07-02T16:30', '1 business hour')).toBe('2026-07-06T09:30-04:00')
    expect(upAt('2026-12-24T16:00', '9 business hours')).toBe('2026-12-28T17:00-05:00')
  })
  it('are as many in the long run as workdays have', () => {
    expect(upAt('2026-01-05T09:00', '16000 business hours')).toBe(upAt('2026-01-02T17:00', '2000 business days'))
    for (let day = '2026-01-01'; day < '2027-02-01'; day = newYork.addDays(day, 1)) {
      const [opening, closing] = [read(`${day}T09:00`), read(`${day}T17:00`)]
      // From a workday's opening 257 workdays end at the closing of the 256th after it.
      if (show(newYork.after(opening, { count: 0, unit: 'business_hour' })) !== show(opening)) continue
      const hours = newYork.after(opening, { count: 257 * 8, unit: 'business_hour' })
      expect(show(hours)).toBe(show(newYork.after(closing, { count: 256, unit: 'business_day' })))
    }
  })
  it('have none left at closing time', () => {
    expect(upAt('2026-03-13T16:59', '0 business hours')).toBe('2026-03-13T16:59-04:00')
    expect(upAt('2026-03-13T17:00', '0 business hours')).toBe('2026-03-16T09:00-04:00')
    expect(upAt('2026-03-14T12:00', '0 business hours')).toBe('2026-03-16T09:00-04:00')
  })
})

describe('hours and minutes', () => {
  it('are exact, whatever the clock does', () => {
    expect(upAt('2026-03-07T12:00', '24 hours')).toBe('2026-03-08T13:00-04:00')
    expect(upAt('2026-10-31T12:00', '1440 minutes')).toBe('2026-11-01T11:00-05:00')
  })
})

it('agrees with date-fns on ordinary days', () => {
  // Both ends on workdays between the 1st and the 28th, and no clock change, weekend or holiday near: there is one answer only.
  const from = fc.integer({ min: read('2026-04-06T00:00'), max: read('2026-06-24T00:00') })
  const unit = fc.constantFrom('day', 'week', 'month', 'business_day', 'hour', 'minute', 'quarter', 'year')
  fc.assert(
    fc.property(from, unit, fc.integer({ min: 1, max: 5 }), (at, unit, count) => {
      const day = newYork.dateOf(at)
      fc.pre(Number(day.slice(8)) <= 28 && newYork.index('day', day) - (7 * newYork.index('week', day) - 3) < 5)
      const span = { unit, count: unit === 'year' || unit === 'month' ? 1 : count } as const
      fc.pre(unit !== 'quarter' || count === 1)
      fc.pre(unit !== 'business_day' || newYork.after(at, span) < read('2026-07-03T00:00'))
      expect(show(newYork.after(at, span))).toBe(show(naive(at, span)))
    }),
    { seed: 3, numRuns: 500 },
  )
})
