import { sql } from 'kysely'
import type { Task } from '../domain/findings.js'
import type { Instant } from '../lib/instant.js'
import * as rows from './rows.js'
import type { Tx } from './session.js'

/** How many of a person's open tasks are read, and up to when (exclusive) one counts as due soon. */
export interface TasksAsked {
  first: number
  soonEnds: Instant
}

/** The open tasks of one person: those that are due first, and how many there are. */
export interface OpenTasks {
  first: Task[]
  total: number
  overdue: number
  /** Due soon, and not overdue yet. */
  soon: number
}

/** Reads the open tasks of one person: due first, those without a day last, then by id; the rest is counted by the database. */
export async function readOpenTasks(
  tx: Tx,
  assignee: string,
  now: Instant,
  { first, soonEnds }: TasksAsked,
): Promise<OpenTasks> {
  const counted = await sql<{ total: number; overdue: number; soon: number }>`select count(*) as total,
      coalesce(sum(case when due < ${now} then 1 else 0 end), 0) as overdue,
      coalesce(sum(case when due >= ${now} and due < ${soonEnds} then 1 else 0 end), 0) as soon
    from tasks where state = 'open' and assignee = ${assignee}`.execute(tx)
  const [{ total, overdue, soon } = { total: 0, overdue: 0, soon: 0 }] = counted.rows
  if (total === 0) return { first: [], total, overdue, soon }
  const found = await tx
    .selectFrom('tasks')
    .selectAll()
    .where('state', '=', 'open')
    .where('assignee', '=', assignee)
    .orderBy('due', (o) => o.asc().nullsLast())
    .orderBy('id')
    .limit(first)
    .execute()
  return { first: found.map(rows.tasks.decode), total, overdue, soon }
}
