import type { CivilDate, Instant } from './instant.js'
import type { Span } from './span.js'

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
