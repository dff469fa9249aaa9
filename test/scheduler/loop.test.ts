import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { loadFolder, record } from '../../src/app.js'
import { DAY } from '../../src/lib/civil.js'
import { type HttpGuard, openHttpGuard } from '../../src/lib/http-guard.js'
import type { Program } from '../../src/program/program.js'
import type { LoopEvent } from '../../src/scheduler/events.js'
import type { Loop } from '../../src/scheduler/loop.js'
import { goRound, type LoopOptions, openLoop } from '../../src/scheduler/open.js'
import { openStore } from '../../src/store/open.js'
import type { Store } from '../../src/store/store.js'
import { httpReceiver } from '../letters/receivers.js'
import { databases, type Place, useStore } from '../support/databases.js'

const START = Date.UTC(2026, 2, 2, 9)
const rules = (days: number) => `
calendar: { timezone: UTC }
pipelines: { main: { stages: { open: {}, closed: { statuses: [won, lost, abandoned] } } } }
activities: { touches: [call], others: [payment] }
limits: { per_run: { share: 100% } }
channels: { crm: { type: webhook, url: "\${CRM_URL}", allow_private: true } }
rules:
  quiet: { for: opportunity, when: { status: open, time_since_activity: { over: ${days} days } }, then: [{ call_webhook: crm }] }
  paid: { for: opportunity, event: { activity: payment }, then: [{ set_status: won }, { move_stage: closed }, { call_webhook: crm }] }
`

describe.each(databases)('the loop on $name', ({ place }) => {
  let at: Place
  let folder: string
  let store: Store
  let program: Program
  let http: HttpGuard
  let loop: Loop | null = null
  let now = START
  let events: LoopEvent[] = []
  let crm: Awaited<ReturnType<typeof httpReceiver>>
  useStore(place, async (opened, there) => {
    store = opened
    at = there
    now = START
    events = []
    folder = mkdtempSync(join(tmpdir(), 'linewalker-rules-'))
    writeFileSync(join(folder, 'rules.yaml'), rules(14))
    program = (await loadFolder(folder)).program as Program
    http = openHttpGuard()
    crm = await httpReceiver()
  })
  afterEach(async () => {
    await loop?.stop()
    loop = null
    crm.close()
    await http.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const start = async (more: Partial<LoopOptions> = {}) => {
    loop = await openLoop({
      store,
      program,
      process: { id: 'me', command: 'loop' },
      clock: () => now,
      http,
      env: { CRM_URL: crm.url },
      outbox: join(folder, 'outbox'),
      tell: (event) => events.push(event),
      rules: { folder, read: () => loadFolder(folder) },
      longest: 200,
      ...more,
    })
    return loop
  }
  const told = (is: LoopEvent['is']) => events.filter((event) => event.is === is)
  const change = (what: Parameters<typeof record>[2], to = store) => record(to, program, what, { by: 'robin', now })
  const create = (id: string, to = store) =>
    change([{ record: 'opportunities', id, values: { pipeline: 'main', stage: 'open', created: '2026-03-02' } }], to)
  const pay = (id: string, opportunity: string, to = store) =>
    change(
      [{ record: 'activities', id, values: { kind: 'payment', at: new Date(now).toISOString(), opportunity } }],
      to,
    )

  test('what another process writes is walked; what becomes true with time is walked at its instant', async () => {
    const other = await openStore(at.url)
    await start()
    await create('o1', other)
    await vi.waitFor(() => expect(told('walked').length).toBeGreaterThan(0), 3_000)
    expect(crm.hits).toEqual([])
    now += 14 * DAY
    await vi.waitFor(() => expect(crm.answered).toHaveLength(1), 3_000)
    const body = JSON.parse(crm.answered[0]?.body ?? '') as { intent: object; facts: object }
    expect(body).toMatchObject({
      intent: {
        key: ['quiet', 'opportunity', 'o1', 1, 'open'],
        rule: 'quiet',
        effects: [{ kind: 'call_webhook', channel: 'crm' }],
      },
      facts: { id: 'o1', status: 'open' },
    })
    await pay('p1', 'o1', other)
    await vi.waitFor(() => expect(crm.answered).toHaveLength(2), 3_000)
    await other.close()
  })

  test('it sleeps for half a minute, and yet hears at once of what another process writes', async () => {
    const other = await openStore(at.url)
    await start({ longest: 30_000 })
    await create('o1', other)
    await vi.waitFor(() => expect(told('walked').length).toBeGreaterThan(0), 8_000)
    await pay('p1', 'o1', other)
    await vi.waitFor(() => expect(crm.answered).toHaveLength(1), 8_000)
    await other.close()
  }, 20_000)

  test('changed rules come into force; those with problems leave the last good ones, and that is said', async () => {
    await create('o1')
    await start()
    now += 10 * DAY
    await vi.waitFor(() => expect(told('walked').length).toBeGreaterThan(0), 3_000)
    mkdirSync(join(folder, 'more'))
    writeFileSync(join(folder, 'more', 'broken.yaml'), 'rules: { x: { for: opportunity, wen: {} } }\n')
    await vi.waitFor(() => expect(told('rules_kept')).toHaveLength(1), 5_000)
    expect(told('rules_changed')).toEqual([])
    rmSync(join(folder, 'more'), { recursive: true })
    await vi.waitFor(() => expect(told('rules_fine')).toHaveLength(1), 5_000)
    // As editors do: the new text under another name, then put in its place.
    writeFileSync(join(folder, 'rules.yaml.tmp'), rules(7))
    renameSync(join(folder, 'rules.yaml.tmp'), join(folder, 'rules.yaml'))
    await vi.waitFor(() => expect(told('rules_changed')).toEqual([{ is: 'rules_changed', number: 2 }]), 5_000)
    await vi.waitFor(() => expect(crm.answered).toHaveLength(1), 3_000)
  })

  test('changed rules that another process holds off come into force as soon as it lets go', async () => {
    await start()
    const other = await openStore(at.url)
    await other.bringIntoForce({ digest: program.digest, rules: {} }, { id: 'you', command: 'serve', clock: now }, now)
    writeFileSync(join(folder, 'rules.yaml'), rules(7))
    await vi.waitFor(() => expect(told('rules_kept')).toHaveLength(1), 5_000)
    await create('o1', other)
    await pause(1_200)
    expect([told('rules_changed'), told('rules_kept').length]).toEqual([[], 1])
    await other.release({ id: 'you' })
    await vi.waitFor(() => expect(told('rules_changed')).toHaveLength(1), 5_000)
    await other.close()
  }, 20_000)

  test('while the rules folder is away or empty subjects and letters go on; it is adopted when it is back', async () => {
    await create('o1')
    await start()
    const away = `${folder}-away`
    renameSync(folder, away)
    await vi.waitFor(() => expect(told('rules_kept')).toHaveLength(1), 8_000)
    expect(told('rules_kept')).toMatchObject([
      {
        problems: [{ place: { file: folder }, message: expect.stringContaining('The rules cannot be read: ENOENT') }],
        why: expect.stringContaining('The last good rules stay in force.'),
      },
    ])
    now += 15 * DAY
    await vi.waitFor(() => expect(crm.answered).toHaveLength(1), 3_000)
    mkdirSync(folder)
    await vi.waitFor(() => expect(told('rules_kept')).toHaveLength(2), 8_000)
    expect(told('rules_kept')[1]).toMatchObject({ why: expect.stringContaining('There is no rules file (*.yaml)') })
    await create('o2')
    now += 15 * DAY
    await vi.waitFor(() => expect(crm.answered).toHaveLength(2), 3_000)
    expect([told('rules_changed'), told('failed')]).toEqual([[], []])
    expect((await store.findings({ state: ['open'] })).map(({ id }) => id).sort()).toEqual(['o1', 'o2'])
    rmSync(away, { recursive: true })
    writeFileSync(join(folder, 'rules.yaml'), rules(7))
    await vi.waitFor(() => expect(told('rules_changed')).toEqual([{ is: 'rules_changed', number: 2 }]), 8_000)
  }, 30_000)

  test('whatever fails in reading the rules is told, and keeps nothing else back', async () => {
    await create('o1')
    await start({ rules: { folder, read: () => Promise.reject(new Error('A mistake of our own.')) } })
    writeFileSync(join(folder, 'rules.yaml'), rules(7))
    await vi.waitFor(() => expect(told('failed')).toMatchObject([{ what: 'the rules' }]), 5_000)
    now += 15 * DAY
    await vi.waitFor(() => expect(crm.answered).toHaveLength(1), 3_000)
  })

  test('the kill switch stops walks and letters; they go on where they were', async () => {
    await create('o1')
    now += 20 * DAY
    await store.stop('lee', now)
    await start()
    await vi.waitFor(() => expect(told('stopped')).toHaveLength(1), 3_000)
    await pause(400)
    expect([told('walked'), crm.hits]).toEqual([[], []])
    const other = await openStore(at.url)
    await other.resume()
    await other.close()
    await vi.waitFor(() => expect(crm.answered).toHaveLength(1), 3_000)
    expect(told('resumed')).toHaveLength(1)
  })

  test('a clock that was set back only delays', async () => {
    await create('o1')
    now += 20 * DAY
    await start()
    await vi.waitFor(() => expect(crm.answered).toHaveLength(1), 3_000)
    now -= 3_600_000
    await create('o2')
    loop?.wake()
    await vi.waitFor(() => expect(told('clock_back').length).toBeGreaterThan(0), 3_000)
    now += 3_600_000
    await vi.waitFor(() => expect(told('walked').length).toBeGreaterThan(1), 3_000)
    expect(told('failed')).toEqual([])
  })

  const once = (over: Partial<Store> = {}) =>
    goRound({
      ...{
        store: { ...store, ...over },
        program,
        process: { id: 'me', command: 'loop' },
        clock: () => now,
        http,
        env: { CRM_URL: crm.url },
      },
      ...{ outbox: join(folder, 'outbox'), tell: (event) => events.push(event), rules: null },
    })

  test('a single round under such a clock ends with the reason; what else is due is done', async () => {
    await create('o1')
    now += 20 * DAY
    await once()
    expect(crm.answered).toHaveLength(1)
    now -= 3_600_000
    await create('o2')
    await expect(once()).rejects.toThrow('The last run was at 2026-03-22T09:00Z; what lies before it cannot be applied')
    expect(events.filter(({ is }) => is === 'failed')).toEqual([])
  })

  test('in a single round what fails keeps nothing else back', async () => {
    await create('o1')
    now += 20 * DAY
    const hooksAtHand = () => Promise.reject(new Error('The hooks are out of order.'))
    await expect(once({ hooksAtHand })).rejects.toThrow('The hooks are out of order.')
    expect(crm.answered).toHaveLength(1)
  })

  test('another program in force ends it, and it lets go of its own', async () => {
    const it = await start()
    await store.release({ id: 'me' })
    await store.bringIntoForce({ digest: 'other', rules: {} }, { id: 'you', command: 'apply', clock: now }, now)
    await create('o1')
    it.wake()
    expect(await it.ended).toBe('other_program')
    loop = null
  })

  test('stopped, it leaves nothing behind: another program may come into force at once', async () => {
    const it = await start()
    await it.stop()
    loop = null
    expect(await it.ended).toBe('asked')
    await store.bringIntoForce({ digest: 'other', rules: {} }, { id: 'you', command: 'apply', clock: now }, now)
  })
})
