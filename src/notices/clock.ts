import { makeWorkdays } from '../lib/business-time.js'
import { DAY, type DayNumber, dayOfDate, MINUTE } from '../lib/civil.js'
import type { Instant } from '../lib/instant.js'
import { isTimezone, zoneOf } from '../lib/zone.js'
import { isWithin, type NotificationSettings } from './settings.js'

/** The day of one person: when windows open, when it is quiet. All instants are exact, over clock changes too. */
export interface PersonClock {
  /** The first instant of the person's day, and of the next one. */
  startOfDay(at: Instant): Instant
  startOfTomorrow(at: Instant): Instant
  isWorkday(at: Instant): boolean
  /** The end of the quiet hours in which the instant lies; null where it lies in none. */
  quietUntil(at: Instant): Instant | null
  /** The first window at or after the instant. */
  nextWindow(from: Instant): Instant
  /** The last window at or before the instant. */
  lastWindow(upTo: Instant): Instant
}

/**
 * The clock of whoever lives in a zone; one that is not known is the calendar's. A window in an hour that a clock change skips
 * opens at the gap's end, one in an hour that comes twice opens once, the first time.
 */
export function personClock(settings: NotificationSettings, timezone: string | null): PersonClock {
  const { calendar, gather, quiet } = settings
  const zone = zoneOf(timezone !== null && isTimezone(timezone) ? timezone : calendar.timezone)
  const workdays = makeWorkdays(calendar.workdays, [...calendar.holidays.map(dayOfDate), ...zone.skippedDays()])
  const isWorkday = (day: DayNumber) => workdays.day(workdays.rank(day)) === day
  const windowsOf = (day: DayNumber) => gather.map((time) => zone.instant(day * DAY + time * MINUTE))
  return {
    startOfDay: (at) => zone.instant(zone.dayOf(at) * DAY),
    startOfTomorrow: (at) => zone.instant((zone.dayOf(at) + 1) * DAY),
    isWorkday: (at) => isWorkday(zone.dayOf(at)),
    quietUntil(at) {
      if (quiet === null) return null
      const civil = zone.civil(at)
      const day = Math.floor(civil / DAY)
      const time = (civil - day * DAY) / MINUTE
      if (!isWithin(time, quiet)) return null
      const end = zone.instant((time < quiet.to ? day : day + 1) * DAY + quiet.to * MINUTE)
      return end > at ? end : null
    },
    nextWindow(from) {
      for (let rank = workdays.rank(zone.dayOf(from)); ; rank += 1) {
        const found = windowsOf(workdays.day(rank)).find((window) => window >= from)
        if (found !== undefined) return found
      }
    },
    lastWindow(upTo) {
      const today = zone.dayOf(upTo)
      for (let rank = workdays.rank(today); ; rank -= 1) {
        const found = windowsOf(workdays.day(rank)).findLast((window) => window <= upTo)
        if (found !== undefined) return found
      }
    },
  }
}
