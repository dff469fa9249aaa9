import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_CALENDAR, formatInstant, formatMinute, makeCalendar, parseInstant } from '../../src/lib/calendar.js'
import { NEVER } from '../../src/lib/instant.js'

const inZone = (timezone: string) => makeCalendar({ ...DEFAULT_CALENDAR, timezone })
const newYork = inZone('America/New_York')

describe('parseInstant', () => {
  it.each([
    ['2026-03-02T09:00Z', '2026-03-02T09:00:00.000Z'],
    ['2026-03-02T09:00:30.25+02:00', '2026-03-02T07:00:30.250Z'],
    ['2026-03-02T09:00:30.123456789Z', '2026-03-02T09:00:30.123Z'],
    ['2026-03-02T09:00-0330', '2026-03-02T12:30:00.000Z'],
    ['2026-03-02T09:00+02', '2026-03-02T07:00:00.000Z'],
    ['2026-03-02T09:00', '2026-03-02T14:00:00.000Z'],
    ['2026-03-02 09:00:05', '2026-03-02T14:00:05.000Z'],
    ['2026-07-02T09:00', '2026-07-02T13:00:00.000Z'],
    ['2026-03-02', '2026-03-02T05:00:00.000Z'],
    // The hour that does not exist, and the hour that comes twice.
    ['2026-03-08T02:30', '2026-03-08T07:00:00.000Z'],
    ['2026-11-01T01:30', '2026-11-01T05:30:00.000Z'],
    ['2026-11-01T01:30-05:00', '2026-11-01T06:30:00.000Z'],
  ])('reads %s', (text, instant) => {
    expect(new Date(parseInstant(text, newYork)!).toISOString()).toBe(instant)
  })

  it.each([
    '',
    'now',
    '1772442000',
    '2026-02-30',
    '2026-02-30T09:00Z',
    '2026-03-02T24:00',
    '2026-03-02T09:60',
    '2026-03-02T09:00:60Z',
    '2026-03-02T9:00',
    '2026-03-02T09',
    '2026-03-02Z',
    '2026-03-02T09:00+25:00',
    '2026-03-02T09:00+02:70',
    '2026-03-02T09:00 EST',
    '02.03.2026',
    '03/02/2026',
  ])('refuses "%s"', (text) => {
    expect(parseInstant(text, newYork)).toBeUndefined()
  })

  it('takes a bare date on which midnight is left out from its first instant', () => {
    const saoPaulo = inZone('America/Sao_Paulo')
    expect(formatInstant(parseInstant('2018-11-04', saoPaulo)!, saoPaulo)).toBe('2018-11-04T01:00-02:00')
  })
})

describe('formatInstant', () => {
  it.each(['UTC', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Europe/London', 'Africa/Monrovia'])(
    'writes in %s what parseInstant reads back',
    (timezone) => {
      const calendar = inZone(timezone)
      const at = fc.integer({ min: Date.UTC(1901, 0, 1), max: Date.UTC(2300, 0, 1) })
      const step = fc.constantFrom(1, 1000, 60_000)
      fc.assert(
        fc.property(at, step, (any, size) => {
          const instant = Math.floor(any / size) * size
          const text = formatInstant(instant, calendar)
          expect(parseInstant(text, calendar)).toBe(instant)
          expect(Date.parse(text)).toBe(instant)
        }),
        { seed: 8, numRuns: 500 },
      )
    },
  )

  it('shows seconds only where there are some, and the zone’s own offset', () => {
    const at = Date.UTC(2026, 2, 2, 14, 0)
    expect(formatInstant(at, newYork)).toBe('2026-03-02T09:00-05:00')
    expect(formatInstant(at + 5_000, newYork)).toBe('2026-03-02T09:00:05-05:00')
    expect(formatInstant(at + 250, newYork)).toBe('2026-03-02T09:00:00.250-05:00')
    expect(formatInstant(at, inZone('UTC'))).toBe('2026-03-02T14:00Z')
    expect(formatInstant(at, inZone('Asia/Kolkata'))).toBe('2026-03-02T19:30+05:30')
    expect(formatInstant(NEVER, newYork)).toBe('never')
  })
})

describe('formatMinute', () => {
  it.each([
    ['2026-03-02T09:00:59.999-05:00', '2026-03-02 09:00'],
    ['2026-07-02T13:05Z', '2026-07-02 09:05'],
    ['2026-03-02', '2026-03-02 00:00'],
  ])('writes %s as people read it in the zone', (text, minute) => {
    expect(formatMinute(parseInstant(text, newYork)!, newYork)).toBe(minute)
  })

  it('says never of what never comes', () => {
    expect(formatMinute(NEVER, newYork)).toBe('never')
  })
})
