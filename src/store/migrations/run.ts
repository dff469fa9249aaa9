import type { Kysely } from 'kysely'
import type { Instant } from '../../lib/instant.js'
import type { Database } from '../../sql/tables.js'
import type { Connections } from '../connections.js'
import { MIGRATIONS } from './index.js'
import type { Migration } from './migration.js'
import { storedVersion } from './version.js'

/**
 * Takes the steps that the schema lacks, all of them in one transaction: what fails half-way leaves the old schema. Two
 * processes that migrate at once do it once. Returns the names of the steps it took.
 */
export async function migrate(
  writer: Kysely<Database>,
  { dialect, tables, claim, place }: Pick<Connections, 'dialect' | 'tables' | 'claim' | 'place'>,
  now: Instant | null,
  migrations: readonly Migration[] = MIGRATIONS,
): Promise<string[]> {
  return writer.transaction().execute(async (tx) => {
    await claim(tx, 'schema')
    const version = (await tables(tx)).has('settings') ? ((await storedVersion(tx, place)) ?? 0) : 0
    const lacking = migrations.slice(version)
    for (const migration of lacking) await migration.up(tx, dialect)
    if (lacking.length > 0) {
      await tx
        .insertInto('settings')
        .values([
          { key: 'schema_version', value: String(migrations.length) },
          { key: 'schema_since', value: JSON.stringify(now) },
        ])
        .onConflict((c) => c.column('key').doUpdateSet((e) => ({ value: e.ref('excluded.value') })))
        .execute()
    }
    return lacking.map((m) => m.name)
  })
}
