import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { loadFolder } from '../src/app.js'
import type { Program } from '../src/program/program.js'
import { COLUMNS } from '../src/store/migrations/index.js'
import { openStore } from '../src/store/open.js'
import * as rows from '../src/store/rows.js'
import { type Household, NOW } from './data.js'
import { time } from './timing.js'

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

/** Households to a transaction. */
const AT_ONCE = 5_000

/** Fills a new store at a path with a pipeline, by bare inserts; nothing of it has been assessed. */
export async function build(path: string, households: Iterable<Household>): Promise<void> {
  const store = await openStore(`sqlite:${path}`, { create: true, now: NOW })
  await store.close()
  const db = new Sqlite(path)
  db.pragma('synchronous = off')
  const [account, opportunity] = [inserter(db, 'accounts'), inserter(db, 'opportunities')]
  db.exec('begin')
  let written = 0
  for (const one of households) {
    account(rows.accounts.encode(one.account))
    for (const row of one.opportunities) opportunity(rows.opportunities.encode(row))
    written += 1
    if (written % AT_ONCE === 0) db.exec('commit; begin')
  }
  db.exec('commit')
  db.pragma('wal_checkpoint(truncate)')
  db.close()
}

type Table = Parameters<typeof inserter>[1]

/** Inserts the rows of these tables of one store into a new one, 500 to a transaction; milliseconds of the inserting alone. */
export async function copyRows(from: string, to: string, tables: readonly Table[]): Promise<number> {
  const store = await openStore(`sqlite:${to}`, { create: true, now: NOW })
  await store.close()
  const [source, db] = [new Sqlite(from, { readonly: true }), new Sqlite(to)]
  db.pragma('synchronous = normal')
  const begin = db.prepare('begin immediate')
  const commit = db.prepare('commit')
  let took = 0
  for (const table of tables) {
    const insert = inserter(db, table)
    const rows = source.prepare(`select * from ${table}`).all() as object[]
    took += await time(() => {
      for (let i = 0; i < rows.length; i += 500) {
        begin.run()
        for (const row of rows.slice(i, i + 500)) insert(row)
        commit.run()
      }
    })
  }
  source.close()
  db.close()
  return took
}

/** The text of the rules of the bench. */
export const rulesText = (folder: string): Promise<string> => readFile(join(folder, 'bench.yaml'), 'utf8')
