import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RecordKind } from '../../src/domain/incoming.js'
import { take } from '../../src/store/take.js'
import { NOW, programOf, type World, world } from '../intake/world.js'
import { databases } from '../support/databases.js'

describe.each(databases)('taking events on $name', (database) => {
  let w: World
  beforeEach(async () => {
    w = await world(database)
    await say('accounts', 'acme', { name: 'Acme' })
    await say('opportunities', 'o1', { account: 'acme', stage: 'discovery' })
  })
  afterEach(() => w.close())

  const say = async (record: RecordKind, id: string, values: Record<string, string | number | null>, by = 'dana') => {
    const bringing = { source: 'crm', as: 'event', by, now: NOW } as const
    const [taken] = await w.store.write((tx) =>
      take(tx, w.store, [{ record, id, values, line: 0 }], bringing, programOf()),
    )
    return taken!.outcome === 'rejected' ? taken!.why : [taken!.outcome, ...taken!.refused]
  }

  test("a person's change is an event, judged by nobody yet", async () => {
    expect(await say('opportunities', 'o1', { stage: 'negotiation', amount: 5000, next_step: 'Call' })).toEqual([
      'changed',
    ])
    expect(await say('accounts', 'acme', { bin: 'working' })).toEqual(['changed'])
    expect((await w.rows('events')).map((e) => [e.kind, e.subject, e.change, e.at, e.judged])).toEqual([
      ['opportunity', 'o1', 'stage', NOW, 0],
      ['opportunity', 'o1', 'amount', NOW, 0],
      ['account', 'acme', 'bin', NOW, 0],
    ])
    expect((await w.rows('history')).filter(({ fact }) => fact === 'stage')).toMatchObject([{ by: 'dana' }])
  })

  test('a person may say again what a rule changed since', async () => {
    await say('opportunities', 'o1', { next_step: 'Call' })
    await w.store.write((tx) => tx.updateTable('opportunities').set({ next_step: null }).execute())
    expect(await say('opportunities', 'o1', { next_step: 'Call' })).toEqual(['changed'])
    expect(await w.rows('said')).toEqual([])
  })

  test('what a person may not do is rejected as a whole, with the reason', async () => {
    const before = await w.rows('opportunities')
    expect(await say('opportunities', 'o1', { stage: 'proposal', next_step: 'x' })).toBe(
      'Stage proposal requires amount.',
    )
    expect(await say('opportunities', 'o1', { status: 'lost' })).toBe('Status lost needs a reason.')
    expect(await say('opportunities', 'o1', { stage: 'closed', status: 'open' })).toBe(
      'Stage closed does not allow the status open (only won, lost, abandoned).',
    )
    expect(await say('opportunities', 'o2', { stage: 'proposal' })).toBe('Stage proposal requires amount.')
    expect(await say('accounts', 'acme', { bin: 'client', name: 'x' })).toBe(
      'No move leads from cold to client; from there it may go to working.',
    )
    expect(await w.rows('opportunities')).toEqual(before)
    expect(await say('opportunities', 'o1', { stage: 'proposal', amount: 1000 })).toEqual(['changed'])
  })

  test("a CRM's hook tells what has happened: it is an event, compared with what it said before, and taken", async () => {
    expect(await say('opportunities', 'o1', { stage: 'proposal' }, 'import:crm')).toEqual(['changed'])
    expect(await say('accounts', 'acme', { bin: 'client', name: 'Acme Ltd' }, 'import:crm')).toEqual([
      'changed',
      'No move leads from cold to client; from there it may go to working.',
    ])
    await w.store.write((tx) => tx.updateTable('opportunities').set({ stage: 'closed' }).execute())
    expect(await say('opportunities', 'o1', { stage: 'proposal' }, 'import:crm')).toEqual(['unchanged'])
    expect((await w.rows('events')).map(({ change }) => change)).toEqual(['stage'])
  })
})
