import { type RawBuilder, sql } from 'kysely'
import type { Account, Opportunity, SubjectKind } from '../domain/subjects.js'
import type { Instant } from '../lib/instant.js'
import type { SqlReading } from '../sql/reading.js'
import type { Snapshot } from './fact.js'

/** Whose facts they are: the opportunity's own, or those of the account (its own, or of an opportunity's account). */
export interface Side {
  readonly kind: SubjectKind
  readonly alias: 'o' | 'a'
  of(snapshot: Snapshot): Opportunity | Account | null
  /** The opportunities whose source may have said when they were touched. */
  saidBy(snapshot: Snapshot): readonly Opportunity[] | Opportunity | null
}

export const OPPORTUNITY: Side = {
  kind: 'opportunity',
  alias: 'o',
  of: (s) => s.opportunity,
  saidBy: (s) => s.opportunity,
}

export const ACCOUNT: Side = { kind: 'account', alias: 'a', of: (s) => s.account, saidBy: (s) => s.opportunities }

/** A column of the side's row. */
export const columnOf = (side: Side, name: string): RawBuilder<unknown> => sql.ref(`${side.alias}.${name}`)

/** An expression that is never null by itself, made null where the side is missing (an opportunity without account). */
export const whereKnown = (side: Side, reading: SqlReading, expression: RawBuilder<unknown>): RawBuilder<unknown> =>
  side.kind === reading.subject ? expression : sql`case when ${columnOf(side, 'id')} is not null then ${expression} end`

/** A value of a record that came from data: never one of the prototype's. */
export const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined

/** The later of two instants of which either may be unknown. */
export const later = (a: Instant | null, b: Instant | null): Instant | null =>
  a === null ? b : b === null || a > b ? a : b
