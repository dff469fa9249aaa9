import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Account, Opportunity } from '../../domain/subjects.js'
import { isPassed, putAccount, wakesAccount } from '../../domain/taking.js'
import type { AccountRow, OpportunityRow } from '../../sql/tables.js'
import { announceChanges } from '../announcements.js'
import { given, ID, insertNew, upsert } from '../bulk.js'
import { accounts, events, opportunities, toJson } from '../rows.js'
import { updateChanged } from '../update-changed.js'
import { bump } from '../versions.js'
import { dueAtOnce, WAITS } from '../wake.js'
import { recount } from './recount.js'
import { resummarise } from './summaries.js'
import { loadAccounts, oneOf, type Work } from './work.js'

/**
 * Writes a batch: the versions of its families first, then what `write` adds, then the rows. Everything that changed is due
 * at once, its account too where accounts are judged, and of the account's opportunities those that are judged by what changed
 * of it, or wait for any change.
 */
export async function finish(work: Work, write?: () => Promise<void>): Promise<void> {
  const { account, opportunity } = work.changed
  // An opportunity bumps its account as it was; the one to which it comes is named.
  const comesTo = [...opportunity].flatMap((id) => work.opportunities.get(id)?.account ?? [])
  await bump(
    work.tx,
    work.meaning,
    [
      ...[...account, ...comesTo].map((id) => ({ kind: 'account' as const, id })),
      ...[...opportunity].map((id) => ({ kind: 'opportunity' as const, id })),
    ].filter(({ kind, id }) => work.stored[kind].has(id)),
  )
  await write?.()
  await rehome(work)
  await writeHistory(work)
  await recount(work)
  await resummarise(work)
  const { now } = work.bringing
  const accountIds = new Set(work.changed.account)
  for (const id of work.wakes.accounts ? work.changed.opportunity : []) {
    const account = livingAccount(work, work.opportunities.get(id)?.account)
    if (account) accountIds.add(account.id)
  }
  const sleeps = (id: string) => !wakesAccount(work, id, now)
  await writeRows(
    work,
    'accounts',
    work.stored.account,
    written(work, work.accounts, accountIds, accounts.encode, sleeps),
  )
  const opportunityRows = written(work, work.opportunities, work.changed.opportunity, opportunities.encode)
  await writeRows(work, 'opportunities', work.stored.opportunity, opportunityRows)
  const lives = (id: string) => livingAccount(work, id) !== undefined
  await wakeOpportunities(work, [...work.stirred].filter(lives))
  const others = [...work.changed.account].filter((id) => !work.stirred.has(id) && work.stored.account.has(id))
  await wakeOpportunities(work, others.filter(lives), WAITS)
  const heard = work.events.map((event) => events.encode(event, now, isPassed(work.wakes, event, now) ? 1 : 0))
  await insertNew(work.tx, work.meaning, 'events', heard)
}

/** Rows as they are to be written, in id order: due at once, but those that sleep when they were. */
function written<Row extends Account | Opportunity, Encoded extends AccountRow | OpportunityRow>(
  { bringing }: Work,
  rows: ReadonlyMap<string, Row>,
  ids: ReadonlySet<string>,
  encode: (row: Row) => Encoded,
  sleeps: (id: string) => boolean = () => false,
): Encoded[] {
  return [...ids].sort().flatMap((id) => {
    const row = rows.get(id)
    if (!row) return []
    const encoded = encode(row)
    if (!sleeps(id)) encoded.due = 0
    encoded.last_change = Math.max(row.last_change, bringing.now)
    encoded.version = row.version + 1
    return [encoded]
  })
}

/** Writes new rows whole, and of others what changed. */
async function writeRows<Row extends { id: string }>(
  { tx, meaning }: Work,
  table: 'accounts' | 'opportunities',
  stored: ReadonlyMap<string, Row>,
  rows: readonly Row[],
): Promise<void> {
  const isStored = ({ id }: Row) => stored.has(id)
  await upsert(
    tx,
    meaning,
    table,
    ['id'],
    rows.filter((row) => !isStored(row)),
  )
  const changes = rows.filter(isStored).map((after) => ({ before: stored.get(after.id) as Row, after }))
  await updateChanged(tx, meaning, table, changes)
}

function livingAccount(work: Work, id: string | null | undefined): Account | undefined {
  const account = work.accounts.get(id ?? '')
  return account?.deleted_at === null ? account : undefined
}

async function wakeOpportunities(
  { tx, meaning, bringing, changed }: Work,
  ids: readonly string[],
  which?: RawBuilder<SqlBool>,
): Promise<void> {
  if (ids.length === 0) return
  const update = tx
    .updateTable('opportunities')
    .set(dueAtOnce(bringing.now))
    .where('account', 'in', oneOf(meaning.dialect, ids))
    .where('id', 'not in', oneOf(meaning.dialect, changed.opportunity))
    .where('deleted_at', 'is', null)
  await (which ? update.where(which) : update).execute()
}

/** Activities of an opportunity that changed accounts are now of the new one; both are summarised anew. */
async function rehome(work: Work): Promise<void> {
  const ids = [...work.rehomed]
  if (ids.length === 0) return
  const homes = ids.map((id) => ({ id, home: work.opportunities.get(id)?.account ?? null }))
  const list = given(work.meaning, [...ID, ['home', 'text'] as const], homes)
  const moved = await sql<{ account: string | null }>`select distinct a.account from activities as a
    join ${list} on a.opportunity = r.id`.execute(work.tx)
  if (moved.rows.length === 0) return
  const former = moved.rows.flatMap(({ account }) => account ?? [])
  await loadAccounts(work, former)
  await sql`update activities set account = r.home from ${list} where activities.opportunity = r.id`.execute(work.tx)
  const present = homes.flatMap(({ home }) => home ?? [])
  for (const id of [...former, ...present]) {
    const account = work.accounts.get(id)
    if (!account) continue
    putAccount(work, account)
    work.resummarise.account.add(id)
    work.reowned.account.add(id)
  }
}

/** Adds the rows of history. What a list of past changes brought already is not added again, and its subject counted anew. */
async function writeHistory(work: Work): Promise<void> {
  const rows = work.history.map((told) => ({ ...told, from: toJson(told.from), to: toJson(told.to) }))
  const { as, now } = work.bringing
  // To be told which were new costs as much as to write them: only what has a name may have been there before.
  const named = rows.some(({ known_as }) => known_as !== null)
  const write = () => insertNew(work.tx, work.meaning, 'history', rows, named ? ['known_as'] : [])
  const written = await announceChanges(work.tx, work.meaning, as === 'event' ? rows : [], now, write)
  if (!named || written.length === work.history.length) return
  const added = new Set(written.map(({ known_as }) => known_as))
  for (const { kind, id, known_as } of work.history) {
    if (known_as !== null && !added.has(known_as)) work.recount[kind].add(id)
  }
}
