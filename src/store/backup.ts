import { access, copyFile, rename, rm } from 'node:fs/promises'
import Sqlite from 'better-sqlite3'
import { StoreError } from './errors.js'
import { MIGRATIONS } from './migrations/index.js'

/** Pages that are copied before others get their turn. */
const STEP = 500

/** How far a backup has come, in pages. */
export type Progress = (copied: number, total: number) => void

/**
 * Copies the SQLite database of a URL into a new file, while others work with it: what was committed before the copy ends is
 * in it, and nothing half-written. Throws a StoreError where the file is there already, or either cannot be used.
 */
export async function backUp(url: string, file: string, onProgress: Progress = () => undefined): Promise<void> {
  const path = sqliteFile(url)
  if (await exists(file)) throw new StoreError('no_database', `${file} is there already; a backup overwrites nothing.`)
  if (!(await exists(path))) throw new StoreError('absent', `There is no database at ${path}.`)
  const partial = `${file}.partial`
  await speaking(path, async () => {
    const db = new Sqlite(path, { readonly: true, fileMustExist: true })
    try {
      // A snapshot is held while it is copied: else each commit of another would begin it anew.
      db.exec('begin')
      db.prepare('select count(*) from sqlite_master').get()
      await db.backup(partial, {
        progress: ({ totalPages, remainingPages }) => {
          onProgress(totalPages - remainingPages, totalPages)
          return STEP
        },
      })
    } finally {
      db.close()
    }
    standAlone(partial)
    await examine(partial)
    await rename(partial, file)
  }).catch(async (error: unknown) => {
    await rm(partial, { force: true })
    throw error
  })
}

/**
 * Puts a backup in the place of the SQLite database of a URL. It is examined first; where it is damaged or no store of ours nothing
 * is changed. Throws a StoreError where there is a database already and `overwrite` was not said, or a process works with it.
 */
export async function restore(file: string, url: string, { overwrite }: { overwrite: boolean }): Promise<void> {
  const path = sqliteFile(url)
  if (!(await exists(file))) throw new StoreError('absent', `There is no backup at ${file}.`)
  await examine(file)
  if (await exists(path)) {
    if (!overwrite) throw new StoreError('no_database', `There is a database at ${path} already; --force replaces it.`)
    await speaking(path, async () => insistOnQuiet(path))
  }
  const partial = `${path}.partial`
  await copyFile(file, partial)
  // What belongs to the old database must not be read as part of the new one.
  for (const beside of ['-wal', '-shm']) await rm(path + beside, { force: true })
  await rename(partial, path)
}

/** A copy is one file, with nothing beside it. */
function standAlone(file: string): void {
  const db = new Sqlite(file)
  db.pragma('journal_mode = delete')
  db.close()
}

/** The file of `sqlite:PATH` or a bare path. Throws for any other database, which has tools of its own. */
function sqliteFile(url: string): string {
  const [, kind, rest] = /^([a-z]{2,}):(.*)$/s.exec(url) ?? [null, 'sqlite', url]
  if (kind === 'sqlite' && rest && rest !== ':memory:') return rest
  if (kind?.startsWith('postgres'))
    throw new StoreError('unknown_url', 'PostgreSQL is backed up by its own tools: pg_dump, and pg_restore.')
  throw new StoreError('unknown_url', `"${url}" names no database in a file; write sqlite:PATH.`)
}

/** Throws where a file is damaged, or no store that this program knows. */
async function examine(file: string): Promise<void> {
  await speaking(file, async () => {
    const db = new Sqlite(file, { readonly: true, fileMustExist: true })
    try {
      const [{ integrity_check: says }] = db.pragma('integrity_check(1)') as [{ integrity_check: string }]
      if (says !== 'ok') throw new StoreError('unreadable', `${file} is damaged: ${says}.`)
      const tables = db.prepare("select count(*) as n from sqlite_master where name = 'settings'").get() as {
        n: number
      }
      const row = tables.n
        ? (db.prepare("select value from settings where key = 'schema_version'").get() as { value: string } | undefined)
        : undefined
      if (!row) throw new StoreError('foreign', `${file} is no database of Linewalker's.`)
      if (Number(row.value) > MIGRATIONS.length)
        throw new StoreError('newer', `${file} was written by a newer Linewalker: use that one.`)
    } finally {
      db.close()
    }
  })
}

/** Throws where another process works with the database. */
function insistOnQuiet(path: string): void {
  const db = new Sqlite(path, { timeout: 0 })
  try {
    db.pragma('locking_mode = exclusive')
    db.exec('begin exclusive; commit')
  } finally {
    db.close()
  }
}

async function speaking(path: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof Sqlite.SqliteError)) throw error
    if (error.code === 'SQLITE_NOTADB') throw new StoreError('no_database', `${path} is not a database.`, error)
    if (/^SQLITE_(BUSY|LOCKED)/.test(error.code))
      throw new StoreError('busy', `A process works with ${path}: end it first.`, error)
    throw new StoreError('unreadable', `${path} cannot be read or written: ${error.message}.`, error)
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )
