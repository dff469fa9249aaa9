import { describe, expect, test } from 'vitest'
import { summarise } from '../../src/domain/activities.js'
import type { Snooze } from '../../src/domain/acts.js'
import type { World } from '../../src/replay/world.js'
import { day, holdsOf, intentsOf, opportunity, programOf, runAt, steps, storeOf, touchRow } from '../support/engine.js'

const RULE = `
  quiet:
    for: opportunity
    when: { status: open, time_since_activity: { over: 14 days } }
    lasting: 1 day
    then: [{ notify: owner }]
    remind: { every: 4 days, then: [{ notify: owner }] }
    escalate:
      - { after: 10 days, then: [{ notify: manager }] }
      - { after: 3 business days, then: [{ create_task: { assign: manager, title: "Ask {{ owner.name }}" } }] }
    on_resolve: [{ close_tasks: {} }]
    cooldown: 5 days
`
const called = (at: number) => summarise([{ kind: 'call', at, by_owner: true, contact: null }], at, null)
const quiet = () => storeOf({ account: null, opportunities: [opportunity('O')] })
const dueOf = (store: World) => store.opportunity('O')?.due ?? null

/** What Dana does with the open finding. */
function act(store: World, at: number, does: { do: 'acknowledge' } | { do: 'snooze'; snooze: Snooze }): void {
  const finding = store.findings().find(({ state }) => state === 'open')
  if (!finding) throw new Error('No finding is open.')
  expect(store.take({ ...does, finding }, { at, by: 'dana' })).toEqual({ outcome: 'done' })
}

/** Goes from due instant to due instant, as the loop does; says what happened when, in days. */
async function live(store: World, program: ReturnType<typeof programOf>, from: number, to: number): Promise<string[]> {
  const said: string[] = []
  for (let at: number | null = from; at !== null && at <= to; at = dueOf(store)) {
    const now: number = Math.max(at, from)
    for (const step of steps(await runAt(store, program, now)))
      said.push(`${(now - day(0)) / 86_400_000} ${step.replace('quiet O ', '')}`)
    if (dueOf(store) !== null && (dueOf(store) as number) <= now) throw new Error('due stayed in the past')
  }
  return said
}

describe('the clocks of a finding', () => {
  test('a quarter: opened, reminded, escalated, resolved, cooled down; a second episode, acknowledged, snoozed until a touch', async () => {
    const store = quiet()
    const program = programOf(RULE)
    expect(await live(store, program, day(0), day(26))).toEqual([
      '15 open',
      '19 remind-1',
      '20 escalate-3bd',
      '23 remind-2',
      '25 escalate-10d',
    ])
    touchRow(store, 'opportunity/O', day(26), { activity: called(day(26)) })
    expect(await live(store, program, day(26), day(41))).toEqual(['26 resolve', '41 open'])
    act(store, day(42), { do: 'acknowledge' })
    expect(await live(store, program, day(42), day(50))).toEqual(['45 remind-1', '49 remind-2'])
    act(store, day(50), { do: 'snooze', snooze: { until: day(80), endsOn: 'touch', reason: 'away' } })
    expect(await live(store, program, day(50), day(70))).toEqual([])
    touchRow(store, 'opportunity/O', day(70), { activity: called(day(70)) })
    expect(await live(store, program, day(70), day(90))).toEqual([
      '70 resolve',
      '85 open',
      '89 remind-1',
      '90 escalate-3bd',
    ])
  })

  test('a snooze that runs out: what fell into it is skipped, the next ones come', async () => {
    const store = quiet()
    const program = programOf(RULE)
    await live(store, program, day(0), day(16))
    act(store, day(16), { do: 'snooze', snooze: { until: day(24), endsOn: null, reason: 'away' } })
    expect(await live(store, program, day(16), day(31))).toEqual(['25 escalate-10d', '27 remind-3', '31 remind-4'])
    expect(store.findings()[0]).toMatchObject({ snoozed_at: null, reminded: 4 })
  })

  test('asleep for three weeks: of the missed reminders only the latest, of the escalations all, in order', async () => {
    const store = quiet()
    const program = programOf(RULE)
    await live(store, program, day(0), day(15))
    const late = await runAt(store, program, day(36))
    expect(steps(late)).toEqual(['quiet O remind-5', 'quiet O escalate-3bd', 'quiet O escalate-10d'])
    expect(dueOf(store)).toBe(day(39))
  })

  test('opened on the way and carried out late: it opens, and its clocks count from when it was true', async () => {
    const store = quiet()
    const program = programOf(RULE)
    await runAt(store, program, day(0))
    expect(steps(await runAt(store, program, day(24)))).toEqual([
      'quiet O open',
      'quiet O remind-2',
      'quiet O escalate-3bd',
    ])
  })

  test('a step that an edit added fires only if its instant lies after the edit', async () => {
    const store = quiet()
    const plain = RULE.replace(/ {4}remind:.*\n/, '').replace(/ {4}escalate:\n.*\n.*\n/, '')
    await live(store, programOf(plain), day(0), day(22))
    const edited = programOf(RULE, { number: 2 })
    expect(await live(store, edited, day(22), day(27))).toEqual(['23 remind-2', '25 escalate-10d', '27 remind-3'])
  })

  test('an edit elsewhere resets nothing and skips nothing', async () => {
    const store = quiet()
    await live(store, programOf(RULE), day(0), day(16))
    const other = programOf(`${RULE}\n  more: { for: opportunity, when: { status: won } }`, { number: 2 })
    expect(steps(await runAt(store, other, day(21)))).toEqual(['quiet O remind-1', 'quiet O escalate-3bd'])
  })

  test('a reminder that a limit holds is held, and taken when it is approved', async () => {
    const store = quiet()
    const rule = RULE.replace('[{ notify: owner }] }', '[{ notify: owner }, { notify: manager }] }')
    const program = programOf(rule, { more: 'limits: { per_run: { effects: 1 } }' })
    await live(store, program, day(0), day(15))
    expect(holdsOf(await runAt(store, program, day(19)))).toMatchObject([
      { reason: 'over_limit', key: ['quiet', 'opportunity', 'O', 1, 'remind-1'] },
    ])
    const permits = new Set(['quiet/opportunity/O/1/remind-1'])
    const approved = await runAt(store, program, day(19), { permits, released: new Set(['quiet']), everything: true })
    expect(intentsOf(approved)).toMatchObject([{ step: 'remind-1', effects: [{ kind: 'notify' }, { kind: 'notify' }] }])
  })

  test('withheld for good means no reminders either', async () => {
    const store = quiet()
    const program = programOf(RULE.replace('lasting', 'mode: observe\n    lasting'))
    expect(await live(store, program, day(0), day(60))).toEqual(['15 open'])
  })
})
