import fc from 'fast-check'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { forgetOldHooks, nextHookWork, takeWaitingHooks } from '../../src/intake/hooks/take-waiting.js'
import { DAY, HOUR, MINUTE } from '../../src/lib/civil.js'
import { become, bring, hookProgram, request } from '../intake/hooks/world.js'
import { NOW, type World, world } from '../intake/world.js'
import { databases } from '../support/databases.js'

const SECRET = 'a secret of the tests'
const PROGRAM = hookProgram(`
sources:
  crm:
    hook: { type: generic, secret: ${SECRET}, records: { deal: opportunities, call: activities }, own: [/linewalker] }
    opportunities:
      { id: id, name: name, stage: stage, status: status, amount: amount, owner: owner, close_date: close, reason: why }
    accounts: { id: id, name: name }
    activities: { kind: { value: call }, at: at, opportunity: deal }
`)

/** One event, as the CRM says it. */
interface Told {
  id: string
  at: number
  type?: string
  source?: string
  data: Record<string, unknown>
}

describe.each(databases)('hooks on $name', (database) => {
  let w: World
  beforeAll(async () => {
    w = await world(database, PROGRAM)
  })
  beforeEach(() => w.empty())
  afterAll(() => w.close())

  let sent = 0
  /** Sends events in one request, and takes them unless they are to wait. */
  async function send(events: readonly Told[], { now = NOW, wait = false, program = PROGRAM } = {}) {
    const type = 'application/cloudevents-batch+json'
    const body = JSON.stringify(
      events.map(({ id, at, type: of = 'deal', source = '/crm', data }) => ({
        specversion: '1.0',
        id,
        source,
        type: of,
        time: new Date(at).toISOString(),
        data,
      })),
    )
    sent += 1
    const id = `msg_${sent}`
    const headers = {
      'content-type': type,
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now / 1000)),
      'webhook-signature': new Webhook(SECRET, { format: 'raw' }).sign(id, new Date(now), body),
    }
    const kept = await bring(w, program, 'crm', request(body, headers, now))
    if (!wait) await takeWaitingHooks(w.store, program, now)
    return kept
  }

  /** All that events may end in; when it was seen and learned depends on their order. */
  async function facts() {
    const rows = await w.rows('opportunities')
    const history = await w.rows('history')
    return {
      rows: rows.map(({ seen: _, last_change: _l, version: _v, activity, due: _d, ...row }) => ({
        ...row,
        stage_since: row.stage_since_known ? row.stage_since : null,
        status_since: row.status_since_known ? row.status_since : null,
        touches: JSON.parse(activity).kinds,
      })),
      said: (await w.rows('said')).map(({ said }) => JSON.parse(said)),
      history: history
        .filter(({ fact }) => !['created', 'name'].includes(fact))
        .map(({ id, fact, from, to, at, by }) => [fact, at, from, to, id, by].join(' '))
        .sort(),
    }
  }

  test('an event is taken as of its own time, and is an event for event rules', async () => {
    await send([{ id: '1', at: NOW - HOUR, data: { id: 'd1', name: 'A', stage: 'new', amount: 10 } }])
    await send([{ id: '2', at: NOW - MINUTE, data: { id: 'd1', stage: 'offer' } }])
    expect(await w.rows('opportunities')).toMatchObject([
      { id: 'd1', name: 'A', stage: 'offer', amount: 10_000, stage_since: NOW - MINUTE, stage_since_known: 1, due: 0 },
    ])
    expect((await w.rows('events')).map(({ change, judged }) => [change, judged])).toEqual([['stage', 0]])
    expect(await become(w)).toEqual({ '/crm#1': 'taken', '/crm#2': 'taken' })
  })

  test('what is required of people is not required of what has happened already', async () => {
    await send([{ id: '1', at: NOW, data: { id: 'd1', stage: 'offer', status: 'lost' } }])
    expect(await w.rows('opportunities')).toMatchObject([{ stage: 'offer', status: 'lost', amount: null }])
  })

  test('a repeat is known and changes nothing, also after a rule changed what it said', async () => {
    const event = { id: '1', at: NOW, data: { id: 'd1', stage: 'talks' } }
    expect(await send([event])).toEqual(['/crm#1'])
    await w.store.write((tx) => tx.updateTable('opportunities').set({ stage: 'closed' }).execute())
    const before = await w.rows('opportunities')
    expect(await send([event, event])).toEqual([])
    expect(await w.rows('opportunities')).toEqual(before)
    expect(await w.rows('hooks')).toHaveLength(1)
  })

  test('two events of one change are one change', async () => {
    const data = { id: 'd1', stage: 'talks', amount: 5 }
    await send([{ id: '0', at: NOW - HOUR, data: { id: 'd1', stage: 'new' } }])
    await send([
      { id: '1', at: NOW, data },
      { id: '2', at: NOW, data },
    ])
    expect((await w.rows('events')).map(({ change }) => change)).toEqual(['stage', 'amount'])
    expect(await become(w)).toMatchObject({ '/crm#1': 'taken', '/crm#2': 'taken: It says nothing new.' })
  })

  test('what comes late is history and changes nothing that is known to be later', async () => {
    await send([{ id: '1', at: NOW - 3 * HOUR, data: { id: 'd1', stage: 'new', name: 'First' } }])
    await send([{ id: '3', at: NOW - HOUR, data: { id: 'd1', stage: 'closed', status: 'won' } }])
    await send([{ id: '2', at: NOW - 2 * HOUR, data: { id: 'd1', stage: 'talks', name: 'Second' } }])
    expect(await w.rows('opportunities')).toMatchObject([{ stage: 'closed', status: 'won', name: 'Second', skips: 1 }])
    expect((await facts()).history).toEqual([
      `stage ${NOW - 2 * HOUR} "new" "talks" d1 import:crm`,
      `stage ${NOW - HOUR} "talks" "closed" d1 import:crm`,
      `status ${NOW - HOUR} "open" "won" d1 import:crm`,
    ])
  })

  test('what a rule did and the CRM tells back is recognised, and changes nothing', async () => {
    await send([{ id: '1', at: NOW - HOUR, data: { id: 'd1', stage: 'new' } }])
    await w.store.write(async (tx) => {
      await tx.updateTable('opportunities').set({ stage: 'talks', version: 9 }).execute()
      const by = { by: 'rule:quiet', cause: 'quiet/opportunity/d1/1/open', known_as: null }
      const row = {
        kind: 'opportunity',
        id: 'd1',
        fact: 'stage',
        from: '"new"',
        to: '"talks"',
        at: NOW,
        learned_at: NOW,
      }
      await tx
        .insertInto('history')
        .values({ ...row, ...by } as never)
        .execute()
    })
    await send([{ id: '2', at: NOW + MINUTE, data: { id: 'd1', stage: 'talks' } }], { now: NOW + 2 * MINUTE })
    expect(await become(w)).toMatchObject({ '/crm#2': 'own: Linewalker made this change itself.' })
    expect(await w.rows('events')).toEqual([])
    expect(await w.rows('opportunities')).toMatchObject([{ stage: 'talks', version: 9 }])
    // What the CRM says next is compared with what it said, not with what it said before the rule.
    await send([{ id: '3', at: NOW + HOUR, data: { id: 'd1', stage: 'new' } }], { now: NOW + HOUR })
    expect(await w.rows('opportunities')).toMatchObject([{ stage: 'new' }])
  })

  test('an event that names Linewalker as its origin changes nothing, even if much has changed since', async () => {
    await send([{ id: '1', at: NOW - HOUR, data: { id: 'd1', stage: 'new' } }])
    await send([{ id: '2', at: NOW, source: '/linewalker', data: { id: 'd1', stage: 'talks' } }])
    expect(await w.rows('opportunities')).toMatchObject([{ stage: 'new' }])
    expect(await become(w)).toMatchObject({ '/linewalker#2': 'own: Linewalker made this change itself.' })
  })

  test('what is not understood is kept with the reason, and taken once the rules say how', async () => {
    await send([{ id: '1', at: NOW, type: 'account', data: { id: 'a1', name: 'Acme' } }])
    await send([{ id: '2', at: NOW, data: { id: 'd1', stage: 'nowhere' } }])
    await send([{ id: '3', at: NOW, type: 'call', data: { at: new Date(NOW).toISOString(), deal: 'd9' } }])
    expect(await become(w)).toEqual({
      '/crm#1':
        'not_understood: What account is, nobody said. "records" of the hook of crm may: { account: activities }.',
      '/crm#2': 'not_understood: "nowhere" in column stage is not a stage (only new, talks, offer, closed).',
      '/crm#3': 'refused: There is no opportunity "d9".',
    })
    expect(await w.store.hookCounts()).toEqual([
      { source: 'crm', state: 'not_understood', events: 2 },
      { source: 'crm', state: 'refused', events: 1 },
    ])
    const mended = hookProgram(`
sources:
  crm:
    hook: { type: generic, secret: ${SECRET}, records: { deal: opportunities, account: accounts } }
    opportunities: { id: id, stage: { column: stage, map: { nowhere: new } } }
    accounts: { id: id, name: name }`)
    expect(await w.store.replayHooks({ state: 'not_understood' })).toBe(2)
    expect(await takeWaitingHooks(w.store, mended, NOW + 1)).toBe(2)
    expect(await w.rows('accounts')).toMatchObject([{ id: 'a1', name: 'Acme' }])
    expect(await w.rows('opportunities')).toMatchObject([{ id: 'd1', stage: 'new' }])
  })

  test('however many ids are asked for, those that are there are found', async () => {
    await send([{ id: '1', at: NOW, data: { id: 'd1', stage: 'new' } }])
    const ids = ['/crm#1', ...Array.from({ length: 70_000 }, (_, i) => `x${i}`)]
    expect((await w.store.hooks({ ids })).map(({ id }) => id)).toEqual(['/crm#1'])
    expect(await w.store.hooks({ ids: [] })).toEqual([])
  })

  test('an activity is known by its event, and counts once', async () => {
    await send([{ id: '1', at: NOW - HOUR, data: { id: 'd1', stage: 'new' } }])
    const call = { id: '2', at: NOW, type: 'call', data: { at: new Date(NOW - MINUTE).toISOString(), deal: 'd1' } }
    await send([call])
    await w.store.replayHooks({})
    await takeWaitingHooks(w.store, PROGRAM, NOW + 1)
    expect((await w.rows('activities')).map(({ id, at }) => [id, at])).toEqual([['crm:/crm#2', NOW - MINUTE]])
    expect((await w.rows('events')).map(({ activity }) => activity)).toEqual(['call'])
  })

  test('an event from the future is as of now, so that a clock that is ahead does not outdo all that follows', async () => {
    await send([{ id: '1', at: NOW + 900 * DAY, data: { id: 'd1', stage: 'talks' } }])
    await send([{ id: '2', at: NOW + HOUR, data: { id: 'd1', stage: 'new' } }], { now: NOW + HOUR })
    expect(await w.rows('opportunities')).toMatchObject([{ stage: 'new' }])
  })

  test('payloads are forgotten after a while, those that wait are not', async () => {
    await send([{ id: '1', at: NOW, data: { id: 'd1', stage: 'new' } }])
    await send([{ id: '2', at: NOW, data: { id: 'd2', stage: 'new' } }], { wait: true })
    expect(await nextHookWork(w.store, PROGRAM)).toBe(0)
    expect(await forgetOldHooks(w.store, PROGRAM, NOW + 29 * DAY)).toBe(0)
    expect(await forgetOldHooks(w.store, PROGRAM, NOW + 30 * DAY + HOUR)).toBe(1)
    expect((await w.store.hooks({})).map(({ id }) => id)).toEqual(['/crm#2'])
    expect(await w.rows('hooks')).toHaveLength(1)
    await takeWaitingHooks(w.store, PROGRAM, NOW)
    expect(await w.rows('opportunities')).toHaveLength(2)
    expect(await nextHookWork(w.store, PROGRAM)).toBe(
      PROGRAM.vocabulary.calendar.after(NOW, { count: 30, unit: 'day' }),
    )
  })

  const event = fc.record(
    {
      stage: fc.constantFrom('new', 'talks', 'offer', 'closed'),
      status: fc.constantFrom('open', 'won', 'lost'),
      amount: fc.constantFrom(1, 2, 3),
      owner: fc.constantFrom('dana', 'lee', null),
      close: fc.constantFrom('2026-03-01', '2026-04-01', '2026-05-01'),
      name: fc.constantFrom('A', 'B'),
    },
    { requiredKeys: [] },
  )

  test('however often and in whatever order events come, they end in the same facts and history', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(event, { minLength: 2, maxLength: 7 }),
        fc.infiniteStream(fc.nat()),
        async (said, chance) => {
          const events = said.map(
            (data, i): Told => ({ id: String(i), at: NOW - DAY + i * HOUR, data: { id: 'd1', ...data } }),
          )
          await w.empty()
          for (const one of events) await send([one])
          const inOrder = await facts()
          await w.empty()
          const pick = () => chance.next().value as number
          const shuffled = [...events, ...events.filter(() => pick() % 3 === 0)]
            .map((one) => [pick(), one] as const)
            .sort(([a], [b]) => a - b)
            .map(([, one]) => one)
          while (shuffled.length > 0) await send(shuffled.splice(0, 1 + (pick() % 3)), { wait: pick() % 2 === 0 })
          await takeWaitingHooks(w.store, PROGRAM, NOW)
          expect(await facts()).toEqual(inOrder)
        },
      ),
      { seed: 5, numRuns: 25 },
    )
  })
})
