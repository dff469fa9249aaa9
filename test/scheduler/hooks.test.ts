import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DAY } from '../../src/lib/civil.js'
import { openHttpGuard } from '../../src/lib/http-guard.js'
import { goRound } from '../../src/scheduler/open.js'
import { hookProgram } from '../intake/hooks/world.js'
import { NOW, type World, world } from '../intake/world.js'
import { databases } from '../support/databases.js'

const PROGRAM = hookProgram(`
sources:
  pipe:
    hook: { type: pipedrive, user: me, secret: x, keep: 2 days }
    opportunities: { id: id, stage: stage }
rules:
  deal-moves: { for: opportunity, event: { change: stage }, then: [{ set_field: { next_step: Call } }] }
`)

describe.each(databases)('hooks in the loop on $name', (database) => {
  let w: World
  let now = NOW
  beforeEach(async () => {
    now = NOW
    w = await world(database, PROGRAM)
  })
  afterEach(() => w.close())

  const round = async () => {
    const http = openHttpGuard()
    const process = { id: 'me', command: 'loop' }
    const tell = (event: { is: string; error?: unknown }) => {
      if (event.is === 'failed') throw event.error
    }
    await goRound({
      store: w.store,
      program: PROGRAM,
      process,
      clock: () => now,
      http,
      env: {},
      outbox: '.',
      tell,
      rules: null,
    })
    await http.close()
  }
  const keep = (id: string, stage: string) => {
    const meta = { action: 'change', entity: 'deal', id, timestamp: new Date(now).toISOString() }
    const body = JSON.stringify({ meta, data: { id: 'd1', stage } })
    const hook = { id, source: 'pipe', type: 'pipedrive', headers: '{}', body, encoding: 'text' as const, at: now }
    return w.store.keepHook(hook, [{ id, of: 'change.deal', at: now }])
  }

  test('what waits is taken and judged by event rules in the same round, and forgotten when its time is up', async () => {
    await keep('0f8fad5b-d9cb-469f-1', 'new')
    await round()
    now += 1000
    await keep('0f8fad5b-d9cb-469f-2', 'talks')
    expect((await w.store.hooks({ state: 'waiting' })).length).toBe(1)
    await round()
    expect(await w.rows('opportunities')).toMatchObject([{ stage: 'talks', next_step: 'Call' }])
    expect((await w.store.hooks({})).map(({ state }) => state)).toEqual(['taken', 'taken'])
    now += 3 * DAY
    await round()
    expect(await w.store.hooks({})).toEqual([])
    expect(await w.rows('hooks')).toEqual([])
  })
})
