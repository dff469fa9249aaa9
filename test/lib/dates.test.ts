import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DEFAULT_CALENDAR, formatInstant, makeCalendar } from '../../src/lib/calendar.js'
import { instantOf, parseDateFormat } from '../../src/lib/dates.js'

const newYork = makeCalendar({ ...DEFAULT_CALENDAR, timezone: 'America/New_York' })
const read = (pattern: string, text: string) => {
  const { format, error } = parseDateFormat(pattern)
  if (!format) throw new Error(error)
  const reading = format.read(text)
  return reading && formatInstant(instantOf(reading, newYork), newYork)
}

describe('a form of dates', () => {
  test.each([
    ['yyyy-MM-dd', '2026-03-02', '2026-03-02T00:00-05:00'],
    ['M/d/yyyy', '3/2/2026', '2026-03-02T00:00-05:00'],
    ['M/d/yyyy', '03/02/2026', '2026-03-02T00:00-05:00'],
    ['dd.MM.yy', '02.03.26', '2026-03-02T00:00-05:00'],
    ['d MMM yyyy', '2 mar 2026', '2026-03-02T00:00-05:00'],
    ['EEEE, MMMM d, yyyy', 'Monday, March 2, 2026', '2026-03-02T00:00-05:00'],
    ['yyyyMMdd', '20260302', '2026-03-02T00:00-05:00'],
    ['M/d/yyyy h:mm a', '7/2/2026 12:05 AM', '2026-07-02T00:05-04:00'],
    ['M/d/yyyy h:mm a', '7/2/2026  1:05 pm', '2026-07-02T13:05-04:00'],
    ["yyyy-MM-dd'T'HH:mm:ss.SSSXXX", '2026-03-02T09:00:01.500+01:00', '2026-03-02T03:00:01.500-05:00'],
    ['yyyy-MM-dd HH:mm', '2026-03-08 02:30', '2026-03-08T03:00-04:00'],
  ])('%s reads %s', (pattern, text, meant) => {
    expect(read(pattern, text)).toBe(meant)
  })

  test.each([
    ['yyyy-MM-dd', '2026-02-30'],
    ['yyyy-MM-dd', '2026-2-3'],
    ['M/d/yyyy', '13/1/2026'],
    ['M/d/yyyy', '1/2/26'],
    ['M/d/yyyy', '1/2/2026 10:00'],
    ['d MMM yyyy', '2 Mär 2026'],
    ['yyyy-MM-dd HH:mm', '2026-03-02 24:00'],
    ['M/d/yyyy h:mm a', '3/2/2026 13:00 PM'],
  ])('%s does not read %s', (pattern, text) => {
    expect(read(pattern, text)).toBeUndefined()
  })

  test.each([
    ['yyyy-mm-dd', '"yyyy-mm-dd" names no day: it lacks M.'],
    ['MM/DD/YYYY', 'A form of dates has no "DD": "MM/DD/YYYY".'],
    ['yyyy-MM-dd hh:mm', '"yyyy-MM-dd hh:mm": h and a go together.'],
    ["yyyy-MM-dd 'at", `"yyyy-MM-dd 'at" has a quotation mark that is not closed.`],
  ])('%s is none', (pattern, sentence) => {
    expect(parseDateFormat(pattern).error).toBe(sentence)
  })

  test('reads back every day it can write', () => {
    const { format } = parseDateFormat('d/M/yyyy')
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 60_000 }), (n) => {
        const day = newYork.addDays('1950-01-01', n)
        const [year, month, date] = day.split('-').map(Number)
        expect(format?.read(`${date}/${month}/${year}`)).toEqual({ date: day, time: null, ahead: null })
      }),
      { seed: 7, numRuns: 300 },
    )
  })
})
