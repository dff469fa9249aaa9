import { createReadStream } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  apply,
  type ImportReport,
  importFile,
  loadRules,
  openStore,
  type Program,
  planJson,
  planNow,
  type Store,
} from '../../src/index.js'
import { databases, shareStore } from '../support/databases.js'
import { realData } from '../support/real-data.js'

const NOW = Date.UTC(2017, 11, 31)
const FILES = { people: 'sales_teams.csv', accounts: 'accounts.csv', opportunities: 'sales_pipeline.csv' } as const
const there = realData('maven-crm/sales_pipeline.csv') !== undefined

const rules = (dates: string) => `
pipelines:
  new-business:
    stages: { discovery: {}, proposal: {}, closed: { statuses: [won, lost, abandoned] } }
fields: { account: { employees: { type: number } } }
limits: { per_run: { effects: 5000, share: 100% } }
sources:
  maven:
    dates: ${dates}
    people: { id: sales_agent, name: sales_agent, manager: manager, team: regional_office }
    accounts: { id: account, name: account, industry: sector, fields: { employees: employees } }
    opportunities:
      id: opportunity_id
      name: { text: "{{ product }} for {{ account }}" }
      stage: { column: deal_stage, map: { Prospecting: discovery, Engaging: proposal, Won: closed, Lost: closed } }
      status: { column: deal_stage, map: { Won: won, Lost: lost }, else: open }
      owner: sales_agent
      account: account
      amount: close_value
      created: engage_date
      status_changed: close_date
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

const programOf = (dates: string): Program => {
  const { program, problems } = loadRules([{ path: 'rules.yaml', text: rules(dates) }])
  if (!program) throw new Error(JSON.stringify(problems))
  return program
}

async function bring(
  store: Store,
  program: Program,
  record: keyof typeof FILES,
  file: string = FILES[record],
): Promise<ImportReport> {
  const path = realData(`maven-crm/${file}`) as string
  const result = await importFile(store, createReadStream(path), { record, sourceName: 'maven', program, now: NOW })
  if ('problems' in result) throw new Error(JSON.stringify(result.problems))
  return result.report
}

/** All that the store holds of its subjects, for comparing two stores. */
async function stateOf(store: Store) {
  const families = []
  for await (const { family } of store.due(NOW, -1, 'all')) families.push(family)
  return families
}

describe.skipIf(!there).each(databases)('a hardware seller with 8,800 opportunities, on $name', ({ place }) => {
  const program = programOf('yyyy-MM-dd')
  let store: Store
  shareStore(place, async (opened) => {
    store = opened
    await bring(store, program, 'people')
    await bring(store, program, 'accounts')
  })

  test('all come in, none is rejected', async () => {
    expect(await bring(store, program, 'opportunities')).toMatchObject({
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
    const mdy = programOf('M/d/yyyy')
    await bring(american, mdy, 'people')
    await bring(american, mdy, 'accounts')
    expect(await bring(american, mdy, 'opportunities', 'sales_pipeline.mdy.csv')).toMatchObject({
      new: 8800,
      rejected: 0,
    })
    expect(await stateOf(american)).toEqual(await stateOf(store))
    await american.close()
    await other.remove()
  })

  test('importing twice changes nothing', async () => {
    const before = await stateOf(store)
    expect(await bring(store, program, 'opportunities')).toMatchObject({
      new: 0,
      changed: 0,
      unchanged: 8800,
      diverged: 0,
    })
    expect(await stateOf(store)).toEqual(before)
  })

  test('the plan counts what the data hold: 1,572, 1,479 and 733 are older than 30, 90 and 180 days', async () => {
    const { intents, totals } = planJson(await planNow(store, program, NOW), program)
    const opened = (rule: string) => intents.filter((intent) => intent.rule === rule && intent.step === 'open').length
    expect([opened('age-30'), opened('age-90'), opened('age-180')]).toEqual([1572, 1479, 733])
    expect([opened('undated'), opened('young-or-undated')]).toEqual([500, 0])
    expect(totals.by_kind).toEqual({ set_status: 733, move_stage: 733 })
  })

  test('it is applied once: a second apply at the same instant does nothing', async () => {
    const process = { id: 'test', command: 'apply', clock: NOW }
    const first = await apply(store, program, NOW, process)
    expect(first.done.filter(({ rule, step }) => rule === 'age-180' && step === 'open')).toHaveLength(733)
    expect(first.stale).toEqual([])
    const second = await apply(store, program, NOW, process)
    expect([second.done, second.plan.assessed]).toEqual([[], 0])
  })

  test('the old file, read again, undoes nothing: what it still says is reported as diverged', async () => {
    const before = await stateOf(store)
    expect(await bring(store, program, 'opportunities')).toMatchObject({ changed: 0, unchanged: 8800, diverged: 733 })
    expect(await stateOf(store)).toEqual(before)
  })
})
