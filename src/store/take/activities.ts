import { sql } from 'kysely'
import { extend } from '../../domain/activities.js'
import type { Incoming, Taken } from '../../domain/incoming.js'
import type { SubjectKind } from '../../domain/subjects.js'
import { type Around, activityOf, bringEvents, fileActivity, type Named } from '../../domain/take-activity.js'
import { binCountsSince, putSummary } from '../../domain/taking.js'
import { groupedAs } from '../../lib/grouped.js'
import type { ActivityRow } from '../../sql/tables.js'
import { upsert } from '../bulk.js'
import { wholeRows } from '../lists.js'
import { finish } from './finish.js'
import { readOwners } from './owners.js'
import { loadAccounts, loadOpportunities, oneOf, type Work } from './work.js'

/** What a batch of activities names, read at once. */
interface ReadAround extends Around {
  known: Map<string, ActivityRow>
}

/** Takes activities: each belongs to what it names, and by language.md to the account of its opportunity or the only open opportunity of its account. */
export async function takeActivities(work: Work, batch: readonly Incoming[]): Promise<Taken[]> {
  const around = await readAround(work, batch)
  const rows = new Map<string, ActivityRow>()
  const moved = new Set<string>()
  const taken = batch.map((incoming): Taken => {
    const { id, line } = incoming
    const before = around.known.get(id)
    const row = fileActivity(work, around, incoming, before)
    if (typeof row === 'string') return { outcome: 'rejected', line, why: row }
    if (row === before) return { outcome: 'unchanged', line, diverged: [], refused: [] }
    for (const side of [before, row]) if (side && before) markMoved(work, side)
    if (before) moved.add(id)
    rows.set(id, row)
    around.known.set(id, row)
    return { outcome: before ? 'changed' : 'new', line, diverged: [], refused: [] }
  })
  await ownThem(work, [...rows.values()])
  for (const row of rows.values()) if (!moved.has(row.id)) bringEvents(work, row)
  addToSummaries(work, [...rows.values()])
  await finish(work, () => upsert(work.tx, work.meaning, 'activities', ['id'], [...rows.values()]))
  return taken
}

async function readAround(work: Work, batch: readonly Incoming[]): Promise<ReadAround> {
  const { tx, meaning } = work
  const { dialect } = meaning
  const texts = (name: string) =>
    batch.flatMap(({ values }) => (typeof values[name] === 'string' ? (values[name] as string) : []))
  const ids = batch.map(({ id }) => id)
  const known = await wholeRows(
    tx,
    meaning,
    'activities',
    'a',
    sql`from activities as a where a.id in ${oneOf(dialect, ids)}`,
  )
  const contacts = await tx
    .selectFrom('contacts')
    .select(['id', 'account'])
    .where('id', 'in', oneOf(dialect, texts('contact')))
    .execute()
  const accounts = [...new Set([...texts('account'), ...contacts.map(({ account }) => account)])]
  await loadAccounts(work, [...accounts, ...known.flatMap(({ account }) => account ?? [])])
  const open = await onlyOpen(work, accounts)
  await loadOpportunities(work, [
    ...texts('opportunity'),
    ...open.values(),
    ...known.flatMap(({ opportunity }) => opportunity ?? []),
  ])
  return {
    known: new Map(known.map((row) => [row.id, row])),
    contacts: new Map(contacts.map(({ id, account }) => [id, account])),
    onlyOpen: open,
  }
}

/** Asked by account alone: an index on the status would read every open opportunity there is. */
async function onlyOpen({ tx, meaning }: Work, accounts: readonly string[]): Promise<Map<string, string>> {
  if (accounts.length === 0) return new Map()
  const isOpen = sql`case when o.status = 'open' and o.deleted_at is null then o.id end`
  const { rows } = await sql<{ account: string; id: string }>`select o.account, min(${isOpen}) as id
    from opportunities as o where o.account in ${oneOf(meaning.dialect, accounts)}
    group by o.account having count(${isOpen}) = 1`.execute(tx)
  return new Map(rows.map(({ account, id }) => [account, id]))
}

/** What an activity was taken from, or moved within, is summarised anew; a new one is only added. */
function markMoved(work: Work, { opportunity, account }: Named): void {
  if (opportunity !== null) work.resummarise.opportunity.add(opportunity)
  if (account !== null) work.resummarise.account.add(account)
}

async function ownThem(work: Work, rows: readonly ActivityRow[]): Promise<void> {
  const byPeople = rows.filter(({ by }) => by !== null)
  if (byPeople.length === 0) return
  for (const kind of ['opportunity', 'account'] as const) {
    const wasOwner = await readOwners(
      work,
      kind,
      byPeople.flatMap((row) => row[kind] ?? []),
    )
    const column = `by_owner_of_${kind}` as const
    for (const row of byPeople) row[column] = row[kind] === null || wasOwner(row[kind], row.by, row.at) ? 1 : 0
  }
}

function addToSummaries(work: Work, rows: readonly ActivityRow[]): void {
  const { now } = work.bringing
  for (const [id, added] of standing(rows, 'opportunity')) {
    const row = work.opportunities.get(id)
    if (row) putSummary(work, 'opportunity', id, extend(row.activity, added, now, null))
  }
  for (const [id, added] of standing(rows, 'account')) {
    const row = work.accounts.get(id)
    if (row) putSummary(work, 'account', id, extend(row.activity, added, now, binCountsSince(row, work.vocabulary)))
  }
  // Both sides of a moved activity are due, also the one that it left.
  for (const id of work.resummarise.opportunity) work.changed.opportunity.add(id)
  for (const id of work.resummarise.account) work.changed.account.add(id)
}

/** Activities that stand, by the subject that they are of. */
function standing(rows: readonly ActivityRow[], subject: SubjectKind) {
  const those = rows.filter((row) => row[subject] !== null && row.called_off_at === null)
  return groupedAs(
    those,
    (row) => row[subject] as string,
    (row) => activityOf(row, subject),
  )
}
