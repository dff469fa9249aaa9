import { expect, test } from 'vitest'
import { DEFAULT_CALENDAR, makeCalendar } from '../../src/lib/calendar.js'
import { sayElapsed } from '../../src/lib/elapsed.js'

const calendar = makeCalendar({ ...DEFAULT_CALENDAR, timezone: 'America/New_York' })
const at = (text: string) => Date.parse(text)

test.each([
  ['2026-03-01T12:00-05:00', '2026-03-15T12:00-04:00', '14 days'],
  ['2026-03-01T12:00-05:00', '2026-03-15T11:59-04:00', '13 days'],
  ['2026-10-25T12:00-04:00', '2026-11-08T12:00-05:00', '14 days'],
  ['2026-10-31T12:00-04:00', '2026-11-01T11:59-05:00', '23 hours'],
  ['2026-03-01T12:00-05:00', '2026-03-01T12:00-05:00', 'less than a minute'],
  ['2026-03-02T12:00-05:00', '2026-03-01T12:00-05:00', '1 day'],
])('from %s to %s it was %s, whatever the clocks did', (since, until, says) => {
  expect(sayElapsed(at(since), at(until), calendar)).toBe(says)
})
