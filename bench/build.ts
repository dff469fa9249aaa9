import Sqlite from 'better-sqlite3'
import { loadFolder } from '../src/app.js'
import type { Program } from '../src/program/program.js'
import { COLUMNS } from '../src/store/migrations/index.js'
import { openStore } from '../src/store/open.js'
import * as rows from '../src/store/rows.js'
import type { Store } from '../src/store/store.js'
import { type Household, NOW, pipeline } from './data.js'

/** The rules of the bench, with more sections or rules as YAML laid beside them. */
export async function programOf(folder: string): Promise<Program> {
  const { program, problems } = await loadFolder(folder)
  if (!program) throw new Error(problems.map((p) => `${p.place.file}:${p.place.line} ${p.message}`).join('\n'))
  return program
}

/** A statement that inserts whole rows of a table, given as objects. */
export function inserter(
  db: Sqlite.Database,
  table: 'opportunities' | 'accounts' | 'findings' | 'intents' | 'tasks' | 'said' | 'history',
) {
  const columns = COLUMNS[table].filter((c) => c.type !== 'serial').map((c) => c.name)
  const statement = db.prepare(
    `insert into ${table} (${columns.map((c) => `"${c}"`).join(', ')}) values (${columns.map(() => '?').join(', ')})`,
  )
  return (row: object) => statement.run(...columns.map((name) => (row as Record<string, unknown>)[name] ?? null))
}

/** Fills a new store at a path with a pipeline, by bare inserts; nothing of it has been assessed. */
export async function build(path: string, households: Iterable<Household>): Promise<void> {
  const store = await openStore(`sqlite:${path}`, { create: true, now: NOW })
  await store.close()
  const db = new Sqlite(path)
  db.pragma('synchronous = off')
  const [account, opportunity] = [inserter(db, 'accounts'), inserter(db, 'opportunities')]
  db.exec('begin')
  for (const one of households) {
    account(rows.accounts.encode(one.account))
    for (const row of one.opportunities) opportunity(rows.opportunities.encode(row))
  }
  db.exec('commit')
  db.pragma('wal_checkpoint(truncate)')
  db.close()
}

/** A store with so many open opportunities, opened. */
export async function buildStore(path: string, size: number): Promise<Store> {
  await build(path, pipeline(size))
  return openStore(`sqlite:${path}`)
}
