import type { Calendar, Period } from '../lib/calendar.js'
import { DAY } from '../lib/civil.js'
import { type CivilDate, type Instant, NEVER } from '../lib/instant.js'
import type { Span } from '../lib/span.js'
import type { Clock } from './tree.js'

// The comparison and its flip ask for the same instant one after the other.
let lastCalendar: Calendar | null = null
let lastSpan: Span | null = null
let lastSince: Instant = 0
let lastUp: Instant = 0

/** When the span that began at `since` is up. */
export function upAt(since: Instant, span: Span, calendar: Calendar): Instant {
  if (since === lastSince && span === lastSpan && calendar === lastCalendar) return lastUp
  lastUp = calendar.after(since, span)
  lastSince = since
  lastSpan = span
  lastCalendar = calendar
  return lastUp
}
/** Days remembered of a span: a power of two, so that the last bits of a day are its place. */
const DAYS = 512

type NotBefore = (since: Instant, calendar: Calendar) => Instant

const notBefores = new WeakMap<Span, NotBefore>()

/**
 * Tells an instant before which a span that began at `since` is not up, within a day or so: no instant of a day has it up
 * before the day's first one, which is reckoned once. The same for the same span.
 */
export function upNotBefore(span: Span): NotBefore {
  const known = notBefores.get(span)
  if (known) return known
  const made = makeUpNotBefore(span)
  notBefores.set(span, made)
  return made
}

function makeUpNotBefore(span: Span): NotBefore {
  const days = new Float64Array(DAYS).fill(Number.NaN)
  const ups = new Float64Array(DAYS)
  let of: Calendar | null = null
  return (since, calendar) => {
    if (of !== calendar) days.fill(Number.NaN)
    of = calendar
    const day = Math.floor(since / DAY)
    const place = day & (DAYS - 1)
    if (days[place] !== day) {
      ups[place] = calendar.after(day * DAY, span)
      days[place] = day
    }
    return ups[place] as Instant
  }
}

const latests = new WeakMap<Span, { now: Instant; calendar: Calendar; latest: Instant }>()

/** The latest instant whose span is up by now: searched once per span and instant. */
export function latestUp(span: Span, { now, calendar }: Clock): Instant {
  const known = latests.get(span)
  if (known && known.now === now && known.calendar === calendar) return known.latest
  const latest = calendar.latest(now, span)
  latests.set(span, { now, calendar, latest })
  return latest
}

const MANY = 10_000
const earliests = new WeakMap<Span, { calendar: Calendar; goals: Map<Instant, Instant> }>()

/** The earliest instant whose span reaches the goal: searched once per span and goal, because many rows share their dates. */
export function earliestUp(goal: Instant, span: Span, calendar: Calendar): Instant {
  let known = earliests.get(span)
  if (!known || known.calendar !== calendar || known.goals.size > MANY) {
    known = { calendar, goals: new Map() }
    earliests.set(span, known)
  }
  let earliest = known.goals.get(goal)
  if (earliest === undefined) {
    earliest = calendar.earliest(goal, span)
    known.goals.set(goal, earliest)
  }
  return earliest
}

/** The next end of a window that is open from its first instant up to, not including, its second. */
export const windowFlip = (from: Instant, to: Instant, now: Instant): Instant =>
  from >= to || now >= to ? NEVER : now < from ? from : to

/** The first day of the period in which it lies, as seen from now. */
export const firstDayOf = ({ unit, offset }: Period, { now, calendar }: Clock): CivilDate =>
  calendar.firstDay(unit, calendar.index(unit, calendar.dateOf(now)) + offset)

/** The first day behind that period. */
export const dayBehind = ({ unit, offset }: Period, clock: Clock): CivilDate =>
  firstDayOf({ unit, offset: offset + 1 }, clock)

/** By how many periods the date lies ahead of now. */
export const distance = (unit: Period['unit'], date: CivilDate, { now, calendar }: Clock): number =>
  calendar.index(unit, date) - calendar.index(unit, calendar.dateOf(now))

/** The instant at which `date` comes to lie `offset` periods ahead. */
export const comesTo = ({ unit, offset }: Period, date: CivilDate, calendar: Calendar): Instant =>
  calendar.startOf(calendar.firstDay(unit, calendar.index(unit, date) - offset))

/** An instant as a parameter that every database takes. */
export const bindable = (at: Instant): number =>
  Math.max(Math.min(at, Number.MAX_SAFE_INTEGER), Number.MIN_SAFE_INTEGER)

/** The day on which it falls, or the last day of the calendar. */
export const dayOr9999 = (at: Instant, calendar: Calendar): CivilDate =>
  at === NEVER ? '9999-12-31' : calendar.dateOf(at)
