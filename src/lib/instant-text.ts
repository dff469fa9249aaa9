import type { Calendar } from './calendar.js'
import { DAY, dateOfDay, dayOfDate, HOUR, MAX_DAY, MIN_DAY, MINUTE, parseCivilDate, SECOND } from './civil.js'
import type { Instant } from './instant.js'
import { zoneOf } from './zone.js'

const TEXT = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?$/

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
  // Imports read millions of them: groups of an expression would cost three times as much as places.
  const said = text.trim()
  const date = said.slice(0, 10)
  if (!TEXT.test(said) || parseCivilDate(date) === undefined) return undefined
  const zone = zoneOf(calendar.spec.timezone)
  const midnight = dayOfDate(date) * DAY
  if (said.length === date.length) return zone.instant(midnight)
  const [hour, minute] = [twoDigits(said, 11), twoDigits(said, 14)]
  const hasSeconds = said[16] === ':'
  const second = hasSeconds ? twoDigits(said, 17) : 0
  if (hour > 23 || minute > 59 || second > 59) return undefined
  let rest = hasSeconds ? 19 : 16
  let milliseconds = 0
  if (hasSeconds && said[rest] === '.') {
    for (let worth = 100, at = rest + 1; ; at += 1, worth /= 10) {
      const digit = said.charCodeAt(at) - ZERO
      rest = at
      if (!(digit >= 0 && digit <= 9)) break
      if (worth >= 1) milliseconds += digit * worth
    }
  }
  const civil = midnight + hour * HOUR + minute * MINUTE + second * SECOND + milliseconds
  if (rest === said.length) return zone.instant(civil)
  const ahead = readOffset(said.slice(rest))
  return ahead === undefined ? undefined : civil - ahead
}

const ZERO = 48
const twoDigits = (text: string, at: number) => 10 * (text.charCodeAt(at) - ZERO) + text.charCodeAt(at + 1) - ZERO

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

/** An instant to the minute, as people read it in the calendar's zone: `2026-03-02 09:00`, or `never`. */
export const formatMinute = (at: Instant, calendar: Calendar): string =>
  formatInstant(at, calendar).slice(0, 16).replace('T', ' ')
