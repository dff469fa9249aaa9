import { makeBusinessHours, makeWorkdays } from './business-time.js'
import {
  DAY,
  type DayNumber,
  dateOfDay,
  dayOfDate,
  firstOfMonth,
  HOUR,
  MAX_DAY,
  MIN_DAY,
  MINUTE,
  monthOfDay,
  parseCivilDate,
} from './civil.js'
import { type CivilDate, type Instant, NEVER } from './instant.js'
import type { Span, SpanUnit } from './span.js'
import { type CivilTime, isTimezone, type Zone, zoneOf } from './zone.js'

export { parseCivilDate } from './civil.js'
export { formatInstant, formatMinute, parseInstant } from './instant-text.js'
export { isTimezone } from './zone.js'

/** What the section `calendar` declares, with its defaults filled in. */
export interface CalendarSpec {
  /** IANA name. */
  timezone: string
  /** 1 Monday … 7 Sunday. */
  workdays: readonly number[]
  /** Business hours in minutes of the day. */
  hours: { from: number; to: number }
  holidays: readonly CivilDate[]
  /** 1 January … 12 December. */
  fiscal_year_starts: number
}

export type PeriodUnit = 'day' | 'week' | 'month' | 'quarter' | 'year'

/** A period that moves with the clock: `this quarter` is `{ unit: 'quarter', offset: 0 }`, `quarter+2` has offset 2. */
export interface Period {
  readonly unit: PeriodUnit
  readonly offset: number
}

/** Civil time in one zone, monotone by construction (see `docs/decisions`). */
export interface Calendar {
  readonly spec: CalendarSpec
  /** The day on which the instant falls. */
  dateOf(at: Instant): CivilDate
  /** The first instant of the day (of a day that the zone skipped: of the next one). */
  startOf(date: CivilDate): Instant
  addDays(date: CivilDate, days: number): CivilDate
  /** The ordinal of the day, week (from Monday), month, fiscal quarter or fiscal year that holds the date. Consecutive ones are consecutive numbers. */
  index(unit: PeriodUnit, date: CivilDate): number
  /** The first day of that ordinal. */
  firstDay(unit: PeriodUnit, index: number): CivilDate
  /** The instant at which the span that begins at `at` is up. Monotone in `at`. */
  after(at: Instant, span: Span): Instant
  /** The latest instant whose span is up by `limit`: `after(t, span) <= limit` for every t up to it and none beyond. */
  latest(limit: Instant, span: Span): Instant
  /** The earliest instant whose span reaches `goal`: `after(t, span) >= goal` for every t from it on. */
  earliest(goal: Instant, span: Span): Instant
}

/** What holds where the rules declare nothing. */
export const DEFAULT_CALENDAR: CalendarSpec = {
  timezone: 'UTC',
  workdays: [1, 2, 3, 4, 5],
  hours: { from: 9 * 60, to: 17 * 60 },
  holidays: [],
  fiscal_year_starts: 1,
}

/** Throws on a calendar in which time could stand still: the checks of the rules refuse it with a place. */
function refuse({ timezone, workdays, hours, holidays, fiscal_year_starts }: CalendarSpec): void {
  const whole = (n: number, from: number, to: number) => Number.isInteger(n) && n >= from && n <= to
  if (!isTimezone(timezone)) throw new Error(`There is no time zone "${timezone}".`)
  if (workdays.length === 0) throw new Error('A calendar needs at least one workday.')
  if (!workdays.every((day) => whole(day, 1, 7))) throw new Error('Workdays are numbers from 1 (Monday) to 7 (Sunday).')
  if (!whole(hours.from, 0, 1440) || !whole(hours.to, 0, 1440) || hours.from >= hours.to)
    throw new Error('Business hours must begin before they end, within one day.')
  const unreal = holidays.find((date) => parseCivilDate(date) === undefined)
  if (unreal !== undefined) throw new Error(`The holiday "${unreal}" is not a day of the calendar (YYYY-MM-DD).`)
  if (!whole(fiscal_year_starts, 1, 12)) throw new Error('A fiscal year starts in a month from 1 to 12.')
}

// The ends of the calendar in every zone: offsets are below a day.
const MIN_INSTANT: Instant = (MIN_DAY + 1) * DAY
const MAX_INSTANT: Instant = (MAX_DAY - 1) * DAY

type Reckoning = (at: Instant, count: number) => Instant

/** Whole months on the wall clock; a month that lacks the day ends at the next month's first instant. */
function addMonths(civil: CivilTime, months: number): CivilTime {
  const day = Math.floor(civil / DAY)
  const month = monthOfDay(day)
  const target = firstOfMonth(month + months) + day - firstOfMonth(month)
  const next = firstOfMonth(month + months + 1)
  return target < next ? civil + (target - day) * DAY : next * DAY
}

/** One way to reckon for each unit. All are monotone in `at`, because each is made of monotone steps. */
function reckonings(zone: Zone, spec: CalendarSpec): Record<SpanUnit, Reckoning> {
  const ofDay = (civil: CivilTime) => (civil >= (MAX_DAY + 1) * DAY ? NEVER : zone.instant(civil))
  const within =
    (reckon: Reckoning): Reckoning =>
    (at, count) =>
      at > MAX_INSTANT ? NEVER : reckon(Math.max(at, MIN_INSTANT), count)
  const days = (length: number) => within((at, count) => ofDay(zone.civil(at) + count * length * DAY))
  const months = (length: number) => within((at, count) => ofDay(addMonths(zone.civil(at), count * length)))

  const workdays = makeWorkdays(spec.workdays, [...spec.holidays.map(dayOfDate), ...zone.skippedDays()])
  const businessDays: Reckoning = (at, count) => {
    const civil = zone.civil(at)
    const day = Math.floor(civil / DAY)
    const rank = workdays.rank(day)
    const time = workdays.day(rank) === day ? civil - day * DAY : 0
    return ofDay(workdays.day(rank + count) * DAY + time)
  }
  return {
    minute: (at, count) => at + count * MINUTE,
    hour: (at, count) => at + count * HOUR,
    business_hour: within(makeBusinessHours(zone, workdays, spec.hours)),
    day: days(1),
    business_day: within(businessDays),
    week: days(7),
    month: months(1),
    quarter: months(3),
    year: months(12),
  }
}

/** About how long a unit lasts; the search starts from it, and does not depend on it. */
const ROUGHLY: Record<SpanUnit, number> = {
  minute: MINUTE,
  hour: HOUR,
  business_hour: DAY / 4,
  day: DAY,
  business_day: 1.5 * DAY,
  week: 7 * DAY,
  month: 31 * DAY,
  quarter: 92 * DAY,
  year: 366 * DAY,
}

/** The latest instant at which a monotone `after` is still no later than the limit; one before the calendar where none is. */
function searchLatest(limit: Instant, roughly: number, after: (at: Instant) => Instant): Instant {
  if (!Number.isFinite(limit)) return limit
  let high = limit + 1
  let low = limit
  for (let step = roughly + 4 * DAY; after(low) > limit; step *= 2) {
    if (low <= MIN_INSTANT) return MIN_INSTANT - 1
    high = low
    low = Math.max(limit - step, MIN_INSTANT)
  }
  while (high - low > 1) {
    const middle = low + Math.floor((high - low) / 2)
    if (after(middle) <= limit) low = middle
    else high = middle
  }
  return low
}

function ordinals({ fiscal_year_starts }: CalendarSpec) {
  const shift = fiscal_year_starts - 1
  const index: Record<PeriodUnit, (day: DayNumber) => number> = {
    day: (day) => day,
    week: (day) => Math.floor((day + 3) / 7),
    month: monthOfDay,
    quarter: (day) => Math.floor((monthOfDay(day) - shift) / 3),
    year: (day) => Math.floor((monthOfDay(day) - shift) / 12),
  }
  const firstDay: Record<PeriodUnit, (index: number) => DayNumber> = {
    day: (n) => n,
    week: (n) => 7 * n - 3,
    month: firstOfMonth,
    quarter: (n) => firstOfMonth(3 * n + shift),
    year: (n) => firstOfMonth(12 * n + shift),
  }
  return { index, firstDay }
}

/**
 * Makes the calendar of a spec. It costs next to nothing: zone offsets are looked up once per stretch of about a year,
 * when first needed. Times run from the year 1 to 9999; what would be up later is up NEVER. Throws on a spec that
 * has no workday, no business hours or no known zone.
 */
export function makeCalendar(spec: CalendarSpec): Calendar {
  refuse(spec)
  const zone = zoneOf(spec.timezone)
  const reckon = reckonings(zone, spec)
  const { index, firstDay } = ordinals(spec)
  const latest = (limit: Instant, { count, unit }: Span): Instant => {
    if (unit === 'minute' || unit === 'hour') return limit - count * ROUGHLY[unit]
    return searchLatest(limit, count * ROUGHLY[unit], (at) => reckon[unit](at, count))
  }
  return {
    spec,
    dateOf: (at) => dateOfDay(zone.dayOf(at)),
    startOf: (date) => zone.instant(dayOfDate(date) * DAY),
    addDays: (date, days) => dateOfDay(dayOfDate(date) + days),
    index: (unit, date) => index[unit](dayOfDate(date)),
    firstDay: (unit, n) => dateOfDay(firstDay[unit](n)),
    after: (at, { count, unit }) => reckon[unit](at, count),
    latest,
    earliest: (goal, span) => latest(goal - 1, span) + 1,
  }
}
