import type { Household } from './data.js'

/** Tables whose rows are inserted bare. */
export type Table =
  | 'opportunities'
  | 'accounts'
  | 'findings'
  | 'intents'
  | 'tasks'
  | 'announcements'
  | 'said'
  | 'history'

/** A kind of database to measure on, with what its own driver does without Linewalker. */
export interface Ground {
  /** `better-sqlite3` or `pg`. */
  readonly driver: string
  /** Where a store of this name is to be. */
  url(name: string): string
  /** Sets up a new store and fills it by bare inserts, a few thousand rows to a transaction; nothing of it has been assessed. */
  fill(name: string, households: Iterable<Household>): Promise<void>
  /** Inserts the rows of these tables of one store into a new one, 500 to a transaction; milliseconds of the inserting alone. */
  copyRows(from: string, to: string, tables: readonly Table[]): Promise<number>
  /** A way to read all rows of a query raw, over one connection. */
  reading(name: string, query: string): Promise<{ read(): Promise<void>; close(): Promise<void> }>
  /** What a server does by itself within a minute of much writing: it looks at what its tables hold now. */
  rest(name: string): Promise<void>
  close(): Promise<void>
}
