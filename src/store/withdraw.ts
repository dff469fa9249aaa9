import { sql } from 'kysely'
import type { FindingRef } from '../domain/findings.js'
import { given, isState } from './bulk.js'
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
  await sql`update letters set state = 'withdrawn', next_at = null, reason = ${why} from ${these}
    where ${same('letters')} and ${isState('letters', 'waiting')}`.execute(tx)
  const told = await sql<{
    letter: string | null
  }>`update notices set withdrawn = ${why}, kept_until = null from ${these}
    where ${same('notices')} and notices.withdrawn is null and (notices.letter is null
      or exists (select 1 from letters as l where l.id = notices.letter and l.state = 'waiting'))
    returning notices.letter`.execute(tx)
  const gathered = [...new Set(told.rows.flatMap(({ letter }) => letter ?? []))]
  if (gathered.length === 0) return
  const letters = given(
    session,
    [['id', 'text']],
    gathered.map((id) => ({ id })),
  )
  await sql`update letters set state = 'withdrawn', next_at = null, reason = ${why}
    where ${isState('letters', 'waiting')} and id in (select r.id from ${letters})
      and not exists (select 1 from notices as n where n.letter = letters.id and n.withdrawn is null)`.execute(tx)
}
