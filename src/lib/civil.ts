import { tz } from '@date-fns/tz/tz'
import { addMonths } from 'date-fns/addMonths'
import { differenceInCalendarDays } from 'date-fns/differenceInCalendarDays'
import type { CivilDate } from './instant.js'

export const SECOND = 1000
export const MINUTE = 60 * SECOND
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

/** A calendar day as a number: days since 1970-01-01. Whole days apart are whole numbers apart. */
export type DayNumber = number
/** A calendar month as a number: `12 * year + month - 1`. */
export type MonthNumber = number

const FIRST_MONTH = 12
const LAST_MONTH = 12 * 10_000
const EPOCH_MONTH = 12 * 1970
const MEAN_MONTH = 146_097 / 4800

/** 0001-01-01 and 9999-12-31, the ends of the calendar: a date beyond them has no text. */
export const MIN_DAY: DayNumber = -719_162
export const MAX_DAY: DayNumber = 2_932_896

// A context of UTC makes date-fns independent of the zone of the process. It costs 50 µs a month, hence the table.
const UTC = { in: tz('UTC') }
const EPOCH = new Date(0)
const UNKNOWN = 0
const firstDays = new Int32Array(LAST_MONTH + 1)

/** The first day of a month. Months before year 1 or after year 9999 give the ends of the calendar. */
export function firstOfMonth(month: MonthNumber): DayNumber {
  if (month <= FIRST_MONTH) return MIN_DAY
  if (month >= LAST_MONTH) return MAX_DAY + 1
  const known = firstDays[month]
  if (known !== UNKNOWN && known !== undefined) return known + MIN_DAY
  const first = differenceInCalendarDays(addMonths(EPOCH, month - EPOCH_MONTH, UTC), EPOCH, UTC)
  firstDays[month] = first - MIN_DAY
  return first
}

/** The month that holds a day between the ends of the calendar. */
export function monthOfDay(day: DayNumber): MonthNumber {
  let month = EPOCH_MONTH + Math.floor(day / MEAN_MONTH)
  while (month > FIRST_MONTH && firstOfMonth(month) > day) month -= 1
  while (month < LAST_MONTH - 1 && firstOfMonth(month + 1) <= day) month += 1
  return month
}

const dates = new Map<DayNumber, CivilDate>()
const days = new Map<CivilDate, DayNumber>()
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/
const pad = (n: number, width: number) => String(n).padStart(width, '0')

/** The date of a day number; what lies beyond the ends of the calendar gives its end. */
export function dateOfDay(day: DayNumber): CivilDate {
  const known = dates.get(day)
  if (known !== undefined) return known
  const within = Math.min(Math.max(day, MIN_DAY), MAX_DAY)
  const month = monthOfDay(within)
  const date = `${pad(Math.floor(month / 12), 4)}-${pad((month % 12) + 1, 2)}-${pad(within - firstOfMonth(month) + 1, 2)}`
  dates.set(day, date)
  return date
}

function readDay(text: string): DayNumber | undefined {
  const known = days.get(text)
  if (known !== undefined) return known
  const [, year, month, day] = DATE.exec(text) ?? []
  if (year === undefined || Number(year) < 1 || Number(month) < 1 || Number(month) > 12) return undefined
  const number = 12 * Number(year) + Number(month) - 1
  const first = firstOfMonth(number)
  const within = Number(day) >= 1 && first + Number(day) <= firstOfMonth(number + 1)
  return within ? first + Number(day) - 1 : undefined
}

/** The day number of a date. Throws on a text that is no real day: check it with `parseCivilDate` where it comes in. */
export function dayOfDate(date: CivilDate): DayNumber {
  const known = days.get(date)
  if (known !== undefined) return known
  const day = readDay(date)
  if (day === undefined) throw new Error(`"${date}" is not a day of the calendar (YYYY-MM-DD).`)
  days.set(date, day)
  return day
}

/** Reads `YYYY-MM-DD`, real days of the years 1 to 9999 only: `2026-02-30` is undefined. */
export const parseCivilDate = (text: string): CivilDate | undefined => (readDay(text) === undefined ? undefined : text)
