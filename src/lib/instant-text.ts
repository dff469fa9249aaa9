import type { Calendar } from './calendar.js'
import { DAY, dateOfDay, dayOfDate, HOUR, MAX_DAY, MIN_DAY, MINUTE, parseCivilDate, SECOND } from './civil.js'
import type { Instant } from './instant.js'
import { zoneOf } from './zone.js'

const TEXT = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)?)?$/

/** Milliseconds ahead of UTC, of `Z`, `+02`, `+0200` or `+02:00`; undefined for what no clock shows. */
function readOffset(text: string): number | undefined {
  if (text === 'Z') return 0
  const [hours, minutes] = [Number(text.slice(1, 3)), Number(text.slice(3).replace(':', ''))]
  if (hours > 23 || minutes > 59) return undefined
  return (text.startsWith('-') ? -1 : 1) * (hours * HOUR + minutes * MINUTE)
}

/**
 * Reads an ISO 8601 instant. Without an offset it is civil time in the calendar's zone (of a time that comes twice the first
 * one, of a time in a gap the gap's end); a bare date is the first instant of its day. Undefined for anything else.
 */
export function parseInstant(text: string, calendar: Calendar): Instant | undefined {
  const [, date, hour, minute, second = '0', fraction = '', offset] = TEXT.exec(text.trim()) ?? []
  if (date === undefined || parseCivilDate(date) === undefined) return undefined
  const zone = zoneOf(calendar.spec.timezone)
  const midnight = dayOfDate(date) * DAY
  if (hour === undefined) return zone.instant(midnight)
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  const milliseconds = Number(fraction.slice(0, 3).padEnd(3, '0'))
  const civil = midnight + Number(hour) * HOUR + Number(minute) * MINUTE + Number(second) * SECOND + milliseconds
  if (offset === undefined) return zone.instant(civil)
  const ahead = readOffset(offset)
  return ahead === undefined ? undefined : civil - ahead
}

const two = (n: number) => String(n).padStart(2, '0')

/**
 * Writes an instant so that `parseInstant` reads the same one back: `2026-03-02T09:00-05:00`, `Z` where the zone is at UTC.
 * Seconds and milliseconds stand only where they are not zero. NEVER, and what no four-digit year holds, is `never`.
 */
export function formatInstant(at: Instant, calendar: Calendar): string {
  const ahead = Number.isFinite(at) ? zoneOf(calendar.spec.timezone).offset(at) : 0
  // ISO 8601 has no offsets with seconds: such an instant is written in UTC.
  const offset = ahead % MINUTE === 0 ? ahead : 0
  const day = Math.floor((at + offset) / DAY)
  if (!(day >= MIN_DAY && day <= MAX_DAY)) return 'never'
  const time = at + offset - day * DAY
  const [seconds, milliseconds] = [Math.floor(time / SECOND) % 60, time % SECOND]
  const fraction = milliseconds === 0 ? '' : `.${String(milliseconds).padStart(3, '0')}`
  const tail = seconds === 0 && milliseconds === 0 ? '' : `:${two(seconds)}${fraction}`
  const size = Math.abs(offset)
  const zone =
    offset === 0 ? 'Z' : `${offset < 0 ? '-' : '+'}${two(Math.floor(size / HOUR))}:${two((size % HOUR) / MINUTE)}`
  return `${dateOfDay(day)}T${two(Math.floor(time / HOUR))}:${two(Math.floor(time / MINUTE) % 60)}${tail}${zone}`
}
