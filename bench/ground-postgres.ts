import pg from 'pg'
import { COLUMNS } from '../src/store/migrations/index.js'
import { openStore } from '../src/store/open.js'
import * as rows from '../src/store/rows.js'
import { NOW } from './data.js'
import type { Ground, Table } from './ground.js'
import { parts } from './ground-sqlite.js'
import { time } from './timing.js'

const [HOUSEHOLDS, ROWS] = [1_000, 500]

/** Databases of the PostgreSQL server at an address; they go when it is closed. */
export function postgresGround(server: string): Ground {
  const made = new Set<string>()
  const databaseOf = (name: string) => `linewalker_bench_${process.pid}_${name.replaceAll('-', '_')}`
  const urlOf = (name: string) => {
    const url = new URL(server)
    url.pathname = databaseOf(name)
    made.add(databaseOf(name))
    return url.href
  }
  const connect = async (name: string) => {
    const client = new pg.Client(urlOf(name))
    await client.connect()
    return client
  }
  const setUp = async (name: string) => {
    const store = await openStore(urlOf(name), { create: true, now: NOW })
    await store.close()
    return connect(name)
  }
  const rest = async (name: string) => {
    const client = await connect(name)
    await client.query('vacuum analyze')
    await client.end()
  }
  return {
    driver: 'pg',
    url: urlOf,
    fill: async (name, households) => {
      const client = await setUp(name)
      for (const part of parts(households, HOUSEHOLDS)) {
        const all = part.flatMap(({ opportunities }) => opportunities).map(rows.opportunities.encode)
        await insert(client, 'accounts', part.map(({ account }) => account).map(rows.accounts.encode))
        await insert(client, 'opportunities', all)
      }
      await client.end()
      await rest(name)
    },
    copyRows: async (from, to, tables) => {
      const [client, source] = [await setUp(to), await connect(from)]
      let took = 0
      for (const table of tables) {
        await source.query(`begin; declare all_of_them cursor for select * from ${table}`)
        for (;;) {
          const { rows: part } = await source.query<object>(`fetch ${ROWS} from all_of_them`)
          if (part.length === 0) break
          took += await time(() => insert(client, table, part))
        }
        await source.query('commit')
      }
      await source.end()
      await client.end()
      return took
    },
    reading: async (name, query) => {
      const client = await connect(name)
      return {
        read: async () => void (await client.query({ text: query, rowMode: 'array' })),
        close: () => client.end(),
      }
    },
    rest,
    close: async () => {
      const client = new pg.Client(server)
      await client.connect()
      for (const name of made) await client.query(`drop database if exists ${name} with (force)`)
      await client.end()
    },
  }
}

/** Whole rows, one statement for all of them: PostgreSQL's own way to insert many. */
async function insert(client: pg.Client, table: Table, list: readonly object[]): Promise<void> {
  const names = COLUMNS[table].filter((c) => c.type !== 'serial').map((c) => `"${c.name}"`)
  await client.query(
    `insert into ${table} (${names.join(', ')}) select ${names.join(', ')} from json_populate_recordset(null::${table}, $1)`,
    [JSON.stringify(list)],
  )
}
