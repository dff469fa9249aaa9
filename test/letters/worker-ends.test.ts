import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { databases } from '../support/databases.js'
import { letter, mail, START, type WorkerWorld, workerWorld } from './worker-world.js'

describe.each(databases)('a worker that dies, is stopped or ends on $name', ({ place }) => {
  let world: WorkerWorld
  beforeEach(async () => {
    world = await workerWorld(place)
  })
  afterEach(() => world.end())

  test('what a dead process had under way: an email is uncertain, a webhook goes out again', async () => {
    const crm = await world.receive()
    await world.write(mail('e'), letter('w'))
    for (const lane of [
      { type: 'email', channel: null },
      { type: 'webhook', channel: 'crm' },
    ] as const)
      await world.store.claimLetters({ ...lane, now: world.now, lease: 60_000, limit: 9, seal: ({ body }) => body })
    const it = world.start({ CRM_URL: crm.url })
    world.now += 59_000
    await it.ring()
    await it.idle()
    expect(await world.states()).toEqual({ e: 'sending', w: 'sending' })
    world.now += 1_000
    await it.ring()
    await it.idle()
    expect(await world.one('e')).toMatchObject({
      state: 'uncertain',
      reason: 'Whoever sent it did not say in time what became of it. It may have arrived.',
    })
    world.now += 30_000
    await it.ring()
    await it.idle()
    expect(await world.states()).toEqual({ e: 'uncertain', w: 'delivered' })
  })

  test('the kill switch is obeyed at once, also in the middle of a batch', async () => {
    const crm = await world.receive()
    await world.write(...Array.from({ length: 200 }, (_, i) => letter(`n${i}`)))
    const it = world.start({ CRM_URL: crm.url }, { clock: () => (world.now += 25) })
    const answered = new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        if (crm.hits.length === 0) return
        clearInterval(timer)
        resolve()
      }, 1)
    })
    await it.ring()
    await answered
    await world.store.stop('lee', world.now)
    const sent = crm.hits.length
    await it.idle()
    expect(crm.hits.length - sent).toBeLessThan(60)
    const left = Object.values(await world.states())
    expect(left.filter((state) => state === 'waiting').length).toBeGreaterThan(100)
    expect(left.filter((state) => state === 'sending')).toEqual([])
    const before = crm.hits.length
    await it.ring()
    await it.idle()
    expect(crm.hits.length).toBe(before)
  })

  test('it stops within its lease: what is under way ends, nothing is begun, the rest is given back', async () => {
    const slow = await world.receive(({ body }) => (body.includes('s0') ? 'silence' : { status: 200 }))
    await world.write(
      ...Array.from({ length: 6 }, (_, i) => letter(`s${i}`, { channel: 'slow', next_at: START - 10 + i })),
    )
    const it = world.start({ SLOW_URL: slow.url }, { timeout: 300, atOnce: 1 })
    await it.ring()
    await vi.waitFor(() => expect(slow.hits).toHaveLength(1))
    await it.stop()
    await pause(50)
    expect(slow.hits).toHaveLength(1)
    expect(new Set(Object.values(await world.states()))).toEqual(new Set(['waiting']))
  })
})
