import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CalendarSpec, DEFAULT_CALENDAR, formatInstant, makeCalendar } from '../../src/lib/calendar.js'
import { type Every, makeSchedule, parseEvery } from '../../src/lib/schedules.js'

const NEW_YORK: CalendarSpec = { ...DEFAULT_CALENDAR, timezone: 'America/New_York', holidays: ['2026-12-25'] }
const calendar = makeCalendar(NEW_YORK)
const say = (at: number) => formatInstant(at, calendar)
const at = (text: string) => Date.parse(text)
const runs = (every: Every, starting: string, minutes: number, from: string, n: number): string[] => {
  const schedule = makeSchedule({ every, starting, at: minutes }, NEW_YORK)
  const found: string[] = []
  for (let next = schedule.next(at(from)); found.length < n; next = schedule.next(next + 1)) found.push(say(next))
  return found
}

describe('schedules', () => {
  it('are read as they are written', () => {
    expect(['week', 'weeks', '1 week', '2 weeks', 'month', 'workday'].map(parseEvery)).toEqual([
      { weeks: 1 },
      { weeks: 1 },
      { weeks: 1 },
      { weeks: 2 },
      'month',
      'workday',
    ])
    expect(['2 months', 'day', '0 weeks', '', '2 workday'].map(parseEvery)).toEqual(new Array(5).fill(undefined))
  })

  it('come every two weeks on the weekday of the starting date, by the clock on the wall', () => {
    expect(runs({ weeks: 2 }, '2026-03-02', 480, '2026-01-01T00:00:00Z', 3)).toEqual([
      '2026-03-02T08:00-05:00',
      '2026-03-16T08:00-04:00',
      '2026-03-30T08:00-04:00',
    ])
    expect(runs({ weeks: 2 }, '2026-03-02', 480, '2026-10-27T00:00:00Z', 1)).toEqual(['2026-11-09T08:00-05:00'])
  })

  it('come each month on its day, or on the last one', () => {
    expect(runs('month', '2026-01-31', 480, '2026-01-01T00:00:00Z', 4)).toEqual([
      '2026-01-31T08:00-05:00',
      '2026-02-28T08:00-05:00',
      '2026-03-31T08:00-04:00',
      '2026-04-30T08:00-04:00',
    ])
    expect(runs('month', '2024-01-31', 480, '2028-02-01T00:00:00Z', 1)).toEqual(['2028-02-29T08:00-05:00'])
  })

  it('come on workdays only', () => {
    expect(runs('workday', '2026-01-01', 540, '2026-12-24T10:00:00-05:00', 2)).toEqual([
      '2026-12-28T09:00-05:00',
      '2026-12-29T09:00-05:00',
    ])
  })

  it('come at the end of a gap, and once where an hour comes twice', () => {
    const daily = { weeks: 1 }
    expect(runs(daily, '2026-03-08', 150, '2026-03-07T00:00:00Z', 1)).toEqual(['2026-03-08T03:00-04:00'])
    expect(runs(daily, '2026-11-01', 90, '2026-10-31T12:00:00Z', 2)).toEqual([
      '2026-11-01T01:30-04:00',
      '2026-11-08T01:30-05:00',
    ])
  })

  it('know the last run as they know the next', () => {
    const every = fc.constantFrom<Every>({ weeks: 1 }, { weeks: 2 }, { weeks: 3 }, 'month', 'workday')
    const instant = fc.integer({ min: at('2026-02-01T00:00:00Z'), max: at('2027-03-01T00:00:00Z') })
    fc.assert(
      fc.property(every, instant, fc.integer({ min: 0, max: 1439 }), (every, now, minutes) => {
        const schedule = makeSchedule({ every, starting: '2026-01-29', at: minutes }, NEW_YORK)
        const next = schedule.next(now)
        expect(next).toBeGreaterThanOrEqual(now)
        expect(schedule.last(next)).toBe(next)
        const last = schedule.last(now)
        if (last === null) return expect(schedule.next(at('2026-01-01T00:00:00Z'))).toBeGreaterThan(now)
        expect(last).toBeLessThanOrEqual(now)
        if (last < now) expect(schedule.next(last + 1)).toBe(next)
      }),
      { seed: 4, numRuns: 300 },
    )
    expect(
      makeSchedule({ every: 'workday', starting: '2026-06-01', at: 0 }, NEW_YORK).last(at('2026-01-01T00:00:00Z')),
    ).toBe(null)
  })
})
