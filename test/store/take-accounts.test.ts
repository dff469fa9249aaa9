import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Incoming } from '../../src/domain/incoming.js'
import { DAY } from '../../src/lib/civil.js'
import { take } from '../../src/store/take.js'
import { counts, mapping, NOW, programOf, type World, world } from '../intake/world.js'
import { databases } from '../support/databases.js'

describe.each(databases)('taking accounts on $name', (database) => {
  let w: World
  beforeEach(async () => {
    w = await world(database)
  })
  afterEach(() => w.close())

  const COLUMNS = 'id name owner created bin bin_changed employees'.split(' ')
  const bring = (row: Record<string, string>, now = NOW) =>
    w.take('accounts', `${COLUMNS.join(',')}\n${COLUMNS.map((c) => ({ id: 'acme', ...row })[c] ?? '').join(',')}`, {
      now,
    })
  const one = async () => (await w.rows('accounts'))[0]!
  const inBin = async () => JSON.parse((await one()).activity).kinds.call?.in_bin

  test('that something else named first is in the end as if its own record had come first', async () => {
    const files = {
      accounts: () => bring({ name: 'Acme', owner: 'dana', created: '2025-06-01', employees: '12' }),
      contacts: () => w.take('contacts', 'id,account,name\nc1,acme,Ann'),
      activities: () =>
        w.take(
          'activities',
          'kind,at,by,opportunity,account,contact\ncall,2026-02-01,dana,,,c1\nemail,2026-02-03,lee,,,c1',
        ),
    }
    const inOrder = async (...order: (keyof typeof files)[]) => {
      for (const kind of order) await files[kind]()
      const { seen: _, version: __, ...account } = await one()
      const history = (await w.rows('history')).filter(({ to }) => to !== 'null' && to !== null)
      const told = history.map(({ seq: _, ...entry }) => entry)
      const activities = await w.rows('activities')
      await w.close()
      w = await world(database)
      return {
        account,
        told,
        activities: Object.fromEntries(activities.map((row) => [row.kind, row.by_owner_of_account])),
      }
    }
    const first = await inOrder('accounts', 'contacts', 'activities')
    expect(first.account).toMatchObject({ owner: 'dana', owner_since: null })
    expect(first.told.map(({ fact, at }) => [fact, at])).toEqual([['created', Date.UTC(2025, 5, 1, 4)]])
    expect(first.activities).toEqual({ call: 1, email: 0 })
    expect(await inOrder('contacts', 'accounts', 'activities')).toEqual(first)
    expect(await inOrder('contacts', 'activities', 'accounts')).toEqual(first)
  })

  test('that was told of by its id and bin alone is no longer new: what is said next are changes, and moves are judged', async () => {
    const export_ = (bin: string, at: number) => w.take('accounts', `id,bin\nacme,${bin}`, { now: at, by: idAndBin })
    const moves = async () =>
      (await w.rows('history'))
        .filter(({ fact }) => fact !== 'created')
        .map(({ fact, to }) => [fact, JSON.parse(to ?? 'null')])
    const idAndBin = programOf(mapping('accounts', 'id', 'bin'))
    await export_('cold', NOW)
    expect((await export_('client', NOW + DAY)).refused).toHaveLength(1)
    expect(await export_('working', NOW + 2 * DAY)).toMatchObject({ changed: 1, refused: [] })
    expect(await one()).toMatchObject({ bin: 'working', bin_episode: 1, bin_since: NOW + 2 * DAY })
    await bring({ owner: 'dana' }, NOW + 3 * DAY)
    expect(await moves()).toEqual([
      ['bin', 'working'],
      ['owner', 'dana'],
    ])
  })

  test('that a person made is changed by what a person says next', async () => {
    const say = (values: Incoming['values'], now: number) =>
      w.store.write((tx) =>
        take(
          tx,
          w.store,
          [{ record: 'accounts', id: 'acme', line: 1, values }],
          { source: 'dana', as: 'event', by: 'dana', now },
          { vocabulary: programOf().vocabulary },
        ),
      )
    await say({ bin: 'cold' }, NOW)
    expect((await say({ bin: 'nurture' }, NOW + DAY))[0]).toMatchObject({ outcome: 'rejected' })
    await say({ bin: 'working' }, NOW + DAY)
    await say({ owner: 'dana' }, NOW + 2 * DAY)
    expect(await one()).toMatchObject({ bin: 'working', bin_episode: 1, owner: 'dana', owner_since: NOW + 2 * DAY })
    const events = (await w.rows('events')).map(({ change }) => change)
    expect(events).toEqual(['bin', 'owner'])
  })

  describe('the bin of an account', () => {
    test('that arrives without one is where accounts start, and has always been', async () => {
      await bring({})
      expect(await one()).toMatchObject({ bin: 'cold', bin_since: NOW, bin_since_known: 0 })
      await w.take('activities', 'kind,at,by,opportunity,account,contact\ncall,2020-01-01,,,acme,')
      expect(await inBin()).toBe(1)
      await bring({ created: '2025-01-01' }, NOW + DAY)
      expect(await one()).toMatchObject({ bin_since: Date.UTC(2025, 0, 1, 5), bin_since_known: 1 })
      expect(await inBin()).toBe(1)
    })

    test('may be any when it arrives, also when something else named it first', async () => {
      await w.take('contacts', 'id,account,name\nc1,acme,Ann')
      expect(await bring({ bin: 'client', bin_changed: '2026-01-01' })).toMatchObject({ changed: 1, refused: [] })
      expect(await one()).toMatchObject({
        bin: 'client',
        bin_since: Date.UTC(2026, 0, 1, 5),
        bin_since_known: 1,
        bin_episode: 0,
      })
      await bring({ id: 'globex', bin: 'nurture' })
      expect((await w.rows('accounts'))[1]).toMatchObject({ bin: 'nurture', bin_since: NOW, bin_since_known: 0 })
    })

    test('changes by the moves that are allowed, with when it happened; touches before do not count in it', async () => {
      await bring({ name: 'Acme', bin: 'cold' })
      await w.take(
        'activities',
        'kind,at,by,opportunity,account,contact\ncall,2026-02-01,,,acme,\ncall,2026-02-20,,,acme,',
      )
      expect(await bring({ name: 'Acme', bin: 'working', bin_changed: '2026-02-10' })).toMatchObject({ changed: 1 })
      expect(await one()).toMatchObject({ bin: 'working', bin_since: Date.UTC(2026, 1, 10, 5), bin_episode: 1 })
      expect(await inBin()).toBe(1)
    })

    test('is refused where no move leads, reported each time, and the rest of the row is taken', async () => {
      await bring({ name: 'Acme', bin: 'cold' })
      const report = await bring({ name: 'Acme Ltd', bin: 'client', employees: '12' })
      expect(report).toMatchObject({
        changed: 1,
        rejected: 0,
        refused: ['row 2: No move leads from cold to client; from there it may go to working.'],
      })
      expect(await one()).toMatchObject({ name: 'Acme Ltd', bin: 'cold', fields: '{"employees":12}' })
      expect(await bring({ name: 'Acme Ltd', bin: 'client', employees: '12' })).toMatchObject({
        unchanged: 1,
        refused: ['row 2: No move leads from cold to client; from there it may go to working.'],
      })
    })
  })

  test("an account's change makes its opportunities due, where the rules read the account", async () => {
    await w.take('opportunities', opportunityOf('o1', 'acme'))
    const asleep = () =>
      w.store.write((tx) =>
        tx
          .updateTable('opportunities')
          .set({ due: NOW + 9 * DAY })
          .execute(),
      )
    const due = async () => (await w.rows('opportunities')).map((o) => o.due)
    await asleep()
    const { programOf } = await import('../intake/world.js')
    const program = programOf()
    const text = 'id,name,owner,created,bin,bin_changed,employees\nacme,A,,,,,'
    const reads = (...columns: string[]) => ({ ...program.wakes, account: new Set(columns) })
    await w.take('accounts', text, { by: { ...program, wakes: reads() } })
    await w.take('accounts', text.replace(',A,', ',B,'), { by: { ...program, wakes: reads('segment', 'activity') } })
    expect(await due()).toEqual([NOW + 9 * DAY])
    await w.take('accounts', text.replace(',A,', ',C,'), { by: { ...program, wakes: reads('name') } })
    expect(await due()).toEqual([0])
  })

  test('an account of which nothing is judged is due when it was due', async () => {
    const { programOf } = await import('../intake/world.js')
    const program = programOf('scoring: {}')
    const text = 'id,name,owner,created,bin,bin_changed,employees\nacme,A,,,,,'
    await w.take('accounts', text, { by: program })
    const asleep = { due: NOW + 9 * DAY, last_change: NOW - DAY }
    await w.store.write((tx) => tx.updateTable('accounts').set(asleep).execute())
    const version = (await w.rows('accounts'))[0]?.version as number
    await w.take('accounts', text.replace(',A,', ',B,'), { by: program })
    const changed = { name: 'B', due: NOW + 9 * DAY, last_change: NOW, version: version + 1 }
    expect(await w.rows('accounts')).toMatchObject([changed])
    await w.take('opportunities', opportunityOf('o1', 'acme'), { by: program })
    expect(await w.rows('accounts')).toMatchObject([{ ...changed, version: version + 2 }])
    const bringing = { source: 'dana', as: 'event', by: 'dana', now: NOW } as const
    const call = (id: string, at: number): Incoming => ({
      ...{ record: 'activities', id, line: 1 },
      values: { kind: 'call', at, account: 'acme' },
    })
    const batch = [call('done', NOW - DAY), call('planned', NOW + DAY)]
    const { vocabulary, wakes } = program
    const record = (one: Incoming) => w.store.write((tx) => take(tx, w.store, [one], bringing, { vocabulary, wakes }))
    for (const one of batch) {
      await record(one)
      // Only what lies ahead is a reason to look, when its time has come.
      expect((await w.rows('accounts'))[0]?.due).toBe(one.id === 'done' ? NOW + 9 * DAY : 0)
    }
    const events = (await w.rows('events')).filter(({ kind }) => kind === 'account')
    expect(events.map(({ id, judged }) => [id, judged])).toEqual([
      ['done', 1],
      ['planned', 0],
    ])
  })

  const opportunityOf = (id: string, account: string, owner = '') =>
    `id,name,account,stage,status,amount,owner,created,close_date,next_step,stage_changed,competitor,nda\n${id},,${account},,,,${owner},,,,,,`

  describe('people', () => {
    const PEOPLE = 'id,name,email,role,manager,team,active,timezone\n'
    test('are taken; what somebody owns is due when anything of that person changes', async () => {
      await w.take('opportunities', opportunityOf('o1', '', 'dana'))
      expect(
        counts(await w.take('people', `${PEOPLE}dana,Dana,d@x.org,rep,lee,west,,\nlee,,,,,,no,Europe/London`)),
      ).toEqual({
        read: 2,
        new: 2,
        changed: 0,
        unchanged: 0,
        rejected: 0,
        diverged: 0,
      })
      expect(await w.rows('people')).toMatchObject([
        { id: 'dana', role: 'rep', manager: 'lee', active: 1 },
        { id: 'lee', active: 0, timezone: 'Europe/London' },
      ])
      await w.store.write((tx) =>
        tx
          .updateTable('opportunities')
          .set({ due: NOW + 9 * DAY })
          .execute(),
      )
      const [before] = await w.rows('opportunities')
      await w.take('people', `${PEOPLE}dana,Dana,d@x.org,rep,lee,west,,`)
      expect(await w.rows('opportunities')).toEqual([before])
      await w.take('people', `${PEOPLE}dana,Dana,d@x.org,rep,kim,west,,`, { now: NOW + DAY })
      const [after] = await w.rows('opportunities')
      expect(after).toMatchObject({ due: 0, last_change: NOW + DAY, version: before!.version + 1 })
    })

    test('with a role or a zone that does not exist are rejected', async () => {
      const report = await w.take('people', `${PEOPLE}a,,,boss,,,,\nb,,,,,,,Mars/Base`)
      expect(report.rejections.map(({ reason }) => reason)).toEqual([
        'row 2: "boss" in column role is not a role (only rep, manager, revops, admin).',
        'row 3: "Mars/Base" in column timezone is not a time zone such as Europe/London.',
      ])
    })
  })
})
