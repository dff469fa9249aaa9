import { sql } from 'kysely'
import type { Incoming, Taken } from '../../domain/incoming.js'
import type { SubjectKind } from '../../domain/subjects.js'
import type { ActivityRow } from '../../sql/tables.js'
import { upsert } from '../bulk.js'
import { activityOf } from '../rows.js'
import { deleted } from './accounts.js'
import { finish } from './finish.js'
import { readOwners } from './owners.js'
import { extend } from './summaries.js'
import { binCountsSince, loadAccounts, loadOpportunities, oneOf, putSummary, type Work } from './work.js'

type Named = { opportunity: string | null; account: string | null; contact: string | null }

/** What a batch of activities names, read at once. */
interface Around {
  known: Map<string, ActivityRow>
  /** Account of each contact. */
  contacts: ReadonlyMap<string, string>
  /** The only open opportunity of each account that has exactly one. */
  onlyOpen: ReadonlyMap<string, string>
}

/** Takes activities: each belongs to what it names, and by language.md to the account of its opportunity or the only open opportunity of its account. */
export async function takeActivities(work: Work, batch: readonly Incoming[]): Promise<Taken[]> {
  const around = await readAround(work, batch)
  const rows = new Map<string, ActivityRow>()
  const moved = new Set<string>()
  const taken = batch.map((incoming): Taken => {
    const { id, line } = incoming
    const before = around.known.get(id)
    const named = namedBy(incoming)
    const home = homeOf(work, around, named, before)
    if (typeof home === 'string') return { outcome: 'rejected', line, why: home }
    const row = rowOf(work, incoming, home, before)
    if (before && before.kind === row.kind && before.at === row.at && before.by === row.by && sameHome(before, row))
      return { outcome: 'unchanged', line, diverged: [], refused: [] }
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

async function readAround(work: Work, batch: readonly Incoming[]): Promise<Around> {
  const { tx, meaning } = work
  const { dialect } = meaning
  const texts = (name: string) =>
    batch.flatMap(({ values }) => (typeof values[name] === 'string' ? (values[name] as string) : []))
  const known = await tx
    .selectFrom('activities')
    .selectAll()
    .where(
      'id',
      'in',
      oneOf(
        dialect,
        batch.map(({ id }) => id),
      ),
    )
    .execute()
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

const namedBy = ({ values }: Incoming): Named => {
  const text = (name: string) => (typeof values[name] === 'string' ? (values[name] as string) : null)
  return { opportunity: text('opportunity'), account: text('account'), contact: text('contact') }
}

/** Where an activity belongs; a sentence where what it names is unknown. What was filed once stays where it was filed. */
function homeOf(
  work: Work,
  { contacts, onlyOpen }: Around,
  { opportunity, account, contact }: Named,
  before: ActivityRow | undefined,
): Named | string {
  if (opportunity === null && account === null && contact === null)
    return 'It names neither an opportunity nor an account nor a contact.'
  if (contact !== null && !contacts.has(contact)) return `There is no contact "${contact}".`
  if (account !== null) {
    const row = work.accounts.get(account)
    if (!row) return `There is no account "${account}".`
    if (row.deleted_at !== null) return deleted('account', account)
  }
  if (opportunity !== null) {
    const row = work.opportunities.get(opportunity)
    if (!row) return `There is no opportunity "${opportunity}".`
    if (row.deleted_at !== null) return deleted('opportunity', opportunity)
    return { opportunity, account: row.account ?? account, contact }
  }
  const home = account ?? contacts.get(contact as string) ?? null
  if (before && before.contact === contact && (account === null || before.account === account)) {
    return { opportunity: before.opportunity, account: before.account, contact }
  }
  return { opportunity: onlyOpen.get(home ?? '') ?? null, account: home, contact }
}

function rowOf({ bringing }: Work, { id, values }: Incoming, home: Named, before?: ActivityRow): ActivityRow {
  return {
    id,
    kind: String(values.kind),
    at: Number(values.at),
    by: typeof values.by === 'string' ? values.by : null,
    ...home,
    source: bringing.source,
    by_owner_of_opportunity: 1,
    by_owner_of_account: 1,
    learned_at: before?.learned_at ?? bringing.now,
    called_off_at: before?.called_off_at ?? null,
  }
}

const sameHome = (a: Named, b: Named) =>
  a.opportunity === b.opportunity && a.account === b.account && a.contact === b.contact

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

function bringEvents(work: Work, { id, kind, at, opportunity, account }: ActivityRow): void {
  if (work.bringing.as !== 'event') return
  const event = { activity: kind }
  if (opportunity !== null) work.events.push({ id, subject: { kind: 'opportunity', id: opportunity }, event, at })
  if (account !== null) work.events.push({ id, subject: { kind: 'account', id: account }, event, at })
}

function addToSummaries(work: Work, rows: readonly ActivityRow[]): void {
  const { now } = work.bringing
  for (const [id, added] of grouped(rows, 'opportunity')) {
    const row = work.opportunities.get(id)
    if (row) putSummary(work, 'opportunity', id, extend(row.activity, added, now, null))
  }
  for (const [id, added] of grouped(rows, 'account')) {
    const row = work.accounts.get(id)
    if (row) putSummary(work, 'account', id, extend(row.activity, added, now, binCountsSince(row, work.meaning)))
  }
  // Both sides of a moved activity are due, also the one that it left.
  for (const id of work.resummarise.opportunity) work.changed.opportunity.add(id)
  for (const id of work.resummarise.account) work.changed.account.add(id)
}

function grouped(rows: readonly ActivityRow[], subject: SubjectKind) {
  const groups = new Map<string, ReturnType<typeof activityOf>[]>()
  for (const row of rows) {
    const id = row[subject]
    if (id === null || row.called_off_at !== null) continue
    const group = groups.get(id)
    if (group) group.push(activityOf(row, subject))
    else groups.set(id, [activityOf(row, subject)])
  }
  return groups
}
