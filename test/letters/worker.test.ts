import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { openStore } from '../../src/store/open.js'
import { databases } from '../support/databases.js'
import { smtpReceiver } from './receivers.js'
import { letter, mail, START, type WorkerWorld, workerWorld } from './worker-world.js'

describe.each(databases)('the worker on $name', ({ place }) => {
  let world: WorkerWorld
  beforeEach(async () => {
    world = await workerWorld(place)
  })
  afterEach(() => world.end())

  test('delivers all that is due, each once, whichever process', async () => {
    const crm = await world.receive()
    await world.write(...Array.from({ length: 100 }, (_, i) => letter(`n${i}`)))
    const other = await openStore(world.at.url)
    world.closing.push(() => other.close())
    const here = world.start({ CRM_URL: crm.url })
    const there = world.start({ CRM_URL: crm.url }, { store: other })
    await Promise.all([here.ring(), there.ring()])
    await Promise.all([here.idle(), there.idle()])
    expect(new Set(Object.values(await world.states()))).toEqual(new Set(['delivered']))
    expect(crm.hits).toHaveLength(100)
    expect(new Set(crm.hits.map(({ body }) => body)).size).toBe(100)
    await there.stop()
  })

  test('a slow channel delays no other, and of one channel only so many are under way', async () => {
    const slow = await world.receive(() => 'silence')
    const crm = await world.receive()
    await world.write(...Array.from({ length: 12 }, (_, i) => letter(`s${i}`, { channel: 'slow' })), letter('quick'))
    const it = world.start({ CRM_URL: crm.url, SLOW_URL: slow.url }, { timeout: 1_000, atOnce: 4 })
    await it.ring()
    await vi.waitFor(async () => expect((await world.one('quick')).state).toBe('delivered'), 500)
    await vi.waitFor(() => expect(slow.hits.length).toBe(4), 500)
    await world.write(letter('quick too'))
    await it.ring()
    await vi.waitFor(async () => expect((await world.one('quick too')).state).toBe('delivered'), 500)
  })

  test('a failure waits as the other side asks, then goes out again with the same key and body', async () => {
    const crm = await world.receive((_, n) =>
      n === 1 ? { status: 429, headers: { 'retry-after': '90' } } : { status: 200 },
    )
    await world.write(letter('a'))
    const it = world.start({ CRM_URL: crm.url })
    await it.ring()
    await it.idle()
    expect(await world.one('a')).toMatchObject({
      state: 'waiting',
      attempt: 1,
      next_at: START + 90_000,
      reason: 'It answered 429.',
    })
    await it.ring()
    await it.idle()
    expect(crm.hits).toHaveLength(1)
    world.now += 90_000
    await it.ring()
    await it.idle()
    expect(await world.one('a')).toMatchObject({ state: 'delivered', attempt: 2, reason: null })
    expect(crm.hits[1]?.body).toBe(crm.hits[0]?.body)
    expect(crm.hits[1]?.headers['idempotency-key']).toBe('a')
  })

  test('a message of which nobody knows whether it arrived is not sent again', async () => {
    const slow = await world.receive(() => 'cut')
    await world.write(letter('m', { type: 'message', channel: 'deals' }))
    const it = world.start({ SLOW_URL: slow.url })
    for (let round = 0; round < 3; round += 1) {
      await it.ring()
      await it.idle()
      world.now += 86_400_000
    }
    expect(slow.hits).toHaveLength(1)
    expect(await world.one('m')).toMatchObject({
      state: 'uncertain',
      reason: expect.stringMatching(/It may have arrived\.$/),
    })
  })

  test('emails to people go to the address they have now; a channel that is gone is said', async () => {
    const smtp = await smtpReceiver()
    world.closing.push(smtp.close)
    await world.store.write((tx) =>
      tx
        .insertInto('people')
        .values({
          id: 'dana',
          name: null,
          email: 'new@example.com',
          role: null,
          manager: null,
          team: null,
          active: 1,
          timezone: null,
        })
        .execute(),
    )
    await world.write({ ...mail('hello'), to: '["dana"]' }, letter('lost', { channel: 'gone' }))
    const it = world.start({ SMTP_URL: `${smtp.url}?tls.rejectUnauthorized=false` })
    await it.ring()
    await it.idle()
    expect(smtp.received).toMatchObject([{ to: ['new@example.com'] }])
    expect(await world.one('lost')).toMatchObject({
      state: 'waiting',
      reason: 'The rules have no channel "gone" any more.',
    })
  })
})
