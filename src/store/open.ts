import type { Connections, OpenOptions } from './connections.js'
import { StoreError } from './errors.js'
import { COLUMNS } from './migrations/index.js'
import { migrate } from './migrations/run.js'
import { checkVersion, notWhole, storedVersion } from './migrations/version.js'
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
    await insist(() => prepare(connections, options), connections)
    return assemble(connections, openSession(connections))
  } catch (error) {
    await connections.close()
    throw connections.explain(error) ?? error
  }
}

async function connect(url: string, options: OpenOptions): Promise<Connections> {
  const address = url.trim()
  const [, kind, rest] = /^([a-z]{2,}):(.*)$/is.exec(address) ?? [null, 'sqlite', address]
  const open = KINDS[(kind as string).toLowerCase()]
  if (!open || !rest) {
    throw new StoreError(
      'unknown_url',
      // What follows the kind may hold a password, wherever it was written.
      `"${rest ? `${kind}:…` : address}" names no database; write sqlite:PATH, such as sqlite:linewalker.db, or postgres://USER@HOST/NAME.`,
    )
  }
  return open(rest, options)
}

async function prepare(connections: Connections, options: OpenOptions): Promise<void> {
  const { reader, writer, place, tables } = connections
  const now = options.now ?? null
  const there = await tables(reader)
  if (there.size === 0) {
    if (!writer || !options.create) throw absent(place)
    await migrate(writer, connections, now)
  } else {
    await checkOurs(reader, there, place)
    if (options.migrate && writer) await migrate(writer, connections, now)
  }
  await checkVersion(reader, place)
  const whole = await tables(reader)
  const lacking = Object.keys(COLUMNS).filter((name) => !whole.has(name))
  if (lacking.length > 0) throw notWhole(place, `it lacks ${lacking.join(', ')}`)
  await connections.settle()
}

/** Tables that no other program is likely to have several of. */
const TELLING = ['findings', 'intents', 'holds', 'said', 'silences']

/** Throws where the tables are those of another program, whatever their names, or ours without the version of their schema. */
async function checkOurs(reader: Connections['reader'], there: ReadonlySet<string>, place: string): Promise<void> {
  const telling = TELLING.filter((name) => there.has(name)).length
  const hasVersion =
    telling > 0 && there.has('settings') && (await storedVersion(reader, place).catch(noneOfOurs)) !== null
  if (hasVersion) return
  if (telling > TELLING.length / 2) throw notWhole(place, 'it does not say which schema it has')
  throw new StoreError(
    'foreign',
    `The database at ${place} belongs to another program: it has tables, but they are not Linewalker's. Name another one.`,
  )
}

/** A table of the same name with other columns, or columns of another type. */
function noneOfOurs(error: unknown): null {
  const { code } = error as { code?: unknown }
  if (/^(22\w{3}|42(?!501)\w{3}|SQLITE_ERROR)$/.test(String(code))) return null
  throw error
}
