import { sql } from 'kysely'
import type { Severity } from '../domain/findings.js'
import type { Instant } from '../lib/instant.js'
import type { LetterRow } from '../sql/telling.js'
import type { Session, Tx } from './session.js'

/** How much of everything stands at one moment, for whoever watches the process. Asks indexes, never walks subjects. */
export interface Gauges {
  /** Open findings by rule and severity. */
  findings: { rule: string; severity: Severity; n: number }[]
  /** Letters that are not done with, by state. */
  letters: { state: LetterRow['state']; n: number }[]
  /** What is held, by its reason. */
  holds: { reason: string; n: number }[]
  /** Events of webhooks by source and state. */
  hooks: { source: string; state: string; n: number }[]
  /** Since when the subject waits that has been due longest; null where none is due. */
  dueSince: Instant | null
  openTasks: number
  /** Notices that no letter has gathered yet. */
  waitingNotices: number
}

/** Reads all gauges from one snapshot. */
export const gauges = (session: Session, now: Instant): Promise<Gauges> =>
  session.read(async (tx) => {
    const ask = async <Row extends { n: number }>(query: ReturnType<typeof sql<Row>>): Promise<Row[]> =>
      (await query.execute(tx)).rows.map((row) => ({ ...row, n: Number(row.n) }))
    const only = async (query: ReturnType<typeof sql<{ n: number }>>) => (await ask(query))[0]?.n ?? 0
    return {
      findings: await ask(
        sql<Gauges['findings'][number]>`select rule, severity, count(*) as n from findings where state = 'open'
          group by rule, severity order by rule, severity`,
      ),
      letters: await ask(
        sql<Gauges['letters'][number]>`select state, count(*) as n from letters
          where state in ('waiting', 'sending', 'dead', 'uncertain') group by state order by state`,
      ),
      holds: await ask(
        sql<Gauges['holds'][number]>`select reason, count(*) as n from holds group by reason order by reason`,
      ),
      hooks: await ask(
        sql<Gauges['hooks'][number]>`select source, state, count(*) as n from hook_events
          group by source, state order by source, state`,
      ),
      dueSince: await earliest(tx, now),
      openTasks: await only(sql<{ n: number }>`select count(*) as n from tasks where state = 'open'`),
      waitingNotices: await only(sql<{ n: number }>`select count(*) as n from notices where kept_until is not null`),
    }
  })

/** A subject that is due at once has waited since its last change. */
async function earliest(tx: Tx, now: Instant): Promise<Instant | null> {
  const of = (table: string) => sql`select min(case when due = 0 then last_change else due end) as since
    from ${sql.table(table)} where deleted_at is null and due <= ${now}`
  const { rows } = await sql<{ since: Instant | null }>`select min(since) as since
    from (${of('opportunities')} union all ${of('accounts')}) as due`.execute(tx)
  return rows[0]?.since ?? null
}
