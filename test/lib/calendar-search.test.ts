import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_CALENDAR, makeCalendar } from '../../src/lib/calendar.js'
import { DAY } from '../../src/lib/civil.js'
import { NEVER } from '../../src/lib/instant.js'
import { formatSpan, SPAN_UNITS } from '../../src/lib/span.js'
import { YEARS } from './calendars.js'
import { QUARTER } from './wall-clock.js'

const utc = makeCalendar(DEFAULT_CALENDAR)

describe.each(YEARS)('latest and earliest, in $spec.timezone', ({ year, spec }) => {
  const calendar = makeCalendar(spec)
  const start = Date.UTC(year, 0, 1)

  it('are exact to the millisecond', () => {
    const at = fc.integer({ min: start, max: start + 366 * DAY })
    const count = fc.integer({ min: 0, max: 60 })
    fc.assert(
      fc.property(at, fc.constantFrom(...SPAN_UNITS), count, fc.boolean(), (any, unit, count, reachable) => {
        const span = { unit, count }
        // Instants that a span reaches are where the edges are.
        const limit = reachable ? calendar.after(any, span) : any
        const latest = calendar.latest(limit, span)
        expect(calendar.after(latest, span)).toBeLessThanOrEqual(limit)
        expect(calendar.after(latest + 1, span)).toBeGreaterThan(limit)
        const earliest = calendar.earliest(limit, span)
        expect(calendar.after(earliest, span)).toBeGreaterThanOrEqual(limit)
        expect(calendar.after(earliest - 1, span)).toBeLessThan(limit)
      }),
      { seed: 4, numRuns: 1500 },
    )
  })

  it('are what a walk through every quarter of an hour finds', () => {
    const spans = SPAN_UNITS.map((unit) => ({ unit, count: unit === 'business_hour' ? 5 : 1 }))
    for (const span of spans) {
      // One walk for all limits: the latest quarter of an hour only moves on with the limit.
      let latest = start - 400 * DAY
      for (let limit = start; limit < start + 366 * DAY; limit += 33 * QUARTER) {
        while (calendar.after(latest + QUARTER, span) <= limit) latest += QUARTER
        const got = calendar.latest(limit, span)
        if (got < latest || got >= latest + QUARTER) expect.fail(`${formatSpan(span)} up by ${limit}: ${got}`)
      }
    }
  })
})

describe('the ends of the calendar', () => {
  const centuries = { count: 100_000, unit: 'year' } as const

  it('let a span that is up after the year 9999 never be up', () => {
    expect(utc.after(0, centuries)).toBe(NEVER)
    expect(utc.after(NEVER, { count: 1, unit: 'day' })).toBe(NEVER)
    expect(utc.after(NEVER, { count: 1, unit: 'hour' })).toBe(NEVER)
    expect(utc.after(0, { count: 100_000, unit: 'business_hour' })).toBeLessThan(
      utc.after(0, { count: 50, unit: 'year' }),
    )
    expect(utc.latest(NEVER, { count: 1, unit: 'day' })).toBe(NEVER)
  })
  it('leave no instant whose 100,000 years are up', () => {
    const latest = utc.latest(Date.UTC(2026, 0, 1), centuries)
    expect(latest).toBeLessThan(Date.parse('0001-01-03T00:00Z'))
    expect(Number.isInteger(latest)).toBe(true)
  })
  it('do not make the shortest business hours endless', () => {
    const oneMinute = makeCalendar({ ...DEFAULT_CALENDAR, workdays: [1], hours: { from: 0, to: 1 } })
    expect(oneMinute.after(0, { count: 1, unit: 'business_hour' })).toBe(Date.UTC(1971, 1, 22, 0, 1))
    expect(oneMinute.after(0, { count: 100_000, unit: 'business_hour' })).toBe(NEVER)
  })
})
