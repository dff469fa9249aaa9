import { type RawBuilder, sql } from 'kysely'
import type { Dialect } from '../sql/dialect.js'
import type { SqlReading } from '../sql/reading.js'
import { columnOf, type Side } from './side.js'
import type { Kinds } from './touches.js'

type Sql = RawBuilder<unknown>
const nothing = sql`null`

/** What the summary says of each of the kinds under a key (`n`, `last`, `owner`, `in_bin`). */
const ofKinds = (side: Side, kinds: Kinds, key: string, dialect: Dialect): Sql[] =>
  kinds.map((kind) => dialect.jsonNumber(columnOf(side, 'activity'), ['kinds', kind, key]))

/** Over what was planned, as `p`, of these kinds. */
const ofPlanned = (side: Side, kinds: Kinds, what: Sql, where: Sql, { dialect }: SqlReading): Sql =>
  sql`(select ${what} from ${dialect.jsonElements(dialect.jsonAt(columnOf(side, 'activity'), ['planned']), 'p')}
    where ${dialect.jsonText(sql`p.value`, ['kind'])} in (${sql.join(kinds)}) and ${where})`

const plannedAt = (dialect: Dialect): Sql => dialect.jsonNumber(sql`p.value`, ['at'])

/** Over what the sources say of touches, of the opportunity or of the account's, as one aggregate. */
const ofSaid = (side: Side, what: (alias: 'o' | 'x') => Sql, aggregate: 'max' | 'min'): Sql =>
  side.kind === 'opportunity'
    ? what('o')
    : sql`(select ${sql.raw(aggregate)}(${what('x')}) from opportunities as x
        where x.account = a.id and x.deleted_at is null)`

const sum = (parts: Sql[]): Sql =>
  sql`(${sql.join(
    parts.map((part) => sql`coalesce(${part}, 0)`),
    sql` + `,
  )})`

/** How many there were; `binSince` counts only those since the account came into its bin. */
export function countSql(side: Side, kinds: Kinds, reading: SqlReading, binSince?: Sql): Sql {
  if (kinds.length === 0) return sql`0`
  const at = plannedAt(reading.dialect)
  const come = binSince ? sql`${at} <= ${reading.now} and ${at} >= ${binSince}` : sql`${at} <= ${reading.now}`
  return sum([
    ...ofKinds(side, kinds, binSince ? 'in_bin' : 'n', reading.dialect),
    ofPlanned(side, kinds, sql`count(*)`, come, reading),
  ])
}

/** The instants whose greatest is the last one of these kinds. */
export function lastParts(side: Side, kinds: Kinds, reading: SqlReading, byOwner = false): Sql[] {
  if (kinds.length === 0) return []
  const at = plannedAt(reading.dialect)
  const owner = reading.dialect.jsonFlag(sql`p.value`, ['owner'])
  const come = byOwner ? sql`${at} <= ${reading.now} and ${owner} = 1` : sql`${at} <= ${reading.now}`
  return [
    ...ofKinds(side, kinds, byOwner ? 'owner' : 'last', reading.dialect),
    ofPlanned(side, kinds, sql`max(${at})`, come, reading),
  ]
}

/** The instants whose least is the next one of these kinds. */
export function nextParts(side: Side, kinds: Kinds, reading: SqlReading): Sql[] {
  if (kinds.length === 0) return []
  const at = plannedAt(reading.dialect)
  return [ofPlanned(side, kinds, sql`min(${at})`, sql`${at} > ${reading.now}`, reading)]
}

/** What the sources say of the last touch, with what they announced and has come. */
export const lastSaidPart = (side: Side, { dialect, now }: SqlReading): Sql =>
  ofSaid(
    side,
    (x) => {
      const come = (name: string) =>
        sql`case when ${sql.ref(`${x}.${name}`)} <= ${now} then ${sql.ref(`${x}.${name}`)} end`
      return dialect.greatest(come('said_last_activity'), come('said_next_activity'))
    },
    'max',
  )

export const nextSaidPart = (side: Side, { now }: SqlReading): Sql =>
  ofSaid(
    side,
    (x) => sql`case when ${sql.ref(`${x}.said_next_activity`)} > ${now} then ${sql.ref(`${x}.said_next_activity`)} end`,
    'min',
  )

/** The greatest, or the least, of what may be null each. */
export const greatestOf = (parts: Sql[], { dialect }: SqlReading): Sql =>
  parts.length === 0 ? nothing : dialect.greatest(...parts)
export const leastOf = (parts: Sql[], { dialect }: SqlReading): Sql =>
  parts.length === 0 ? nothing : dialect.least(...parts)

/** How many different contacts are named; null where none is. */
export function contactsSql(side: Side, kinds: Kinds, reading: SqlReading): Sql {
  if (kinds.length === 0) return nothing
  const { dialect, now } = reading
  const column = columnOf(side, 'activity')
  const named = kinds.map(
    (kind) =>
      sql`select c.value as contact from ${dialect.jsonTexts(dialect.jsonAt(column, ['kinds', kind, 'contacts']), 'c')}`,
  )
  const contact = dialect.jsonText(sql`p.value`, ['contact'])
  const come = sql`select ${contact} as contact
    from ${dialect.jsonElements(dialect.jsonAt(column, ['planned']), 'p')}
    where ${dialect.jsonText(sql`p.value`, ['kind'])} in (${sql.join(kinds)}) and ${plannedAt(dialect)} <= ${now}`
  return sql`(select nullif(count(distinct n.contact), 0) from (${sql.join([...named, come], sql` union all `)}) as n)`
}
