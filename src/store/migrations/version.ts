import type { Kysely } from 'kysely'
import type { Database } from '../../sql/tables.js'
import { StoreError } from '../errors.js'
import { MIGRATIONS } from './index.js'

/** The version of the schema that is written down in the database; null where there is none. */
export async function storedVersion(db: Kysely<Database>): Promise<number | null> {
  const row = await db.selectFrom('settings').select('value').where('key', '=', 'schema_version').executeTakeFirst()
  return row ? Number(row.value) : null
}

/** Stops a program that is older or newer than the schema, with a sentence. Every write transaction begins with it. */
export async function checkVersion(db: Kysely<Database>, place: string, mine = MIGRATIONS.length): Promise<void> {
  const theirs = (await storedVersion(db)) ?? 0
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
