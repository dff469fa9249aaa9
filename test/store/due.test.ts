import { describe, expect, it } from 'vitest'
import type { FamilyState } from '../../src/engine/plan.js'
import { DAY } from '../../src/lib/civil.js'
import * as rows from '../../src/store/rows.js'
import type { Store } from '../../src/store/store.js'
import { databases, useStore } from '../support/databases.js'
import {
  account,
  collect,
  finding,
  hold,
  inForce,
  intent,
  NOW,
  nothing,
  opportunity,
  put,
  run,
} from '../support/plans.js'

const names = (states: readonly FamilyState[]) =>
  states.map(({ family }) => [family.account?.id ?? null, ...family.opportunities.map((o) => o.id)])

describe.each(databases)('who is due on $name', ({ place }) => {
  let store: Store
  useStore(place, (opened) => {
    store = opened
  })
  const dueAt = async (now: number, program = 1) => names(await collect(store.due(now, program)))

  it('is who is due at once, or whose instant has come, or who was reckoned under another program', async () => {
    const settled = { due: null, due_program: 1 }
    await put(
      store,
      [],
      [
        opportunity('at-once', { ...settled, due: 0 }),
        opportunity('never', settled),
        opportunity('now', { ...settled, due: NOW }),
        opportunity('later', { ...settled, due: NOW + 1 }),
        opportunity('older', { due: null, due_program: 0 }),
        opportunity('newer', { due: null, due_program: 2 }),
        opportunity('gone', { ...settled, due: 0, deleted_at: NOW }),
      ],
    )
    expect(await dueAt(NOW)).toEqual([
      [null, 'at-once'],
      [null, 'newer'],
      [null, 'now'],
      [null, 'older'],
    ])
    expect(await dueAt(NOW + 1)).toContainEqual([null, 'later'])
    expect(names(await collect(store.due(NOW, 1, 'all')))).toHaveLength(6)
  })

  it('comes as whole families, in id order, one member being due', async () => {
    const settled = { due: null, due_program: 1 }
    await put(
      store,
      [
        account('b', settled),
        account('a', { ...settled, due: 0 }),
        account('c', settled),
        account('x', { ...settled, deleted_at: 1 }),
      ],
      [
        opportunity('2', { ...settled, account: 'b', due: 0 }),
        opportunity('1', { ...settled, account: 'b' }),
        opportunity('3', { ...settled, account: 'b', deleted_at: 1, due: 0 }),
        opportunity('4', { ...settled, account: 'c' }),
        opportunity('5', { ...settled, account: 'x', due: 0 }),
      ],
    )
    expect(await dueAt(NOW)).toEqual([[null, '5'], ['a'], ['b', '1', '2']])
  })

  it('brings each family with its findings, holds, unjudged events and moves', async () => {
    await put(store, [account('a', { bin_episode: 2 }), account('b')], [opportunity('o', { account: 'a' })])
    await inForce(store)
    const a = { kind: 'account' as const, id: 'a' }
    const o = { kind: 'opportunity' as const, id: 'o' }
    const held = hold(['quiet', 'opportunity', 'o', 2, 'open'], 'q1', 'refused', 'No move leads there.')
    const resolved = { state: 'resolved' as const, resolved_at: NOW }
    const old = finding('quiet', o, { episode: 1, ...resolved })
    const last = finding('quiet', o, { episode: 2, ...resolved })
    const open = finding('big', a)
    const move = (episode: number) => intent({ rule: 'cold-to-working', ...a, episode }, 'move')
    const report = await store.commit(
      [{ ...nothing(a), findings: [old, last, open], holds: [held], intents: [move(1), move(2)] }],
      run(),
    )
    expect(report).toEqual({ stale: [], committed: 1, already_done: [] })
    const event = { id: 'e1', subject: o, event: { activity: 'call' }, at: NOW }
    await store.write(async (tx) => {
      await tx
        .insertInto('events')
        .values(rows.events.encode(event, NOW, 0))
        .execute()
      await tx
        .insertInto('events')
        .values(rows.events.encode({ ...event, id: 'e0' }, NOW, 1))
        .execute()
    })
    const [state, other] = await collect(store.due(NOW, 1))
    expect(state).toMatchObject({
      findings: [open, last],
      holds: [held],
      events: [event],
      done: ['cold-to-working/account/a/2/move'],
    })
    expect(state?.family.account?.version).toBe(1)
    expect(other).toMatchObject({ findings: [], holds: [], events: [], done: [] })
  })

  it('is many families in batches, each once', async () => {
    const many = Array.from({ length: 501 }, (_, i) => account(`a${String(i).padStart(3, '0')}`))
    await put(store, many, [])
    expect(await dueAt(NOW)).toEqual(many.map(({ id }) => [id]))
  })

  it('tells the loop how long it may sleep', async () => {
    expect(await store.nextDue(1)).toBeNull()
    await put(
      store,
      [account('a', { due: null, due_program: 1 })],
      [opportunity('o', { due: NOW + DAY, due_program: 1 })],
    )
    expect(await store.nextDue(1)).toBe(NOW + DAY)
    expect(await store.nextDue(2)).toBe(0)
  })
})
