import { type CalendarSpec, DEFAULT_CALENDAR } from '../../src/lib/calendar.js'

/** A year in a zone with whatever is odd about it. */
export const YEARS: readonly { year: number; spec: CalendarSpec }[] = [
  { year: 2026, spec: DEFAULT_CALENDAR },
  {
    year: 2026,
    spec: { ...DEFAULT_CALENDAR, timezone: 'America/New_York', holidays: ['2026-07-03', '2026-11-26', '2026-12-25'] },
  },
  { year: 2026, spec: { ...DEFAULT_CALENDAR, timezone: 'Asia/Kolkata', workdays: [1, 2, 3, 4, 5, 6] } },
  // Half an hour of summer time, and a business that is open while it begins and ends.
  {
    year: 2026,
    spec: {
      ...DEFAULT_CALENDAR,
      timezone: 'Australia/Lord_Howe',
      workdays: [1, 3, 7],
      hours: { from: 60, to: 1440 },
      holidays: ['2026-01-01', '2026-01-04', '2026-01-06'],
    },
  },
  // Midnight that does not exist, and midnight that falls back to the evening before.
  {
    year: 2018,
    spec: {
      ...DEFAULT_CALENDAR,
      timezone: 'America/Sao_Paulo',
      workdays: [1, 2, 3, 4, 5, 6, 7],
      hours: { from: 0, to: 1440 },
    },
  },
  { year: 2023, spec: { ...DEFAULT_CALENDAR, timezone: 'Africa/Cairo', workdays: [7, 1, 2, 3, 4] } },
  // Friday the 30th of December 2011 was left out.
  { year: 2011, spec: { ...DEFAULT_CALENDAR, timezone: 'Pacific/Apia' } },
]
