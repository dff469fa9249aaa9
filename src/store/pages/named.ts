import { sql } from 'kysely'
import type { RecordKind } from '../../domain/incoming.js'
import {
  type Account,
  type Contact,
  eachOnce,
  type Opportunity,
  type Person,
  type SubjectKind,
  type SubjectRef,
  subjectName,
} from '../../domain/subjects.js'
import type { PersonRow } from '../../sql/tables.js'
import { given, ID, SUBJECT } from '../bulk.js'
import { wholeRows } from '../lists.js'
import * as rows from '../rows.js'
import type { Session, Tx } from '../session.js'
import { type Owners, subjectSeen } from './seen.js'

type Dialected = Pick<Session, 'dialect'>

const ids = (session: Dialected, wanted: Iterable<string>) =>
  given(
    session,
    ID,
    [...new Set(wanted)].map((id) => ({ id })),
  )

/** The living rows with these ids, by id. */
export async function livingRows(
  tx: Tx,
  session: Dialected,
  kind: SubjectKind,
  wanted: readonly string[],
): Promise<Map<string, Opportunity | Account>> {
  if (wanted.length === 0) return new Map()
  const from = (table: 'accounts' | 'opportunities') =>
    sql`from ${ids(session, wanted)} join ${sql.table(table)} as t on t.id = r.id where t.deleted_at is null`
  const found =
    kind === 'account'
      ? (await wholeRows(tx, session, 'accounts', 't', from('accounts'))).map(rows.accounts.decode)
      : (await wholeRows(tx, session, 'opportunities', 't', from('opportunities'))).map(rows.opportunities.decode)
  return new Map(found.map((row) => [row.id, row]))
}

/** The contacts with these ids, by id. */
export async function contactsNamed(
  tx: Tx,
  session: Dialected,
  wanted: readonly string[],
): Promise<Map<string, Contact>> {
  if (wanted.length === 0) return new Map()
  const found = await sql<Contact>`select c.* from ${ids(session, wanted)} join contacts as c on c.id = r.id`.execute(
    tx,
  )
  return new Map(found.rows.map((row) => [row.id, row]))
}

/** The people with these ids as data has them, by id. */
export async function peopleNamed(tx: Tx, session: Dialected, wanted: readonly string[]): Promise<Map<string, Person>> {
  const found = await sql<PersonRow>`select p.* from ${ids(session, wanted)} join people as p on p.id = r.id`.execute(
    tx,
  )
  return new Map(found.rows.map((row) => [row.id, rows.people.decode(row)]))
}

/** Of subjects that are named: those that there are, as `kind/id`, and whether they are seen. */
export async function seenOf(
  tx: Tx,
  session: Dialected,
  named: readonly SubjectRef[],
  owners: Owners,
): Promise<ReadonlyMap<string, boolean>> {
  const found = await sql<SubjectRef & { seen: number }>`select r.kind, r.id,
      case when ${subjectSeen(session, owners, 'r.kind', 'r.id')} then 1 else 0 end as seen
    from ${given(session, SUBJECT, named)}
    where (r.kind = 'account' and exists (select 1 from accounts where accounts.id = r.id))
      or (r.kind = 'opportunity' and exists (select 1 from opportunities where opportunities.id = r.id))`.execute(tx)
  return new Map(found.rows.map((row) => [subjectName(row), row.seen === 1]))
}

/** Is there a living record of that id? Of activities and changes it is not asked. */
export async function isKnown(tx: Tx, record: RecordKind, id: string): Promise<boolean> {
  if (record === 'activities' || record === 'changes') return false
  const living = record === 'accounts' || record === 'opportunities' ? sql`deleted_at is null` : sql`(1 = 1)`
  const { rows: found } = await sql`select 1 from ${sql.table(record)} where id = ${id} and ${living}`.execute(tx)
  return found.length > 0
}

/** The account of each contact that there is. */
export async function accountsOfContacts(
  tx: Tx,
  session: Dialected,
  wanted: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = await sql<{ id: string; account: string }>`select c.id, c.account from ${ids(session, wanted)}
    join contacts as c on c.id = r.id`.execute(tx)
  return new Map(found.rows.map(({ id, account }) => [id, account]))
}

/** The family to which each record belongs, by the record's name (`activities/call-1`); of one that is not there, none. */
export async function familyOfEach(
  tx: Tx,
  session: Dialected,
  records: readonly { record: RecordKind; id: string }[],
): Promise<Map<string, SubjectRef>> {
  const of = (record: RecordKind) =>
    ids(
      session,
      records.filter((one) => one.record === record).map(({ id }) => id),
    )
  const { rows: families } = await sql<SubjectRef & { name: string }>`with wanted as (
      select 'opportunities/' || id as name, id as opportunity, null as account from ${of('opportunities')}
      union all select 'activities/' || v.id, v.opportunity, v.account from ${of('activities')}
        join activities as v on v.id = r.id
      union all select 'accounts/' || id, null, id from ${of('accounts')}
      union all select 'contacts/' || c.id, null, c.account from ${of('contacts')} join contacts as c on c.id = r.id)
    select w.name, case when a.id is null then 'opportunity' else 'account' end as kind, coalesce(a.id, o.id) as id
      from wanted as w left join opportunities as o on o.id = w.opportunity and o.deleted_at is null
        left join accounts as a on a.id = coalesce(o.account, w.account) and a.deleted_at is null
      where coalesce(a.id, o.id) is not null order by 3, 2`.execute(tx)
  return new Map(families.map(({ name, kind, id }) => [name, { kind, id }]))
}

/** The families to which records belong, each once. */
export async function familiesTouched(
  tx: Tx,
  session: Dialected,
  records: readonly { record: RecordKind; id: string }[],
): Promise<SubjectRef[]> {
  const families = await familyOfEach(tx, session, records)
  return eachOnce(families.values())
}
