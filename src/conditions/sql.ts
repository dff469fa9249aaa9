import { type RawBuilder, sql } from 'kysely'
import type { SqlReading } from '../sql/reading.js'
import { type Condition, fold, type Leaf } from './tree.js'

const join = (parts: RawBuilder<boolean>[], by: 'and' | 'or'): RawBuilder<boolean> =>
  parts.length === 0 ? sql.raw(by === 'and' ? '(1 = 1)' : '(1 = 0)') : sql`(${sql.join(parts, sql.raw(` ${by} `))})`

/** A span that may have stopped cannot be compared row by row: `under` then holds for all that are known. */
const leaf = ({ fact, operator, operand }: Leaf, reading: SqlReading): RawBuilder<boolean> => {
  const value = fact.sql(reading)
  if (fact.loose && fact.kind === 'elapsed' && operator.name === 'under') return sql`${value} is not null`
  const clock = { now: reading.now, calendar: reading.vocabulary.calendar }
  return operator.sql(value, operand, clock, fact.kind, reading.dialect)
}

const folded = (condition: Condition, reading: SqlReading): RawBuilder<boolean> =>
  fold<RawBuilder<boolean>>(condition, {
    all: (parts) => join(parts, 'and'),
    any: (parts) => join(parts, 'or'),
    leaf: (it) => leaf(it, reading),
  })

/**
 * The condition as an SQL expression that is true or false, never null. It answers as the verdict does, but for leaves whose
 * fact is `loose`, where it holds for at least those; and what was reckoned is "as of the last assessment".
 */
export const toSql = (condition: Condition, reading: SqlReading): RawBuilder<boolean> =>
  sql<boolean>`(${folded(condition, reading)}) is true`

/** The same for a `where` clause, in which null counts as false: so an index may answer it. */
export const toSqlWhere = (condition: Condition, reading: SqlReading): RawBuilder<boolean> =>
  sql<boolean>`(${folded(condition, reading)})`
