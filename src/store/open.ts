import type { Connections, OpenOptions } from './connections.js'
import { StoreError } from './errors.js'
import { migrate } from './migrations/run.js'
import { checkVersion } from './migrations/version.js'
import { insist, openSession } from './session.js'
import { absent, openSqlite } from './sqlite.js'
import { assemble, type Store } from './store.js'

/** Loaded where it is wanted: most commands start without it. */
const openPostgres = async (rest: string, options: OpenOptions) =>
  (await import('./postgres.js')).openPostgres(`postgres:${rest}`, options)

/** The kinds of database, by the word before the colon of their URL; a bare path is SQLite. */
const KINDS: Readonly<Record<string, (rest: string, options: OpenOptions) => Promise<Connections>>> = {
  sqlite: openSqlite,
  postgres: openPostgres,
  postgresql: openPostgres,
}

/**
 * Opens the database at `sqlite:PATH`, `sqlite::memory:`, a bare path or `postgres://USER@HOST/NAME`. With `create` an absent or empty one is set up.
 * Everything that may be wrong with it is a StoreError with a sentence.
 */
export async function openStore(url: string, options: OpenOptions = {}): Promise<Store> {
  const connections = await connect(url, options)
  try {
    await insist(() => prepare(connections, options), connections.isBusy)
    return assemble(connections, openSession(connections))
  } catch (error) {
    await connections.close()
    throw connections.explain(error) ?? error
  }
}

async function connect(url: string, options: OpenOptions): Promise<Connections> {
  const [, kind, rest] = /^([a-z]{2,}):(.*)$/s.exec(url) ?? [null, 'sqlite', url]
  const open = KINDS[kind as string]
  if (!open || !rest) {
    throw new StoreError(
      'unknown_url',
      `"${url}" names no database; write sqlite:PATH, such as sqlite:linewalker.db, or postgres://USER@HOST/NAME.`,
    )
  }
  return open(rest, options)
}

async function prepare(connections: Connections, options: OpenOptions): Promise<void> {
  const { reader, writer, place, isEmpty, hasTable } = connections
  const hasSettings = (db: typeof reader) => hasTable(db, 'settings')
  const now = options.now ?? null
  if (await isEmpty(reader)) {
    if (!writer || !options.create) throw absent(place)
    await migrate(writer, connections, now)
  } else if (!(await hasSettings(reader))) {
    throw new StoreError(
      'foreign',
      `The database at ${place} belongs to another program: it has tables, but none of Linewalker's.`,
    )
  } else if (options.migrate && writer) {
    await migrate(writer, connections, now)
  }
  await checkVersion(reader, place)
  await connections.settle()
}
