import { type RawBuilder, sql } from 'kysely'
import type { FindingState, Severity } from '../domain/findings.js'
import type { SubjectKind } from '../domain/subjects.js'
import type { People } from '../domain/vocabulary.js'
import type { Instant } from '../lib/instant.js'
import type { WaitingNotice } from '../notices/decide.js'
import type { Subject, ToldNotice } from '../notices/message.js'
import type { KeptWhy } from '../sql/telling.js'
import type { Tx } from './session.js'

/** A notice that waits, as it is decided about and as it is told. */
export interface Waiting extends WaitingNotice, Omit<ToldNotice, 'id' | 'urgent' | 'at'> {}

/** What a line shows of a subject, and how it is joined to something with a `kind` and an id. */
export const SUBJECT_COLUMNS = sql.raw(`coalesce(o.name, case when o.id is null then a.name end) as name,
  case when o.id is null then a.owner else o.owner end as owner, a.id as account_id, a.name as account_name,
  o.amount as amount, o.currency as currency`)

export const subjectOf = (of: string, id: string): RawBuilder<unknown> =>
  sql.raw(`left join opportunities as o on ${of}.kind = 'opportunity' and o.id = ${of}.${id}
  left join accounts as a on a.id = case when ${of}.kind = 'account' then ${of}.${id} else o.account end`)

export interface SubjectRead {
  rule: string
  kind: SubjectKind
  subject: string
  episode: string
  name: string | null
  owner: string | null
  account_id: string | null
  account_name: string | null
  amount: number | null
  currency: string | null
}

/** The subject of a row as a message shows it. */
export const subjectRead = (row: SubjectRead): Subject => ({
  rule: row.rule,
  kind: row.kind,
  subject: row.subject,
  episode: row.episode,
  name: row.name,
  account: row.account_id === null ? null : { id: row.account_id, name: row.account_name },
  owner: row.owner,
  amount: row.amount,
  currency: row.currency,
})

interface Row extends SubjectRead {
  id: string
  step: string
  urgent: 0 | 1
  at: Instant
  kept_why: KeptWhy | null
  kept_until: Instant
  kept_by: string | null
  state: FindingState | null
  severity: Severity | null
  opened_at: Instant | null
  acknowledged_at: Instant | null
  escalated: number | null
}

/** The notices of a person whose time has come, oldest first, with all that decides about them. */
export async function readWaiting(tx: Tx, person: string, now: Instant, people: People): Promise<Waiting[]> {
  const { rows } = await sql<Row>`select n.id, n.rule, n.kind, n.subject, n.episode, n.step, n.urgent, n.at, n.kept_why,
      n.kept_until, n.kept_by, f.state, f.severity, f.opened_at, f.acknowledged_at, f.escalated,
      ${SUBJECT_COLUMNS}
    from notices as n left join findings as f on f.kind = n.kind and f.id = n.subject and f.rule = n.rule
      and cast(f.episode as text) = n.episode ${subjectOf('n', 'subject')}
    where n.person = ${person} and n.kept_until <= ${now} order by n.at, n.id`.execute(tx)
  return rows.map((row) => ({
    ...subjectRead(row),
    id: row.id,
    step: row.step,
    urgent: row.urgent === 1,
    at: row.at,
    severity: row.severity,
    since: row.opened_at,
    acknowledged_at: row.acknowledged_at,
    escalated: row.escalated ?? 0,
    waited: row.kept_why,
    finding: row.state === null ? 'none' : row.state === 'open' ? 'open' : 'over',
    kept_by: row.kept_by,
    kept_why: row.kept_why,
    kept_until: row.kept_until,
    matched: {
      rule: row.rule,
      owner: row.owner,
      team: row.owner === null ? null : (people.get(row.owner)?.team ?? null),
      account: row.account_id,
      severity: row.severity,
    },
  }))
}

/** Every notice that waits is looked at again: something changed by which it was judged. */
export async function lookAgain(tx: Tx): Promise<void> {
  await tx.updateTable('notices').set({ kept_until: 0 }).where('kept_until', 'is not', null).execute()
}
