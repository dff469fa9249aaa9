import { describe, expect, test } from 'vitest'
import { apply, openStore, planJson, planNow, type Store } from '../../src/index.js'
import { databases, shareStore } from '../support/databases.js'
import { bringSeller, hardwareSellerProgram, realData, SELLER_END } from '../support/real-data.js'

const there = realData('maven-crm/sales_pipeline.csv') !== undefined

const RULES = `
limits: { per_run: { effects: 5000, share: 100% } }
rules:
  age-30: { for: opportunity, when: { status: open, age: { over: 30 days } } }
  age-90: { for: opportunity, when: { status: open, age: { over: 90 days } } }
  age-180:
    for: opportunity
    when: { status: open, age: { over: 180 days } }
    then: [{ set_status: { to: abandoned, reason: too old } }, { move_stage: closed }]
  undated: { for: opportunity, when: { created: { missing: true } } }
  young-or-undated: { for: opportunity, when: { status: open, not: { age: { over: 0 days } } } }
`

/** All that the store holds of its subjects, for comparing two stores. */
async function stateOf(store: Store) {
  const families = []
  for await (const { family } of store.due(SELLER_END, -1, 'all')) families.push(family)
  return families
}

describe.skipIf(!there).each(databases)('a hardware seller with 8,800 opportunities, on $name', ({ place }) => {
  const program = hardwareSellerProgram('yyyy-MM-dd', RULES)
  let store: Store
  shareStore(place, async (opened) => {
    store = opened
    await bringSeller(store, program, 'people')
    await bringSeller(store, program, 'accounts')
  })

  test('all come in, none is rejected', async () => {
    expect(await bringSeller(store, program, 'opportunities')).toMatchObject({
      read: 8800,
      new: 8800,
      changed: 0,
      unchanged: 0,
      rejected: 0,
      diverged: 0,
    })
  })

  test('dates written the American way give the identical state', async () => {
    const other = place()
    const american = await openStore(other.url, { create: true })
    const mdy = hardwareSellerProgram('M/d/yyyy', RULES)
    await bringSeller(american, mdy, 'people')
    await bringSeller(american, mdy, 'accounts')
    expect(await bringSeller(american, mdy, 'opportunities', 'sales_pipeline.mdy.csv')).toMatchObject({
      new: 8800,
      rejected: 0,
    })
    expect(await stateOf(american)).toEqual(await stateOf(store))
    await american.close()
    await other.remove()
  })

  test('importing twice changes nothing', async () => {
    const before = await stateOf(store)
    expect(await bringSeller(store, program, 'opportunities')).toMatchObject({
      new: 0,
      changed: 0,
      unchanged: 8800,
      diverged: 0,
    })
    expect(await stateOf(store)).toEqual(before)
  })

  test('the plan counts what the data hold: 1,572, 1,479 and 733 are older than 30, 90 and 180 days', async () => {
    const { intents, totals } = planJson(await planNow(store, program, SELLER_END), program)
    const opened = (rule: string) => intents.filter((intent) => intent.rule === rule && intent.step === 'open').length
    expect([opened('age-30'), opened('age-90'), opened('age-180')]).toEqual([1572, 1479, 733])
    expect([opened('undated'), opened('young-or-undated')]).toEqual([500, 0])
    expect(totals.by_kind).toEqual({ set_status: 733, move_stage: 733 })
  })

  test('it is applied once: a second apply at the same instant does nothing', async () => {
    const process = { id: 'test', command: 'apply', clock: SELLER_END }
    const first = await apply(store, program, SELLER_END, process)
    expect(first.done.filter(({ rule, step }) => rule === 'age-180' && step === 'open')).toHaveLength(733)
    expect(first.stale).toEqual([])
    const second = await apply(store, program, SELLER_END, process)
    expect([second.done, second.plan.assessed]).toEqual([[], 0])
  })

  test('the old file, read again, undoes nothing: what it still says is reported as diverged', async () => {
    const before = await stateOf(store)
    expect(await bringSeller(store, program, 'opportunities')).toMatchObject({
      changed: 0,
      unchanged: 8800,
      diverged: 733,
    })
    expect(await stateOf(store)).toEqual(before)
  })
})
