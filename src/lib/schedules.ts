import { Cron } from 'croner'
import { makeWorkdays } from './business-time.js'
import type { CalendarSpec } from './calendar.js'
import { DAY, type DayNumber, dayOfDate, firstOfMonth, MINUTE, monthOfDay } from './civil.js'
import type { CivilDate, Instant } from './instant.js'
import { type Zone, zoneOf } from './zone.js'

/** How often: every so many weeks on the weekday of the starting date, each month on its day, or each workday. */
export type Every = { readonly weeks: number } | 'month' | 'workday'

export interface ScheduleSpec {
  readonly every: Every
  /** The first day on which it may run. A month that lacks its day runs on its last one. */
  readonly starting: CivilDate
  /** Minutes of the day, on the wall clock of the calendar's zone. */
  readonly at: number
}

/** When something comes again and again. A time that a clock change skips is the gap's end; one that comes twice runs once. */
export interface Schedule {
  /** The first run at or after the instant. */
  next(from: Instant): Instant
  /** The last run at or before the instant; null where there was none yet. */
  last(upTo: Instant): Instant | null
}

/** `2 weeks`, `week`, `month` or `workday`; undefined for anything else. */
export function parseEvery(text: string): Every | undefined {
  const [, count, unit] = /^(?:([1-9]\d{0,2}) )?(weeks?|month|workday)$/.exec(text.trim()) ?? []
  if (unit === undefined) return undefined
  if (unit.startsWith('week')) return { weeks: Number(count ?? 1) }
  return count === undefined ? (unit as 'month' | 'workday') : undefined
}

/** Makes a schedule on the calendar's zone, workdays and holidays. */
export function makeSchedule({ every, starting, at }: ScheduleSpec, calendar: CalendarSpec): Schedule {
  const zone = zoneOf(calendar.timezone)
  const cron = new Cron(`0 ${at % 60} ${Math.floor(at / 60) % 24} * * *`, { timezone: calendar.timezone, paused: true })
  const first = dayOfDate(starting)
  const runs = daysOf(every, first, calendar, zone)
  const on = (day: DayNumber): Instant =>
    cron.nextRun(new Date(zone.instant(day * DAY) - 1))?.getTime() ?? zone.instant(day * DAY + at * MINUTE)
  return {
    next(from) {
      for (let day = Math.max(zone.dayOf(from), first); ; day += 1) {
        day = runs.from(day)
        const run = on(day)
        if (run >= from) return run
      }
    },
    last(upTo) {
      for (let day = zone.dayOf(upTo); day >= first; day -= 1) {
        day = runs.upTo(day)
        if (day < first) return null
        const run = on(day)
        if (run <= upTo) return run
      }
      return null
    },
  }
}

interface Days {
  /** The first day of the schedule from a day on, that day included. */
  from(day: DayNumber): DayNumber
  /** The last one up to a day. */
  upTo(day: DayNumber): DayNumber
}

function daysOf(every: Every, first: DayNumber, { workdays, holidays }: CalendarSpec, zone: Zone): Days {
  if (every === 'workday') {
    const days = makeWorkdays(workdays, [...holidays.map(dayOfDate), ...zone.skippedDays()])
    const from = (day: DayNumber) => days.day(days.rank(day))
    return { from, upTo: (day) => (from(day) === day ? day : days.day(days.rank(day) - 1)) }
  }
  if (every === 'month') {
    const inMonth = first - firstOfMonth(monthOfDay(first))
    const of = (month: number) => Math.min(firstOfMonth(month) + inMonth, firstOfMonth(month + 1) - 1)
    return {
      from: (day) => (of(monthOfDay(day)) >= day ? of(monthOfDay(day)) : of(monthOfDay(day) + 1)),
      upTo: (day) => (of(monthOfDay(day)) <= day ? of(monthOfDay(day)) : of(monthOfDay(day) - 1)),
    }
  }
  const length = 7 * every.weeks
  return {
    from: (day) => first + Math.ceil((day - first) / length) * length,
    upTo: (day) => first + Math.floor((day - first) / length) * length,
  }
}
