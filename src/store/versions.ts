import { sql } from 'kysely'
import { PLURAL, type SubjectRef, subjectName } from '../domain/subjects.js'
import { given, ID } from './bulk.js'
import type { Session, Tx } from './session.js'

/** A family and the version that was read of it. */
export interface Seen {
  family: SubjectRef
  version: number
}

/**
 * Bumps the versions of families that are still as they were seen, and returns the names of these. First thing in a
 * transaction that writes anything of them: it is their lock. Locks are taken in the order of ids, so that two that write
 * several families do not wait for each other in a ring.
 */
export async function bumpSeen(tx: Tx, session: Pick<Session, 'dialect'>, seen: readonly Seen[]): Promise<Set<string>> {
  return forEachKind(seen, async (kind, rows) => {
    const table = sql.table(PLURAL[kind])
    const found = await sql<{ id: string }>`with seen as (select f.id from ${given(session, COLUMNS, rows)}
        join ${table} as f on f.id = r.id and f.version = r.version and f.deleted_at is null
        order by f.id ${session.dialect.forUpdate('f')})
      update ${table} set version = ${table}.version + 1 from seen where ${table}.id = seen.id
      returning ${table}.id`.execute(tx)
    return found.rows
  })
}

/** The names of the families that are still as they were seen. */
export async function stillSeen(
  tx: Tx,
  session: Pick<Session, 'dialect'>,
  seen: readonly Seen[],
): Promise<Set<string>> {
  return forEachKind(seen, async (kind, rows) => {
    const found = await sql<{ id: string }>`select f.id from ${given(session, COLUMNS, rows)}
      join ${sql.table(PLURAL[kind])} as f on f.id = r.id and f.version = r.version and f.deleted_at is null
      order by f.id ${session.dialect.forShare('f')}`.execute(tx)
    return found.rows
  })
}

/**
 * Bumps the families of opportunities and accounts, whatever their version: first thing in a transaction in which a person,
 * a source or a hook writes anything of them. An opportunity's family is its account while that is not deleted.
 */
export async function bump(tx: Tx, session: Pick<Session, 'dialect'>, refs: readonly SubjectRef[]): Promise<void> {
  if (refs.length === 0) return
  const own = (kind: SubjectRef['kind']) =>
    given(
      session,
      ID,
      refs.filter((r) => r.kind === kind),
    )
  const { forUpdate } = session.dialect
  await sql`with mine as (select f.id from accounts as f where f.id in (
      select r.id from ${own('account')}
      union select o.account from ${own('opportunity')} join opportunities as o on o.id = r.id
        where o.account is not null) order by f.id ${forUpdate('f')})
    update accounts set version = version + 1 where id in (select id from mine)`.execute(tx)
  await sql`with mine as (select f.id from opportunities as f where f.id in (select r.id from ${own('opportunity')})
      order by f.id ${forUpdate('f')})
    update opportunities set version = version + 1 where id in (select id from mine)`.execute(tx)
}

const COLUMNS = [...ID, ['version', 'integer']] as const

async function forEachKind(
  seen: readonly Seen[],
  ask: (kind: SubjectRef['kind'], rows: { id: string; version: number }[]) => Promise<readonly { id: string }[]>,
): Promise<Set<string>> {
  const names = new Set<string>()
  for (const kind of ['account', 'opportunity'] as const) {
    const rows = seen.filter((s) => s.family.kind === kind).map((s) => ({ id: s.family.id, version: s.version }))
    if (rows.length === 0) continue
    for (const { id } of await ask(kind, rows)) names.add(subjectName({ kind, id }))
  }
  return names
}
