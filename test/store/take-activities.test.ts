import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { extend, NO_ACTIVITY, summarise } from '../../src/domain/activities.js'

import { DAY } from '../../src/lib/civil.js'
import { take } from '../../src/store/take.js'
import { counts, NOW, programOf, type World, world } from '../intake/world.js'
import { databases } from '../support/databases.js'

describe.each(databases)('taking activities on $name', (database) => {
  let w: World
  beforeEach(async () => {
    w = await world(database)
    await w.take('contacts', 'id,account,name\nann,acme,Ann\nbob,globex,Bob')
    await w.take('opportunities', opportunities('o1,acme,open,dana', 'o2,globex,open,', 'o3,globex,open,', 'o4,,open,'))
  })
  afterEach(() => w.close())

  const opportunities = (...rows: string[]) =>
    `id,account,status,owner,name,stage,amount,created,close_date,next_step,stage_changed,competitor,nda\n${rows
      .map((row) => `${row},,,,,,,,,`)
      .join('\n')}`
  const file = (...rows: string[]) => `kind,at,by,opportunity,account,contact\n${rows.join('\n')}`
  const bring = (...rows: string[]) => w.take('activities', file(...rows))
  const homes = async () =>
    (await w.rows('activities')).sort((a, b) => a.at - b.at).map((a) => `${a.opportunity} ${a.account} ${a.contact}`)
  const summary = async (table: 'accounts' | 'opportunities', id: string) =>
    JSON.parse((await w.rows(table)).find((row) => row.id === id)!.activity)

  describe('an activity belongs', () => {
    test('to what it names, to the account of its opportunity, and to the only open opportunity of its account', async () => {
      const report = await bring(
        'call,2026-01-01,,o1,,',
        'call,2026-01-02,,,acme,',
        'call,2026-01-03,,,,ann',
        'call,2026-01-04,,,globex,',
        'call,2026-01-05,,,,bob',
        'call,2026-01-06,,o4,,',
        'call,2026-01-07,,o4,acme,ann',
      )
      expect(counts(report)).toMatchObject({ new: 7, rejected: 0 })
      expect(await homes()).toEqual([
        'o1 acme null',
        'o1 acme null',
        'o1 acme ann',
        'null globex null',
        'null globex bob',
        'o4 null null',
        'o4 acme ann',
      ])
      expect((await summary('accounts', 'acme')).kinds.call).toMatchObject({ n: 4, contacts: ['ann'], in_bin: 4 })
      expect((await summary('opportunities', 'o1')).kinds.call).toMatchObject({ n: 3, contacts: ['ann'], in_bin: 0 })
      expect((await summary('opportunities', 'o2')).kinds).toEqual({})
    })

    test('to nothing that is unknown: it is rejected', async () => {
      const report = await bring(
        'call,2026-01-01,,o9,,',
        'call,2026-01-01,,,nowhere,',
        'call,2026-01-01,,,,zoe',
        'call,2026-01-01,,o1,,zoe',
        'call,2026-01-01,,,,',
        'fax,2026-01-01,,o1,,',
        'call,,,o1,,',
      )
      expect(report.rejections.map(({ reason }) => reason)).toEqual([
        'row 2: There is no opportunity "o9".',
        'row 3: There is no account "nowhere".',
        'row 4: There is no contact "zoe".',
        'row 5: There is no contact "zoe".',
        'row 6: It names neither an opportunity nor an account nor a contact.',
        'row 7: "fax" in column kind is not a declared kind of activity (only email, call, meeting, payment).',
        'row 8: There is no at in column at.',
      ])
      expect(await w.rows('activities')).toEqual([])
    })

    test('once where it was filed, whatever opens or closes later', async () => {
      await bring('call,2026-01-03,,,,ann')
      await w.store.write((tx) => tx.updateTable('opportunities').set({ status: 'won' }).execute())
      expect(await bring('call,2026-01-03,,,,ann')).toMatchObject({ unchanged: 1 })
      expect(await homes()).toEqual(['o1 acme ann'])
    })
  })

  test('an activity is the owner’s if it was by the owner at that time, or by nobody known', async () => {
    await w.take('opportunities', opportunities('o1,acme,open,lee'), { now: NOW + DAY })
    await w.take(
      'activities',
      file(
        'call,2026-03-01,dana,o1,,',
        'email,2026-03-01,lee,o1,,',
        'email,2026-03-04,lee,o1,,',
        'meeting,2026-03-01,,o1,,',
      ),
      { now: NOW + 2 * DAY },
    )
    const { kinds } = await summary('opportunities', 'o1')
    expect(kinds.call.owner).toBe(kinds.call.last)
    expect(kinds.email).toMatchObject({ n: 2, owner: Date.UTC(2026, 2, 4, 5) })
    expect(kinds.meeting.owner).toBe(kinds.meeting.last)
  })

  test('an activity ahead is planned; one that moves is summarised anew, on both sides', async () => {
    const program = programOf(
      'sources: { crm: { activities: { id: id, kind: kind, at: at, opportunity: opportunity, account: account } } }',
    )
    const say = (row: string) => w.take('activities', `id,kind,at,opportunity,account\n${row}`, { by: program })
    await say('m1,meeting,2026-03-20T10:00:00Z,o1,')
    expect((await summary('opportunities', 'o1')).planned).toMatchObject([{ kind: 'meeting' }])
    expect(await say('m1,meeting,2026-02-20T10:00:00Z,o4,')).toMatchObject({ changed: 1 })
    expect(await summary('opportunities', 'o1')).toEqual(NO_ACTIVITY)
    expect((await summary('accounts', 'acme')).planned).toEqual([])
    expect((await summary('opportunities', 'o4')).kinds.meeting).toMatchObject({ n: 1 })
  })

  test('what is brought as an event waits to be judged, on every subject it belongs to; an import arrives judged', async () => {
    await bring('call,2026-01-01,,o1,,')
    expect(await w.rows('events')).toEqual([])
    const values = { kind: 'payment', at: NOW, opportunity: 'o1' }
    const bringing = { source: 'api', as: 'event', by: 'dana', now: NOW } as const
    const bringOnce = () =>
      w.store.write((tx) =>
        take(tx, w.store, [{ record: 'activities', id: 'p1', values, line: 0 }], bringing, programOf()),
      )
    expect(await bringOnce()).toMatchObject([{ outcome: 'new' }])
    expect(await bringOnce()).toMatchObject([{ outcome: 'unchanged' }])
    expect(await w.rows('events')).toMatchObject([
      { id: 'p1', kind: 'opportunity', subject: 'o1', activity: 'payment', at: NOW, judged: 0 },
      { id: 'p1', kind: 'account', subject: 'acme', activity: 'payment', at: NOW, judged: 0 },
    ])
  })

  test('a summary that grows is the summary of all', () => {
    const activity = fc.record({
      kind: fc.constantFrom('call', 'email'),
      at: fc.integer({ min: 0, max: 20 }),
      by_owner: fc.boolean(),
      contact: fc.constantFrom(null, 'a', 'b'),
    })
    const steps = fc.array(fc.tuple(fc.array(activity, { maxLength: 6 }), fc.integer({ min: 0, max: 4 })), {
      maxLength: 6,
    })
    const sorted = (s: ReturnType<typeof summarise>) => ({
      kinds: Object.fromEntries(
        Object.entries(s.kinds).map(([kind, of]) => [kind, { ...of, contacts: [...of.contacts].sort() }]),
      ),
      planned: s.planned.map((p) => JSON.stringify(p)).sort(),
    })
    fc.assert(
      fc.property(steps, fc.constantFrom(null, 5, Number.NEGATIVE_INFINITY), (batches, binSince) => {
        let [now, grown, all] = [5, NO_ACTIVITY, [] as (typeof batches)[0][0]]
        for (const [batch, later] of batches) {
          now += later
          all = [...all, ...batch]
          grown = extend(grown, batch, now, binSince)
        }
        expect(sorted(grown)).toEqual(sorted(summarise(all, now, binSince)))
      }),
      { seed: 11, numRuns: 300 },
    )
  })
})
