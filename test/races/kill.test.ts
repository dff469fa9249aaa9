import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apply } from '../../src/app.js'
import { openStore } from '../../src/store/open.js'
import type { Store } from '../../src/store/store.js'
import { ensureBuilt, MAIN } from '../cli/process.js'
import { chance } from '../support/chance.js'
import { databases, type Place } from '../support/databases.js'
import { bring } from './actors.js'
import { type Everything, keepAll, readAll, restoreAll } from './oracle.js'
import { KILLS } from './size.js'
import { FILES, T0, T1, UNLIMITED, UNLIMITED_RULES } from './world.js'

/** Children that live at the same time, each with a database of its own. */
const LANES = 2

const PRELOAD = fileURLToPath(new URL('../support/kill-at.mjs', import.meta.url))
const LONG = new Date(T0).toISOString()
const HEADER = 'id,account,stage,stage_changed,status,amount,owner,next_step'
const rows = (n: number, row: (i: number) => string) =>
  [HEADER, ...Array.from({ length: n }, (_, i) => row(i))].join('\n')

/** Two batches; of what there is already some is changed. */
const IMPORTED = rows(3_000, (i) => `k${i},k${i % 150},third,${LONG},open,${1000 + (i % 7)},dana,${i % 3 ? 'x' : ''}`)
/** Some go to nobody's surprise: given up, their accounts dead, others quiet. */
const KNOWN = rows(300, (i) => `k${i},k${i % 150},${i % 2 ? 'second' : 'third'},${LONG},open,2000,dana,x`)

interface Lane {
  at: Place
  store: Store
}

describe.each(databases)('killed in the middle on $name', ({ place }) => {
  let folder: string
  let lanes: Lane[]
  beforeAll(async () => {
    ensureBuilt()
    folder = mkdtempSync(join(tmpdir(), 'linewalker-kill-'))
    writeFileSync(join(folder, 'rules.yaml'), UNLIMITED_RULES)
    writeFileSync(join(folder, 'opportunities.csv'), IMPORTED)
    lanes = await Promise.all(
      Array.from({ length: LANES }, async () => {
        const at = place()
        const store = await openStore(at.url, { create: true, now: T0 })
        for (const kind of ['people', 'accounts', 'opportunities'] as const) await bring(store, kind, FILES[kind], T0)
        await bring(store, 'opportunities', KNOWN, T0)
        await apply(store, UNLIMITED, T0, { id: 'first', command: 'apply', clock: T0 })
        await keepAll(store)
        return { at, store }
      }),
    )
  })
  afterAll(async () => {
    for (const { at, store } of lanes) {
      await store.close()
      await at.remove()
    }
    rmSync(folder, { recursive: true })
  })

  /** Runs the built command line, killed at a statement; answers how it ended and what it said. */
  const run = async ({ at }: Lane, command: readonly string[], KILL_AT: number, KILL_WHEN: string) => {
    const when = ['--rules', folder, '--db', at.url, '--at', new Date(T1).toISOString()]
    const child = spawn(process.execPath, ['--import', PRELOAD, MAIN, ...command, ...when], {
      cwd: folder,
      env: { PATH: process.env.PATH, KILL_AT: String(KILL_AT), KILL_WHEN },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let says = ''
    child.stderr.on('data', (chunk) => {
      says += chunk
    })
    const [, signal] = (await once(child, 'close')) as [number | null, string | null]
    return { signal, says }
  }

  const works = [
    {
      what: 'import',
      command: ['import', 'opportunities', 'opportunities.csv', '--source', 'crm'],
      again: (store: Store) => bring(store, 'opportunities', IMPORTED, T1),
    },
    {
      what: 'apply',
      command: ['apply'],
      again: (store: Store) => apply(store, UNLIMITED, T1, { id: 'again', command: 'apply', clock: T1 }),
    },
  ]

  it.each(works)(
    `${KILLS} times, $what ends as if it had not been, once it is run again`,
    { timeout: 900_000 },
    async ({ command, again }) => {
      const [lane] = lanes as [Lane]
      await restoreAll(lane.store)
      await again(lane.store)
      const wanted = comparable(await readAll(lane.store))
      await restoreAll(lane.store)
      const whole = await run(lane, command, 0, 'before')
      const statements = Number(/statements: (\d+)/.exec(whole.says)?.[1])
      expect(statements, whole.says).toBeGreaterThan(30)
      expect(comparable(await readAll(lane.store))).toEqual(wanted)
      const random = chance(7)
      const moments = random.times(KILLS, (i) => ({
        at: Math.ceil(((i + random.int(0, 99) / 100) / KILLS) * (statements - 2)),
        when: i % 2 ? 'after' : 'before',
      }))
      let half = 0
      const work = async (mine: Lane) => {
        for (let moment = moments.pop(); moment; moment = moments.pop()) {
          await restoreAll(mine.store)
          const before = comparable(await readAll(mine.store))
          const { signal, says } = await run(mine, command, moment.at, moment.when)
          expect(signal, `statement ${moment.at}: ${says}`).toBe('SIGKILL')
          const meanwhile = comparable(await readAll(mine.store))
          if (!same(meanwhile, before) && !same(meanwhile, wanted)) half += 1
          await again(mine.store)
          expect(comparable(await readAll(mine.store)), `statement ${moment.at}`).toEqual(wanted)
        }
      }
      await Promise.all(lanes.map(work))
      // Some of the moments lie where something was done and something was not.
      expect(half).toBeGreaterThan(0)
    },
  )
})

/** Everything but who is alive, and numbers that the database gives by itself. */
function comparable({ processes: _, ...all }: Everything): Record<string, unknown> {
  const plain = Object.entries(all).map(([table, list]) => {
    // An announced change is named by the number of its row of history.
    const number = /\b((?:stage|status|bin)\/)\d+/g
    const lines = list.map(({ seq: _seq, tx: _tx, ...row }) => JSON.stringify(row).replaceAll(number, '$1'))
    return [table, lines.sort()]
  })
  return Object.fromEntries(plain)
}

const same = (a: Record<string, unknown>, b: Record<string, unknown>) => JSON.stringify(a) === JSON.stringify(b)
