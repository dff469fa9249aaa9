import { describe, expect, test } from 'vitest'
import { printKey } from '../../src/domain/findings.js'
import { digestOf } from '../../src/engine/plan.js'
import {
  account as accountOf,
  day,
  intentsOf,
  opportunity,
  programOf,
  runAt,
  steps,
  storeOf,
  touchRow,
} from '../support/engine.js'

const RULES = `
  many: { for: opportunity, when: { status: open }, then: [{ create_task: { title: One } }, { notify: owner }] }
  few: { for: opportunity, when: { stage: second }, then: [{ create_task: { title: Two } }] }
  silent: { for: opportunity, when: { status: open } }
`
const LIMIT = 'limits: { per_run: { effects: 10 } }'
const ten = () =>
  Array.from({ length: 10 }, (_, i) => ({
    account: null,
    opportunities: [opportunity(`O${i}`, { stage: i < 3 ? 'second' : 'first' })],
  }))
const keysOf = (store: ReturnType<typeof storeOf>) =>
  new Set(
    store
      .findings()
      .filter((f) => f.state === 'held')
      .map((f) => printKey([f.rule, f.kind, f.id, f.episode, 'open'])),
  )

describe('limits', () => {
  test('what is over is held by rule, the largest first, until the rest fits; the rest goes on', async () => {
    const store = storeOf(...ten())
    const planned = await runAt(store, programOf(RULES, { more: LIMIT }), day(1))
    expect(planned.held).toMatchObject([{ rule: 'many', totals: { intents: 10, effects: 20 } }])
    expect(planned.totals).toMatchObject({ effects: 3, intents: 13 })
    expect(
      store
        .findings()
        .filter((f) => f.rule === 'many')
        .every((f) => f.state === 'held'),
    ).toBe(true)
    expect(
      store
        .findings()
        .filter((f) => f.rule !== 'many')
        .every((f) => f.state === 'open'),
    ).toBe(true)
  })

  test('exactly at the limit is not over it', async () => {
    const planned = await runAt(
      storeOf(...ten()),
      programOf(RULES, { more: 'limits: { per_run: { effects: 23 } }' }),
      day(1),
    )
    expect([planned.held, planned.totals.effects]).toEqual([[], 23])
  })

  test('held findings have no clocks, new ones join them, and they go with their condition', async () => {
    const store = storeOf(...ten())
    const program = programOf(RULES, { more: LIMIT })
    await runAt(store, program, day(1))
    store.put({ opportunities: [opportunity('P')] })
    touchRow(store, 'opportunity/O9', day(2), { status: 'won' })
    const next = await runAt(store, program, day(2))
    expect(steps(next)).toEqual(['silent O9 resolve', 'silent P open'])
    expect(
      store
        .findings()
        .filter((f) => f.state === 'held')
        .map((f) => f.id)
        .sort(),
    ).toEqual(['O0', 'O1', 'O2', 'O3', 'O4', 'O5', 'O6', 'O7', 'O8', 'P'])
  })

  test('an edit of the rule drops what was held: it is judged afresh', async () => {
    const store = storeOf(...ten())
    await runAt(store, programOf(RULES, { more: LIMIT }), day(1))
    const edited = programOf(RULES.replace(', { notify: owner }', ''), {
      more: 'limits: { per_run: { effects: 100 } }',
      number: 2,
    })
    expect(intentsOf(await runAt(store, edited, day(2))).map((i) => [i.rule, i.step])).toEqual(
      Array(10).fill(['many', 'open']),
    )
  })

  test('approved: those very intents happen, and do not count', async () => {
    const store = storeOf(...ten())
    const program = programOf(RULES, { more: LIMIT })
    await runAt(store, program, day(1))
    const permits = keysOf(store)
    const planned = await runAt(store, program, day(2), { permits, released: new Set(['many']), everything: true })
    expect(intentsOf(planned)).toHaveLength(10)
    expect(planned.held).toEqual([])
    expect(
      new Set(
        store
          .findings()
          .filter((f) => f.rule === 'many')
          .map((f) => f.opened_at),
      ),
    ).toEqual(new Set([day(2)]))
  })

  test('baseline: the findings open, their effects are withheld for good', async () => {
    const store = storeOf(...ten())
    const program = programOf(RULES, { more: LIMIT })
    await runAt(store, program, day(1))
    const permits = keysOf(store)
    const planned = await runAt(store, program, day(2), {
      permits,
      baseline: permits,
      released: new Set(['many']),
      everything: true,
    })
    expect(intentsOf(planned).map((i) => [i.effects.length, i.withheld?.because])).toEqual(
      Array(10).fill([0, 'baseline']),
    )
    expect(store.findings().filter((f) => f.withheld === 'baseline')).toHaveLength(10)
  })

  test('the amount of what changes is limited too; telling somebody changes nothing', async () => {
    const rules = '  win: { for: opportunity, when: { stage: second }, then: [{ set_status: won }, { notify: owner }] }'
    const over = await runAt(
      storeOf(...ten()),
      programOf(rules, { more: 'limits: { per_run: { amount: 2999 } }' }),
      day(1),
    )
    expect(over.held.map((held) => held.rule)).toEqual(['win'])
    const fits = await runAt(
      storeOf(...ten()),
      programOf(rules, { more: 'limits: { per_run: { amount: 3000 } }' }),
      day(1),
    )
    expect([fits.held, fits.totals.amount]).toEqual([[], 3_000_000])
  })

  test('no text of a currency switches the limit of the amount off', async () => {
    const rules = `  raise: { for: opportunity, when: { status: open }, then: [{ assign: lee }] }\n`
    const program = programOf(rules, { more: 'limits: { per_run: { amount: 2999 } }' })
    const odd = opportunity('ODD', { currency: 'constructor' })
    const planned = await runAt(storeOf(...ten(), { account: null, opportunities: [odd] }), program, day(1))
    expect(planned.held).toMatchObject([{ rule: 'raise', totals: { amount: 10_000_000 } }])
  })

  test('moves over the limit are held as they are, and gone when they no longer hold', async () => {
    const families = Array.from({ length: 12 }, (_, i) => ({ account: { ...accountOf(`A${i}`) }, opportunities: [] }))
    const store = storeOf(...families)
    const program = programOf('', { moves: ['{ from: cold, to: active, when: { owner: dana } }'], more: LIMIT })
    const planned = await runAt(store, program, day(1))
    expect([steps(planned), planned.held[0]?.intents.length]).toEqual([[], 12])
    expect((await runAt(store, program, day(2))).assessed).toBe(0)
    touchRow(store, 'account/A0', day(3), { owner: 'lee' })
    await runAt(store, program, day(3))
    expect(store.holds({ kind: 'account', id: 'A0' })).toEqual([])
    expect(store.holds({ kind: 'account', id: 'A1' })).toMatchObject([{ reason: 'over_limit' }])
  })
})

describe('a saved plan is a permission', () => {
  test('only what stands in both is done; the rest stays due', async () => {
    const saved = await runAt(storeOf(...ten()), programOf(RULES), day(1))
    const only = new Map(
      intentsOf(saved)
        .filter((i) => i.subject.id !== 'O4')
        .map((i) => [printKey(i.key), digestOf(i)]),
    )
    const store = storeOf(...ten())
    const program = programOf(RULES)
    touchRow(store, 'opportunity/O5', day(1), { owner: 'lee' })
    const planned = await runAt(store, program, day(2), { only })
    expect(planned.families.flatMap((f) => f.not_permitted)).toEqual([
      'many/opportunity/O4/1/open',
      'many/opportunity/O5/1/open',
    ])
    const later = await runAt(store, program, day(3))
    expect(steps(later)).toEqual(['many O4 open', 'many O5 open'])
  })
})

test('what another run has carried out is taken as done, not tried for ever', async () => {
  const store = storeOf({ account: null, opportunities: [opportunity('O')] })
  const done = new Set(['many/opportunity/O/1/open'])
  expect(steps(await runAt(store, programOf(RULES), day(1), { done }))).toEqual(['silent O open'])
  expect(store.findings().map((finding) => [finding.rule, finding.state])).toEqual([
    ['many', 'open'],
    ['silent', 'open'],
  ])
  expect((await runAt(store, programOf(RULES), day(1))).assessed).toBe(0)
})
