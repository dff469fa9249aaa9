import { type RawBuilder, sql } from 'kysely'
import { printKey } from '../domain/findings.js'
import { type Account, type Family, type SubjectKind, type SubjectRef, subjectName } from '../domain/subjects.js'
import type { FamilyState } from '../engine/plan.js'
import { groupedAs } from '../lib/grouped.js'
import type { IntentRow } from '../sql/tables.js'
import { given, ID, SUBJECT } from './bulk.js'
import { wholeRows } from './lists.js'
import * as rows from './rows.js'
import type { Session, Tx } from './session.js'

/**
 * Reads families whole, in the order asked for, in a handful of statements however many they are. One that is not there
 * any more (deleted, or an opportunity that came to an account meanwhile) is left out.
 */
export async function readFamilies(tx: Tx, session: Session, refs: readonly SubjectRef[]): Promise<FamilyState[]> {
  const families = await readRows(tx, session, refs)
  const subjects = [...families.values()].flatMap(subjectsOf)
  const findings = await readFindings(tx, session, subjects)
  const holds = await readHolds(tx, session, subjects)
  const events = await readEvents(tx, session, subjects)
  const done = await readDone(
    tx,
    session,
    [...families.values()].flatMap(({ account }) => account ?? []),
  )
  return refs.flatMap((ref) => {
    const family = families.get(subjectName(ref))
    if (!family) return []
    const members = subjectsOf(family).map(subjectName)
    return {
      family,
      findings: members.flatMap((m) => findings.get(m) ?? []),
      holds: members.flatMap((m) => holds.get(m) ?? []),
      events: members.flatMap((m) => events.get(m) ?? []).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1)),
      done: done.get(subjectName(ref)) ?? [],
    }
  })
}

/** The account and its opportunities. */
export const subjectsOf = ({ account, opportunities }: Family): SubjectRef[] => [
  ...(account ? [{ kind: 'account' as const, id: account.id }] : []),
  ...opportunities.map(({ id }) => ({ kind: 'opportunity' as const, id })),
]

/** The rows of families, by their names. */
export async function readRows(tx: Tx, session: Session, refs: readonly SubjectRef[]): Promise<Map<string, Family>> {
  const families = new Map<string, Family>()
  const of = (kind: SubjectKind) =>
    given(
      session,
      ID,
      refs.filter((r) => r.kind === kind),
    )
  const accounts = await wholeRows(
    tx,
    session,
    'accounts',
    'a',
    sql`from ${of('account')} join accounts as a on a.id = r.id where a.deleted_at is null`,
  )
  for (const row of accounts) {
    families.set(`account/${row.id}`, { account: rows.accounts.decode(row), opportunities: [] })
  }
  const found = (from: RawBuilder<unknown>) => wholeRows(tx, session, 'opportunities', 'o', from)
  const theirs = await found(
    sql`from ${of('account')} join opportunities as o on o.account = r.id where o.deleted_at is null order by o.id`,
  )
  for (const row of theirs) {
    families.get(`account/${row.account}`)?.opportunities.push(rows.opportunities.decode(row))
  }
  const alone = await found(
    sql`from ${of('opportunity')} join opportunities as o on o.id = r.id
    left join accounts as a on a.id = o.account and a.deleted_at is null where o.deleted_at is null and a.id is null`,
  )
  for (const row of alone) {
    families.set(`opportunity/${row.id}`, { account: null, opportunities: [rows.opportunities.decode(row)] })
  }
  return families
}

/** All that are not resolved, and the last of each rule and subject. */
async function readFindings(tx: Tx, session: Session, subjects: readonly SubjectRef[]) {
  const from = sql`from ${given(session, SUBJECT, subjects)}
    join findings as f on f.kind = r.kind and f.id = r.id
    where f.state <> 'resolved' or not exists (select 1 from findings as g
      where g.kind = f.kind and g.id = f.id and g.rule = f.rule and g.episode > f.episode)
    order by f.kind, f.id, f.rule, f.episode`
  return groupedAs(await wholeRows(tx, session, 'findings', 'f', from), subjectName, rows.findings.decode)
}

async function readHolds(tx: Tx, session: Session, subjects: readonly SubjectRef[]) {
  const from = sql`from ${given(session, SUBJECT, subjects)}
    join holds as h on h.kind = r.kind and h.id = r.id order by h.kind, h.id, h.rule, h.episode, h.step`
  return groupedAs(await wholeRows(tx, session, 'holds', 'h', from), subjectName, rows.holds.decode)
}

async function readEvents(tx: Tx, session: Session, subjects: readonly SubjectRef[]) {
  const from = sql`from ${given(session, SUBJECT, subjects)}
    join events as e on e.kind = r.kind and e.subject = r.id where e.judged = 0`
  return groupedAs(
    await wholeRows(tx, session, 'events', 'e', from),
    (row) => subjectName({ kind: row.kind, id: row.subject }),
    rows.events.decode,
  )
}

/** Keys of the moves of an account that happened in its present episode of bins. */
async function readDone(tx: Tx, session: Session, accounts: readonly Account[]) {
  const columns = [...ID, ['episode', 'text']] as const
  const wanted = accounts.map(({ id, bin_episode }) => ({ id, episode: String(bin_episode) }))
  const found = await sql<Pick<IntentRow, 'rule' | 'kind' | 'id' | 'episode' | 'step'>>`
    select i.rule, i.kind, i.id, i.episode, i.step from ${given(session, columns, wanted)}
    join intents as i on i.kind = 'account' and i.id = r.id
    where i.step = 'move' and i.episode = r.episode order by i.id, i.rule`.execute(tx)
  return groupedAs(found.rows, subjectName, (row) => printKey(rows.keys.decode(row)))
}
