import { describe, expect, it } from 'vitest'
import { personKnownById } from '../../src/domain/subjects.js'
import { DAY } from '../../src/lib/civil.js'
import * as rows from '../../src/store/rows.js'
import type { Store } from '../../src/store/store.js'
import { databases, useStore } from '../support/databases.js'
import { account, collect, finding, inForce, NOW, nothing, opening, opportunity, put, run } from '../support/plans.js'

const O = { kind: 'opportunity' as const, id: 'o' }
const A = { kind: 'account' as const, id: 'a' }
const TASK = 'quiet/opportunity/o/1/open#1'

describe.each(databases)('what people ask and do on $name', ({ place }) => {
  let store: Store
  useStore(place, async (opened) => {
    store = opened
    const settled = { due: null, due_program: 1 }
    const row = opportunity('o', { ...settled, account: 'a', name: 'Rollout', owner: 'dana' })
    await put(store, [account('a', { ...settled, name: 'Acme' }), account('o', settled)], [row])
    await inForce(store)
    await store.commit([opening(row, A)], run())
  })
  const dueNow = async (at = NOW) =>
    (await collect(store.due(at, 1))).map((s) => s.family.account?.id ?? s.family.opportunities[0]?.id)

  it('finds a subject by its id, saying where both kinds have it', async () => {
    expect(await store.findSubject('o')).toEqual(['opportunity', 'account'])
    expect(await store.findSubject('a')).toEqual(['account'])
    expect(await store.findSubject('none')).toEqual([])
    expect((await store.family(O))?.family).toMatchObject({ account: { id: 'a' }, opportunities: [{ id: 'o' }] })
    expect((await store.family({ kind: 'account', id: 'o' }))?.family).toMatchObject({
      account: { id: 'o' },
      opportunities: [],
    })
    expect(await store.family({ kind: 'account', id: 'none' })).toBeNull()
  })

  it('names subjects, as many as are asked for; who has no name is left out', async () => {
    const many = Array.from({ length: 1200 }, (_, i) => ({ kind: 'opportunity' as const, id: `none-${i}` }))
    const names = await store.namesOf([...many, O, A, { kind: 'account', id: 'o' }, { kind: 'opportunity', id: 'a' }])
    expect([...names]).toEqual([
      ['opportunity/o', 'Rollout'],
      ['account/a', 'Acme'],
    ])
    expect(await store.namesOf([])).toEqual(new Map())
  })

  it('lists findings by what is asked of them', async () => {
    await store.commit([{ ...nothing(A, 1), findings: [finding('big', A, { state: 'held' })] }], run())
    const ids = async (asked: Parameters<Store['findings']>[0]) => (await store.findings(asked)).map((f) => f.rule)
    expect(await ids({})).toEqual(['big', 'quiet'])
    expect(await ids({ state: ['open'] })).toEqual(['quiet'])
    expect(await ids({ owner: 'dana' })).toEqual(['quiet'])
    expect(await ids({ owner: 'DANA' })).toEqual([])
    expect(await ids({ rule: 'big' })).toEqual(['big'])
    expect(await store.findings({ subject: O })).toMatchObject([{ name: 'Rollout', owner: 'dana' }])
    expect(await store.heldByRule()).toEqual([
      { rule: 'big', findings: [{ rule: 'big', ...A, episode: 1 }], reasons: {}, why: null },
    ])
  })

  it('ends a task once, and looks at its subject again at once', async () => {
    expect(await dueNow()).toEqual([])
    expect(await store.completeTask(TASK, 'dana', NOW + 1)).toBe('done')
    expect(await store.tasks()).toMatchObject([{ state: 'done', ended_by: 'dana', ended_at: NOW + 1 }])
    expect(await store.completeTask(TASK, 'lee', NOW + 2)).toBe('already')
    expect(await store.completeTask('none', 'lee', NOW + 2)).toBe('unknown')
    expect(await dueNow(NOW + 1)).toEqual(['a'])
  })

  it('acknowledges an open finding once', async () => {
    const quiet = { rule: 'quiet', ...O, episode: 1 }
    expect(await store.acknowledge(quiet, 'lee', NOW + 1)).toBe('done')
    expect(await store.acknowledge(quiet, 'dana', NOW + 2)).toBe('already')
    expect(await store.acknowledge({ ...quiet, episode: 2 }, 'dana', NOW + 2)).toBe('unknown')
    expect(await store.findings()).toMatchObject([{ acknowledged_by: 'lee', acknowledged_at: NOW + 1 }])
    expect(await dueNow(NOW + 1)).toEqual(['a'])
  })

  it('snoozes an open finding, audited; another snooze takes its place', async () => {
    const quiet = { rule: 'quiet', ...O, episode: 1 }
    const until = (days: number) => NOW + days * 86_400_000
    expect(await store.snooze(quiet, { until: until(3), endsOn: null, reason: 'away' }, 'dana', NOW + 1)).toBe('done')
    expect(await store.snooze(quiet, { until: until(9), endsOn: 'touch', reason: 'trip' }, 'lee', NOW + 2)).toBe('done')
    expect(await store.findings()).toMatchObject([
      {
        snoozed_at: NOW + 2,
        snoozed_until: until(9),
        snoozed_by: 'lee',
        snooze_reason: 'trip',
        snooze_ends_on: 'touch',
      },
    ])
    const rows = await store.read((tx) => tx.selectFrom('audit').select(['by', 'act', 'of']).orderBy('seq').execute())
    expect(rows).toEqual([
      { by: 'dana', act: 'snooze', of: 'quiet/opportunity/o/1' },
      { by: 'lee', act: 'snooze', of: 'quiet/opportunity/o/1' },
    ])
  })

  it('deletes an opportunity: its finding, task and letters end, its account is due', async () => {
    expect(await store.deleteSubject('opportunity', 'o', 'dana', NOW + 1)).toBe(true)
    expect(await store.deleteSubject('opportunity', 'o', 'dana', NOW + 2)).toBe(false)
    expect(await store.opportunity('o')).toMatchObject({ deleted_at: NOW + 1 })
    expect(await store.findings()).toMatchObject([{ state: 'resolved', resolved_because: 'subject_gone' }])
    expect(await store.tasks()).toMatchObject([{ state: 'closed', ended_by: 'dana' }])
    expect((await store.letters({ held: true })).letters).toEqual([])
    expect((await store.letters({ held: true })).notices).toEqual([])
    expect(await store.history('opportunity', 'o')).toMatchObject([{ fact: 'deleted', by: 'dana' }])
    expect(await dueNow()).toEqual(['a'])
    expect(await store.family(O)).toBeNull()
    expect((await store.sizes()).openOpportunities).toBe(0)
  })

  it('deletes an account: its opportunities go on by themselves', async () => {
    const before = (await store.opportunity('o'))?.version
    expect(await store.deleteSubject('account', 'a', 'dana', NOW + 1)).toBe(true)
    expect(await dueNow()).toEqual(['o'])
    expect((await store.family(O))?.family).toMatchObject({ account: null, opportunities: [{ id: 'o' }] })
    expect((await store.opportunity('o'))?.version).toBeGreaterThan(before!)
    expect(await store.findings({ state: ['open'] })).toHaveLength(1)
  })

  it('knows the people that were imported, and counts everything', async () => {
    const lee = { ...personKnownById('lee'), name: 'Lee', team: 'west' }
    await store.write((tx) => tx.insertInto('people').values(rows.people.encode(lee)).execute())
    expect(await store.people()).toEqual(new Map([['lee', lee]]))
    expect(await store.counts()).toEqual({
      accounts: 2,
      opportunities: 1,
      openOpportunities: 1,
      people: 1,
      openFindings: 1,
      heldFindings: 0,
      openTasks: 1,
      waitingLetters: 1,
      deadLetters: 0,
      uncertainLetters: 0,
    })
    expect((await store.intents({ subject: O })).map((i) => i.step)).toEqual(['open'])
    expect(await store.intents({ since: NOW })).toEqual([])
    expect((await store.tasks({ assignee: 'dana', state: 'open' }))[0]?.due).toBe(NOW + DAY)
  })
})
