import { sql } from 'kysely'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { openStore } from '../../src/store/open.js'
import type { Store } from '../../src/store/store.js'
import { databases, type Place, useStore } from '../support/databases.js'
import { NOW } from '../support/plans.js'

describe.each(databases)('hearing of changes on $name', ({ place }) => {
  let at: Place
  let store: Store
  let other: Store
  let heard: string[]
  let hush: () => void
  useStore(place, async (opened, there) => {
    store = opened
    at = there
    other = await openStore(at.url)
    heard = []
    hush = store.onChange((where) => heard.push(where))
    // Until it is sure to listen.
    await vi.waitFor(
      async () => {
        await other.stop('lee', NOW)
        expect(heard).toContain('elsewhere')
      },
      { timeout: 5_000, interval: 50 },
    )
    heard.length = 0
  })
  afterEach(async () => {
    hush()
    await other.close()
  })

  test('what this store writes is heard at once, what another writes soon', async () => {
    await store.resume()
    expect(heard).toContain('here')
    heard.length = 0
    await other.stop('lee', NOW)
    await vi.waitFor(() => expect(heard).toContain('elsewhere'), 5_000)
    expect(heard).not.toContain('here')
  })

  test('what was read, or given up, or is not listened for any more, is not heard', async () => {
    await other.stopped()
    await store.stopped()
    await expect(store.write(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(heard.filter((where) => where === 'here')).toEqual([])
    hush()
    await store.resume()
    expect(heard.filter((where) => where === 'here')).toEqual([])
  })
})

describe.each(databases.filter(({ name }) => name === 'PostgreSQL'))('hearing on $name', ({ place }) => {
  test('a connection that is cut is made again, and what it missed is heard of', async () => {
    const at = place()
    const store = await openStore(at.url, { create: true })
    const other = await openStore(at.url)
    const heard: string[] = []
    store.onChange((where) => heard.push(where))
    const hears = async () => {
      heard.length = 0
      await other.stop('lee', NOW)
      await vi.waitFor(() => expect(heard).toContain('elsewhere'), 300)
    }
    await vi.waitFor(hears, 5_000)
    heard.length = 0
    const cut = await other.read((tx) =>
      sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and query = 'listen linewalker_changes'`.execute(tx),
    )
    expect(cut.rows).toHaveLength(1)
    await vi.waitFor(() => expect(heard).toContain('elsewhere'), 5_000)
    await vi.waitFor(hears, 8_000)
    await store.close()
    await other.close()
    await at.remove()
  })
})
