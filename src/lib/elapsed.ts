import type { Calendar } from './calendar.js'
import { DAY } from './civil.js'
import type { Instant } from './instant.js'
import { formatElapsed, formatSpan } from './span.js'

/**
 * Says for people how long it was from one instant to another: whole days of the calendar's zone, so that a day across a
 * clock change is a day; below one, hours or minutes. Of a negative time it says the size.
 */
export function sayElapsed(since: Instant, until: Instant, calendar: Calendar): string {
  const [from, to] = since < until ? [since, until] : [until, since]
  let count = Math.round((to - from) / DAY) + 1
  while (count > 0 && calendar.after(from, { count, unit: 'day' }) > to) count -= 1
  return count > 0 ? formatSpan({ count, unit: 'day' }) : formatElapsed(Math.min(to - from, DAY - 1))
}
