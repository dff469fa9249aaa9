import { setImmediate as breathe } from 'node:timers/promises'
import { type RawBuilder, sql } from 'kysely'
import type { SubjectRef } from '../domain/subjects.js'
import type { FamilyState } from '../engine/plan.js'
import type { Quiet, Which } from '../engine/store.js'
import type { Instant } from '../lib/instant.js'
import { given, ID } from './bulk.js'
import { readFamilies } from './families.js'
import type { Session, Tx } from './session.js'
import { loud } from './settle.js'

const BATCH = 200

/**
 * Whole families with a subject that is due at `now`, or was reckoned under another program; or all of them. In id order.
 * Families whose due subjects are all quiet are left out. Who is due is settled at the beginning; each batch is one snapshot, so that rows and version agree.
 */
export async function* due(
  session: Session,
  { now, program, which }: { now: Instant; program: number; which: Which },
  quiet?: Quiet,
): AsyncGenerator<FamilyState> {
  const refs = await familiesAsked()
  for (let i = 0; i < refs.length; i += BATCH) {
    yield* await session.read((tx) => readFamilies(tx, session, refs.slice(i, i + BATCH)))
    await breathe()
  }

  async function familiesAsked(): Promise<readonly SubjectRef[]> {
    if (typeof which !== 'string') return which
    if (quiet) return loud(session, { now, program, which }, quiet)
    return session.read((tx) => (which === 'all' ? everyFamily(tx) : dueFamilies(tx, now, program)))
  }
}

/** The families of opportunities, in id order. */
export async function familiesOf(session: Session, opportunities: readonly string[]): Promise<SubjectRef[]> {
  const ids = opportunities.map((id) => ({ id }))
  return session.read(async (tx) => {
    const { rows } = await inOrder(
      sql`select ${FAMILY} and o.id in (select r.id from ${given(session, ID, ids)})`,
    ).execute(tx)
    return rows.filter(({ id, kind }, i) => id !== rows[i - 1]?.id || kind !== rows[i - 1]?.kind)
  })
}

/** The earliest instant at which a subject is due under the program: 0 is at once, null never. */
export async function nextDue(session: Session, program: number): Promise<Instant | null> {
  const { rows } = await session.read((tx) =>
    sql<{ due: number | null }>`select min(due) as due from (
      select min(due) as due from accounts where deleted_at is null
      union all select min(due) from opportunities where deleted_at is null
      union all select 0 from (${elsewhere('accounts', program)}) as a
      union all select 0 from (${elsewhere('opportunities', program)}) as o) as all_of_them`.execute(tx),
  )
  return rows[0]?.due ?? null
}

const elsewhere = (table: 'accounts' | 'opportunities', program: number) => sql`select 1 from ${sql.table(table)}
  where deleted_at is null and (due_program < ${program} or due_program > ${program}) limit 1`

/** An opportunity belongs to its account as long as that one is not deleted. */
const FAMILY = sql`case when a.id is null then 'opportunity' else 'account' end as kind, coalesce(a.id, o.id) as id
  from opportunities as o left join accounts as a on a.id = o.account and a.deleted_at is null
  where o.deleted_at is null`

/** Sorted outside of the union: SQLite would otherwise walk the accounts in order of their ids instead of asking the index. */
const inOrder = (union: RawBuilder<unknown>) =>
  sql<SubjectRef>`with who as materialized (${union}) select kind, id from who order by id, kind`

async function dueFamilies(tx: Tx, now: Instant, program: number): Promise<SubjectRef[]> {
  const { rows } = await inOrder(sql`
    select 'account' as kind, id from accounts where deleted_at is null and due <= ${now}
    union select 'account' as kind, id from accounts where deleted_at is null and due_program < ${program}
    union select 'account' as kind, id from accounts where deleted_at is null and due_program > ${program}
    union select ${FAMILY} and o.due <= ${now}
    union select ${FAMILY} and o.due_program < ${program}
    union select ${FAMILY} and o.due_program > ${program}`).execute(tx)
  return rows
}

/** All that are not deleted, in id order. */
export async function everyFamily(tx: Tx): Promise<SubjectRef[]> {
  const { rows } = await inOrder(sql`select 'account' as kind, id from accounts where deleted_at is null
    union select ${FAMILY}`).execute(tx)
  return rows
}
