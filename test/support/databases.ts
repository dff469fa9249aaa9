import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { Connections } from '../../src/store/connections.js'
import { openSqlite } from '../../src/store/sqlite.js'
import type { Store } from '../../src/store/store.js'

/** A place for one fresh, absent database, and how to be rid of it. */
export interface Place {
  url: string
  /** Opens it without looking at its schema. */
  connect(): Promise<Connections>
  remove(): void
}

/** Every kind of database on which the tests of the store run. */
export const databases: readonly { name: string; place(): Place; schema(store: Store): Promise<string> }[] = [
  {
    name: 'SQLite',
    place: () => {
      const folder = mkdtempSync(join(tmpdir(), 'linewalker-'))
      const path = join(folder, 'store.db')
      return {
        url: `sqlite:${path}`,
        connect: () => openSqlite(path, { create: true }),
        remove: () => rmSync(folder, { recursive: true, force: true }),
      }
    },
    schema: async (store) => {
      const { rows } = await store.read((tx) =>
        sql<{ sql: string }>`select sql from sqlite_master where sql is not null and name not like 'sqlite_%'
          order by type desc, name`.execute(tx),
      )
      return `${rows.map((row) => row.sql).join('\n')}\n`
    },
  },
]
