import type { Calendar } from './calendar.js'
import type { Instant } from './instant.js'
import type { Span, SpanUnit } from './span.js'

/** What is due in so many hours is due at an instant; days and longer name the day. */
const INSTANTS: ReadonlySet<SpanUnit> = new Set(['minute', 'hour', 'business_hour'])

/**
 * The last instant at which something that is due in a span from `at` is in time: of days and longer spans the last
 * millisecond of the day on which the span is up, so that what is due today is not overdue before tomorrow.
 */
export function dueIn(span: Span, at: Instant, calendar: Calendar): Instant {
  const up = calendar.after(at, span)
  return INSTANTS.has(span.unit) || !Number.isFinite(up) ? up : Math.max(up, endOfDay(up, calendar))
}

const endOfDay = (at: Instant, calendar: Calendar): Instant =>
  calendar.startOf(calendar.addDays(calendar.dateOf(at), 1)) - 1

/** Whether it is too late: past the last instant at which it was in time. What has no day never is. */
export const isOverdue = ({ due }: { due: Instant | null }, at: Instant): boolean => due !== null && due < at

/** Whether a whole day is meant, of the calendar by which `dueIn` reckoned: it is then said without an hour. */
export const isDueDay = (due: Instant, calendar: Calendar): boolean =>
  Number.isFinite(due) && due === endOfDay(due, calendar)
