import type { Task } from '../domain/findings.js'
import type { Calendar } from '../lib/calendar.js'
import { isOverdue } from '../lib/due.js'
import type { Instant } from '../lib/instant.js'

/** Open tasks in the order in which they are due, those without a day last, and how pressing they are. */
export interface DueTasks<Of> {
  sorted: Of[]
  /** `2 overdue, 5 more due this week.`; null where nothing is pressing. */
  says: string | null
  isOver(task: Pick<Task, 'due'>): boolean
}

/** Puts open tasks in order as of `at`; weeks are those of the calendar, from Monday. */
export function inOrder<Of extends Pick<Task, 'due' | 'id'>>(
  tasks: readonly Of[],
  at: Instant,
  calendar: Calendar,
): DueTasks<Of> {
  const due = (task: Pick<Task, 'due'>) => task.due ?? Number.POSITIVE_INFINITY
  const isOver = (task: Pick<Task, 'due'>) => isOverdue(task, at)
  const weekEnds = endOfWeek(at, calendar)
  const overdue = tasks.filter(isOver).length
  const thisWeek = tasks.filter((task) => due(task) < weekEnds).length - overdue
  return {
    sorted: tasks.toSorted((a, b) => due(a) - due(b) || (a.id < b.id ? -1 : 1)),
    says: sayPressing(overdue, thisWeek),
    isOver,
  }
}

/** When the week of an instant is over: the start of the next Monday. */
export const endOfWeek = (at: Instant, calendar: Calendar): Instant =>
  calendar.startOf(calendar.firstDay('week', calendar.index('week', calendar.dateOf(at)) + 1))

/** How pressing open tasks are: `2 overdue, 5 more due this week.`; null where nothing is. */
export function sayPressing(overdue: number, thisWeek: number): string | null {
  const parts = [
    ...(overdue > 0 ? [`${overdue} overdue`] : []),
    ...(thisWeek > 0 ? [`${thisWeek}${overdue > 0 ? ' more' : ''} due this week`] : []),
  ]
  return parts.length === 0 ? null : `${parts.join(', ')}.`
}
