import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import Sqlite from 'better-sqlite3'
import {
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
  sql,
} from 'kysely'
import { sqlite } from '../sql/dialect.js'
import type { Database } from '../sql/tables.js'
import type { Connections, OpenOptions } from './connections.js'
import { StoreError } from './errors.js'
import { explainSqlite, isBusy, onlyRead } from './sqlite-errors.js'
import { keepStatements } from './sqlite-statements.js'

/**
 * How long a statement waits for another process, in milliseconds, and how often a transaction is run: about ten seconds in all.
 * The waiting blocks this process, so that one which answers others waits in short turns.
 */
const WAITING = { busyTimeout: 2_000, runs: 5 }
const IN_SHORT_TURNS = { busyTimeout: 50, runs: 25 }

/** So many pages (64 MB) of what was written lie beside the file before they are brought home: a page is brought once for all that wrote it. */
const PAGES_OF_WAL = 16_000

/** Opens the connections to one SQLite file, or to a database in memory (`:memory:`), which has a single one. */
export async function openSqlite(path: string, options: OpenOptions): Promise<Connections> {
  const waiting = options.staysResponsive ? IN_SHORT_TURNS : WAITING
  const timeout = options.busyTimeout ?? waiting.busyTimeout
  const inMemory = path === ':memory:'
  if (!inMemory) await checkFile(path, options)
  const explain = (error: unknown) => explainSqlite(error, path)
  try {
    const writer = options.readOnly && !inMemory ? null : connect(path, timeout, options.durable ? 'full' : 'normal')
    const reader = writer && inMemory ? writer : connect(path, timeout, null)
    const version = async () => {
      const { rows } = await sql<{ data_version: number }>`pragma data_version`.execute(writer ?? reader)
      return rows[0]?.data_version ?? 0
    }
    return {
      dialect: sqlite,
      place: path,
      writer,
      reader,
      writesAlone: true,
      runs: waiting.runs,
      claim: async () => undefined,
      isBusy,
      explain,
      tables: async (db) => {
        const names = sql<{ name: string }>`select name from sqlite_master where type in ('table', 'view')`
        return new Set((await names.execute(db)).rows.map(({ name }) => name))
      },
      changesElsewhere: version,
      onChangeElsewhere: (hear) => watchVersion(version, hear),
      settle: async () => {
        if (writer) await sql`pragma journal_mode = wal`.execute(writer)
      },
      close: async () => {
        if (reader !== writer) await reader.destroy()
        await writer?.destroy()
      },
    }
  } catch (error) {
    throw explain(error) ?? error
  }
}

/** How often a file is looked at by those who want to hear of its changes, in milliseconds. One look takes microseconds. */
const LOOK = 1_000

function watchVersion(version: () => Promise<number>, hear: () => void): () => void {
  let known: number | null = null
  const look = async () => {
    const now = await version().catch(() => known)
    if (known !== null && now !== known) hear()
    known = now
  }
  void look()
  const timer = setInterval(look, LOOK).unref()
  return () => clearInterval(timer)
}

/** `synchronous` is that of a connection that writes; null is of one that only reads. */
function connect(path: string, timeout: number, synchronous: 'normal' | 'full' | null): Kysely<Database> {
  const writes = synchronous !== null
  const db = new Sqlite(path, { timeout, fileMustExist: !writes })
  try {
    db.pragma(writes ? `synchronous = ${synchronous}` : 'query_only = on')
    db.pragma('foreign_keys = off')
    db.pragma('cache_size = -32768')
    db.pragma(`wal_autocheckpoint = ${PAGES_OF_WAL}`)
  } catch (error) {
    db.close()
    throw error
  }
  const config = { database: keepStatements(db) }
  return new Kysely<Database>({ dialect: writes ? new WriterDialect(config) : new SqliteDialect(config) })
}

/** Kysely's `begin` fails at once with SQLITE_BUSY_SNAPSHOT where another wrote meanwhile, whatever the time-out. */
class WriterDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig
  constructor(config: SqliteDialectConfig) {
    super(config)
    this.#config = config
  }
  override createDriver() {
    return new WriterDriver(this.#config)
  }
}

class WriterDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection) {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }
  /** Where there is no room, or the disk says no, SQLite has rolled back by itself: the error to tell is that one. */
  override async rollbackTransaction(connection: DatabaseConnection) {
    await super.rollbackTransaction(connection).catch((error: unknown) => {
      if (!/no transaction is active/.test(String(error))) throw error
    })
  }
}

async function checkFile(path: string, { create, readOnly }: OpenOptions) {
  const directory = dirname(path)
  const folder = await stat(directory).catch(() => null)
  if (!folder?.isDirectory()) {
    throw new StoreError('no_directory', `There is no folder ${directory} to keep the database ${path} in.`)
  }
  const file = await stat(path).catch(() => null)
  if (file?.isDirectory()) throw new StoreError('no_database', `${path} is a folder, not a database.`)
  const writes = create && !readOnly
  if (!file && !writes) throw absent(path)
  if (file && !(await may(path, constants.R_OK))) {
    throw new StoreError('no_rights', `You have no right to read the database ${path}.`)
  }
  if (file && !readOnly && !(await may(path, constants.W_OK))) throw new StoreError('read_only', onlyRead(path))
  if (!file && !(await may(directory, constants.W_OK))) {
    throw new StoreError('no_rights', `You have no right to make a database in ${directory}.`)
  }
}

export const absent = (place: string) =>
  new StoreError('absent', `There is no database at ${place}; import something first.`)

const may = (path: string, mode: number) =>
  access(path, mode).then(
    () => true,
    () => false,
  )
