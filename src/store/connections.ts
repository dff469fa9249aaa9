import type { Kysely, Transaction } from 'kysely'
import type { Instant } from '../lib/instant.js'
import type { Dialect } from '../sql/dialect.js'
import type { Database } from '../sql/tables.js'
import type { StoreError } from './errors.js'

export interface OpenOptions {
  /** Written down as the instant at which the schema was set up or migrated. */
  readonly now?: Instant
  /** Sets up an absent or empty database; without it such a one is an error. */
  readonly create?: boolean
  /** Brings an older schema up to date (`migrate` and `serve` only); without it such a one is an error. */
  readonly migrate?: boolean
  /**
   * What is committed is on the disk, also when the power fails: for what acts on the world outside. SQLite only; else the last
   * transactions may be lost with the machine, never with the process.
   */
  readonly durable?: boolean
  /** Never writes, sets up or migrates anything. */
  readonly readOnly?: boolean
  /** Milliseconds that a statement waits for another process before the transaction is run again. */
  readonly busyTimeout?: number
  /** The process answers others while it waits for another one. Matters to SQLite, where waiting blocks the process: it waits in short turns. */
  readonly staysResponsive?: boolean
}

/**
 * How a write transaction lives with others: `together` with those that touch other families; `alone` for what belongs to no
 * family; for the `schema`, when there may be nothing else to lock yet.
 */
export type Claim = 'together' | 'alone' | 'schema'

/** An opened database: all that the store knows of the kind of database it works on. */
export interface Connections {
  readonly dialect: Dialect
  /** Where it is, for sentences to people. */
  readonly place: string
  /** Null where the store was opened for reading only. */
  readonly writer: Kysely<Database> | null
  readonly reader: Kysely<Database>
  /** Whether one connection does all the writing of this process: then writers that wait share a commit. */
  readonly writesAlone: boolean
  /** First in every write transaction, before anything is read. */
  claim(tx: Transaction<Database>, how: Claim): Promise<void>
  /** How often a transaction is run at most while another process is in its way. */
  readonly runs: number
  /** Whether the same transaction, run again, may succeed. */
  isBusy(error: unknown): boolean
  /** The sentence for an error that is not our mistake; null for one that is. */
  explain(error: unknown): StoreError | null
  /** The names of the tables and views that are there, whosever they are. */
  tables(db: Kysely<Database>): Promise<ReadonlySet<string>>
  /** A number that changes when another process has written. */
  changesElsewhere(): Promise<number>
  /** Calls back soon after one has, or may have, until what it returns is called. */
  onChangeElsewhere(hear: () => void): () => void
  /** Prepares a database that is known to be ours for work. */
  settle(): Promise<void>
  close(): Promise<void>
}
