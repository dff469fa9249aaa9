import { describe, expect, test } from 'vitest'
import type { Opportunity } from '../../src/domain/subjects.js'
import { readHealth } from '../../src/reports/health.js'
import { addUp, saySums, sumsInUnits } from '../../src/reports/money.js'
import { readView } from '../../src/reports/views.js'
import { day, opportunity, programOf, storeOf } from '../support/engine.js'

const HEALTH = `
health:
  when: { status: open }
  indicators:
    time_in_stage: { at_risk: { by: pipeline, main: 10 days, else: 1 day }, poor: 40 days }
    pushes: { at_risk: 2 }
    no-next-step: { when: { next_step: { missing: true } }, level: at_risk }
views:
  worst: { for: opportunity, columns: [name, next_step, pushes, time_in_stage, amount, health, health.pushes], sort: [health, -amount] }
  turned: { for: opportunity, columns: [id], sort: [-health, amount] }
  newest: { for: opportunity, columns: [id], sort: [time_in_stage] }
  dated: { for: opportunity, columns: [id], sort: [-close_date] }
`
const NOW = day(50)
const rows: Opportunity[] = [
  opportunity('A', { stage_since: day(45), next_step: 'Call', amount: 3_000_000, close_date: '2026-04-01' }),
  opportunity('B', { stage_since: day(30), next_step: 'Call', amount: 9_000_000, owner: 'lee' }),
  opportunity('C', { stage_since: day(5), pushes: 3, amount: null, close_date: '2026-05-01' }),
  opportunity('D', { stage_since: day(48), amount: 5_000_000, currency: 'EUR', owner: null }),
  opportunity('E', { stage_since: day(1), status: 'won', stage: 'closed' }),
]
const program = programOf('', { more: HEALTH })
const store = () => storeOf(...rows.map((row) => ({ account: null, opportunities: [row] })))

describe('health', () => {
  test('counts, values apart by currency, the worst with what spoils them', async () => {
    const report = await readHealth(store(), program, NOW)
    expect(report.without).toBe(1)
    expect([report.levels.poor.count, report.levels.at_risk.count, report.levels.healthy.count]).toEqual([1, 2, 1])
    expect(sumsInUnits(report.levels.at_risk.value)).toEqual([
      { currency: '', amount: 9000 },
      { currency: 'EUR', amount: 5000 },
    ])
    expect(report.worst.map(({ id, level }) => [id, level])).toEqual([
      ['C', 'poor'],
      ['B', 'at_risk'],
      ['D', 'at_risk'],
    ])
    expect(report.worst[0]?.wrong).toEqual([
      {
        name: 'time_in_stage',
        title: expect.any(String),
        level: 'poor',
        value: 'at least 45 days',
        threshold: '40 days',
        coach: null,
      },
      { name: 'pushes', title: expect.any(String), level: 'at_risk', value: '3', threshold: '2', coach: null },
      { name: 'no-next-step', title: expect.any(String), level: 'at_risk', value: null, threshold: null, coach: null },
    ])
    // A threshold that varies shows the row that applied.
    expect(report.worst[1]?.wrong).toMatchObject([
      { name: 'time_in_stage', value: 'at least 20 days', threshold: '10 days' },
    ])
  })

  test('by owner, manager and team', async () => {
    const groups = async (by: 'owner' | 'manager' | 'team') =>
      (await readHealth(store(), program, NOW, by)).groups.map(({ name, levels }) => [
        name,
        levels.poor.count,
        levels.at_risk.count,
      ])
    expect(await groups('owner')).toEqual([
      ['Dana', 1, 0],
      ['', 0, 1],
      ['Lee', 0, 1],
    ])
    expect(await groups('manager')).toEqual([
      ['Lee', 1, 0],
      ['', 0, 2],
    ])
    expect(await groups('team')).toEqual([
      ['west', 1, 1],
      ['', 0, 1],
    ])
  })

  test("one owner's is what stands of that owner in everybody's; nobody else is assessed for it", async () => {
    const all = await readHealth(store(), program, NOW)
    const asked: unknown[] = []
    const heard: string[] = []
    const own = await readHealth(
      store(),
      program,
      NOW,
      'owner',
      ({ opportunity, assessed }) => {
        asked.push(assessed.health)
        return opportunity?.owner === 'lee'
      },
      ({ opportunity, assessed }) => heard.push(`${opportunity?.id} ${assessed.health}`),
    )
    expect(own.worst).toEqual(all.worst.filter(({ owner }) => owner === 'Lee'))
    expect(own.groups).toEqual(all.groups.filter(({ name }) => name === 'Lee'))
    expect([own.without, own.levels]).toEqual([0, own.groups[0]?.levels])
    expect(asked).toEqual([null, null, null, null, null])
    expect(heard).toEqual(['B at_risk'])
  })
})

describe('views', () => {
  const ids = async (name: string) =>
    (await readView(store(), program, program.views.get(name)!, NOW)).rows.map(({ subject }) => subject.id)

  test('worst health first, a minus turns round, missing comes last either way', async () => {
    expect(await ids('worst')).toEqual(['C', 'B', 'D', 'A', 'E'])
    expect(await ids('turned')).toEqual(['A', 'D', 'B', 'C', 'E'])
  })

  test('spans from short to long; dates the other way with a minus', async () => {
    expect(await ids('newest')).toEqual(['D', 'A', 'B', 'C', 'E'])
    expect(await ids('dated')).toEqual(['C', 'A', 'B', 'D', 'E'])
  })

  test('exactly the cells that are wrong are marked', async () => {
    const report = await readView(store(), program, program.views.get('worst')!, NOW)
    const marks = report.rows.map(({ subject, cells }) => [subject.id, ...cells.map(({ wrong }) => wrong)])
    expect(marks).toEqual([
      ['C', null, 'at_risk', 'at_risk', 'poor', null, 'poor', 'at_risk'],
      ['B', null, null, null, 'at_risk', null, 'at_risk', null],
      ['D', null, 'at_risk', null, null, null, 'at_risk', null],
      ['A', null, null, null, null, null, null, null],
      ['E', null, null, null, null, null, null, null],
    ])
  })
})

describe('money', () => {
  const money = { currency: 'USD', rates: { EUR: 1.1 } }
  const amounts = [
    { amount: 10_000, currency: 'USD' },
    { amount: 10_000, currency: null },
    { amount: 10_000, currency: 'EUR' },
    { amount: 10_000, currency: 'GBP' },
    { amount: null, currency: 'USD' },
  ]

  test('is added up only where there is a rate', () => {
    expect(sumsInUnits(addUp(amounts, money))).toEqual([
      { currency: 'USD', amount: 31 },
      { currency: 'GBP', amount: 10 },
    ])
    expect(sumsInUnits(addUp(amounts, { currency: 'USD', rates: {} })).map(({ currency }) => currency)).toEqual([
      'USD',
      'EUR',
      'GBP',
    ])
    expect(saySums(addUp(amounts, money))).toBe('31 USD + 10 GBP')
  })

  test('no cent is lost in a large sum', () => {
    const many = Array.from({ length: 3 }, () => ({ amount: Number.MAX_SAFE_INTEGER, currency: 'USD' }))
    expect(addUp(many, money)[0]?.amount).toBe(3n * BigInt(Number.MAX_SAFE_INTEGER))
  })
})
