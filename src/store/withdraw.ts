import { type RawBuilder, sql } from 'kysely'
import type { FindingRef } from '../domain/findings.js'
import { given } from './bulk.js'
import type { Session, Tx } from './session.js'

const FINDING = [
  ['rule', 'text'],
  ['kind', 'text'],
  ['id', 'text'],
  ['episode', 'text'],
] as const

/**
 * Withdraws what waits to be told of findings that are over, saying why: their letters, their notices, and the gathered
 * letters of which no notice is left. Letters of `resolve` and of intents that changed state stay.
 */
export async function withdraw(
  tx: Tx,
  session: Pick<Session, 'dialect'>,
  findings: readonly FindingRef[],
  why: string,
): Promise<void> {
  if (findings.length === 0) return
  const these = given(session, FINDING, findings)
  const same = (table: 'letters' | 'notices') =>
    sql.raw(`${table}.rule = r.rule and ${table}.kind = r.kind and ${table}.subject = r.id
      and ${table}.episode = r.episode and ${table}.withdrawable = 1`)
  await sql`update letters set ${withdrawnIf(sql`letters.state = 'waiting'`, why)} from ${these}
    where ${same('letters')} and ${MOVING}`.execute(tx)
  const told = await sql<{
    letter: string | null
  }>`update notices set withdrawn = ${why}, kept_until = null from ${these}
    where ${same('notices')} and notices.withdrawn is null and (notices.letter is null
      or exists (select 1 from letters as l where l.id = notices.letter and l.state = 'waiting'))
    returning notices.letter`.execute(tx)
  const underWay = await sql<{ letter: string }>`select distinct notices.letter from ${these} join notices
    on ${same('notices')} and notices.withdrawn is null
    join letters as l on l.id = notices.letter and l.state = 'sending'`.execute(tx)
  const gathered = [...new Set([...told.rows, ...underWay.rows].flatMap(({ letter }) => letter ?? []))]
  if (gathered.length === 0) return
  const letters = given(
    session,
    [['id', 'text']],
    gathered.map((id) => ({ id })),
  )
  const isEmpty = sql`letters.state = 'waiting'
    and not exists (select 1 from notices as n where n.letter = letters.id and n.withdrawn is null)`
  await sql`update letters set ${withdrawnIf(isEmpty, why)}
    where ${MOVING} and id in (select r.id from ${letters})`.execute(tx)
}

/** Not left to an index on the state: beside what is given it is the key that must lead. */
const MOVING = sql.raw(`coalesce(letters.state, '') in ('waiting', 'sending')`)

/**
 * Withdraws a letter if something is so, and writes its row in any case. Whoever withdraws another of its notices, or settles
 * an attempt, at the same time, writes it too: one of the two then runs again and sees what the other did.
 */
const withdrawnIf = (condition: RawBuilder<unknown>, why: string) =>
  sql`state = case when ${condition} then 'withdrawn' else letters.state end,
    next_at = case when ${condition} then null else letters.next_at end,
    reason = case when ${condition} then ${why} else letters.reason end`
