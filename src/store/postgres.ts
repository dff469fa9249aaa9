import { randomUUID } from 'node:crypto'
import { CompiledQuery, Kysely, PostgresDialect, PostgresQueryCompiler, sql } from 'kysely'
import pg from 'pg'
import { postgres } from '../sql/dialect.js'
import type { Database } from '../sql/tables.js'
import type { Claim, Connections, OpenOptions } from './connections.js'
import { StoreError } from './errors.js'
import { type Address, addressOf } from './postgres-address.js'
import { listenTo } from './postgres-changes.js'
import {
  connectionCut,
  explainConnecting,
  explainPostgres,
  isBusy,
  NO_SSL,
  noSchema,
  type Reached,
} from './postgres-errors.js'
import { parsers } from './postgres-numbers.js'

/** How long a statement waits for rows that another transaction holds, in milliseconds, before it is run again. */
const LOCK_TIMEOUT = 5_000
/** A process that was stopped in the middle of a transaction lets go of its rows after so many. */
const IDLE_TIMEOUT = 60_000
const OLDEST = 140_000

/**
 * Opens a PostgreSQL database (14 or newer) at `postgres://USER:PASSWORD@HOST:PORT/NAME`; with `create` it is made where the
 * server has none of that name.
 *
 * Reads see one snapshot (`repeatable read, read only`). Writes are `repeatable read` too: who writes a row that another
 * transaction has changed since the snapshot is refused with a serialization failure, and its closure runs again over a new
 * one. All that is written of a family begins with its version, so that two that touch one family always meet there, as they
 * would behind SQLite's one lock; what has no family of its own (the program in force, the kill switch) is written `alone`.
 */
export async function openPostgres(url: string, options: OpenOptions): Promise<Connections> {
  const address = addressOf(url)
  const { place } = address
  const reached: Reached = { ...address }
  const explain = (error: unknown) => explainPostgres(error, reached)
  const me = randomUUID()
  const config = await check(address, options)
  const db = connect(config, options)
  const changes = listenTo(config, me)
  return {
    dialect: postgres,
    place,
    writer: options.readOnly ? null : db,
    reader: db,
    isBusy,
    explain,
    tables: async (db) => {
      const { rows } = await sql<{ schema: string | null; path: string; tables: string[] }>`select
        current_schema() as schema, current_setting('search_path') as path,
        array(select c.relname::text from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
          where n.nspname = current_schema() and c.relkind in ('r', 'p', 'v', 'm', 'f')) as tables`.execute(db)
      const [{ schema, path, tables } = { schema: null, path: '', tables: [] }] = rows
      if (!schema) throw new StoreError('no_rights', noSchema(reached, path))
      reached.schema = schema
      return new Set(tables)
    },
    writesAlone: false,
    runs: 5,
    claim: async (tx, how) => {
      await tx.executeQuery(CompiledQuery.raw(`${CLAIMS[how]}; notify linewalker_changes, '${me}'`))
    },
    changesElsewhere: changes.heard,
    onChangeElsewhere: changes.listen,
    settle: async () => undefined,
    close: async () => {
      await changes.close()
      await db.destroy()
    },
  }
}

/** Locks of tables are taken before the snapshot, unlike all that a select takes: who waited sees what it waited for. */
const CLAIMS: Readonly<Record<Claim, string>> = {
  together: 'lock table settings in row exclusive mode',
  alone: 'lock table settings in exclusive mode',
  schema: `select pg_advisory_xact_lock(hashtext('linewalker schema'))`,
}

/** Parameters that are numbers say so: PostgreSQL would take 1.5 for an integer where it stands beside one. */
class Compiler extends PostgresQueryCompiler {
  protected override appendValue(value: unknown): void {
    super.appendValue(value)
    if (typeof value === 'number') this.append(Number.isSafeInteger(value) ? '::bigint' : '::double precision')
  }
}

class Dialect extends PostgresDialect {
  override createQueryCompiler() {
    return new Compiler()
  }
}

function connect(config: pg.ClientConfig, { busyTimeout, readOnly }: OpenOptions): Kysely<Database> {
  // Nearly all that is asked names rows by their key: scans of whole tables and compiled plans cost more than they save.
  const settings = [
    `set lock_timeout = ${busyTimeout ?? LOCK_TIMEOUT}`,
    `set idle_in_transaction_session_timeout = ${IDLE_TIMEOUT}`,
    'set jit = off',
    'set random_page_cost = 1.1',
    ...(readOnly ? ['set default_transaction_read_only = on'] : []),
  ].join('; ')
  // Not Kysely's `onCreateConnection`: a connection that is cut there is never given back, and closing waits for it for ever.
  const pool = new pg.Pool({
    ...config,
    max: 8,
    types: parsers,
    onConnect: async (client) => void (await client.query(settings)),
  })
  pool.on('error', connectionCut)
  pool.on('connect', (client) => client.on('error', connectionCut))
  return new Kysely<Database>({ dialect: new Dialect({ pool }) })
}

/**
 * Makes the database where it may and must; refuses a server that is too old and a database that cannot hold all texts. Gives how
 * to connect: without SSL where that is only preferred and the server has none.
 */
async function check(address: Address, options: OpenOptions): Promise<pg.ClientConfig> {
  const { place, config } = address
  const client = new pg.Client(config)
  client.on('error', connectionCut)
  try {
    await client.connect().catch((error: unknown) => {
      const { code, message } = error as { code?: unknown; message?: unknown }
      if (code === '3D000' || (message === NO_SSL && address.prefersSsl)) throw error
      throw explainConnecting(error, address)
    })
    const { rows } = await client.query(`select current_setting('server_version_num')::int as version,
      current_setting('server_version') as says, current_setting('server_encoding') as encoding`)
    const { version, says, encoding } = rows[0] as { version: number; says: string; encoding: string }
    if (version < OLDEST) {
      throw new StoreError('too_old', `The PostgreSQL at ${place} is version ${says}; 14 or newer is needed.`)
    }
    if (encoding !== 'UTF8') {
      throw new StoreError('unreadable', `The database ${place} keeps texts as ${encoding}; make it with UTF8.`)
    }
    return config
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: unknown }
    if (message === NO_SSL) return check({ ...address, prefersSsl: false, config: { ...config, ssl: false } }, options)
    if (code === '3D000' && options.create && !options.readOnly) {
      await makeDatabase(address)
      return config
    }
    throw explainPostgres(error, address) ?? error
  } finally {
    await client.end().catch(connectionCut)
  }
}

/** Two that make it at once make it once. */
async function makeDatabase(address: Address): Promise<void> {
  const { place, database, config } = address
  const client = new pg.Client({ ...config, database: 'postgres' })
  client.on('error', connectionCut)
  try {
    await client.connect()
    await client.query(`create database ${client.escapeIdentifier(database)}`)
  } catch (error) {
    const { code } = error as { code?: unknown }
    if (code === '42P04' || code === '23505') return
    if (code === '42501') {
      const how = `"createdb ${database}", by somebody who may`
      throw new StoreError('absent', `There is no database at ${place}, and you may not make one: ${how}.`, error)
    }
    throw explainPostgres(error, address) ?? error
  } finally {
    await client.end().catch(connectionCut)
  }
}
