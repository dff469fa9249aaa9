import { sql } from 'kysely'
import type { SubjectKind } from '../domain/subjects.js'
import type { People } from '../domain/vocabulary.js'
import type { Spent } from '../engine/plan.js'
import type { Instant } from '../lib/instant.js'
import * as rows from './rows.js'
import type { Asked, Session } from './session.js'

/** What was done after an instant and not approved by a person: what counts against the limits. */
export async function spent(session: Session, since: Instant): Promise<Spent> {
  return session.read(async (tx) => {
    const sums = await sql<{ effects: number | null; amount: string | null }>`
      select sum(effect_count) as effects, cast(sum(amount) as text) as amount from intents
      where at > ${since} and approved = 0`.execute(tx)
    const subjects = await sql<{ kind: SubjectKind; id: string }>`select distinct kind, id from intents
      where at > ${since} and approved = 0 and effect_count > 0`.execute(tx)
    const closed = await sql<{ n: number }>`select count(distinct i.id) as n from intents as i
      join opportunities as o on o.id = i.id and o.status <> 'open'
      where i.at > ${since} and i.approved = 0 and i.effect_count > 0 and i.kind = 'opportunity'`.execute(tx)
    const of = (kind: SubjectKind) => new Set(subjects.rows.filter((s) => s.kind === kind).map((s) => s.id))
    const { effects, amount } = sums.rows[0] ?? { effects: null, amount: null }
    return {
      effects: effects ?? 0,
      amount: Number(amount ?? 0),
      opportunities: of('opportunity'),
      accounts: of('account'),
      closed: closed.rows[0]?.n ?? 0,
    }
  })
}

/** How many intents were carried out after an instant: it is another number when anything more was spent. */
export async function intentsSince(session: Session, since: Instant): Promise<number> {
  const { rows } = await session.ask((db) =>
    sql<{ n: number }>`select count(*) as n from intents where at > ${since}`.execute(db),
  )
  return rows[0]?.n ?? 0
}

/** How many subjects there are for a limit to be a share of; counted no further than `most`. */
export async function sizes(
  session: Session,
  most = Number.MAX_SAFE_INTEGER,
): Promise<{ openOpportunities: number; accounts: number }> {
  const found = await session.read((tx) =>
    sql<{ openOpportunities: number; accounts: number }>`select
      (select count(*) from (select 1 from opportunities where status = 'open' and deleted_at is null limit ${most}) as o)
        as "openOpportunities",
      (select count(*) from (select 1 from accounts where deleted_at is null limit ${most}) as a) as accounts`.execute(
      tx,
    ),
  )
  return found.rows[0] ?? { openOpportunities: 0, accounts: 0 }
}

/** The people that imports brought, by id. */
export const people = (session: Session): Promise<People> => session.ask(readPeople)

export async function readPeople(db: Asked): Promise<People> {
  const found = await db.selectFrom('people').selectAll().orderBy('id').execute()
  return new Map(found.map((row) => [row.id, rows.people.decode(row)]))
}

/**
 * Rules of which a limit holds something, with the digest under which it was held: that of the hold, or, of a finding, that
 * of the rule in the program that judged it.
 */
export async function heldRuleDigests(session: Session): Promise<ReadonlyMap<string, string>> {
  return session.read(async (tx) => {
    const digests = new Map<string, string>()
    const findings = await sql<{ rule: string; program: number; rules: string | null }>`
      select f.rule, max(f.program) as program, p.rules from findings as f
      left join programs as p on p.number = f.program
      where f.state = 'held' group by f.rule, p.rules order by program`.execute(tx)
    for (const { rule, rules } of findings.rows) {
      const known = rules === null ? {} : (JSON.parse(rules) as Record<string, string>)
      digests.set(rule, known[rule] ?? '')
    }
    const holds = await sql<{ rule: string; rule_digest: string }>`
      select rule, rule_digest from holds where reason = 'over_limit' order by at`.execute(tx)
    for (const { rule, rule_digest } of holds.rows) digests.set(rule, rule_digest)
    return digests
  })
}
