import { sql } from 'kysely'
import { summarise } from '../../domain/activities.js'
import type { SubjectKind } from '../../domain/subjects.js'
import { activityOf } from '../../domain/take-activity.js'
import { binCountsSince, putSummary } from '../../domain/taking.js'
import { wholeRows } from '../lists.js'
import { oneOf, type Work } from './work.js'

/** Summarises anew, from the table, the activities of the subjects that asked for it. What the batch brought must be written before. */
export async function resummarise(work: Work): Promise<void> {
  const { opportunity, account } = work.resummarise
  const now = work.bringing.now
  for (const [id, list] of await activitiesOf(work, 'opportunity', opportunity))
    putSummary(work, 'opportunity', id, summarise(list, now, null))
  for (const [id, list] of await activitiesOf(work, 'account', account)) {
    const row = work.accounts.get(id)
    if (row) putSummary(work, 'account', id, summarise(list, now, binCountsSince(row, work.vocabulary)))
  }
}

async function activitiesOf(work: Work, subject: SubjectKind, ids: ReadonlySet<string>) {
  const lists = new Map([...ids].map((id) => [id, [] as ReturnType<typeof activityOf>[]]))
  if (ids.size === 0) return lists
  const { tx, meaning } = work
  const from = sql`from activities as a where ${sql.ref(`a.${subject}`)} in ${oneOf(meaning.dialect, ids)}
    and a.called_off_at is null order by a.at, a.id`
  const rows = await wholeRows(tx, meaning, 'activities', 'a', from)
  for (const row of rows) lists.get(row[subject] as string)?.push(activityOf(row, subject))
  return lists
}
