import Sqlite from 'better-sqlite3'
import { COLUMNS } from '../src/store/migrations/index.js'
import { openStore } from '../src/store/open.js'
import * as rows from '../src/store/rows.js'
import { NOW } from './data.js'
import type { Ground, Table } from './ground.js'
import { time } from './timing.js'

/** Households to a transaction that fills, and rows to one that is measured. */
const [HOUSEHOLDS, ROWS] = [5_000, 500]

/** SQLite files in a folder. */
export function sqliteGround(folder: string): Ground {
  const pathOf = (name: string) => `${folder}/${name}.db`
  const setUp = async (name: string) => {
    const store = await openStore(`sqlite:${pathOf(name)}`, { create: true, now: NOW })
    await store.close()
    return new Sqlite(pathOf(name))
  }
  return {
    driver: 'better-sqlite3',
    url: (name) => `sqlite:${pathOf(name)}`,
    fill: async (name, households) => {
      const db = await setUp(name)
      db.pragma('synchronous = off')
      const [account, opportunity] = [inserter(db, 'accounts'), inserter(db, 'opportunities')]
      db.exec('begin')
      let written = 0
      for (const one of households) {
        account(rows.accounts.encode(one.account))
        for (const row of one.opportunities) opportunity(rows.opportunities.encode(row))
        written += 1
        if (written % HOUSEHOLDS === 0) db.exec('commit; begin')
      }
      db.exec('commit')
      db.pragma('wal_checkpoint(truncate)')
      db.close()
    },
    copyRows: async (from, to, tables) => {
      const [db, source] = [await setUp(to), new Sqlite(pathOf(from), { readonly: true })]
      db.pragma('synchronous = normal')
      const [begin, commit] = [db.prepare('begin immediate'), db.prepare('commit')]
      let took = 0
      for (const table of tables) {
        const insert = inserter(db, table)
        for (const part of parts(source.prepare<[], object>(`select * from ${table}`).iterate(), ROWS)) {
          took += await time(() => {
            begin.run()
            for (const row of part) insert(row)
            commit.run()
          })
        }
      }
      source.close()
      db.close()
      return took
    },
    reading: async (name, query) => {
      const db = new Sqlite(pathOf(name), { readonly: true })
      const statement = db.prepare(query).raw()
      return {
        read: async () => {
          for (const row of statement.iterate()) void row
        },
        close: async () => void db.close(),
      }
    },
    rest: async () => undefined,
    close: async () => undefined,
  }
}

/** A statement that inserts whole rows of a table, given as objects. */
function inserter(db: Sqlite.Database, table: Table) {
  const columns = COLUMNS[table].filter((c) => c.type !== 'serial').map((c) => c.name)
  const statement = db.prepare(
    `insert into ${table} (${columns.map((c) => `"${c}"`).join(', ')}) values (${columns.map(() => '?').join(', ')})`,
  )
  return (row: object) => statement.run(...columns.map((name) => (row as Record<string, unknown>)[name] ?? null))
}

/** Lists of so many, so that never all is in memory. */
export function* parts<T>(all: Iterable<T>, size: number): Generator<T[]> {
  let part: T[] = []
  for (const one of all) {
    part.push(one)
    if (part.length < size) continue
    yield part
    part = []
  }
  if (part.length > 0) yield part
}
