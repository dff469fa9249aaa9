import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { startWorker, type Worker, type WorkerOptions } from '../../src/letters/worker.js'
import { type HttpGuard, openHttpGuard } from '../../src/lib/http-guard.js'
import type { Program } from '../../src/program/program.js'
import type { LetterRow } from '../../src/sql/telling.js'
import { openStore } from '../../src/store/open.js'
import type { Store } from '../../src/store/store.js'
import { databases } from '../support/databases.js'
import { programOf } from '../support/engine.js'
import { httpReceiver, smtpReceiver } from './receivers.js'

const START = Date.UTC(2026, 2, 2, 9)
const CHANNELS = `
channels:
  mail: { type: email, smtp: "\${SMTP_URL}", from: "Pipeline <pipeline@example.com>" }
  crm: { type: webhook, url: "\${CRM_URL}", secret: "\${SECRET}", allow_private: true }
  slow: { type: webhook, url: "\${SLOW_URL}", allow_private: true }
  deals: { type: slack, url: "\${SLOW_URL}", allow_private: true }
`
const letter = (id: string, but: Partial<LetterRow> = {}): LetterRow => ({
  id,
  rule: null,
  kind: null,
  subject: null,
  episode: null,
  step: null,
  type: 'webhook',
  channel: 'crm',
  to: '[]',
  title: null,
  body: `{"id":"${id}"}`,
  html: null,
  attachments: null,
  person: null,
  at: START,
  state: 'waiting',
  attempt: 0,
  lease_until: null,
  next_at: START,
  withdrawable: 0,
  reason: null,
  ...but,
})
const mail = (id: string) =>
  letter(id, { type: 'email', channel: null, to: '["dana@example.com"]', title: id, body: id })

describe.each(databases)('the worker on $name', ({ place }) => {
  let store: Store
  let at: ReturnType<typeof place>
  let http: HttpGuard
  let worker: Worker | null = null
  let now = START
  const program: Program = programOf('', { more: CHANNELS })
  const closing: (() => unknown)[] = []
  beforeEach(async () => {
    now = START
    at = place()
    store = await openStore(at.url, { create: true })
    http = openHttpGuard()
  })
  afterEach(async () => {
    await worker?.stop()
    worker = null
    await http.close()
    for (const close of closing.splice(0)) await close()
    await store.close()
    await at.remove()
  })
  const write = (...letters: LetterRow[]) =>
    store.write(async (tx) => {
      for (const row of letters) await tx.insertInto('letters').values(row).execute()
    })
  const states = async () => Object.fromEntries((await store.letters()).letters.map(({ id, state }) => [id, state]))
  const one = async (id: string) => (await store.letters()).letters.find((row) => row.id === id) as LetterRow
  function start(env: Record<string, string>, more: Partial<WorkerOptions> = {}): Worker {
    worker = startWorker({
      store,
      program: () => program,
      clock: () => now,
      http,
      env: { SECRET: 'whsec_c2VjcmV0', ...env },
      outbox: '/nowhere',
      timeout: 2_000,
      failed: (error) => {
        throw error
      },
      ...more,
    })
    return worker
  }
  const receive = async (...how: Parameters<typeof httpReceiver>) => {
    const receiver = await httpReceiver(...how)
    closing.push(receiver.close)
    return receiver
  }

  test('delivers all that is due, each once, whichever process', async () => {
    const crm = await receive()
    await write(...Array.from({ length: 100 }, (_, i) => letter(`n${i}`)))
    const other = await openStore(at.url)
    closing.push(() => other.close())
    const here = start({ CRM_URL: crm.url })
    const there = startWorker({
      store: other,
      program: () => program,
      clock: () => now,
      http,
      env: { SECRET: 'whsec_c2VjcmV0', CRM_URL: crm.url },
      outbox: '/nowhere',
      timeout: 2_000,
    })
    await Promise.all([here.ring(), there.ring()])
    await Promise.all([here.idle(), there.idle()])
    expect(new Set(Object.values(await states()))).toEqual(new Set(['delivered']))
    expect(crm.hits).toHaveLength(100)
    expect(new Set(crm.hits.map(({ body }) => body)).size).toBe(100)
    await there.stop()
  })

  test('a slow channel delays no other, and of one channel only so many are under way', async () => {
    const slow = await receive(() => 'silence')
    const crm = await receive()
    await write(...Array.from({ length: 12 }, (_, i) => letter(`s${i}`, { channel: 'slow' })), letter('quick'))
    const it = start({ CRM_URL: crm.url, SLOW_URL: slow.url }, { timeout: 1_000, atOnce: 4 })
    await it.ring()
    await vi.waitFor(async () => expect((await one('quick')).state).toBe('delivered'), 500)
    await vi.waitFor(() => expect(slow.hits.length).toBe(4), 500)
    await write(letter('quick too'))
    await it.ring()
    await vi.waitFor(async () => expect((await one('quick too')).state).toBe('delivered'), 500)
  })

  test('a failure waits as the other side asks, then goes out again with the same key and body', async () => {
    const crm = await receive((_, n) => (n === 1 ? { status: 429, headers: { 'retry-after': '90' } } : { status: 200 }))
    await write(letter('a'))
    const it = start({ CRM_URL: crm.url })
    await it.ring()
    await it.idle()
    expect(await one('a')).toMatchObject({
      state: 'waiting',
      attempt: 1,
      next_at: START + 90_000,
      reason: 'It answered 429.',
    })
    await it.ring()
    await it.idle()
    expect(crm.hits).toHaveLength(1)
    now += 90_000
    await it.ring()
    await it.idle()
    expect(await one('a')).toMatchObject({ state: 'delivered', attempt: 2, reason: null })
    expect(crm.hits[1]?.body).toBe(crm.hits[0]?.body)
    expect(crm.hits[1]?.headers['idempotency-key']).toBe('a')
  })

  test('a message of which nobody knows whether it arrived is not sent again', async () => {
    const slow = await receive(() => 'cut')
    await write(letter('m', { type: 'message', channel: 'deals' }))
    const it = start({ SLOW_URL: slow.url })
    for (let round = 0; round < 3; round += 1) {
      await it.ring()
      await it.idle()
      now += 86_400_000
    }
    expect(slow.hits).toHaveLength(1)
    expect(await one('m')).toMatchObject({
      state: 'uncertain',
      reason: expect.stringMatching(/It may have arrived\.$/),
    })
  })

  test('emails to people go to the address they have now; a channel that is gone is said', async () => {
    const smtp = await smtpReceiver()
    closing.push(smtp.close)
    await store.write((tx) =>
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
    await write({ ...mail('hello'), to: '["dana"]' }, letter('lost', { channel: 'gone' }))
    const it = start({ SMTP_URL: `${smtp.url}?tls.rejectUnauthorized=false` })
    await it.ring()
    await it.idle()
    expect(smtp.received).toMatchObject([{ to: ['new@example.com'] }])
    expect(await one('lost')).toMatchObject({ state: 'waiting', reason: 'The rules have no channel "gone" any more.' })
  })

  test('what a dead process had under way: an email is uncertain, a webhook goes out again', async () => {
    const crm = await receive()
    await write(mail('e'), letter('w'))
    for (const lane of [
      { type: 'email', channel: null },
      { type: 'webhook', channel: 'crm' },
    ] as const)
      await store.claimLetters({ ...lane, now, lease: 60_000, limit: 9, seal: ({ body }) => body })
    const it = start({ CRM_URL: crm.url })
    now += 59_000
    await it.ring()
    await it.idle()
    expect(await states()).toEqual({ e: 'sending', w: 'sending' })
    now += 1_000
    await it.ring()
    await it.idle()
    expect(await one('e')).toMatchObject({
      state: 'uncertain',
      reason: 'Whoever sent it did not say in time what became of it. It may have arrived.',
    })
    now += 30_000
    await it.ring()
    await it.idle()
    expect(await states()).toEqual({ e: 'uncertain', w: 'delivered' })
  })

  test('the kill switch is obeyed at once, also in the middle of a batch', async () => {
    const crm = await receive()
    await write(...Array.from({ length: 200 }, (_, i) => letter(`n${i}`)))
    const it = start({ CRM_URL: crm.url }, { clock: () => (now += 25) })
    const answered = new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        if (crm.hits.length === 0) return
        clearInterval(timer)
        resolve()
      }, 1)
    })
    await it.ring()
    await answered
    await store.stop('lee', now)
    const sent = crm.hits.length
    await it.idle()
    expect(crm.hits.length - sent).toBeLessThan(60)
    const left = Object.values(await states())
    expect(left.filter((state) => state === 'waiting').length).toBeGreaterThan(100)
    expect(left.filter((state) => state === 'sending')).toEqual([])
    const before = crm.hits.length
    await it.ring()
    await it.idle()
    expect(crm.hits.length).toBe(before)
  })

  test('it stops within its lease: what is under way ends, nothing is begun, the rest is given back', async () => {
    const slow = await receive(({ body }) => (body.includes('s0') ? 'silence' : { status: 200 }))
    await write(...Array.from({ length: 6 }, (_, i) => letter(`s${i}`, { channel: 'slow', next_at: START - 10 + i })))
    const it = start({ SLOW_URL: slow.url }, { timeout: 300, atOnce: 1 })
    await it.ring()
    await vi.waitFor(() => expect(slow.hits).toHaveLength(1))
    await it.stop()
    await pause(50)
    expect(slow.hits).toHaveLength(1)
    expect(new Set(Object.values(await states()))).toEqual(new Set(['waiting']))
  })
})
