import { dirname } from 'node:path'
import Sqlite from 'better-sqlite3'
import { StoreError, type StoreProblem } from './errors.js'
import { NAMES, notWhole } from './migrations/version.js'

/** A file that one may not write, in a sentence. */
export const onlyRead = (path: string) =>
  `The database ${path} may only be read, not written. Get the right to write it, or name another one.`

const codeOf = (error: unknown) => (error instanceof Sqlite.SqliteError ? error.code : '')

/** Whether the same transaction, run again, may succeed. */
export const isBusy = (error: unknown) => /^SQLITE_(BUSY|LOCKED)/.test(codeOf(error))

/** What a sentence about a file needs to know of how it was opened. */
export interface Opened {
  readonly path: string
  readonly reads: boolean
  /** SQLite keeps what is new, and who reads what, in files beside it: also who only reads makes them. */
  readonly mayWriteBeside: boolean
}

/** The codes of a file of whose folder one may write nothing. */
const BESIDE = /^SQLITE_(READONLY_(DIRECTORY|CANTINIT|CANTLOCK)|CANTOPEN|READONLY$)/

/** What SQLite's codes mean to a person; null for what is our own mistake. */
export function explainSqlite(error: unknown, { path, reads, mayWriteBeside }: Opened): StoreError | null {
  const code = codeOf(error)
  const message = error instanceof Error ? error.message : ''
  if (code === 'SQLITE_ERROR') {
    const [, gone] = /^no such (?:table|column): (?:\w+\.)?"?(\w+)/.exec(message) ?? []
    return gone !== undefined && NAMES.has(gone) ? notWhole(path, message) : null
  }
  if (!mayWriteBeside && BESIDE.test(code)) {
    const needs = `The folder ${dirname(path)} must be one that you may write: what is new of the database ${path} lies beside it`
    const how = reads
      ? 'also while it is only read. Get the right to, or read a copy made by "linewalker backup".'
      : 'until it is brought home.'
    return new StoreError('no_rights', `${needs}, ${how}`, error)
  }
  const sentences: [RegExp, StoreProblem, string][] = [
    [/^SQLITE_(BUSY|LOCKED)/, 'busy', `The database ${path} is in use by another process that does not let go of it.`],
    [/^SQLITE_NOTADB/, 'no_database', `${path} is not a database.`],
    [
      /^SQLITE_CORRUPT/,
      'unreadable',
      `The database ${path} is damaged. "linewalker restore BACKUP --force" puts a backup in its place.`,
    ],
    [/^SQLITE_READONLY/, 'read_only', onlyRead(path)],
    [
      /^SQLITE_(CANTOPEN|PERM|AUTH)/,
      'no_rights',
      `The database ${path} cannot be opened: no right to, or no such place.`,
    ],
    [
      /^SQLITE_FULL/,
      'full',
      `There is no room left for the database ${path}; what was not finished is not written. Run it again when there is.`,
    ],
    [/^SQLITE_IOERR/, 'unreadable', `The database ${path} cannot be read or written: the disk says no.`],
  ]
  const found = sentences.find(([pattern]) => pattern.test(code))
  return found ? new StoreError(found[1], found[2], error) : null
}
