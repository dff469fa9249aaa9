import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { record } from '../../src/app.js'
import { importFile } from '../../src/intake/import-file.js'
import { DAY } from '../../src/lib/civil.js'
import { openHttpGuard } from '../../src/lib/http-guard.js'
import { goRound } from '../../src/scheduler/open.js'
import type { Announcement } from '../../src/store/announcements.js'
import type { Store } from '../../src/store/store.js'
import { type HttpAnswer, httpReceiver } from '../letters/receivers.js'
import { databases, useStore } from '../support/databases.js'
import { programOf } from '../support/engine.js'

const START = Date.UTC(2026, 2, 2, 9)
const SECRET = `whsec_${Buffer.from('a secret of the announcements').toString('base64')}`
const RULES = `
  quiet:
    for: opportunity
    when: { status: open, time_since_activity: { over: 14 days } }
    severity: poor
  paid: { for: opportunity, event: { activity: payment }, then: [{ set_status: won }, { move_stage: closed }] }
`
const MORE = `
limits: { per_run: { share: 100% } }
channels:
  crm: { type: webhook, url: "\${CRM_URL}", secret: "\${CRM_SECRET}", subscribe: [opened, resolved, moves, status], allow_private: true }
  ear: { type: webhook, url: "\${EAR_URL}", subscribe: [status], allow_private: true }
  deaf: { type: webhook, url: "\${CRM_URL}", allow_private: true }
sources: { file: { opportunities: { id: id, stage: stage, status: status } } }
`
const MOVES = [
  '{ from: cold, to: active, when: { open_opportunities: { at_least: 1 } } }',
  '{ from: active, to: dead }',
]

describe.each(databases)('what is announced on $name', ({ place }) => {
  const program = programOf(RULES, { moves: MOVES, more: MORE })
  let store: Store
  let now = START
  const folder = mkdtempSync(join(tmpdir(), 'linewalker-announcing-'))
  const http = openHttpGuard()
  const closing: (() => unknown)[] = []
  afterAll(async () => {
    await http.close()
    rmSync(folder, { recursive: true, force: true })
  })
  useStore(place, (opened) => {
    now = START
    store = opened
  })
  afterEach(async () => {
    for (const close of closing.splice(0)) await close()
  })
  const receive = async (answer?: () => HttpAnswer) => {
    const receiver = await httpReceiver(answer)
    closing.push(receiver.close)
    return receiver
  }
  const round = (env: Record<string, string>) =>
    goRound({
      store,
      program,
      process: { id: 'me', command: 'loop' },
      clock: () => now,
      http,
      env: { CRM_SECRET: SECRET, ...env },
      outbox: folder,
      tell: (event) => {
        if (event.is === 'failed') throw event.error
      },
      rules: null,
    })
  const said = async (...what: Parameters<typeof record>[2]) => {
    const taken = await record(store, program, what, { by: 'robin', now })
    expect(taken.filter(({ outcome }) => outcome === 'rejected')).toEqual([])
  }
  const create = () =>
    said(
      { record: 'accounts', id: 'a1', values: { name: 'Acme' } },
      { record: 'opportunities', id: 'o1', values: { account: 'a1', created: '2026-03-02', owner: 'dana' } },
    )
  /** The log; of PostgreSQL once nothing else on the server is under way. */
  const log = (wanted: number) =>
    vi.waitFor(async () => {
      const all = await store.announcementsAfter(0, 1_000)
      expect(all.length).toBeGreaterThanOrEqual(wanted)
      return all
    }, 10_000)
  const tell = ({ type, kind, subject, at: when, data }: Announcement) =>
    [
      type.replace('linewalker.', ''),
      `${kind}/${subject}`,
      `day ${Math.round((when - START) / DAY)}`,
      ...(data.fact === undefined ? [] : [`${data.from} to ${data.to} by ${data.by}`]),
    ].join(' ')

  test('findings, moves and changes of status, whoever makes them, in their order; not what an import tells', async () => {
    await create()
    await round({ CRM_URL: 'http://127.0.0.1:1/', EAR_URL: 'http://127.0.0.1:1/' })
    now += 15 * DAY
    await round({})
    now += DAY
    await said({ record: 'opportunities', id: 'o1', values: { stage: 'second' } })
    await said({
      record: 'activities',
      id: 'p',
      values: { kind: 'payment', at: new Date(now).toISOString(), opportunity: 'o1' },
    })
    await round({})
    await said({ record: 'accounts', id: 'a1', values: { bin: 'dead' } })
    const csv = async function* () {
      yield Buffer.from('id,stage,status\no1,first,open\no2,closed,lost\n')
    }
    await importFile(store, Readable.from(csv()), { record: 'opportunities', sourceName: 'file', program, now })
    expect((await store.opportunity('o1'))?.status).toBe('open')
    const all = await log(7)
    expect(all.map(tell)).toEqual([
      'account.moved account/a1 day 0 cold to active by rule:cold-to-active',
      'finding.opened opportunity/o1 day 14',
      'opportunity.moved opportunity/o1 day 16 first to second by robin',
      'opportunity.status_changed opportunity/o1 day 16 open to won by rule:paid',
      'opportunity.moved opportunity/o1 day 16 second to closed by rule:paid',
      'finding.resolved opportunity/o1 day 16',
      'account.moved account/a1 day 16 active to dead by robin',
    ])
    expect(all[1]?.data).toMatchObject({
      rule: 'quiet',
      episode: 1,
      severity: 'poor',
      because: expect.stringContaining('over 14 days'),
    })
    expect(all[5]?.data).toMatchObject({ rule: 'quiet', episode: 1, because: 'no_longer_true' })
    expect(all[3]?.data.cause).toMatch(/^paid\/opportunity\/o1\//)
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length)
  })

  test('reach each channel that subscribed as signed CloudEvents, and no other; a delivery that fails comes again as it was', async () => {
    const crm = await receive(() => ({ status: crm.hits.length === 1 ? 500 : 200 }))
    const ear = await receive()
    const env = { CRM_URL: crm.url, EAR_URL: ear.url }
    await create()
    await round(env)
    now += 60_000
    await round(env)
    expect(crm.hits).toHaveLength(2)
    expect(crm.hits[1]?.body).toBe(crm.hits[0]?.body)
    const { headers, body } = crm.answered.at(-1) as (typeof crm.hits)[number]
    expect(headers['content-type']).toBe('application/cloudevents+json')
    const id = String(headers['webhook-id'])
    const signed = new Webhook(SECRET).sign(id, new Date(Number(headers['webhook-timestamp']) * 1000), body)
    expect(headers['webhook-signature']).toBe(signed)
    expect(JSON.parse(body)).toEqual({
      specversion: '1.0',
      id: expect.stringMatching(/^account\/a1\/bin\/\d+$/),
      source: '/linewalker',
      type: 'linewalker.account.moved',
      subject: 'account/a1',
      time: new Date(START).toISOString(),
      datacontenttype: 'application/json',
      data: {
        fact: 'bin',
        from: 'cold',
        to: 'active',
        by: 'rule:cold-to-active',
        cause: 'cold-to-active/account/a1/0/move',
      },
    })
    await said({ record: 'opportunities', id: 'o1', values: { stage: 'closed', status: 'lost', reason: 'price' } })
    await round(env)
    expect(ear.hits.map(({ body }) => (JSON.parse(body) as { type: string }).type)).toEqual([
      'linewalker.opportunity.status_changed',
    ])
    expect(crm.answered.filter(({ status }) => status === 200)).toHaveLength(3)
    const { letters } = await store.letters()
    expect(letters.map(({ channel, state }) => `${channel} ${state}`).sort()).toEqual([
      'crm delivered',
      'crm delivered',
      'crm delivered',
      'ear delivered',
    ])
  })

  test('are never withdrawn: who heard that it opened hears that it is over, also of what is deleted', async () => {
    await create()
    await round({})
    now += 15 * DAY
    await round({})
    now += DAY
    await store.deleteSubject('opportunity', 'o1', 'robin', now)
    const { letters } = await store.letters()
    expect(letters.map(({ title, state }) => `${title} ${state}`)).toEqual([
      'linewalker.account.moved waiting',
      'linewalker.finding.opened waiting',
      'linewalker.finding.resolved waiting',
    ])
    expect((await log(3)).at(-1)?.data).toMatchObject({ because: 'subject_gone' })
  })

  test('an episode that came and went unseen is told as both', async () => {
    await create()
    await round({})
    await said({
      record: 'activities',
      id: 'c',
      values: { kind: 'call', at: new Date(now + 20 * DAY).toISOString(), opportunity: 'o1' },
    })
    now += 21 * DAY
    await round({})
    const all = (await log(3)).filter(({ type }) => type.includes('finding'))
    expect(all.map(tell)).toEqual(['finding.opened opportunity/o1 day 14', 'finding.resolved opportunity/o1 day 20'])
    expect(all[1]?.data).toMatchObject({ because: 'passed_unseen' })
  })

  test('what the rules do not subscribe to any more is not sent', async () => {
    await create()
    await store.bringIntoForce({ digest: 'others', rules: {} }, { id: 'me', command: 'apply', clock: now }, now)
    await store.release({ id: 'me' })
    await said({ record: 'opportunities', id: 'o1', values: { stage: 'second' } })
    expect((await store.letters()).letters).toEqual([])
    expect((await log(1)).map(tell)).toEqual(['opportunity.moved opportunity/o1 day 0 first to second by robin'])
  })
})
