import { type RawBuilder, sql } from 'kysely'
import { operatorFor } from '../../conditions/operators.js'
import { toSqlWhere } from '../../conditions/sql.js'
import type { Condition } from '../../conditions/tree.js'
import { LEVELS, type SubjectKind, type SubjectRef } from '../../domain/subjects.js'
import type { People, Vocabulary } from '../../domain/vocabulary.js'
import type { FamilyState } from '../../engine/plan.js'
import type { Fact } from '../../facts/fact.js'
import type { Instant } from '../../lib/instant.js'
import type { SqlReading } from '../../sql/reading.js'
import { readFamilies } from '../families.js'
import type { Session, Tx } from '../session.js'
import { after, asColumns, type KeyValue, keysOf, orderBy, type SortKey } from './keyset.js'
import { accountSeen, type Owners, opportunitySeen } from './seen.js'

export interface SubjectsAsked {
  subject: SubjectKind
  when: Condition
  sort: readonly { fact: Fact; descending: boolean }[]
  owners: Owners
  /** The keys of the last row of the page before; null for the first page. */
  after: readonly KeyValue[] | null
  limit: number
  now: Instant
  vocabulary: Vocabulary
  people: People
}

/** A subject of a page: its id, and the keys after which the next page begins. */
export interface PagedSubject {
  id: string
  keys: KeyValue[]
}

export interface SubjectsPage {
  subjects: PagedSubject[]
  /** Their families, whole, each once. */
  families: FamilyState[]
}

/**
 * A page of living subjects of which a condition holds, in the order asked and then by id, with their families. As of
 * `idsWhere`, a loose fact may give more than the verdict does.
 */
export function subjectsPage(session: Session, asked: SubjectsAsked): Promise<SubjectsPage> {
  const { subject, when, owners, limit } = asked
  const reading: SqlReading = { ...asked, dialect: session.dialect }
  const id = sql.ref(subject === 'account' ? 'a.id' : 'o.id')
  const keys: SortKey[] = [
    ...asked.sort.map(({ fact, descending }) => sortKey(fact, descending, reading)),
    { expression: id, descending: false },
  ]
  const from =
    subject === 'account'
      ? sql`accounts as a where a.deleted_at is null and ${accountSeen(session, owners)}`
      : sql`opportunities as o left join accounts as a on a.id = o.account and a.deleted_at is null
          where o.deleted_at is null and ${opportunitySeen(session, owners)}`
  return session.read(async (tx) => {
    const { rows } = await sql<Record<string, unknown>>`select ${asColumns(keys)} from ${from}
      and ${toSqlWhere(when, reading)} and ${after(keys, asked.after)}
      order by ${orderBy(keys)} limit ${limit}`.execute(tx)
    const subjects = rows.map((row) => ({ id: String(row[`k${keys.length - 1}`]), keys: keysOf(row, keys) }))
    return { subjects, families: await readFamilies(tx, session, await familiesOf(tx, session, subject, subjects)) }
  })
}

/** The families of subjects, each once. */
async function familiesOf(tx: Tx, session: Session, kind: SubjectKind, subjects: readonly PagedSubject[]) {
  if (kind === 'account') return subjects.map(({ id }): SubjectRef => ({ kind, id }))
  const ids = JSON.stringify(subjects.map(({ id }) => id))
  const { rows } = await sql<SubjectRef>`select distinct
      case when a.id is null then 'opportunity' else 'account' end as kind, coalesce(a.id, o.id) as id
    from opportunities as o left join accounts as a on a.id = o.account and a.deleted_at is null
    where o.id in (select value from ${session.dialect.jsonTexts(sql`${ids}`, 'wanted')})`.execute(tx)
  return rows
}

/** As views sort: worst health first, short spans first, choices as declared; what is no text is compared as a number. */
function sortKey(fact: Fact, descending: boolean, reading: SqlReading): SortKey {
  const value = fact.sql(reading)
  if (fact.choices) return { expression: rank(value, fact.choices), descending }
  if (/^health(\.|$)/.test(fact.name)) return { expression: rank(value, LEVELS), descending: !descending }
  if (fact.kind === 'elapsed') return { expression: value, descending: !descending }
  if (fact.kind === 'flag') return { expression: flag(value, reading), descending }
  return { expression: value, descending }
}

/** A flag as 0 or 1, as both databases compare and give it. */
function flag(value: RawBuilder<unknown>, { now, vocabulary, dialect }: SqlReading): RawBuilder<unknown> {
  const clock = { now, calendar: vocabulary.calendar }
  const isTrue = operatorFor('flag', 'is')?.sql(value, { is: 'values', values: [true] }, clock, 'flag', dialect)
  return sql`case when ${value} is null then null when ${isTrue} then 1 else 0 end`
}

/** The place of a text in a list; behind all of them where it is not in it. */
function rank(value: RawBuilder<unknown>, of: readonly string[]): RawBuilder<unknown> {
  const places = of.map((one, i) => sql`when ${one} then ${sql.lit(i)}`)
  return sql`case when ${value} is null then null else case ${value} ${sql.join(places, sql` `)} else ${sql.lit(of.length)} end end`
}
