import { describe, expect, test } from 'vitest'
import type { Incoming } from '../../src/domain/incoming.js'
import type { Opportunity } from '../../src/domain/subjects.js'
import type { World } from '../../src/replay/world.js'
import { account, day, intentsOf, opportunity, programOf, runAt, steps, storeOf, touchRow } from '../support/engine.js'

const WON = `
  won-when-paid:
    for: opportunity
    event: { activity: payment }
    when: { status: open }
    then: [{ set_status: won }, { move_stage: closed }]
  thank:
    for: opportunity
    event: { change: status }
    when: { status: won }
    then: [{ create_task: { title: "Thank {{ name }}" } }]
`
const winning = programOf(WON)

/** A world in which the rules are in force, with one opportunity. */
function worldOf(more: Partial<Opportunity> = {}): World {
  const world = storeOf({ account: null, opportunities: [opportunity('O', more)] })
  world.bringIntoForce(winning, day(0))
  return world
}

/** Somebody says, at an instant, that payments came or will come. */
function pay(world: World, now: number, payments: Record<string, number>): void {
  for (const [id, at] of Object.entries(payments)) {
    const record: Incoming = { record: 'activities', id, values: { kind: 'payment', at, opportunity: 'O' }, line: 1 }
    expect(world.take({ do: 'record', record }, { at: now, by: 'robin' })).toMatchObject({ outcome: 'new' })
  }
}

describe('event rules', () => {
  test('an event is judged once, and a rule’s own effect is an event in the next link', async () => {
    const store = worldOf()
    await runAt(store, winning, day(0))
    pay(store, day(1), { 'pay-1': day(1) })
    const planned = await runAt(store, winning, day(1))
    expect(intentsOf(planned).map((i) => [i.key.slice(0, 1)[0], i.key[3], i.link])).toEqual([
      ['won-when-paid', 'pay-1', 1],
      ['thank', 'won-when-paid/opportunity/O/pay-1/event#1', 2],
    ])
    expect(planned.families[0]?.judged.map(({ id }) => id)).toEqual(['pay-1'])
    expect(steps(await runAt(store, winning, day(2)))).toEqual([])
  })

  test('fired or not it is judged: what is unknown then is not asked again', async () => {
    const store = worldOf({ status: 'lost', reason: 'x', stage: 'closed' })
    pay(store, day(1), { 'pay-1': day(1) })
    expect(steps(await runAt(store, winning, day(1)))).toEqual([])
    touchRow(store, 'opportunity/O', day(2), { status: 'open' })
    expect(steps(await runAt(store, winning, day(2)))).toEqual([])
  })

  test('a payment dated ahead is judged when its time comes, and makes its subject due then', async () => {
    const store = worldOf()
    pay(store, day(0), { 'pay-1': day(1), 'pay-2': day(9) })
    expect(steps(await runAt(store, winning, day(0)))).toEqual([])
    expect([store.opportunity('O')?.due, store.events()]).toMatchObject([day(1), [{ id: 'pay-1' }, { id: 'pay-2' }]])
    expect(steps(await runAt(store, winning, day(1)))).toContain('won-when-paid O event')
    expect((await runAt(store, winning, day(9))).families[0]?.judged.map(({ id }) => id)).toEqual(['pay-2'])
  })

  test('two payments in one run win once: the second has nothing left to do', async () => {
    const store = worldOf()
    pay(store, day(2), { 'pay-1': day(1), 'pay-2': day(1) + 1 })
    const planned = await runAt(store, winning, day(2))
    const changes = planned.families[0]?.history.map((h) => `${h.fact} ${String(h.to)}`)
    expect(changes).toEqual(['status won', 'stage closed'])
  })

  test('an account’s own event rules hear its bin change', async () => {
    const store = storeOf({ account: account('A'), opportunities: [] })
    const program = programOf(
      '  hello: { for: account, event: { change: bin }, then: [{ create_task: { title: Hello } }] }',
      {
        moves: ['{ from: cold, to: active, when: { owner: dana } }'],
      },
    )
    expect(steps(await runAt(store, program, day(1)))).toEqual(['cold-to-active A move', 'hello A event'])
  })
})
