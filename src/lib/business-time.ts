import { DAY, type DayNumber, HOUR, MAX_DAY, MINUTE } from './civil.js'
import { countBelow } from './count-below.js'
import { type Instant, NEVER } from './instant.js'
import type { Zone } from './zone.js'

/** The workdays of a calendar in their order, each with a rank: consecutive workdays have consecutive ranks. */
export interface Workdays {
  /** The rank of the day, or of the next workday where it is none. */
  rank(day: DayNumber): number
  /** The workday of that rank. */
  day(rank: number): DayNumber
}

// 1969-12-29 was a Monday.
const MONDAY = -3

/** `weekdays`: 1 Monday … 7 Sunday, at least one; `off`: days on which nobody works. Both readings cost well under a microsecond. */
export function makeWorkdays(weekdays: readonly number[], off: readonly DayNumber[]): Workdays {
  const inWeek = [...new Set(weekdays)].map((weekday) => weekday - 1).sort((a, b) => a - b)
  const perWeek = inWeek.length
  const before = Array.from({ length: 7 }, (_, weekday) => inWeek.filter((w) => w < weekday).length)
  const weekdayOf = (day: DayNumber) => (((day - MONDAY) % 7) + 7) % 7
  const missed = [...new Set(off)].filter((day) => inWeek.includes(weekdayOf(day))).sort((a, b) => a - b)

  const missedBefore = (day: DayNumber): number => countBelow(missed, day)
  const regular = (rank: number): DayNumber => {
    const week = Math.floor(rank / perWeek)
    return MONDAY + 7 * week + inWeek[rank - week * perWeek]!
  }
  return {
    rank(day) {
      const week = Math.floor((day - MONDAY) / 7)
      return week * perWeek + before[day - MONDAY - 7 * week]! - missedBefore(day)
    },
    day(rank) {
      // The least fixed point, reached from below, is a workday: of a day off its predecessor would be one too.
      for (let regularRank = rank; ; ) {
        const day = regular(regularRank)
        const next = rank + missedBefore(day + 1)
        if (next === regularRank) return day
        regularRank = next
      }
    },
  }
}

/** Business hours in minutes of the day, `from < to`. */
export interface OpenHours {
  from: number
  to: number
}

const RANKS = 256

/**
 * Reckons in open time: an hour is an hour, also on a day on which the clock changes while the business is open.
 * Returns the instant at which so many business hours are up; NEVER beyond the end of the calendar.
 */
export function makeBusinessHours(zone: Zone, workdays: Workdays, hours: OpenHours) {
  const opens = (day: DayNumber) => zone.instant(day * DAY + hours.from * MINUTE)
  const closes = (day: DayNumber) => zone.instant(day * DAY + hours.to * MINUTE)
  const totals = new Map<number, number>()
  // Open time of 256 workdays from a rank on: long spans step over them.
  const totalFrom = (rank: number): number => {
    const known = totals.get(rank)
    if (known !== undefined) return known
    let total = 0
    for (let r = rank; r < rank + RANKS; r += 1) {
      const day = workdays.day(r)
      total += closes(day) - opens(day)
    }
    totals.set(rank, total)
    return total
  }
  return (at: Instant, count: number): Instant => {
    let left = count * HOUR
    let rank = workdays.rank(zone.dayOf(at))
    let start = at
    for (;;) {
      const day = workdays.day(rank)
      if (day > MAX_DAY) return NEVER
      start = Math.max(start, opens(day))
      const open = closes(day) - start
      if (open > 0 && left <= open) return start + left
      left -= Math.max(open, 0)
      rank += 1
      while (rank % RANKS === 0 && left > totalFrom(rank) && workdays.day(rank) <= MAX_DAY) {
        left -= totalFrom(rank)
        rank += RANKS
      }
    }
  }
}
