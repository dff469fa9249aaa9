import { describe, expect, test } from 'vitest'
import { summarise } from '../../src/domain/activities.js'
import { account, day, intentsOf, opportunity, programOf, runAt, steps, storeOf, touchRow } from '../support/engine.js'

const QUIET = `
  quiet:
    for: opportunity
    when: { status: open, time_since_activity: { over: 14 days } }
    then: [{ create_task: { title: "Call {{ name }}" } }]
    on_resolve: [{ close_tasks: {} }]
`
const called = (at: number) => summarise([{ kind: 'call', at, by_owner: true, contact: null }], at, null)

describe('the life of a finding', () => {
  test('opens at the very instant at which the span is up, and not a millisecond before', async () => {
    const store = storeOf({ account: null, opportunities: [opportunity('O')] })
    const program = programOf(QUIET)
    expect(steps(await runAt(store, program, day(14) - 1))).toEqual([])
    expect(steps(await runAt(store, program, day(14)))).toEqual(['quiet O open'])
    expect(store.findings()).toMatchObject([{ state: 'open', opened_at: day(14), episode: 1 }])
  })

  test('opens once: nothing is due until something changes', async () => {
    const store = storeOf({ account: null, opportunities: [opportunity('O')] })
    const program = programOf(QUIET)
    await runAt(store, program, day(14))
    const again = await runAt(store, program, day(14))
    expect(again.assessed).toBe(0)
    expect((await runAt(store, program, day(300))).assessed).toBe(0)
  })

  test('resolves when it stops holding, runs on_resolve, and opens again as another episode', async () => {
    const store = storeOf({ account: null, opportunities: [opportunity('O')] })
    const program = programOf(QUIET)
    await runAt(store, program, day(14))
    touchRow(store, 'opportunity/O', day(20), { activity: called(day(20)) })
    expect(steps(await runAt(store, program, day(20)))).toEqual(['quiet O resolve'])
    const second = await runAt(store, program, day(34))
    expect(intentsOf(second).map((intent) => intent.key)).toEqual([['quiet', 'opportunity', 'O', 2, 'open']])
  })

  test('lasting: pending first, forgotten if it stops, open when it has held long enough', async () => {
    const store = storeOf({ account: null, opportunities: [opportunity('O')] })
    const program = programOf(QUIET.replace('then:', 'lasting: 2 days\n    then:'))
    expect(steps(await runAt(store, program, day(14)))).toEqual([])
    expect(store.findings()).toMatchObject([{ state: 'pending', pending_since: day(14) }])
    touchRow(store, 'opportunity/O', day(15), { activity: called(day(15)) })
    await runAt(store, program, day(15))
    expect(store.findings()).toEqual([])
    await runAt(store, program, day(29))
    expect(steps(await runAt(store, program, day(31) - 1))).toEqual([])
    expect(steps(await runAt(store, program, day(31)))).toEqual(['quiet O open'])
    expect(store.findings()).toMatchObject([{ episode: 1, pending_since: day(29), opened_at: day(31) }])
  })

  test('cooldown: not again before its end, and then by itself', async () => {
    const rule = `
  small: { for: opportunity, cooldown: 30 days, when: { amount: { under: 500 } }, then: [{ create_task: { title: Look } }] }
`
    const store = storeOf({ account: null, opportunities: [opportunity('O', { amount: 100_000 })] })
    const program = programOf(rule)
    await runAt(store, program, day(1))
    touchRow(store, 'opportunity/O', day(2), { amount: 900_000 })
    await runAt(store, program, day(2))
    touchRow(store, 'opportunity/O', day(3), { amount: 100_000 })
    expect(steps(await runAt(store, program, day(3)))).toEqual([])
    expect(steps(await runAt(store, program, day(32) - 1))).toEqual([])
    expect(steps(await runAt(store, program, day(32)))).toEqual(['small O open'])
  })

  test('a planned call that comes is a touch without anybody changing anything', async () => {
    const planned = { kinds: {}, planned: [{ at: day(20), kind: 'call', owner: true, contact: null }] }
    const store = storeOf({ account: null, opportunities: [opportunity('O', { activity: planned })] })
    const program = programOf(QUIET)
    expect(steps(await runAt(store, program, day(14)))).toEqual(['quiet O open'])
    expect(steps(await runAt(store, program, day(20)))).toEqual(['quiet O resolve'])
    expect(steps(await runAt(store, program, day(34)))).toEqual(['quiet O open'])
  })
})

describe('assessed late', () => {
  test('findings carry the instants at which they were true', async () => {
    const store = storeOf({ account: null, opportunities: [opportunity('O')] })
    const program = programOf(QUIET.replace('then:', 'lasting: 1 day\n    then:'))
    await runAt(store, program, day(1))
    expect(steps(await runAt(store, program, day(90)))).toEqual(['quiet O open'])
    expect(store.findings()).toMatchObject([{ pending_since: day(14), opened_at: day(15) }])
  })

  test('what opened on the way opens once, also when its family is judged again in a later link', async () => {
    const store = storeOf({ account: account('A'), opportunities: [opportunity('O', { account: 'A' })] })
    const rules = `${QUIET}\n  busy: { for: opportunity, when: { account.bin: active }, then: [{ create_task: { title: x } }] }`
    const program = programOf(rules, {
      moves: ['{ from: cold, to: active, when: { time_since_activity: { over: 20 days } } }'],
    })
    await runAt(store, program, day(1))
    const late = await runAt(store, program, day(40))
    expect(steps(late).sort()).toEqual(['busy O open', 'cold-to-active A move', 'quiet O open'])
  })

  test('what opened on the way and is not permitted stays as it was, and is due', async () => {
    const store = storeOf({ account: null, opportunities: [opportunity('O')] })
    const program = programOf(QUIET)
    await runAt(store, program, day(1))
    await runAt(store, program, day(40), { only: new Map() })
    expect(store.findings()).toEqual([])
    expect(steps(await runAt(store, program, day(41)))).toEqual(['quiet O open'])
    expect(store.findings()).toMatchObject([{ opened_at: day(14) }])
  })

  test('an episode that came and went is known as passed unseen, and does nothing', async () => {
    const planned = { kinds: {}, planned: [{ at: day(20), kind: 'call', owner: true, contact: null }] }
    const store = storeOf({ account: null, opportunities: [opportunity('O', { activity: planned })] })
    const program = programOf(QUIET)
    await runAt(store, program, day(1))
    expect(steps(await runAt(store, program, day(30)))).toEqual([])
    expect(store.findings()).toMatchObject([
      { state: 'resolved', resolved_because: 'passed_unseen', opened_at: day(14), resolved_at: day(20) },
    ])
  })

  test('one that stood, ended and began again on the way: the first resolves, the second opens', async () => {
    const planned = { kinds: {}, planned: [{ at: day(20), kind: 'call', owner: true, contact: null }] }
    const store = storeOf({ account: null, opportunities: [opportunity('O', { activity: planned })] })
    const program = programOf(QUIET)
    await runAt(store, program, day(14))
    expect(steps(await runAt(store, program, day(60)))).toEqual(['quiet O resolve', 'quiet O open'])
    expect(store.findings()).toMatchObject([
      { episode: 1, state: 'resolved', resolved_at: day(20), resolved_because: 'no_longer_true' },
      { episode: 2, state: 'open', opened_at: day(34) },
    ])
  })
})

describe('when the rules are edited', () => {
  test('a finding that no longer holds closes as rule_changed, without effects', async () => {
    const store = storeOf({ account: null, opportunities: [opportunity('O')] })
    await runAt(store, programOf(QUIET), day(14))
    const edited = programOf(QUIET.replace('14 days', '40 days'), { number: 2 })
    const planned = await runAt(store, edited, day(15))
    expect(intentsOf(planned)).toMatchObject([{ step: 'resolve', effects: [] }])
    expect(store.findings()).toMatchObject([{ state: 'resolved', resolved_because: 'rule_changed' }])
  })

  test('an edit of other rules, of its own words or of what it does is none of its condition: it resolves as ever', async () => {
    const others =
      '  other: { for: opportunity, when: { amount: { over: 9000000 } }, then: [{ create_task: { title: Big } }] }\n'
    for (const rules of [
      `${QUIET}${others}`,
      QUIET.replace('Call', 'Ring'),
      QUIET.replace('then:', 'priority: 5\n    then:'),
    ]) {
      const store = storeOf({ account: null, opportunities: [opportunity('O')] })
      await runAt(store, programOf(QUIET), day(14))
      touchRow(store, 'opportunity/O', day(15), { activity: called(day(15)) })
      const planned = await runAt(store, programOf(rules, { number: 2 }), day(15))
      expect(intentsOf(planned)).toMatchObject([{ step: 'resolve', effects: [{ kind: 'close_tasks' }] }])
      expect(store.findings()).toMatchObject([{ state: 'resolved', resolved_because: 'no_longer_true' }])
    }
  })

  test('an edit of what gives its condition a meaning is one of the rule: thresholds, indicators, days that count', async () => {
    const asked = (when: string) =>
      `  it: { for: opportunity, when: { ${when} }, then: [{ create_task: { title: Look } }] }\n`
    const health = (at: string) => `health: { indicators: { age: { poor: ${at} } } }`
    const calendar = (holiday: string) => `calendar: { timezone: UTC, holidays: [${holiday}] }`
    const edits: [rules: string, before: string, after: string][] = [
      [asked('age: { over: limit }'), 'thresholds: { limit: 10 days }', 'thresholds: { limit: 90 days }'],
      [asked('health: poor'), health('10 days'), health('90 days')],
      [asked('age: { over: 10 business days }'), calendar(''), calendar('2026-01-05, 2026-01-06, 2026-01-07')],
    ]
    for (const [rules, before, after] of edits) {
      const store = storeOf({ account: null, opportunities: [opportunity('O', { created: day(0) })] })
      await runAt(store, programOf(rules, { more: before }), day(15))
      expect(store.findings(), before).toMatchObject([{ state: 'open' }])
      await runAt(store, programOf(rules, { more: after, number: 2 }), day(15) + 1)
      expect(store.findings(), after).toMatchObject([{ state: 'resolved', resolved_because: 'rule_changed' }])
    }
  })

  test('a label, what only others read, and a rename of the rule are no edit of a condition', async () => {
    const both = `${QUIET.replace('quiet:', 'lasts:').replace('then:', 'lasting: 9 days\n    then:')}${QUIET}`
    const renamed = both.replace('lasts:', 'stays:\n    was: lasts').replace('  quiet:', '  silent:\n    was: quiet')
    const more = 'fields: { account: { size: { type: number, label: Size } } }'
    for (const edited of [programOf(both, { number: 2, more }), programOf(renamed, { number: 2 })]) {
      const families = ['A', 'B'].map((id) => ({ account: null, opportunities: [opportunity(id)] }))
      const store = storeOf(...families)
      await runAt(store, programOf(both), day(14))
      touchRow(store, 'opportunity/B', day(15), { activity: called(day(15)) })
      const planned = await runAt(store, edited, day(15))
      const resolved = { step: 'resolve', subject: { id: 'B' }, effects: [{ kind: 'close_tasks' }] }
      expect(intentsOf(planned)).toMatchObject([resolved])
      const [a, b] = planned.families
      expect(a?.findings.map(({ state, pending_since }) => [state, pending_since]).sort()).toEqual([
        ['open', null],
        ['pending', day(14)],
      ])
      expect(b?.forgotten).toMatchObject([{ state: 'pending' }])
    }
  })

  test('what is pending waits anew under another condition, and goes on under other words', async () => {
    const lasting = QUIET.replace('then:', 'lasting: 2 days\n    then:')
    const store = storeOf({ account: null, opportunities: [opportunity('O')] })
    await runAt(store, programOf(lasting), day(14))
    await runAt(store, programOf(lasting.replace('Call', 'Ring'), { number: 2 }), day(15))
    expect(store.findings()).toMatchObject([{ state: 'pending', pending_since: day(14) }])
    const reworded = programOf(lasting.replace('14 days', '5 days'), { number: 3 })
    await runAt(store, reworded, day(15) + 1)
    expect(store.findings()).toMatchObject([{ state: 'pending', pending_since: day(15) + 1, episode: 1 }])
    expect(steps(await runAt(store, reworded, day(17)))).toEqual([])
    expect(steps(await runAt(store, reworded, day(17) + 1))).toEqual(['quiet O open'])
  })

  test.each(['', QUIET.replace('then:', 'disabled: "not now"\n    then:')])(
    'a rule that is gone closes its findings',
    async (rules) => {
      const store = storeOf({ account: null, opportunities: [opportunity('O')] })
      await runAt(store, programOf(QUIET), day(14))
      const planned = await runAt(store, programOf(rules, { number: 2 }), day(15))
      expect(intentsOf(planned).flatMap((intent) => intent.effects)).toEqual([])
      expect(store.findings()).toMatchObject([{ state: 'resolved', resolved_because: 'rule_removed' }])
    },
  )

  test('was: a renamed rule keeps its finding open, and does nothing again', async () => {
    const store = storeOf({ account: null, opportunities: [opportunity('O')] })
    await runAt(store, programOf(QUIET), day(14))
    const renamed = programOf(QUIET.replace('quiet:', 'silent:\n    was: quiet'), { number: 2 })
    const planned = await runAt(store, renamed, day(15))
    expect(steps(planned)).toEqual([])
    expect(planned.families[0]?.renamed).toMatchObject([{ from: 'quiet', to: 'silent' }])
    expect(planned.families[0]?.findings).toMatchObject([{ rule: 'silent', state: 'open', opened_at: day(14) }])
  })

  test('observe: finds, and its effects are withheld for good; the next episode acts', async () => {
    const store = storeOf({ account: null, opportunities: [opportunity('O')] })
    const watched = await runAt(store, programOf(QUIET.replace('then:', 'mode: observe\n    then:')), day(14))
    expect(intentsOf(watched)).toMatchObject([
      { effects: [], withheld: { because: 'observe', effects: [{ kind: 'create_task' }] } },
    ])
    const acting = programOf(QUIET, { number: 2 })
    expect(steps(await runAt(store, acting, day(15)))).toEqual([])
    touchRow(store, 'opportunity/O', day(16), { activity: called(day(16)) })
    const resolved = await runAt(store, acting, day(16))
    expect(intentsOf(resolved)).toMatchObject([{ step: 'resolve', effects: [] }])
    const next = await runAt(store, acting, day(30))
    expect(intentsOf(next)).toMatchObject([{ step: 'open', effects: [{ kind: 'create_task' }] }])
  })
})

test('while an account is in a bin to avoid, its rules find but make no task and send nothing', async () => {
  const rule = (more: string) => `
  untouched:
    for: account
    ${more}
    when: { time_since_activity: { over: 10 days } }
    then: [{ create_task: { title: Call } }, { notify: owner }, { set_field: { industry: quiet } }]
`
  for (const [more, kinds] of [
    ['', ['set_field']],
    ['even_if_avoided: true', ['create_task', 'notify', 'set_field']],
  ] as const) {
    const store = storeOf({ account: account('A', { bin: 'bad' }), opportunities: [] })
    const [intent] = intentsOf(await runAt(store, programOf(rule(more)), day(10)))
    expect(intent?.effects.map((effect) => effect.kind)).toEqual(kinds)
    expect(intent?.withheld?.effects.length ?? 0).toBe(more ? 0 : 2)
  }
})
