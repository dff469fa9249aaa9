/** A day as the number of days since 1970-01-01. */
export type Day = number

const DAY = 86_400_000

/** Reads `YYYY-MM-DD`; throws where it is no such day. */
export function dayOf(date: string): Day {
  const ms = Date.parse(`${date}T00:00:00Z`)
  if (Number.isNaN(ms)) throw new Error(`"${date}" is not a date such as 2026-03-01.`)
  return ms / DAY
}

/** `YYYY-MM-DD`. */
export const dateOf = (day: Day): string => new Date(day * DAY).toISOString().slice(0, 10)
export const yearOf = (day: Day): number => new Date(day * DAY).getUTCFullYear()

const isWorkday = (day: Day): boolean => {
  const weekday = (day + 4) % 7 // 1970-01-01 was a Thursday; 0 is Sunday
  return weekday !== 0 && weekday !== 6
}
/** The day itself, or the last workday before it. */
export const workdayUpTo = (day: Day): Day => (isWorkday(day) ? day : workdayUpTo(day - 1))
/** The day itself, or the first workday after it. */
export const workdayFrom = (day: Day): Day => (isWorkday(day) ? day : workdayFrom(day + 1))

/** An ISO instant on that day, `minute` minutes after 14:00 UTC: business hours of New York for 0 to 450. */
export const instantOf = (day: Day, minute: number): string =>
  `${new Date(day * DAY + (14 * 60 + minute) * 60_000).toISOString().slice(0, 19)}Z`
