import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Sqlite from 'better-sqlite3'
import { Hono } from 'hono'
import { DAY } from '../src/lib/civil.js'
import { openHttpGuard } from '../src/lib/http-guard.js'
import type { Program } from '../src/program/program.js'
import { LOCAL } from '../src/server/access/settings.js'
import { listen } from '../src/server/listen.js'
import { openServer } from '../src/server/serve.js'
import { openStore } from '../src/store/open.js'
import type { Answered, Asked } from './client.js'
import { type Household, NOW, pipeline } from './data.js'
import type { Ground } from './ground.js'
import { programOf } from './program.js'
import { atLeast, atMost, type Measured, milliseconds } from './rows.js'
import { median } from './timing.js'

const TURNS = 3
const CONNECTIONS = 50
const SIZE = 1_000_000
const CALLS = 2_000
/** Rows of the view that is read. */
const LISTED = 50

const VIEW = `
views:
  of-one: { for: opportunity, when: { status: open, owner: somebody }, columns: [name, stage, amount, close_date, age, health], sort: [-amount] }
`

/** Changes over HTTP, evaluated at once, with so many stored, against a bare route that inserts a row; then a saved view. */
export async function measureRequests(ground: Ground, folder: string, share: number, rules: string): Promise<Measured> {
  const program = await programOf(rules, VIEW)
  await ground.fill('served', settled(SIZE / share))
  await ground.fill('little', settled(LISTED))
  const bare = await serveBare(`${folder}/bare.db`)
  const [full, little] = [
    await serveStore(ground.url('served'), program),
    await serveStore(ground.url('little'), program),
  ]
  const calls = CALLS / share
  const ours: Answered[] = []
  const theirs: Answered[] = []
  const [views, alone]: [Answered[], Answered[]] = [[], []]
  for (let turn = 0; turn <= TURNS; turn += 1) {
    const changes = Array.from({ length: calls }, (_, i) => changeOf(turn * calls + i, SIZE / share))
    const inserts = changes.map(({ body }) => ({ method: 'POST', path: '/', body }))
    const view = Array.from({ length: 100 }, () => ({
      method: 'GET',
      path: '/api/v1/views/of-one?limit=50',
      body: null,
    }))
    const results = [
      await ask(bare.url, CONNECTIONS, inserts),
      await ask(full.url, CONNECTIONS, changes),
      await ask(little.url, 1, view),
      await ask(full.url, 1, view),
    ] as const
    if (turn === 0) continue
    for (const [i, list] of [theirs, ours, alone, views].entries()) list.push(results[i] as Answered)
  }
  for (const one of [full, little, bare]) await one.close()
  const of = (list: readonly Answered[], what: keyof Answered) => median(list.map((one) => one[what]))
  return {
    times: {
      'changes a second': of(ours, 'rate').toFixed(0),
      'half of them answered within': milliseconds(of(ours, 'p50')),
      '99 of 100 answered within': milliseconds(of(ours, 'p99')),
      'bare inserts a second': of(theirs, 'rate').toFixed(0),
      'a view of 50 rows': milliseconds(of(views, 'p50')),
      'the same in a store of 50': milliseconds(of(alone, 'p50')),
    },
    rows: [
      atLeast(
        'requests',
        `The rate of changes over HTTP, each durable, evaluated and its effects committed before it is answered, at ${CONNECTIONS} connections with ${SIZE / share} opportunities stored, against a bare Hono route that does one durable insert`,
        of(ours, 'rate') / of(theirs, 'rate'),
        1 / 3,
      ),
      atMost(
        'view',
        `Reading a saved view of ${LISTED} rows among ${SIZE / share}, against the same view in a store that holds nothing else`,
        of(views, 'p50') / of(alone, 'p50'),
        3,
      ),
    ],
  }
}

/** A pipeline of which nobody is due for a while; fifty are somebody's. */
function* settled(size: number): Generator<Household> {
  let given = 0
  for (const { account, opportunities } of pipeline(size)) {
    const rest = { due: NOW + 30 * DAY, due_program: 1 }
    yield {
      account: { ...account, ...rest },
      opportunities: opportunities.map((row) => {
        const isListed = given < LISTED && (size <= LISTED || row.stage === 'verbal')
        if (isListed) given += 1
        return { ...row, ...rest, status: 'open', owner: isListed ? 'somebody' : row.owner }
      }),
    }
  }
}

/** An opportunity somewhere in the store is overdue all of a sudden: its finding opens. */
function changeOf(n: number, size: number) {
  const id = `opportunity-${String((n * 7_919) % size).padStart(8, '0')}`
  const day = new Date(NOW - DAY * (2 + (n % 300))).toISOString().slice(0, 10)
  return { method: 'PATCH', path: `/api/v1/opportunities/${id}`, body: JSON.stringify({ close_date: day }) }
}

async function serveStore(url: string, program: Program) {
  const store = await openStore(url, { durable: true })
  const http = openHttpGuard()
  const serving = await openServer({
    ...{ store, program, http, env: {}, outbox: 'outbox', rules: null, version: '0' },
    ...{ host: '127.0.0.1', port: 0, access: LOCAL, tell: () => undefined },
    process: { id: url, command: 'bench' },
    clock: () => NOW,
    timer: () => performance.now(),
    secret: (bytes) => randomBytes(bytes).toString('base64url'),
    log: {
      info: () => undefined,
      warn: () => undefined,
      error: (of, says) => process.stderr.write(`${says} ${JSON.stringify(of)}\n`),
    },
  })
  const close = async () => {
    await serving.stop()
    await http.close()
    await store.close()
  }
  return { url: serving.url, close }
}

async function serveBare(path: string) {
  const db = new Sqlite(path)
  db.pragma('journal_mode = wal')
  db.pragma('synchronous = full')
  db.exec('create table changes (id integer primary key, body text)')
  const insert = db.prepare('insert into changes (body) values (?)')
  const app = new Hono()
  app.post('/', async (c) => {
    insert.run(await c.req.text())
    return c.json({ taken: true })
  })
  const { url, close } = await listen(app as never, { host: '127.0.0.1', port: 0 })
  return {
    url,
    close: async () => {
      await close(0)
      db.close()
    },
  }
}

/** Asks in a process of its own, so that asking costs the server nothing. */
async function ask(url: string, connections: number, calls: Asked['calls']): Promise<Answered> {
  const child = spawn(process.execPath, [join(dirname(fileURLToPath(import.meta.url)), 'client.js')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  child.stdin.end(JSON.stringify({ url, connections, calls } satisfies Asked))
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    text += part
  })
  await once(child, 'close')
  return JSON.parse(text)
}
