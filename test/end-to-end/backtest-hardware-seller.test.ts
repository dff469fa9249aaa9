import { readFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { describe, expect, test } from 'vitest'
import { type BacktestReport, backtestTable, runBacktest, sayBacktest } from '../../src/index.js'
import { readCsv } from '../examples/csv.js'
import { databases, shareStore } from '../support/databases.js'
import { bringSeller, hardwareSellerProgram, realData, SELLER_END } from '../support/real-data.js'

const there = realData('maven-crm/sales_pipeline.csv') !== undefined

const RULES = `
rules:
  age-30: { for: opportunity, when: { status: open, age: { over: 30 days } } }
  age-90: { for: opportunity, when: { status: open, age: { over: 90 days } }, then: [{ notify: { to: owner } }] }
  old-in-retail: { for: opportunity, when: { status: open, age: { over: 90 days }, account.industry: retail } }
`

/** The file and nothing else: a few lines of SQL that know nothing of Linewalker. */
function askFile() {
  const db = new Database(':memory:')
  const load = (table: string, file: string) => {
    const rows = readCsv(readFileSync(realData(`maven-crm/${file}`) as string, 'utf8').replaceAll('\r', ''))
    const columns = Object.keys(rows[0] ?? {})
    db.exec(`create table ${table} (${columns.join(', ')})`)
    const insert = db.prepare(`insert into ${table} values (${columns.map(() => '?').join(', ')})`)
    for (const row of rows) insert.run(columns.map((column) => row[column] || null))
  }
  load('pipeline', 'sales_pipeline.csv')
  load('accounts', 'accounts.csv')
  db.exec(`create view lived as select p.*, a.sector,
    julianday(coalesce(close_date, '2017-12-31')) - julianday(engage_date) as days
    from pipeline as p left join accounts as a on a.account = p.account where engage_date is not null`)
  return db
}

describe.skipIf(!there).each(databases)('a backtest of a hardware seller, against SQL, on $name', ({ place }) => {
  let report: BacktestReport
  let file: ReturnType<typeof askFile>
  shareStore(place, async (store) => {
    const program = hardwareSellerProgram('yyyy-MM-dd', RULES)
    file = askFile()
    for (const record of ['people', 'accounts', 'opportunities'] as const) await bringSeller(store, program, record)
    report = (await runBacktest(store, program, { from: Date.UTC(2016, 9, 1), to: SELLER_END })).report
  })
  const ofRule = (name: string) => report.rules.find(({ rule }) => rule === name)

  test.each([
    ['age-30', 30],
    ['age-90', 90],
  ])('%s: how many, worth what, for how long, and how they ended', (name, days) => {
    const sql = file
      .prepare(
        `select count(*) as opened, sum(close_date is null) as open, sum(coalesce(close_value, 0)) as value,
          sum(deal_stage = 'Won') as won, sum(deal_stage = 'Lost') as lost, sum(close_date is null) as unknown
        from lived where days > :days or (days = :days and close_date is null)`,
      )
      .get({ days }) as Record<string, number>
    const { opened, open, value, won, lost, unknown } = sql
    const lives = file.prepare(
      `select days - ? as days from lived where days > ? and close_date is not null order by 1`,
    )
    const lengths = lives.all(days, days).map((row) => (row as { days: number }).days)
    const warnings = file.prepare(
      `select days - ? as days from lived where days > ? and deal_stage = 'Lost' order by 1`,
    )
    const warned = warnings.all(days, days).map((row) => (row as { days: number }).days)
    const months = file.prepare(
      `select strftime('%Y-%m', engage_date, ? || ' days') as month, count(*) as n from lived
        where days > ? or (days = ? and close_date is null) group by 1`,
    )
    const byMonth = Object.fromEntries(
      months.all(days, days, days).map((row) => Object.values(row as object) as [string, number]),
    )
    expect(opened).toBeGreaterThan(1_000)
    expect(ofRule(name)).toMatchObject({
      ...{ standing: 0, opened, open, subjects: opened, byMonth, later: { won, lost, unknown }, byThemselves: 0 },
      value: [{ currency: expect.any(String), amount: value }],
      medianDays: middle(lengths),
      longestDays: lengths.at(-1),
      warningDays: middle(warned),
    })
  })

  test('old-in-retail: won against others that were so old, by age alone since the file tells of no stages', () => {
    const rates = file.prepare(`select count(*) as n, sum(deal_stage = 'Won') as won from lived
      where close_date is not null and days > 90 and coalesce(sector = 'retail', 0) = ?`)
    const [others, flagged] = [0, 1].map((is) => rates.get(is)) as [Rates, Rates]
    const lift = ofRule('old-in-retail')?.outcomes
    expect(lift).toMatchObject({
      n: flagged.n,
      won: flagged.won,
      others: others.n,
      unmatched: 0,
      byAgeAlone: flagged.n,
    })
    expect(lift?.rate).toBeCloseTo(flagged.won / flagged.n, 12)
    expect(lift?.base).toBeCloseTo(others.won / others.n, 12)
    expect(flagged.n).toBeGreaterThan(100)
  })

  test.each(['age-30', 'age-90'])('%s: finds everybody who comes so far: there is nobody to compare with', (name) => {
    const { later, outcomes } = ofRule(name) ?? {}
    const closed = (later?.won ?? 0) + (later?.lost ?? 0)
    expect(outcomes).toMatchObject({ n: 0, others: 0, rate: null, base: null, unmatched: closed })
    const n = new Intl.NumberFormat('en-US').format(closed)
    expect(sayBacktest(report)).toContain(
      `What ${name} found has nobody to compare with: nobody reached that age without being found (n = ${n}).`,
    )
    const row = backtestTable(report).rows.find(([rule]) => rule?.text === name)
    expect(row?.map(({ text }) => text).slice(7, 10)).toEqual([
      `${Math.round((100 * (later?.won ?? 0)) / closed)} %`,
      n,
      'none',
    ])
  })

  test('each who would be told is told once for each finding, and what history does not know is said', () => {
    const told = file.prepare(`select count(*) as n, count(distinct sales_agent) as people from lived
      where days > 90 or (days = 90 and close_date is null)`)
    expect(ofRule('age-90')?.messages).toMatchObject(told.get() as object)
    const worth = file.prepare(`select count(*) as amounts from lived where days > 90 and close_value is not null`)
    expect(ofRule('age-90')?.blind).toEqual({ facts: [], findings: 0, ...(worth.get() as object) })
    expect(sayBacktest(report)).toContain(
      'value adds up amounts as they are now, not as they were when first found: history knows no change of amount.',
    )
    const { opened, blind } = ofRule('old-in-retail') ?? {}
    expect(blind).toMatchObject({ facts: ['account.industry'], findings: opened })
    const all = file.prepare(
      'select count(*) as closed, sum(deal_stage = ?) as won from pipeline where close_date is not null',
    )
    expect(report.everyone).toEqual(all.get('Won'))
  })
})

interface Rates {
  n: number
  won: number
}

const middle = (sorted: readonly number[]): number =>
  ((sorted[Math.floor((sorted.length - 1) / 2)] ?? 0) + (sorted[Math.ceil((sorted.length - 1) / 2)] ?? 0)) / 2
