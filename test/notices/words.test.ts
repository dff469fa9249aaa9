import { expect, it } from 'vitest'
import { DEFAULT_CALENDAR, makeCalendar } from '../../src/lib/calendar.js'
import { sayKept } from '../../src/notices/words.js'
import type { KeptWhy } from '../../src/sql/telling.js'

it('says of every notice that waits why, and until when', () => {
  const calendar = makeCalendar({ ...DEFAULT_CALENDAR, timezone: 'America/New_York' })
  const kept_until = Date.parse('2026-03-16T12:30:00Z')
  const say = (kept_why: KeptWhy | null, kept_by: string | null = null) =>
    sayKept({ kept_why, kept_until: kept_why === null ? 0 : kept_until, kept_by }, calendar)
  expect([
    say(null),
    say('window'),
    say('quiet_hours'),
    say('day_off'),
    say('daily_maximum'),
    say('silenced', 's1'),
  ]).toEqual([
    'It is looked at with the next letters.',
    'It waits for its window, until 2026-03-16 08:30.',
    'It is kept out of quiet hours, until 2026-03-16 08:30.',
    'It is kept out of a day off, until 2026-03-16 08:30.',
    'It waits, since the day has had its number of letters, until 2026-03-16 08:30.',
    'A silence keeps it back (s1), until 2026-03-16 08:30.',
  ])
})
