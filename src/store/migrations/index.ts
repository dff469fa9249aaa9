import type { Kysely } from 'kysely'
import type { Dialect } from '../../sql/dialect.js'
import type { Database } from '../../sql/tables.js'
import { ACCESS_TABLES, access } from './access.js'
import { ANNOUNCEMENTS, announcements } from './announcements.js'
import { ADDED, bases } from './bases.js'
import { INDEXES, TABLES } from './first.js'
import { HOOK_TABLES, hooks } from './hooks.js'
import { type Column, type Migration, makeIndex, makeTable, readColumns } from './migration.js'
import { REQUESTS, requests } from './requests.js'

const first: Migration = {
  name: 'the first tables',
  up: async (db: Kysely<Database>, dialect: Dialect) => {
    for (const [name, table] of Object.entries(TABLES)) await makeTable(db, dialect, name, table)
    for (const index of INDEXES) await makeIndex(db, index)
  },
}

/** All steps of the schema in order; its version is how many of them were taken. */
export const MIGRATIONS: readonly Migration[] = [first, access, requests, hooks, announcements, bases]

/** The columns of every table as they are after all migrations. */
export const COLUMNS: Readonly<Record<keyof Database, readonly Column[]>> = Object.fromEntries(
  Object.entries({ ...TABLES, ...ACCESS_TABLES, ...REQUESTS, ...HOOK_TABLES, ...ANNOUNCEMENTS }).map(
    ([name, { columns }]) => [name, [...readColumns(columns), ...(ADDED[name] ?? [])]],
  ),
) as unknown as Record<keyof Database, readonly Column[]>
