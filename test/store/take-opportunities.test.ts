import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DAY } from '../../src/lib/civil.js'
import { counts, mapping, NOW, programOf, type World, world } from '../intake/world.js'
import { databases } from '../support/databases.js'

describe.each(databases)('taking opportunities on $name', (database) => {
  let w: World
  beforeEach(async () => {
    w = await world(database)
  })
  afterEach(() => w.close())

  /** A file of opportunities with all columns of the source; what a row does not say is empty. */
  const COLUMNS =
    'id name account stage status amount owner created close_date next_step stage_changed competitor nda'.split(' ')
  const file = (...rows: Record<string, string>[]) =>
    [COLUMNS.join(','), ...rows.map((row) => COLUMNS.map((column) => row[column] ?? '').join(','))].join('\n')
  const bring = (row: Record<string, string>, now = NOW) => w.take('opportunities', file({ id: 'o1', ...row }), { now })
  const one = async () => (await w.rows('opportunities'))[0]!
  const past = async () =>
    (await w.rows('history'))
      .filter(({ kind }) => kind === 'opportunity')
      .map(({ fact, from, to, at }) => `${fact} ${from} → ${to} @${(at - NOW) / DAY}`)
  /** What `apply` would write: a rule's word on one column. */
  const rule = (set: Record<string, unknown>) =>
    w.store.write((tx) => tx.updateTable('opportunities').set(set).where('id', '=', 'o1').execute())
  const quiet = () =>
    w.store.write(async (tx) => {
      await tx
        .updateTable('opportunities')
        .set({ due: NOW + 99 * DAY })
        .execute()
      await tx
        .updateTable('accounts')
        .set({ due: NOW + 99 * DAY })
        .execute()
    })

  describe('a new opportunity', () => {
    test('gets the only pipeline, its first stage and open, and is due at once with its account', async () => {
      expect(counts(await bring({ account: 'acme', amount: '20.5' }))).toMatchObject({ read: 1, new: 1 })
      expect(await one()).toMatchObject({
        pipeline: 'new-business',
        stage: 'discovery',
        status: 'open',
        amount: 20_500,
        amount_high: 20_500,
        stage_since: NOW,
        stage_since_known: 0,
        status_since_known: 0,
        owner_since: null,
        created: null,
        seen: NOW,
        due: 0,
      })
      expect(await w.rows('accounts')).toMatchObject([{ id: 'acme', name: null, bin: 'cold', due: 0 }])
      expect(await past()).toEqual(['created null → null @0'])
    })

    test('has been in its stage since the source says so', async () => {
      await bring({ stage: 'proposal', stage_changed: '2026-02-01', created: '2026-01-01' })
      expect(await one()).toMatchObject({ stage_since: Date.UTC(2026, 1, 1, 5), stage_since_known: 1 })
      expect((await past())[0]).toMatch(/^created null → 1767243600000 @-60/)
    })

    test('needs a pipeline where there are several, and a stage of it', async () => {
      const two = programOf(
        `pipelines: { a: { stages: { first: {}, both: {} } }, b: { stages: { both: {}, last: {} } } }`,
      )
      const text = file({ id: 'o1', stage: 'both' }, { id: 'o2', stage: 'last' }, { id: 'o3' })
      const report = await w.take('opportunities', text, { by: two })
      expect(report.rejections.map(({ reason }) => reason)).toEqual([
        'row 2: It names no pipeline, and it may be in a or b.',
        'row 4: It names no pipeline, and it may be in a or b.',
      ])
      expect(await one()).toMatchObject({ id: 'o2', pipeline: 'b', stage: 'last' })
    })

    test('of which something required is missing is taken, because it has happened', async () => {
      expect(await bring({ stage: 'proposal', status: 'lost' })).toMatchObject({ new: 1, rejected: 0 })
    })
  })

  describe('where only the stage is dated', () => {
    const TALKS = { stage: 'negotiation', status: 'open', stage_changed: '2026-01-05' }
    const CLOSED = { stage: 'closed', status: 'lost', stage_changed: '2026-02-01' }
    const FEBRUARY = Date.UTC(2026, 1, 1, 5)
    const status = async () => {
      const { status_since, status_since_known } = await one()
      return status_since_known ? status_since : null
    }

    test('a closed one is closed for as long as it is in a stage that allows no open one', async () => {
      await bring(CLOSED)
      expect(await status()).toBe(FEBRUARY)
    })

    test('one that is open, or in a stage that allows open ones, came into its status nobody knows when', async () => {
      await bring({ ...CLOSED, status: 'open' })
      expect(await status()).toBeNull()
      await bring({ ...CLOSED, stage: 'proposal' }, NOW + DAY)
      expect(await status()).toBe(NOW + DAY)
      await w.take('opportunities', file({ id: 'o2', ...CLOSED, stage: 'proposal' }))
      expect((await w.rows('opportunities')).at(-1)).toMatchObject({ id: 'o2', status_since_known: 0 })
    })

    test('one that closed since the last file closed when it came into the stage', async () => {
      await bring(TALKS)
      await bring(CLOSED, NOW + DAY)
      expect(await status()).toBe(FEBRUARY)
      expect((await past()).filter((line) => line.startsWith('status'))).toEqual(['status "open" → "lost" @-29.5'])
    })

    test('one whose source began to date stages later on is mended', async () => {
      await bring({ ...CLOSED, stage_changed: '' })
      expect(await status()).toBeNull()
      await bring(CLOSED, NOW + DAY)
      expect(await status()).toBe(FEBRUARY)
    })

    test('another word on how it ended, in the same stage since the same day, is of now', async () => {
      await bring(CLOSED)
      await bring({ ...CLOSED, status: 'won' }, NOW + DAY)
      expect(await status()).toBe(NOW + DAY)
    })

    test('what the source says of the status itself counts', async () => {
      const by = programOf(mapping('opportunities', 'id', 'stage', 'status', 'stage_changed', 'status_changed'))
      const text = 'id,stage,status,stage_changed,status_changed\no1,closed,won,2026-02-01,2026-01-20'
      await w.take('opportunities', text, { by })
      expect(await status()).toBe(Date.UTC(2026, 0, 20, 5))
      await w.take('opportunities', text.replace('2026-02-01', '2026-02-03'), { by, now: NOW + DAY })
      expect(await status()).toBe(Date.UTC(2026, 0, 20, 5))
    })
  })

  describe('what the source says next', () => {
    test('becomes history, with when it happened where the source knows', async () => {
      await bring({ stage: 'discovery', amount: '10', close_date: '2026-03-31', owner: 'dana', account: 'acme' })
      await quiet()
      const next = { stage: 'negotiation', amount: '8', close_date: '2026-04-30', owner: 'lee', account: 'acme' }
      const report = await bring({ ...next, stage_changed: '2026-03-02' }, NOW + DAY)
      expect(counts(report)).toMatchObject({ changed: 1, diverged: 0 })
      expect(await one()).toMatchObject({
        stage: 'negotiation',
        skips: 1,
        stage_since: Date.UTC(2026, 2, 2, 5),
        stage_since_known: 1,
        pushes: 1,
        amount_high: 10_000,
        owner_since: NOW + DAY,
        due: 0,
        last_change: NOW + DAY,
      })
      expect(await w.rows('accounts')).toMatchObject([{ due: 0, version: 2 }])
      expect((await past()).slice(1).map((line) => line.replace(/@-0\.5$/, '@half a day before'))).toEqual([
        'stage "discovery" → "negotiation" @half a day before',
        'amount 10000 → 8000 @1',
        'owner "dana" → "lee" @1',
        'close_date "2026-03-31" → "2026-04-30" @1',
      ])
      expect((await w.rows('history')).map(({ by, learned_at }) => [by, (learned_at - NOW) / DAY]).slice(-1)).toEqual([
        ['import:crm', 1],
      ])
    })

    test('twice changes nothing: no version, no due, no history', async () => {
      await bring({ stage: 'proposal', amount: '10', account: 'acme' })
      await quiet()
      const before = [await one(), await w.rows('accounts'), await w.rows('history'), await w.rows('said')]
      expect(counts(await bring({ stage: 'proposal', amount: '10', account: 'acme' }, NOW + DAY))).toMatchObject({
        unchanged: 1,
        changed: 0,
      })
      expect([await one(), await w.rows('accounts'), await w.rows('history'), await w.rows('said')]).toEqual(before)
    })

    test('does not undo what a rule did since: that diverges, until the source says something else', async () => {
      await bring({ stage: 'discovery', next_step: 'Call', amount: '10' })
      await rule({ stage: 'closed', next_step: null })
      expect(counts(await bring({ stage: 'discovery', next_step: 'Call', amount: '11' }))).toMatchObject({
        changed: 1,
        diverged: 1,
      })
      expect(await one()).toMatchObject({ stage: 'closed', next_step: null, amount: 11_000 })
      expect(counts(await bring({ stage: 'discovery', next_step: 'Call', amount: '11' }))).toMatchObject({
        unchanged: 1,
        diverged: 1,
      })
      await bring({ stage: 'negotiation', next_step: 'Call', amount: '11' })
      expect(await one()).toMatchObject({ stage: 'negotiation', setbacks: 1, next_step: null })
    })

    test('may make a fact unknown that it knew, not one that it never knew', async () => {
      await bring({ amount: '10' })
      await rule({ next_step: 'Ask' })
      expect(counts(await bring({ amount: '' }))).toMatchObject({ changed: 1, diverged: 1 })
      expect(await one()).toMatchObject({ amount: null, amount_high: 10_000, next_step: 'Ask' })
    })

    test('about its own count of pushes is taken as the count', async () => {
      const counting = programOf(
        'sources: { crm: { opportunities: { id: id, close_date: close_date, pushes: pushes } } }',
      )
      const say = (close_date: string, pushes: string) =>
        w.take('opportunities', `id,close_date,pushes\no1,${close_date},${pushes}`, { by: counting })
      await say('2026-03-01', '4')
      expect(await one()).toMatchObject({ pushes: 4 })
      await say('2026-04-01', '4')
      expect(await one()).toMatchObject({ pushes: 4 })
      await say('2026-05-01', '6')
      expect(await one()).toMatchObject({ pushes: 6 })
    })

    test('of another account bumps both families, and its activities go with it', async () => {
      await bring({ account: 'acme' })
      await w.take('activities', 'kind,at,by,opportunity,account,contact\ncall,2026-02-01,,o1,,')
      const versions = async () => Object.fromEntries((await w.rows('accounts')).map((a) => [a.id, a.version]))
      expect(await versions()).toEqual({ acme: 2 })
      await bring({ account: 'globex' })
      expect(await versions()).toEqual({ acme: 3, globex: 1 })
      const calls = Object.fromEntries(
        (await w.rows('accounts')).map((a) => [a.id, JSON.parse(a.activity).kinds.call?.n ?? 0]),
      )
      expect(calls).toEqual({ acme: 0, globex: 1 })
      expect(await w.rows('activities')).toMatchObject([{ opportunity: 'o1', account: 'globex' }])
    })

    test('of a deleted opportunity is rejected: it stays deleted', async () => {
      await bring({ amount: '10' })
      await rule({ deleted_at: NOW })
      const report = await bring({ amount: '11' })
      expect(report.rejections.map(({ reason }) => reason)).toEqual([
        'row 2: The opportunity "o1" was deleted, and stays so.',
      ])
      expect(await one()).toMatchObject({ amount: 10_000, deleted_at: NOW })
    })

    test('twice in one file, differently, is rejected the second time', async () => {
      const text = file({ id: 'o1', amount: '1' }, { id: 'o1', amount: '1' }, { id: 'o1', amount: '2' })
      const report = await w.take('opportunities', text)
      expect(counts(report)).toMatchObject({ read: 3, new: 1, unchanged: 1, rejected: 1 })
      expect(report.rejections[0]).toMatchObject({
        line: 4,
        reason: 'row 4: Row 2 says something else of the same opportunity "o1".',
      })
    })
  })
})
