import { type ActivitySummary, summarise } from '../../domain/activities.js'
import type { SubjectKind } from '../../domain/subjects.js'
import type { Instant } from '../../lib/instant.js'
import type { ActivityRow } from '../../sql/tables.js'
import { activityOf } from '../rows.js'
import { binCountsSince, oneOf, putSummary, type Work } from './work.js'

/** An activity summary with more activities in it: what `summarise` gives for all of them together, as of `now`. */
export function extend(
  summary: ActivitySummary,
  added: Parameters<typeof summarise>[0],
  now: Instant,
  binSince: Instant | null,
): ActivitySummary {
  const planned = summary.planned.map(({ at, kind, owner, contact }) => ({ at, kind, by_owner: owner, contact }))
  const { kinds, planned: ahead } = summarise([...planned, ...added], now, binSince)
  const all = { ...summary.kinds }
  for (const [kind, of] of Object.entries(kinds)) {
    const had = Object.hasOwn(all, kind) ? all[kind] : undefined
    all[kind] = had
      ? {
          n: had.n + of.n,
          last: Math.max(had.last, of.last),
          owner: had.owner === null || of.owner === null ? (had.owner ?? of.owner) : Math.max(had.owner, of.owner),
          in_bin: had.in_bin + of.in_bin,
          contacts: [...new Set([...had.contacts, ...of.contacts])],
        }
      : of
  }
  return { kinds: all, planned: ahead }
}

/** Summarises anew, from the table, the activities of the subjects that asked for it. What the batch brought must be written before. */
export async function resummarise(work: Work): Promise<void> {
  const { opportunity, account } = work.resummarise
  const now = work.bringing.now
  for (const [id, list] of await activitiesOf(work, 'opportunity', opportunity))
    putSummary(work, 'opportunity', id, summarise(list, now, null))
  for (const [id, list] of await activitiesOf(work, 'account', account)) {
    const row = work.accounts.get(id)
    if (row) putSummary(work, 'account', id, summarise(list, now, binCountsSince(row, work.meaning)))
  }
}

async function activitiesOf(work: Work, subject: SubjectKind, ids: ReadonlySet<string>) {
  const lists = new Map([...ids].map((id) => [id, [] as ReturnType<typeof activityOf>[]]))
  if (ids.size === 0) return lists
  const rows: ActivityRow[] = await work.tx
    .selectFrom('activities')
    .selectAll()
    .where(subject, 'in', oneOf(work.meaning.dialect, ids))
    .where('called_off_at', 'is', null)
    .orderBy('at')
    .orderBy('id')
    .execute()
  for (const row of rows) lists.get(row[subject] as string)?.push(activityOf(row, subject))
  return lists
}
