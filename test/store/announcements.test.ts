import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { DAY } from '../../src/lib/civil.js'
import { type Announcement, announceFindings } from '../../src/store/announcements.js'
import { openStore } from '../../src/store/open.js'
import type { Store } from '../../src/store/store.js'
import { chance } from '../support/chance.js'
import { databases, type Place, useStore } from '../support/databases.js'
import { finding, NOW } from '../support/plans.js'

const opened = (id: string) => ({ finding: finding('quiet', { kind: 'opportunity', id }), before: null })
const announce = (store: Store, id: string, now = NOW, before: () => Promise<unknown> = async () => undefined) =>
  store.write(async (tx) => {
    await before()
    await announceFindings(tx, store, [opened(id)], now)
  })
const ids = (list: readonly Announcement[]) => list.map(({ subject }) => subject)

/** Reads on from where it was, until it has read so many. */
async function readAll(store: Store, most: number, step = 3): Promise<Announcement[]> {
  const read: Announcement[] = []
  await vi.waitFor(
    async () => {
      for (;;) {
        const more = await store.announcementsAfter(read.at(-1)?.seq ?? 0, step)
        read.push(...more)
        if (more.length === 0) break
      }
      expect(read.length).toBeGreaterThanOrEqual(most)
    },
    { timeout: 10_000, interval: 5 },
  )
  return read
}

describe.each(databases)('the log of what is announced on $name', ({ place }) => {
  let store: Store
  useStore(place, (opened) => {
    store = opened
  })

  test('is read on from any of it, each once, in one order; from nowhere it is read whole', async () => {
    for (const id of ['c', 'a', 'b', 'd']) await announce(store, id)
    const all = await readAll(store, 4)
    expect(ids(all)).toEqual(['c', 'a', 'b', 'd'])
    expect(all[0]).toEqual({
      seq: all[0]?.seq,
      id: 'quiet/opportunity/c/1/opened',
      type: 'linewalker.finding.opened',
      kind: 'opportunity',
      subject: 'c',
      at: NOW,
      data: {
        rule: 'quiet',
        episode: 1,
        severity: 'at_risk',
        opened_at: new Date(NOW).toISOString(),
        withheld: null,
      },
    })
    expect(ids(await store.announcementsAfter(all[1]?.seq ?? 0, 9))).toEqual(['b', 'd'])
    expect(ids(await store.announcementsAfter(123_456, 2))).toEqual(['c', 'a'])
    expect(await store.lastAnnouncement()).toBe(all[3]?.seq)
    expect(await store.announcementsAfter(await store.lastAnnouncement(), 9)).toEqual([])
    const [one, same, other] = await Promise.all(
      [0, 0, all[1]?.seq ?? 0].map((seq) => store.announcementsAfter(seq, 9)),
    )
    expect(same).toBe(one)
    expect(ids(other ?? [])).toEqual(['b', 'd'])
  })

  test('the same is announced once; what was rolled back is not', async () => {
    await announce(store, 'a')
    await announce(store, 'a')
    const failing = store.write(async (tx) => {
      await announceFindings(tx, store, [opened('b')], NOW)
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    await announce(store, 'c')
    expect(ids(await readAll(store, 2))).toEqual(['a', 'c'])
  })

  test('is kept for 30 days, and is shortened once a day', async () => {
    expect(await store.nextForgetting()).toBe(null)
    for (let day = 0; day < 4; day += 1) await announce(store, `o${day}`, NOW + day * DAY)
    await readAll(store, 4)
    const next = (await store.nextForgetting()) as number
    expect(next).toBe(NOW + 31 * DAY)
    expect(await store.forgetAnnouncements(next)).toBe(2)
    expect(ids(await store.announcementsAfter(0, 9))).toEqual(['o2', 'o3'])
    expect(await store.nextForgetting()).toBe(NOW + 33 * DAY)
    expect(await store.forgetAnnouncements(next)).toBe(0)
  })

  test('more than one transaction takes are forgotten', async () => {
    await store.write((tx) =>
      announceFindings(
        tx,
        store,
        Array.from({ length: 2_500 }, (_, i) => opened(`o${i}`)),
        NOW,
      ),
    )
    expect(await store.forgetAnnouncements(NOW + 30 * DAY - 1)).toBe(0)
    expect(await store.forgetAnnouncements(NOW + 30 * DAY)).toBe(2_500)
    expect(await store.nextForgetting()).toBe(null)
  })
})

describe.each(databases.filter(({ name }) => name === 'PostgreSQL'))(
  'transactions at the same time on $name',
  ({ place }) => {
    let at: Place
    let stores: Store[]
    beforeEach(async () => {
      at = place()
      stores = [await openStore(at.url, { create: true })]
      for (let i = 0; i < 3; i += 1) stores.push(await openStore(at.url))
    })
    afterEach(async () => {
      for (const store of stores) await store.close()
      await at.remove()
    })

    test('one that ends late holds back what came behind it, and is not skipped', async () => {
      const [store, other] = stores as [Store, Store]
      let end: () => void = () => undefined
      const held = new Promise<void>((resolve) => {
        end = resolve
      })
      let has: () => void = () => undefined
      const announced = new Promise<void>((resolve) => {
        has = resolve
      })
      const late = store.write(async (tx) => {
        await announceFindings(tx, store, [opened('late')], NOW)
        has()
        await held
      })
      await announced
      await announce(other, 'early')
      await pause(50)
      expect(await other.announcementsAfter(0, 9)).toEqual([])
      end()
      await late
      expect(ids(await readAll(other, 2))).toEqual(['late', 'early'])
    })

    test('whatever their order, a reader that goes on meets each once', async () => {
      const at = chance(20260301)
      const wanted = 160
      const reader = readAll(stores[0] as Store, wanted)
      const writers = stores.map(async (store, s) => {
        for (let i = 0; i < wanted / stores.length; i += 1)
          await announce(store, `${s}-${i}`, NOW, () => pause(at.int(0, 6)))
      })
      await Promise.all(writers)
      const read = ids(await reader)
      expect(read).toHaveLength(wanted)
      expect(new Set(read).size).toBe(wanted)
      // Of one writer they come in the order in which it wrote them.
      for (let s = 0; s < stores.length; s += 1) {
        const own = read.filter((id) => id.startsWith(`${s}-`))
        expect(own).toEqual([...own].sort((a, b) => Number(a.split('-')[1]) - Number(b.split('-')[1])))
      }
    })
  },
)
