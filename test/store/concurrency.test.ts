import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setImmediate as breathe } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import type { CommitReport } from '../../src/engine/store.js'
import { openStore } from '../../src/store/open.js'
import { openSqlite } from '../../src/store/sqlite.js'
import type { Store } from '../../src/store/store.js'
import { databases, type Place, useStore } from '../support/databases.js'
import { account, collect, inForce, NOW, opening, opportunity, put, run } from '../support/plans.js'

const FAMILIES = 2_000
const id = (i: number) => String(i).padStart(4, '0')

function start(script: string, ...args: string[]): ChildProcess {
  const path = fileURLToPath(new URL(`../support/${script}`, import.meta.url))
  return spawn(process.execPath, ['--import', 'tsx', path, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
}

/** Resolves with all it has said so far, once it has said `word`. */
async function says(child: ChildProcess, word: string): Promise<string> {
  let text = ''
  for await (const chunk of child.stdout!) {
    text += chunk
    if (text.includes(word)) return text
  }
  throw new Error(`It ended without saying "${word}": ${text}`)
}

describe.each(databases)('several processes on $name', ({ place }) => {
  let at: Place
  let store: Store
  useStore(place, async (opened, there) => {
    store = opened
    at = there
    const ids = Array.from({ length: FAMILIES }, (_, i) => id(i))
    await store.write(async () => {})
    await put(
      store,
      ids.map((i) => account(`a${i}`)),
      ids.map((i) => opportunity(`o${i}`, { account: `a${i}` })),
    )
    await inForce(store)
  })

  /** Of every family: how much of its plan is there. */
  const traces = async () => {
    const letters = await store.letters()
    const [findings, tasks, intents] = [await store.findings(), await store.tasks(), await store.intents()]
    const states = await collect(store.due(NOW, 1, 'all'))
    const count = (ids: readonly (string | null)[]) => {
      const counted = new Map<string | null, number>()
      for (const one of ids) counted.set(one, (counted.get(one) ?? 0) + 1)
      return (o: string) => counted.get(o) ?? 0
    }
    const kinds = [
      count(findings.map((f) => f.id)),
      count(intents.map((i) => i.id)),
      ...[tasks, letters.letters, letters.notices].map((list) => count(list.map((row) => row.subject))),
    ]
    return states.map(({ family: { account: a, opportunities } }) =>
      [a?.version, ...kinds.map((of) => of(opportunities[0]!.id))].join(' '),
    )
  }

  it('a process killed in the middle of its commits leaves each family whole or untouched', async () => {
    for (const done of [1, FAMILIES / 2]) {
      const child = start('commit-forever.ts', at.url)
      await says(child, 'ready')
      while ((await store.counts()).openFindings < done) await breathe()
      child.kill('SIGKILL')
      await once(child, 'exit')
      expect((await traces()).filter((trace) => !['0 0 0 0 0 0', '1 1 1 1 1 2'].includes(trace))).toEqual([])
    }
    const states = await collect(store.due(NOW, 1))
    const left = states.filter(({ family }) => family.account?.version === 0)
    expect(left.length).toBeGreaterThan(0)
    expect(left.length).toBeLessThan(FAMILIES)
    const plans = left.map(({ family }) =>
      opening(family.opportunities[0]!, { kind: 'account', id: family.account!.id }),
    )
    expect((await store.commit(plans, run())).committed).toBe(left.length)
    expect(new Set(await traces())).toEqual(new Set(['1 1 1 1 1 2']))
  })

  it('two that commit the same at the same time do each family once', async () => {
    const children = [start('commit-forever.ts', at.url), start('commit-forever.ts', at.url)]
    const reports = await Promise.all(children.map((child) => says(child, '}')))
    const [a, b] = reports.map((text) => JSON.parse(text.split('\n')[1]!) as CommitReport)
    expect(a!.committed + b!.committed).toBe(FAMILIES)
    expect(a!.stale.length + b!.stale.length).toBe(FAMILIES)
    expect(new Set(await traces())).toEqual(new Set(['1 1 1 1 1 2']))
  })

  it('a write waits for another process, and runs the same closure again where waiting was not enough', async () => {
    const hasty = await openStore(at.url, { busyTimeout: 1 })
    const before = await hasty.changesElsewhere()
    const child = start('hold-the-lock.ts', at.url, '150')
    await says(child, 'locked')
    const found = await hasty.write((tx) =>
      tx
        .updateTable('accounts')
        .set((e) => ({ version: e('version', '+', 1) }))
        .where('id', '=', 'a0000')
        .returning(['name', 'version'])
        .execute(),
    )
    expect(found).toEqual([{ name: 'held', version: 1 }])
    expect(await hasty.changesElsewhere()).not.toBe(before)
    await hasty.close()
  })

  it('a write that waited in vain says so', async () => {
    const hasty = await openStore(at.url, { busyTimeout: 1 })
    const child = start('hold-the-lock.ts', at.url, '5000')
    await says(child, 'locked')
    await expect(hasty.write((tx) => tx.deleteFrom('accounts').execute())).rejects.toThrow(
      /is in use by another process that does not let go of it\.$/,
    )
    expect(await hasty.account('a0000')).toMatchObject({ name: null })
    child.kill()
    await hasty.close()
  })

  it('a read sees one moment, whatever is written meanwhile', async () => {
    const other = await openStore(at.url)
    await store.read(async (tx) => {
      const count = async () => (await tx.selectFrom('accounts').select('id').execute()).length
      const before = await count()
      await put(other, [account('new')], [])
      expect(await count()).toBe(before)
    })
    expect((await store.counts()).accounts).toBe(FAMILIES + 1)
    await other.close()
  })

  it('a program that failed in the middle of a write leaves nothing behind', async () => {
    await expect(
      store.write(async (tx) => {
        await tx.deleteFrom('accounts').execute()
        throw new Error('a mistake of ours')
      }),
    ).rejects.toThrow('a mistake of ours')
    expect((await store.counts()).accounts).toBe(FAMILIES)
  })
})

it('on SQLite, whose waiting blocks, a process that answers others waits in short turns, for as long', async () => {
  const waitingOf = async (staysResponsive: boolean) => {
    const { reader, runs, close } = await openSqlite(':memory:', { create: true, staysResponsive })
    const { rows } = await sql<{ timeout: number }>`pragma busy_timeout`.execute(reader)
    await close()
    return { runs, timeout: rows[0]?.timeout }
  }
  expect(await waitingOf(false)).toEqual({ runs: 5, timeout: 2_000 })
  expect(await waitingOf(true)).toEqual({ runs: 25, timeout: 50 })
})
