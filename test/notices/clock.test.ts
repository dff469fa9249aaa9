import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CalendarSpec, DEFAULT_CALENDAR, formatInstant, makeCalendar } from '../../src/lib/calendar.js'
import { personClock } from '../../src/notices/clock.js'
import type { NotificationSettings } from '../../src/notices/settings.js'

const settings = (
  but: Partial<NotificationSettings> = {},
  calendar: Partial<CalendarSpec> = {},
): NotificationSettings => ({
  via: { channel: 'mail', type: 'email' },
  gather: [8 * 60 + 30],
  quiet: { from: 19 * 60, to: 7 * 60 },
  atMost: 5,
  calendar: { ...DEFAULT_CALENDAR, timezone: 'America/New_York', ...calendar },
  ...but,
})
const at = (text: string) => Date.parse(text)
const said = (zone: string) => (instant: number | null) =>
  instant === null ? null : formatInstant(instant, makeCalendar({ ...DEFAULT_CALENDAR, timezone: zone }))

describe('windows', () => {
  const say = said('America/New_York')

  it('opens on workdays at each of its times, in the zone of the person', () => {
    const clock = personClock(settings({ gather: [8 * 60 + 30, 16 * 60] }), null)
    // Friday afternoon, then the weekend.
    expect(say(clock.nextWindow(at('2026-03-06T12:00:00-05:00')))).toBe('2026-03-06T16:00-05:00')
    expect(say(clock.nextWindow(at('2026-03-06T16:00:00.001-05:00')))).toBe('2026-03-09T08:30-04:00')
    expect(say(clock.lastWindow(at('2026-03-09T08:29:59.999-04:00')))).toBe('2026-03-06T16:00-05:00')
    expect(say(clock.lastWindow(at('2026-03-09T08:30:00-04:00')))).toBe('2026-03-09T08:30-04:00')
    const tokyo = personClock(settings(), 'Asia/Tokyo')
    expect(said('Asia/Tokyo')(tokyo.nextWindow(at('2026-03-09T00:00:00Z')))).toBe('2026-03-10T08:30+09:00')
    // A zone that nobody knows is the calendar's.
    expect(personClock(settings(), 'Mars/Olympus').nextWindow(at('2026-03-09T00:00:00Z'))).toBe(
      personClock(settings(), null).nextWindow(at('2026-03-09T00:00:00Z')),
    )
  })

  it('passes over holidays', () => {
    const clock = personClock(settings({}, { holidays: ['2026-12-24', '2026-12-25'] }), null)
    expect(say(clock.nextWindow(at('2026-12-23T09:00:00-05:00')))).toBe('2026-12-28T08:30-05:00')
    expect(clock.isWorkday(at('2026-12-24T12:00:00-05:00'))).toBe(false)
  })

  it('opens at the end of a gap, and once where an hour comes twice', () => {
    const early = personClock(settings({ gather: [90, 150], quiet: null }, { workdays: [1, 2, 3, 4, 5, 6, 7] }), null)
    expect(say(early.nextWindow(at('2026-03-08T01:31:00-05:00')))).toBe('2026-03-08T03:00-04:00')
    expect(say(early.nextWindow(at('2026-11-01T01:30:00-04:00')))).toBe('2026-11-01T01:30-04:00')
    expect(say(early.nextWindow(at('2026-11-01T01:30:00-05:00')))).toBe('2026-11-01T02:30-05:00')
  })

  it('is the same forwards and backwards, on every day of a year', () => {
    const clocks = ['America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Kolkata'].map((zone) =>
      personClock(settings({ gather: [0, 90, 150, 8 * 60 + 30, 23 * 60 + 59] }), zone),
    )
    fc.assert(
      fc.property(
        fc.constantFrom(...clocks),
        fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2027-01-01T00:00:00Z') }),
        (clock, instant) => {
          const next = clock.nextWindow(instant)
          expect(next).toBeGreaterThanOrEqual(instant)
          expect(clock.lastWindow(next)).toBe(next)
          expect(clock.nextWindow(next)).toBe(next)
          expect(clock.lastWindow(next - 1)).toBeLessThanOrEqual(instant)
          expect(clock.isWorkday(next)).toBe(true)
        },
      ),
      { seed: 4, numRuns: 500 },
    )
  })
})

describe('quiet hours', () => {
  const say = said('America/New_York')
  const clock = personClock(settings(), null)

  it('run over midnight, and their end is not quiet', () => {
    expect(say(clock.quietUntil(at('2026-03-06T18:59:59-05:00')))).toBe(null)
    expect(say(clock.quietUntil(at('2026-03-06T19:00:00-05:00')))).toBe('2026-03-07T07:00-05:00')
    expect(say(clock.quietUntil(at('2026-03-07T06:59:59.999-05:00')))).toBe('2026-03-07T07:00-05:00')
    expect(say(clock.quietUntil(at('2026-03-07T07:00:00-05:00')))).toBe(null)
  })

  it('end by the clock on the wall, over both clock changes', () => {
    expect(say(clock.quietUntil(at('2026-03-08T00:30:00-05:00')))).toBe('2026-03-08T07:00-04:00')
    expect(say(clock.quietUntil(at('2026-11-01T00:30:00-04:00')))).toBe('2026-11-01T07:00-05:00')
    const night = personClock(settings({ quiet: { from: 60, to: 150 } }), null)
    // 02:30 does not exist: it is quiet until the gap's end. In the repeated hour the clock stands still.
    expect(say(night.quietUntil(at('2026-03-08T01:15:00-05:00')))).toBe('2026-03-08T03:00-04:00')
    expect(say(night.quietUntil(at('2026-11-01T01:15:00-05:00')))).toBe('2026-11-01T02:30-05:00')
  })

  it('is never endless, and ends where it is not quiet', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2027-01-01T00:00:00Z') }),
        fc.integer({ min: 0, max: 1439 }),
        fc.integer({ min: 0, max: 1439 }),
        (instant, from, to) => {
          fc.pre(from !== to)
          const end = personClock(settings({ quiet: { from, to } }), 'Europe/Berlin').quietUntil(instant)
          if (end === null) return
          expect(end).toBeGreaterThan(instant)
          expect(end - instant).toBeLessThanOrEqual(25 * 3_600_000)
          expect(personClock(settings({ quiet: { from, to } }), 'Europe/Berlin').quietUntil(end)).toBe(null)
        },
      ),
      { seed: 4, numRuns: 500 },
    )
  })
})
