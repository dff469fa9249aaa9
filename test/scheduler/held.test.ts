import { describe, expect, test } from 'vitest'
import { apply, approve, baseline, loadRules, type Program, planNow, record, type Store } from '../../src/index.js'
import { DAY } from '../../src/lib/civil.js'
import { databases, useStore } from '../support/databases.js'

const NOW = Date.UTC(2026, 2, 2)
const RULES = `
pipelines: { main: { stages: { first: {}, second: {} } } }
limits: { per_run: { effects: 1 } }
rules:
  held: { for: opportunity, when: { stage: first }, then: [{ create_task: { assign: dana, title: Look } }] }
  free: { for: opportunity, when: { stage: second } }
people: { dana: { name: Dana } }
`

describe.each(databases)('what a limit holds, on $name', ({ place }) => {
  const program = loadRules([{ path: 'r.yaml', text: RULES }]).program as Program
  const process = { id: 'test', command: 'apply', clock: NOW }
  let store: Store
  useStore(place, async (opened) => {
    store = opened
    const said = ['A', 'B', 'C'].map((id) => ({
      record: 'opportunities' as const,
      id,
      values: { name: id, stage: 'first', owner: 'dana' },
    }))
    await record(store, program, said, { by: 'dana', now: NOW })
  })

  const held = (plan: Awaited<ReturnType<typeof planNow>>) =>
    plan.held.map(({ rule, intents, totals }) => [
      rule,
      intents
        .map(({ subject }) => subject.id)
        .sort()
        .join(''),
      totals.effects,
    ])

  test('is told whole in every later plan and run, until a person approves', async () => {
    expect(held((await apply(store, program, NOW, process)).plan)).toEqual([['held', 'ABC', 3]])
    expect(held(await planNow(store, program, NOW + DAY))).toEqual([['held', 'ABC', 3]])
    await record(
      store,
      program,
      [{ record: 'opportunities', id: 'D', values: { name: 'D', stage: 'first', owner: 'dana' } }],
      { by: 'dana', now: NOW + DAY },
    )
    expect(held(await planNow(store, program, NOW + DAY))).toEqual([['held', 'ABCD', 4]])
    expect(held((await apply(store, program, NOW + 2 * DAY, process)).plan)).toEqual([['held', 'ABCD', 4]])
    const approved = await approve({ store, program, now: NOW + 3 * DAY, process, rules: ['held'] })
    expect(approved.done).toHaveLength(4)
    expect(held(await planNow(store, program, NOW + 4 * DAY))).toEqual([])
  })

  const stage = (stage: string, ids: string[], now: number) =>
    record(
      store,
      program,
      ids.map((id) => ({ record: 'opportunities' as const, id, values: { stage } })),
      { by: 'dana', now },
    )
  const states = async () =>
    (await store.findings()).map(({ rule, id, state, withheld }) => [rule, id, state, withheld])

  test('is let go alone, with what follows from it: what else is due waits for the next run', async () => {
    await apply(store, program, NOW, process)
    await stage('second', ['C'], NOW + DAY)
    const { done } = await approve({ store, program, now: NOW + DAY, process, rules: [] })
    expect(done.map(({ rule, subject }) => [rule, subject.id])).toEqual([
      ['held', 'A'],
      ['held', 'B'],
    ])
    expect((await store.tasks()).map(({ subject }) => subject)).toEqual(['A', 'B'])
    const rest = await apply(store, program, NOW + DAY, process)
    expect(rest.done.map(({ rule, subject }) => [rule, subject.id])).toEqual([['free', 'C']])
  })

  test('can be let go, or taken as it is, before any run has held it: what a run now would hold', async () => {
    const { done } = await baseline({ store, program, now: NOW, process, rules: [] })
    expect(done).toHaveLength(3)
    expect(await states()).toEqual(['A', 'B', 'C'].map((id) => ['held', id, 'open', 'baseline']))
    expect(await store.tasks()).toEqual([])
  })

  const LATE = `
pipelines: { main: { stages: { first: {}, second: {} } } }
activities: { touches: [call], others: [payment] }
limits: { per_run: { effects: 1 } }
people: { dana: { name: Dana } }
rules:
  old:
    for: opportunity
    when: { age: { over: 10 days } }
    escalate: [{ after: 2 days, then: [{ create_task: { assign: dana, title: Old } }] }]
  paid: { for: opportunity, event: { activity: payment }, then: [{ create_task: { assign: dana, title: Paid } }] }
`
  const late = loadRules([{ path: 'r.yaml', text: LATE }]).program as Program
  const created = (ids: string[]) =>
    record(
      store,
      late,
      ids.map((id) => ({ record: 'opportunities' as const, id, values: { created: '2026-03-02', stage: 'first' } })),
      { by: 'dana', now: NOW },
    )

  test('what nobody looked at in time opens with the escalations that it missed', async () => {
    await created(['A', 'B'])
    await apply(store, late, NOW, process)
    expect((await planNow(store, late, NOW + 20 * DAY)).held.map(({ rule }) => rule)).toEqual(['old'])
    await approve({ store, program: late, now: NOW + 20 * DAY, process, rules: ['old'] })
    expect((await states()).map(([, id, state]) => [id, state])).toEqual([
      ['A', 'open'],
      ['B', 'open'],
    ])
    expect(await store.tasks()).toHaveLength(2)
    expect((await apply(store, late, NOW + 21 * DAY, process)).done).toEqual([])
  })

  test('what is baselined late stays so: nothing that it missed comes later', async () => {
    await created(['A', 'B'])
    await apply(store, late, NOW, process)
    await baseline({ store, program: late, now: NOW + 20 * DAY, process, rules: ['old'] })
    expect((await states()).map(([, id, state, withheld]) => [id, state, withheld])).toEqual([
      ['A', 'open', 'baseline'],
      ['B', 'open', 'baseline'],
    ])
    await apply(store, late, NOW + 30 * DAY, process)
    expect(await store.tasks()).toEqual([])
  })

  test('an event that nobody asked to hear waits for the next run', async () => {
    await created(['A', 'B'])
    await apply(store, late, NOW, process)
    await apply(store, late, NOW + 20 * DAY, process)
    const paid = { kind: 'payment', at: new Date(NOW + 20 * DAY).toISOString(), opportunity: 'A' }
    await record(store, late, [{ record: 'activities', id: 'p', values: paid }], { by: 'dana', now: NOW + 20 * DAY })
    await approve({ store, program: late, now: NOW + 20 * DAY, process, rules: ['old'] })
    expect((await store.tasks()).map(({ title }) => title)).not.toContain('Paid')
    await apply(store, late, NOW + 22 * DAY, process)
    expect((await store.tasks()).map(({ title }) => title)).toContain('Paid')
  })

  test('where nothing is held nothing is done, and a rule that is named is baselined in all that it would open', async () => {
    await stage('second', ['B', 'C'], NOW)
    expect((await approve({ store, program, now: NOW, process, rules: [] })).done).toEqual([])
    expect((await baseline({ store, program, now: NOW, process, rules: [] })).done).toEqual([])
    expect(await states()).toEqual([])
    await baseline({ store, program, now: NOW, process, rules: ['held'] })
    expect(await states()).toEqual([['held', 'A', 'open', 'baseline']])
    expect(await store.tasks()).toEqual([])
  })
})
