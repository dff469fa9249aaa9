import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { record } from '../../src/app.js'
import { DAY } from '../../src/lib/civil.js'
import { counts, NOW, programOf, type World, world } from '../intake/world.js'
import { databases } from '../support/databases.js'

describe.each(databases)('taking past changes on $name', (database) => {
  let w: World
  beforeEach(async () => {
    w = await world(database)
    await say('proposal', '10', '2026-06-01', 'dana')
  })
  afterEach(() => w.close())

  const say = (stage: string, amount: string, close: string, owner: string, changed = '', now = NOW) =>
    w.take(
      'opportunities',
      `id,account,stage,amount,close_date,owner,name,status,created,next_step,stage_changed,competitor,nda\no1,acme,${stage},${amount},${close},${owner},,,,,${changed},,`,
      { now },
    )
  const bring = (...rows: string[]) =>
    w.take('changes', `opportunity,account,fact,from,to,at,by\n${rows.join('\n')}`, { now: NOW + DAY })
  const one = async () => (await w.rows('opportunities'))[0]!
  const PAST = [
    'o1,,stage,negotiation,proposal,2026-02-10,dana',
    'o1,,stage,discovery,negotiation,2026-02-01,dana',
    'o1,,amount,90,10,2026-02-03,',
    'o1,,close_date,2026-03-31,2026-04-30,2026-02-04,',
    'o1,,close_date,2026-04-30,2026-03-15,2026-02-05,',
    'o1,,close_date,2026-03-15,2026-06-01,2026-02-06,',
    'o1,,owner,lee,dana,2026-02-07,',
  ]

  test('past changes are taken once, and what is counted from history is counted anew', async () => {
    const before = await one()
    expect(counts(await bring(...PAST))).toMatchObject({ new: 7, rejected: 0 })
    expect(await one()).toEqual({
      ...before,
      setbacks: 1,
      skips: 1,
      pushes: 2,
      amount_high: 90_000,
      stage_since: Date.UTC(2026, 1, 10, 5),
      stage_since_known: 1,
      owner_since: Date.UTC(2026, 1, 7, 5),
      due: 0,
      last_change: NOW + DAY,
      version: before.version + 1,
    })
    expect((await w.rows('history')).find(({ fact }) => fact === 'stage')).toMatchObject({
      by: 'dana',
      learned_at: NOW + DAY,
      cause: null,
    })
    const after = [await one(), await w.rows('accounts'), await w.rows('history')]
    expect(counts(await bring(...PAST))).toMatchObject({ new: 0, unchanged: 7 })
    expect([await one(), await w.rows('accounts'), await w.rows('history')]).toEqual(after)
  })

  test('where a change does not say from what, it is from what the change before led to', async () => {
    await bring(
      'o1,,stage,,negotiation,2026-02-01,',
      'o1,,stage,,discovery,2026-02-02,',
      'o1,,stage,,closed,2026-02-03,',
    )
    expect(await one()).toMatchObject({
      setbacks: 1,
      skips: 2,
      stage: 'proposal',
      stage_since: NOW,
      stage_since_known: 0,
    })
  })

  test('a change that an import had noticed already is not counted twice, whichever came first', async () => {
    await say('proposal', '10', '2026-07-01', 'dana', '', NOW + DAY / 2)
    expect(await one()).toMatchObject({ pushes: 1 })
    await bring('o1,,close_date,2026-06-01,2026-07-01,2026-03-02,kim')
    expect(await one()).toMatchObject({ pushes: 1 })
    expect((await w.rows('history')).filter(({ fact }) => fact === 'close_date')).toMatchObject([
      { at: Date.UTC(2026, 2, 2, 5), by: 'kim' },
    ])
    await bring('o1,,stage,proposal,discovery,2026-03-02,')
    expect(await one()).toMatchObject({ setbacks: 1, stage: 'proposal' })
    await say('discovery', '10', '2026-07-01', 'dana', '2026-03-02', NOW + 2 * DAY)
    expect(await one()).toMatchObject({ setbacks: 1, stage: 'discovery', stage_since: Date.UTC(2026, 2, 2, 5) })
  })

  test('a past change that another one followed is not the one that an import noticed later', async () => {
    await w.empty()
    const first = Date.UTC(2026, 2, 1, 17)
    const later = Date.UTC(2026, 2, 4, 17)
    await say('discovery', '10', '2026-06-01', 'dana', '', first)
    await say('proposal', '10', '2026-06-01', 'dana', '', later)
    const rows = ['o1,,stage,discovery,proposal,2026-01-01,kim', 'o1,,stage,proposal,discovery,2026-02-01,kim']
    const changes = `opportunity,account,fact,from,to,at,by\n${rows.join('\n')}`
    expect(counts(await w.take('changes', changes, { now: later + DAY }))).toMatchObject({ new: 2 })
    const stages = (await w.rows('history')).filter(({ fact }) => fact === 'stage').sort((a, b) => a.at - b.at)
    expect(stages.map(({ at, from, to, by }) => [at, from, to, by])).toEqual([
      [Date.UTC(2026, 0, 1, 5), '"discovery"', '"proposal"', 'kim'],
      [Date.UTC(2026, 1, 1, 5), '"proposal"', '"discovery"', 'kim'],
      [later, '"discovery"', '"proposal"', 'import:crm'],
    ])
    expect(await one()).toMatchObject({ setbacks: 1, stage: 'proposal', stage_since: later })
  })

  test.each([
    ['another value before', 'o1,,close_date,2026-05-01,2026-07-01,2026-03-02,kim', 2],
    ['the same value before', 'o1,,close_date,2026-06-01,2026-07-01,2026-03-02,kim', 1],
    ['no value before', 'o1,,close_date,,2026-07-01,2026-03-02,kim', 1],
  ])('a past change from %s explains what was noticed, or does not', async (_, change, rows) => {
    await say('proposal', '10', '2026-07-01', 'dana', '', NOW + DAY / 2)
    await bring(change)
    expect((await w.rows('history')).filter(({ fact }) => fact === 'close_date')).toHaveLength(rows)
  })

  test('a past change that another import brought before lies in between as well', async () => {
    await say('proposal', '10', '2026-07-01', 'dana', '', NOW + DAY / 2)
    await bring('o1,,close_date,2026-07-01,2026-06-01,2026-02-20,kim')
    await bring('o1,,close_date,2026-06-01,2026-07-01,2026-02-10,kim')
    expect((await w.rows('history')).filter(({ fact }) => fact === 'close_date')).toHaveLength(3)
  })

  test('what lies ahead is no past change, whoever tells it', async () => {
    const before = await w.rows('history')
    const why =
      'Its time, 2026-03-04T00:00-05:00, lies ahead of now, 2026-03-03T12:00-05:00: what is past is taken, not what is planned.'
    const report = await bring('o1,,stage,proposal,negotiation,2026-03-04,')
    expect(report.rejections.map(({ reason }) => reason)).toEqual([`row 2: ${why}`])
    const said = { opportunity: 'o1', fact: 'stage', from: 'proposal', to: 'negotiation', at: '2026-03-04' }
    const by = { by: 'dana', now: NOW + DAY }
    expect(await record(w.store, programOf(), [{ record: 'changes', values: said }], by)).toEqual([
      { outcome: 'rejected', line: 1, why },
    ])
    expect(await w.rows('history')).toEqual(before)
  })

  test('once past owners are known, it is told anew who did what as the owner', async () => {
    await w.take(
      'activities',
      'kind,at,by,opportunity,account,contact\ncall,2026-02-01,lee,o1,,\ncall,2026-02-20,lee,o1,,',
    )
    const last = async () => JSON.parse((await one()).activity).kinds.call
    expect(await last()).toMatchObject({ n: 2, owner: null })
    await bring('o1,,owner,lee,dana,2026-02-07,')
    expect(await last()).toMatchObject({ n: 2, owner: Date.UTC(2026, 1, 1, 5) })
  })

  test('past moves of an account tell since when it is in its bin', async () => {
    await w.take('accounts', 'id,name,owner,created,bin,bin_changed,employees\nb,B,,,working,,')
    await w.take('activities', 'kind,at,by,opportunity,account,contact\ncall,2026-02-01,,,b,\ncall,2026-02-20,,,b,')
    const account = async () => (await w.rows('accounts')).find(({ id }) => id === 'b')!
    expect(JSON.parse((await account()).activity).kinds.call.in_bin).toBe(0)
    await bring(',b,bin,cold,working,2026-02-10,')
    expect(await account()).toMatchObject({ bin_since: Date.UTC(2026, 1, 10, 5), bin_since_known: 1, bin_episode: 0 })
    expect(JSON.parse((await account()).activity).kinds.call.in_bin).toBe(1)
  })

  test('what is no past change of anything known is rejected', async () => {
    const report = await bring(
      'o9,,stage,,closed,2026-02-01,',
      'o1,,name,,x,2026-02-01,',
      'o1,,stage,,,2026-02-01,',
      ',,bin,,cold,2026-02-01,',
      'o1,,stage,,Closed Won,2026-02-01,',
    )
    expect(report.rejections.map(({ reason }) => reason)).toEqual([
      'row 2: There is no opportunity "o9".',
      'row 3: "name" is no fact of an opportunity whose past is kept.',
      'row 4: It does not say to which stage.',
      'row 5: It names neither an opportunity nor an account.',
      'row 6: "Closed Won" in column to is not a stage; did you mean closed?',
    ])
  })
})
