import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, inject } from 'vitest'
import type { Connections } from '../../src/store/connections.js'
import { openStore } from '../../src/store/open.js'
import { openPostgres } from '../../src/store/postgres.js'
import { openSqlite } from '../../src/store/sqlite.js'
import type { Store } from '../../src/store/store.js'

/** A place for one fresh, absent database, and how to be rid of it. */
export interface Place {
  url: string
  /** Opens it without looking at its schema; the database may be told by whom. */
  connect(as?: string): Promise<Connections>
  remove(): Promise<void>
}

/** A kind of database on which the tests of the store run. */
export interface Database {
  name: string
  place(): Place
  /** Its tables and indexes, as text. */
  schema(store: Store): Promise<string>
}

/** All of them, always. */
export const databases: readonly Database[] = [
  {
    name: 'SQLite',
    place: () => {
      const folder = mkdtempSync(join(tmpdir(), 'linewalker-'))
      const path = join(folder, 'store.db')
      return {
        url: `sqlite:${path}`,
        connect: () => openSqlite(path, { create: true }),
        remove: async () => rmSync(folder, { recursive: true, force: true }),
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
  {
    name: 'PostgreSQL',
    place: () => {
      const { url: server, prefix } = inject('postgres')
      const name = `${prefix}${process.pid}_${++made}`
      const url = new URL(server)
      url.pathname = name
      return {
        url: url.href,
        connect: (as) => openPostgres(named(url, as), { create: true }),
        remove: async () => {
          const client = new pg.Client(server)
          await client.connect()
          await client.query(`drop database if exists ${name} with (force)`)
          await client.end()
        },
      }
    },
    schema: async (store) => {
      const { rows } = await store.read((tx) =>
        sql<{ says: string }>`select says from (
          select 1 as part, relname as name, format(E'create table %I (\n  %s\n);', relname, (
            select string_agg(format('%I %s%s%s%s', attname, format_type(atttypid, atttypmod),
              case when attcollation = 'pg_catalog."C"'::regcollation then ' collate "C"' end,
              case attidentity when 'a' then ' generated always as identity' end,
              case when attnotnull then ' not null' end), E',\n  ' order by attnum)
            from pg_attribute where attrelid = c.oid and attnum > 0)) as says
          from pg_class as c where relkind = 'r' and relnamespace = 'public'::regnamespace
          union all select 2, indexname, indexdef || ';' from pg_indexes where schemaname = 'public') as parts
          order by part, name collate "C"`.execute(tx),
      )
      return `${rows.map((row) => row.says).join('\n')}\n`
    },
  },
]

/** Is told a fresh store and its place, and may fill it: what happens before the tests. */
type Use = (store: Store, at: Place) => unknown

/** A fresh store for each test of a block, closed and removed after it. Hooks that need it come later. */
export const useStore = (place: () => Place, use: Use): void => hang(beforeEach, afterEach, place, use)

/** One store for all tests of a block, closed and removed after them. Hooks that need it come later. */
export const shareStore = (place: () => Place, use: Use): void => hang(beforeAll, afterAll, place, use)

type Hook = (does: () => Promise<void>) => void

function hang(before: Hook, after: Hook, place: () => Place, use: Use): void {
  let at: Place | null = null
  let store: Store | null = null
  before(async () => {
    at = place()
    store = await openStore(at.url, { create: true })
    await use(store, at)
  })
  after(async () => {
    await store?.close()
    store = null
    await at?.remove()
    at = null
  })
}

function named(url: URL, as = ''): string {
  const copy = new URL(url)
  if (as) copy.searchParams.set('application_name', as)
  return copy.href
}

/** How many databases this process has asked the server for. */
let made = 0
