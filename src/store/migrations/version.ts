import type { Kysely } from 'kysely'
import type { Database } from '../../sql/tables.js'
import { StoreError } from '../errors.js'
import { COLUMNS, MIGRATIONS } from './index.js'

/** The names of all tables and columns: one of these that is not there is gone. */
export const NAMES: ReadonlySet<string> = new Set(
  Object.entries(COLUMNS).flatMap(([table, columns]) => [table, ...columns.map(({ name }) => name)]),
)

/** The version of the schema that is written down in the database; null where there is none. Throws a StoreError where it is no number. */
export async function storedVersion(db: Kysely<Database>, place: string): Promise<number | null> {
  const row = await db.selectFrom('settings').select('value').where('key', '=', 'schema_version').executeTakeFirst()
  if (!row) return null
  if (!/^\d{1,9}$/.test(row.value)) throw notWhole(place, `its schema_version is ${JSON.stringify(row.value)}`)
  return Number(row.value)
}

/** Something that every database of ours has is not there, or not as it must be. */
export const notWhole = (place: string, why: string): StoreError =>
  new StoreError('unreadable', `The database ${place} is not whole: ${why}. Restore a backup of it.`)

/** Stops a program that is older or newer than the schema, with a sentence. Every write transaction begins with it. */
export async function checkVersion(db: Kysely<Database>, place: string, mine = MIGRATIONS.length): Promise<void> {
  const theirs = (await storedVersion(db, place)) ?? 0
  if (theirs > mine) {
    throw new StoreError(
      'newer',
      `This store was written by a newer Linewalker (${place} has schema ${theirs}, this program knows ${mine}): use that one.`,
    )
  }
  if (theirs < mine) {
    throw new StoreError(
      'older',
      `This store was written by an older Linewalker (${place} has schema ${theirs}, this program needs ${mine}): run linewalker migrate.`,
    )
  }
}
