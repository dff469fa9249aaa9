import { randomUUID } from 'node:crypto'
import { CompiledQuery, Kysely, PostgresDialect, PostgresQueryCompiler, sql } from 'kysely'
import pg from 'pg'
import { postgres } from '../sql/dialect.js'
import type { Database } from '../sql/tables.js'
import type { Claim, Connections, OpenOptions } from './connections.js'
import { StoreError } from './errors.js'
import { listenTo } from './postgres-changes.js'
import { connectionCut, explainPostgres, isBusy } from './postgres-errors.js'
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
  const { place, database } = parsed(url)
  const explain = (error: unknown) => explainPostgres(error, place)
  const me = randomUUID()
  await check(url, place, database, options)
  const db = connect(url, options)
  const changes = listenTo(url, me)
  return {
    dialect: postgres,
    place,
    writer: options.readOnly ? null : db,
    reader: db,
    isBusy,
    explain,
    isEmpty: async (db) => {
      const { rows } = await sql<{ n: number }>`select count(*) as n ${HERE}`.execute(db)
      return rows[0]?.n === 0
    },
    hasTable: async (db, table) => {
      const { rows } = await sql`select 1 as found ${HERE} and c.relname = ${table}`.execute(db)
      return rows.length > 0
    },
    writesAlone: false,
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

const HERE = sql`from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
  where n.nspname = current_schema() and c.relkind in ('r', 'p', 'v', 'm', 'f')`

/** Locks of tables are taken before the snapshot, unlike all that a select takes: who waited sees what it waited for. */
const CLAIMS: Readonly<Record<Claim, string>> = {
  together: 'lock table settings in row exclusive mode',
  alone: 'lock table settings in exclusive mode',
  schema: `select pg_advisory_xact_lock(hashtext('linewalker schema'))`,
}

function parsed(url: string): { place: string; database: string } {
  try {
    const { user, host, port, database } = new pg.Client({ connectionString: url })
    const name = database ?? user ?? ''
    return { place: `postgres://${user}@${host}:${port}/${name}`, database: name }
  } catch (error) {
    throw new StoreError('unknown_url', `This is no address of a database: write postgres://USER@HOST/NAME.`, error)
  }
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

function connect(url: string, { busyTimeout, readOnly }: OpenOptions): Kysely<Database> {
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
    connectionString: url,
    max: 8,
    types: parsers,
    connectionTimeoutMillis: 20_000,
    onConnect: async (client) => void (await client.query(settings)),
  })
  pool.on('error', connectionCut)
  pool.on('connect', (client) => client.on('error', connectionCut))
  return new Kysely<Database>({ dialect: new Dialect({ pool }) })
}

/** Makes the database where it may and must; refuses a server that is too old and a database that cannot hold all texts. */
async function check(url: string, place: string, database: string, options: OpenOptions): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 20_000 })
  client.on('error', connectionCut)
  try {
    await client.connect()
    const { rows } = await client.query(`select current_setting('server_version_num')::int as version,
      current_setting('server_version') as says, current_setting('server_encoding') as encoding`)
    const { version, says, encoding } = rows[0] as { version: number; says: string; encoding: string }
    if (version < OLDEST) {
      throw new StoreError('too_old', `The PostgreSQL at ${place} is version ${says}; 14 or newer is needed.`)
    }
    if (encoding !== 'UTF8') {
      throw new StoreError('unreadable', `The database ${place} keeps texts as ${encoding}; make it with UTF8.`)
    }
  } catch (error) {
    if ((error as { code?: unknown }).code === '3D000' && options.create && !options.readOnly) {
      return makeDatabase(url, place, database)
    }
    throw explainPostgres(error, place) ?? error
  } finally {
    await client.end().catch(connectionCut)
  }
}

/** Two that make it at once make it once. */
async function makeDatabase(url: string, place: string, database: string): Promise<void> {
  const maintenance = new URL(url)
  maintenance.pathname = '/postgres'
  const client = new pg.Client({ connectionString: maintenance.href, connectionTimeoutMillis: 20_000 })
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
    throw explainPostgres(error, place) ?? error
  } finally {
    await client.end().catch(connectionCut)
  }
}
