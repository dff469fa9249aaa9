import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type CalendarSpec,
  DEFAULT_CALENDAR,
  isTimezone,
  makeCalendar,
  type PeriodUnit,
  parseCivilDate,
} from '../../src/lib/calendar.js'
import { DAY, HOUR } from '../../src/lib/civil.js'
import { PERIOD_UNITS } from '../../src/lib/period.js'
import { YEARS } from './calendars.js'
import { QUARTER } from './wall-clock.js'

const iso = (day: number) => new Date(day * DAY).toISOString().slice(0, 10)
const date = fc.integer({ min: -40_000, max: 80_000 }).map(iso)
const make = (change: Partial<CalendarSpec>) => makeCalendar({ ...DEFAULT_CALENDAR, ...change })

describe.each(YEARS)('days in $spec.timezone', ({ year, spec }) => {
  const calendar = makeCalendar(spec)
  it('begin at their first instant and end where the next one begins', () => {
    let [day, skipped] = [iso(Date.UTC(year, 0, 1) / DAY), 0]
    for (let i = 0; i < 365; i += 1) {
      const next = calendar.addDays(day, 1)
      const [from, to] = [calendar.startOf(day), calendar.startOf(next)]
      if (from === to) skipped += 1
      else {
        expect(calendar.dateOf(from)).toBe(day)
        expect(calendar.dateOf(to - 1)).toBe(day)
        expect(calendar.dateOf(from - 1) < day).toBe(true)
        for (let at = from; at < to; at += QUARTER) if (calendar.dateOf(at) !== day) expect.fail(`${day}: ${at}`)
      }
      day = next
    }
    expect(skipped).toBe(spec.timezone === 'Pacific/Apia' ? 1 : 0)
  })
})

it('shows the day that the platform shows', () => {
  const zones = [
    'America/New_York',
    'Asia/Kolkata',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
    'Pacific/Chatham',
    'Europe/Dublin',
  ]
  const at = fc.integer({ min: Date.UTC(1970, 0, 2), max: Date.UTC(2120, 0, 1) })
  for (const timezone of zones) {
    const calendar = make({ timezone })
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone: timezone })
    fc.assert(
      fc.property(at, (instant) => {
        expect(calendar.dateOf(instant)).toBe(format.format(instant))
      }),
      { seed: 5, numRuns: 400 },
    )
  }
})

it('knows the odd days', () => {
  const hours = (timezone: string, day: string) => {
    const calendar = make({ timezone })
    return (calendar.startOf(calendar.addDays(day, 1)) - calendar.startOf(day)) / HOUR
  }
  expect(hours('America/New_York', '2026-03-08')).toBe(23)
  expect(hours('America/New_York', '2026-11-01')).toBe(25)
  expect(hours('Australia/Lord_Howe', '2026-04-05')).toBe(24.5)
  expect(hours('America/Sao_Paulo', '2018-11-04')).toBe(23)
  expect(hours('America/Sao_Paulo', '2018-02-17')).toBe(25)
  expect(hours('Africa/Cairo', '2023-04-28')).toBe(23)
  expect(hours('Pacific/Apia', '2011-12-30')).toBe(0)
  const apia = make({ timezone: 'Pacific/Apia' })
  expect(apia.startOf('2011-12-30')).toBe(apia.startOf('2011-12-31'))
  expect(apia.dateOf(apia.startOf('2011-12-30'))).toBe('2011-12-31')
  // In St John's the clock once fell back at 00:01: the new day had begun, and does not end again.
  const stJohns = make({ timezone: 'America/St_Johns' })
  expect(stJohns.dateOf(stJohns.startOf('2010-11-07') + 30 * 60_000)).toBe('2010-11-07')
})

describe('index and firstDay', () => {
  it.each(PERIOD_UNITS.flatMap((unit) => [1, 2, 7, 12].map((month) => [unit, month] as [PeriodUnit, number])))(
    'are inverses for each %s of a fiscal year from month %d',
    (unit, fiscal_year_starts) => {
      const calendar = make({ fiscal_year_starts })
      fc.assert(
        fc.property(date, (day) => {
          const index = calendar.index(unit, day)
          const [first, next] = [calendar.firstDay(unit, index), calendar.firstDay(unit, index + 1)]
          expect(first <= day && day < next).toBe(true)
          expect(calendar.index(unit, first)).toBe(index)
          expect(calendar.index(unit, next)).toBe(index + 1)
          expect(calendar.index(unit, calendar.addDays(next, -1))).toBe(index)
        }),
        { seed: 6, numRuns: 200 },
      )
    },
  )

  it('put weeks on Mondays, and fiscal quarters and years where the year starts', () => {
    const first = (unit: PeriodUnit, day: string, fiscal_year_starts = 1, offset = 0) => {
      const calendar = make({ fiscal_year_starts })
      return calendar.firstDay(unit, calendar.index(unit, day) + offset)
    }
    expect(first('week', '2026-03-01')).toBe('2026-02-23')
    expect(first('week', '2026-03-02')).toBe('2026-03-02')
    expect(first('month', '2026-03-31', 1, -1)).toBe('2026-02-01')
    expect(first('quarter', '2026-03-31')).toBe('2026-01-01')
    expect(first('quarter', '2026-03-31', 1, 2)).toBe('2026-07-01')
    expect(first('quarter', '2026-01-31', 2)).toBe('2025-11-01')
    expect(first('year', '2026-01-31', 2)).toBe('2025-02-01')
    expect(first('year', '2026-02-01', 2)).toBe('2026-02-01')
    expect(first('year', '2026-02-01', 2, 1)).toBe('2027-02-01')
  })

  it('stop at the ends of the calendar', () => {
    const calendar = make({})
    expect(calendar.firstDay('year', 100_000)).toBe('9999-12-31')
    expect(calendar.firstDay('month', -100_000)).toBe('0001-01-01')
    expect(calendar.addDays('9999-12-31', 1)).toBe('9999-12-31')
  })
})

describe('parseCivilDate', () => {
  it('takes exactly the days that there are', () => {
    const number = (max: number) => fc.integer({ min: 0, max })
    fc.assert(
      fc.property(fc.integer({ min: 1890, max: 2110 }), number(14), number(33), (year, month, day) => {
        const text = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
        const parsed = new Date(`${text}T00:00Z`)
        const real = !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text)
        expect(parseCivilDate(text)).toBe(real ? text : undefined)
      }),
      { seed: 7, numRuns: 3000 },
    )
  })
  it.each([
    '2026-02-30',
    '2025-02-29',
    '1900-02-29',
    '0000-01-01',
    '2026-1-1',
    ' 2026-01-01',
    '2026-01-01T00:00',
    '',
    '20260101',
  ])('refuses "%s"', (text) => expect(parseCivilDate(text)).toBeUndefined())
  it.each(['2028-02-29', '2000-02-29', '0001-01-01', '9999-12-31'])('takes %s', (text) =>
    expect(parseCivilDate(text)).toBe(text),
  )
})

it('tells zones from what only looks like one', () => {
  for (const name of ['UTC', 'America/New_York', 'Asia/Kolkata', 'US/Eastern', 'Etc/GMT+5'])
    expect(isTimezone(name)).toBe(true)
  for (const name of ['', '+02:00', 'Mars/Olympus', 'Nowhere+05:30', 'America/NewYork'])
    expect(isTimezone(name)).toBe(false)
})

it.each<[string, Partial<CalendarSpec>, string]>([
  ['no workdays', { workdays: [] }, 'at least one workday'],
  ['an eighth day', { workdays: [8] }, '7 (Sunday)'],
  ['empty hours', { hours: { from: 540, to: 540 } }, 'begin before they end'],
  ['hours over midnight', { hours: { from: 1200, to: 1500 } }, 'within one day'],
  ['an unknown zone', { timezone: 'Mars/Olympus' }, 'Mars/Olympus'],
  ['a holiday that is no day', { holidays: ['2026-02-30'] }, '2026-02-30'],
  ['a thirteenth month', { fiscal_year_starts: 13 }, '1 to 12'],
])('refuses %s', (_, change, words) => {
  expect(() => make(change)).toThrow(words)
})
