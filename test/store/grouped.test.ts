import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openStore } from '../../src/store/open.js'
import type { Tx } from '../../src/store/session.js'
import { openSqlite } from '../../src/store/sqlite.js'
import type { Store } from '../../src/store/store.js'

const person = (id: string) => ({
  ...{ id, name: null, email: null, role: null, manager: null },
  ...{ team: null, active: 1 as const, timezone: null },
})

describe('writers that wait for each other on SQLite', () => {
  let folder: string
  let store: Store
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'linewalker-grouped-'))
    store = await openStore(`sqlite:${join(folder, 'store.db')}`, { create: true })
  })
  afterEach(async () => {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const add = (id: string) => (tx: Tx) => tx.insertInto('people').values(person(id)).execute()
  const names = async () => [...(await store.people()).keys()].sort()
  /** How often the file was committed to, as another connection sees it. */
  const commits = async (work: () => Promise<unknown>): Promise<number> => {
    const other = await openSqlite(join(folder, 'store.db'), { readOnly: true })
    let heard = 0
    let last = await other.changesElsewhere()
    const watch = setInterval(async () => {
      const now = await other.changesElsewhere()
      if (now !== last) heard += 1
      last = now
    }, 0)
    await work()
    clearInterval(watch)
    if ((await other.changesElsewhere()) !== last) heard += 1
    await other.close()
    return heard
  }

  test('share a commit, each with its own answer, in the order in which they came', async () => {
    const ids = Array.from({ length: 40 }, (_, i) => `p${String(i).padStart(2, '0')}`)
    const seen: number[] = []
    const shared = await commits(() =>
      Promise.all(
        ids.map((id) =>
          store.write(async (tx) => {
            await add(id)(tx)
            seen.push((await tx.selectFrom('people').select('id').execute()).length)
            return id
          }),
        ),
      ).then((answers) => expect(answers).toEqual(ids)),
    )
    expect(seen).toEqual(ids.map((_, i) => i + 1))
    expect(await names()).toEqual(ids)
    expect(shared).toBeLessThan(5)
  })

  test('one that fails takes back what it did and nothing else, wherever it stands', async () => {
    for (const failing of [0, 3, 9]) {
      const answers = await Promise.allSettled(
        Array.from({ length: 10 }, (_, i) =>
          store.write(async (tx) => {
            await add(`${failing}-${i}`)(tx)
            if (i === failing) throw new Error('no')
          }),
        ),
      )
      expect(answers.flatMap(({ status }, i) => (status === 'rejected' ? i : []))).toEqual([failing])
      expect((await names()).filter((id) => id.startsWith(`${failing}-`))).toHaveLength(9)
      expect(await names()).not.toContain(`${failing}-${failing}`)
    }
  })

  test('all are tried again where another process holds the file, and all are there in the end', async () => {
    const other = await openStore(`sqlite:${join(folder, 'store.db')}`, { busyTimeout: 0 })
    const mine = await openStore(`sqlite:${join(folder, 'store.db')}`, { busyTimeout: 0 })
    const both = [mine, other].flatMap((one, n) =>
      Array.from({ length: 30 }, (_, i) => one.write(add(`${n}-${String(i).padStart(2, '0')}`))),
    )
    await Promise.all(both)
    expect(await names()).toHaveLength(60)
    await mine.close()
    await other.close()
  })

  test('where the disk is full only who needs the room is told so', async () => {
    await store.write(async (tx) => {
      const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(tx)
      await sql.raw(`pragma max_page_count = ${Number(rows[0]?.page_count) + 8}`).execute(tx)
    })
    const large = (tx: Tx) =>
      tx
        .insertInto('people')
        .values({ ...person('large'), name: 'x'.repeat(200_000) })
        .execute()
    const answers = await Promise.allSettled([add('a'), large, add('b')].map((work) => store.write(work)))
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect((answers[1] as PromiseRejectedResult).reason).toMatchObject({ problem: 'full' })
    expect(await names()).toEqual(['a', 'b'])
  })

  test('who writes after one that failed alone is not held up', async () => {
    await expect(store.write(async () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    await store.write(add('after'))
    expect(await names()).toEqual(['after'])
  })
})
