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

/** What SQLite's codes mean to a person; null for what is our own mistake. */
export function explainSqlite(error: unknown, path: string): StoreError | null {
  const code = codeOf(error)
  const message = error instanceof Error ? error.message : ''
  if (code === 'SQLITE_ERROR') {
    const [, gone] = /^no such (?:table|column): (?:\w+\.)?"?(\w+)/.exec(message) ?? []
    return gone !== undefined && NAMES.has(gone) ? notWhole(path, message) : null
  }
  const sentences: [RegExp, StoreProblem, string][] = [
    [/^SQLITE_(BUSY|LOCKED)/, 'busy', `The database ${path} is in use by another process that does not let go of it.`],
    [/^SQLITE_NOTADB/, 'no_database', `${path} is not a database.`],
    [
      /^SQLITE_CORRUPT/,
      'unreadable',
      `The database ${path} is damaged. "linewalker restore BACKUP --force" puts a backup in its place.`,
    ],
    [
      /^SQLITE_READONLY_DIRECTORY/,
      'no_rights',
      `You have no right to write in ${dirname(path)}, where what is new of the database ${path} lies beside it, also for who only reads. Get it, or work with a copy of the database in a folder of yours.`,
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
