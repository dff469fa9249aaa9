import { describe, expect, test } from 'vitest'
import type { DomainEvent } from '../../src/domain/findings.js'
import { account, day, intentsOf, opportunity, programOf, runAt, steps, storeOf, touchRow } from '../support/engine.js'
import type { MemoryStore } from '../support/memory-store.js'

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
const paid = (id: string, at = day(1)): DomainEvent => ({
  id,
  subject: { kind: 'opportunity', id: 'O' },
  event: { activity: 'payment' },
  at,
})

function bring(store: MemoryStore, name: string, ...events: DomainEvent[]): void {
  const state = store.families.get(name)
  if (!state) throw new Error(name)
  store.families.set(name, { ...state, events: [...state.events, ...events] })
  touchRow(store, name, events[0]?.at ?? 0, {})
}

describe('event rules', () => {
  test('an event is judged once, and a rule’s own effect is an event in the next link', async () => {
    const store = storeOf({ account: null, opportunities: [opportunity('O')] })
    const program = programOf(WON)
    await runAt(store, program, day(0))
    bring(store, 'opportunity/O', paid('pay-1'))
    const planned = await runAt(store, program, day(1))
    expect(intentsOf(planned).map((i) => [i.key.slice(0, 1)[0], i.key[3], i.link])).toEqual([
      ['won-when-paid', 'pay-1', 1],
      ['thank', 'won-when-paid/opportunity/O/pay-1/event#1', 2],
    ])
    expect(planned.families[0]?.judged.map(({ id }) => id)).toEqual(['pay-1'])
    expect(steps(await runAt(store, program, day(2)))).toEqual([])
  })

  test('fired or not it is judged: what is unknown then is not asked again', async () => {
    const store = storeOf({
      account: null,
      opportunities: [opportunity('O', { status: 'lost', reason: 'x', stage: 'closed' })],
    })
    const program = programOf(WON)
    bring(store, 'opportunity/O', paid('pay-1'))
    expect(steps(await runAt(store, program, day(1)))).toEqual([])
    touchRow(store, 'opportunity/O', day(2), { status: 'open' })
    expect(steps(await runAt(store, program, day(2)))).toEqual([])
  })

  test('a payment dated ahead is judged when its time comes, and makes its subject due then', async () => {
    const store = storeOf({ account: null, opportunities: [opportunity('O')] })
    const program = programOf(WON)
    bring(store, 'opportunity/O', paid('pay-1', day(1)), paid('pay-2', day(9)))
    touchRow(store, 'opportunity/O', day(0), {})
    const early = await runAt(store, program, day(0))
    expect([steps(early), early.families[0]?.judged]).toEqual([[], []])
    expect(store.families.get('opportunity/O')?.family.opportunities[0]?.due).toBe(day(1))
    expect(steps(await runAt(store, program, day(1)))).toContain('won-when-paid O event')
    expect((await runAt(store, program, day(9))).families[0]?.judged.map(({ id }) => id)).toEqual(['pay-2'])
  })

  test('two payments in one run win once: the second has nothing left to do', async () => {
    const store = storeOf({ account: null, opportunities: [opportunity('O')] })
    bring(store, 'opportunity/O', paid('pay-1'), paid('pay-2', day(1) + 1))
    const planned = await runAt(store, programOf(WON), day(2))
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
