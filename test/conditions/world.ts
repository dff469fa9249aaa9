import Database from 'better-sqlite3'
import { Kysely, type RawBuilder, SqliteDialect } from 'kysely'
import { toSql } from '../../src/conditions/sql.js'
import type { Condition } from '../../src/conditions/tree.js'
import type { SubjectKind } from '../../src/domain/subjects.js'
import type { Vocabulary } from '../../src/domain/vocabulary.js'
import type { Instant } from '../../src/lib/instant.js'
import { sqlite } from '../../src/sql/dialect.js'
import { account, opportunity } from '../support/subjects.js'

type Row = object

const stored = (value: unknown) =>
  typeof value === 'boolean'
    ? Number(value)
    : value !== null && typeof value === 'object'
      ? JSON.stringify(value)
      : value

/** Real tables in memory, made from rows. */
export function world(rows: { accounts: readonly Row[]; opportunities: readonly Row[] }) {
  const database = new Database(':memory:')
  const compiler = new Kysely<unknown>({ dialect: new SqliteDialect({ database }) })
  const run = (query: RawBuilder<unknown>): Record<string, unknown>[] => {
    const { sql, parameters } = query.compile(compiler)
    return database.prepare(sql).all(...parameters) as Record<string, unknown>[]
  }
  const fill = (table: string, sample: Row, list: readonly Row[]) => {
    const texts = new Set(['account', 'owner', 'close_date', 'fields', 'activity', 'levels', 'health', 'qualification'])
    const columns = Object.entries(sample).map(([name, value]) => {
      const type = texts.has(name) || (typeof value === 'string' && name !== 'score') ? 'text' : ''
      return `"${name}" ${type}`
    })
    database.exec(`create table ${table} (${columns.join(', ')})`)
    const names = Object.keys(sample)
    const insert = database.prepare(
      `insert into ${table} (${names.map((n) => `"${n}"`).join(', ')}) values (${names.map(() => '?').join(', ')})`,
    )
    for (const row of list) insert.run(...names.map((name) => stored((row as Record<string, unknown>)[name])))
  }
  fill('accounts', account(), rows.accounts)
  fill('opportunities', opportunity(), rows.opportunities)
  return { run, close: () => database.close() }
}

export const readingOf = (subject: SubjectKind, vocabulary: Vocabulary, now: Instant) => ({
  dialect: sqlite,
  now,
  subject,
  vocabulary,
  people: vocabulary.people,
})

export const conditionSql = (condition: Condition, subject: SubjectKind, vocabulary: Vocabulary, now: Instant) =>
  toSql(condition, readingOf(subject, vocabulary, now))
