import { describe, expect, test } from 'vitest'
import { DEFAULT_CALENDAR, makeCalendar } from '../../src/lib/calendar.js'
import { dueIn } from '../../src/lib/due.js'
import { parseSpan, type Span } from '../../src/lib/span.js'
import { sayDue } from '../../src/reports/words.js'

const newYork = makeCalendar({ ...DEFAULT_CALENDAR, timezone: 'America/New_York' })
const tokyo = makeCalendar({ ...DEFAULT_CALENDAR, timezone: 'Asia/Tokyo' })
const due = (span: string, made: string) => dueIn(parseSpan(span) as Span, Date.parse(made), newYork)

describe('when a task is due', () => {
  test.each([
    ['8 hours', '2026-03-31T16:00-04:00', '2026-04-01 00:00', '2026-04-01 13:00'],
    ['4 hours', '2026-03-31T07:00-04:00', '2026-03-31 11:00', '2026-04-01 00:00'],
    ['1 day', '2026-03-31T16:00-04:00', '2026-04-01', '2026-04-01'],
  ])('in %s from %s is said with its hour, at midnight too, unless a whole day is meant', (span, made, here, there) => {
    expect(sayDue(due(span, made), newYork)).toBe(here)
    expect(sayDue(due(span, made), newYork, tokyo)).toBe(there)
  })
})
