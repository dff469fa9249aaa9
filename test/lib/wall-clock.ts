import type { CalendarSpec } from '../../src/lib/calendar.js'
import { DAY, HOUR } from '../../src/lib/civil.js'
import type { Span } from '../../src/lib/span.js'

export const QUARTER = 15 * 60_000

/**
 * What `after` means, by looking at the wall clock every quarter of an hour, as the platform shows it. It shares no code with
 * the calendar and is a few thousand times slower. Right for instants on the grid, in zones that move by quarters of hours.
 */
export function wallClock(spec: CalendarSpec, start: number, end: number) {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: spec.timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  })
  const shown = (at: number) => {
    const part = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
    return Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!)
  }
  const grid: number[] = []
  for (let at = start; at <= end; at += QUARTER) grid.push(at)
  const clock = grid.map(shown)
  // Where the clock has come by each instant, standing still while it shows a time again; and what it has shown by then.
  const furthest: number[] = []
  const running: number[] = []
  for (const [i, time] of clock.entries()) {
    furthest.push(i === 0 ? time : Math.max(time, clock[i - 1]! + QUARTER, furthest[i - 1]!))
    running.push(i === 0 ? time : Math.max(time, running[i - 1]!))
  }

  const reached = (civil: number) => {
    let [low, high] = [0, grid.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (running[middle]! >= civil) high = middle
      else low = middle + 1
    }
    return grid[low]
  }

  const existing = new Set(clock.map((time) => Math.floor(time / DAY)))
  const works = (day: number) => {
    const weekday = ((new Date(day * DAY).getUTCDay() + 6) % 7) + 1
    const date = new Date(day * DAY).toISOString().slice(0, 10)
    return spec.workdays.includes(weekday) && !spec.holidays.includes(date) && existing.has(day)
  }
  const isOpen = clock.map((time) => {
    const minute = (time - Math.floor(time / DAY) * DAY) / 60_000
    return works(Math.floor(time / DAY)) && minute >= spec.hours.from && minute < spec.hours.to
  })
  const addMonths = (civil: number, months: number) => {
    const from = new Date(civil)
    const first = Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, 1)
    const next = Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months + 1, 1)
    const same = first + (from.getUTCDate() - 1) * DAY
    return same < next ? same + (civil - Math.floor(civil / DAY) * DAY) : next
  }
  const addBusinessDays = (civil: number, count: number) => {
    let day = Math.floor(civil / DAY)
    let time = civil - day * DAY
    for (; !works(day); day += 1) time = 0
    for (let left = count; left > 0; left -= 1)
      do day += 1
      while (!works(day))
    return day * DAY + time
  }

  return {
    grid,
    /** Undefined where the answer lies beyond the grid. */
    after(index: number, { count, unit }: Span): number | undefined {
      const civil = furthest[index]!
      switch (unit) {
        case 'minute':
          return grid[index]! + count * 60_000
        case 'hour':
          return grid[index]! + count * HOUR
        case 'day':
          return reached(civil + count * DAY)
        case 'week':
          return reached(civil + count * 7 * DAY)
        case 'month':
          return reached(addMonths(civil, count))
        case 'quarter':
          return reached(addMonths(civil, 3 * count))
        case 'year':
          return reached(addMonths(civil, 12 * count))
        case 'business_day':
          return reached(addBusinessDays(civil, count))
        case 'business_hour': {
          let i = index
          for (let left = 4 * count; left > 0 && i < grid.length; i += 1) left -= Number(isOpen[i])
          return grid[i]
        }
      }
    },
  }
}
