import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { backtestJson, loadFolder, openStore, type Program, parseInstant, runBacktest } from '../../src/index.js'
import { ensureBuilt, run } from './process.js'
import { enterCompany } from './support.js'

const HEADER = 'Opportunity,Name,Account,Stage,Status,Amount,Currency,Owner,Created,Close,Next,Entered\n'
const SIZE = 1_200

/** Opportunities that differ in age, in their next step and in how late they are. */
const opportunity = (n: number): string => {
  const [month, day] = [1 + (n % 3), 1 + (n % 27)].map((part) => String(part).padStart(2, '0'))
  return `P-${n},Pump ${n},,discovery,open,${n},USD,dana,2026-${month}-${day},2026-03-${day},${n % 2 === 0 ? 'Call' : ''},2026-${month}-${day}\n`
}

describe('a backtest in threads', () => {
  let company: ReturnType<typeof enterCompany>
  beforeAll(() => {
    ensureBuilt()
    company = enterCompany()
    writeFileSync(
      join(company.dir, 'many.csv'),
      HEADER + Array.from({ length: SIZE }, (_, n) => opportunity(n)).join(''),
    )
  }, 180_000)
  afterAll(() => company.leave())

  test('says exactly what one in this process says', async () => {
    const at = ['--at', '2026-03-16']
    const imported = await run(company.dir, 'import', 'opportunities', 'many.csv', '--source', 'crm', ...at)
    expect(imported).toMatchObject({ code: 0 })
    const { code, out, err } = await run(
      company.dir,
      'backtest',
      ...at,
      '--since',
      '2026-01-01',
      '--against',
      'rules',
      '--json',
    )
    expect({ code, err }).toEqual({ code: 0, err: '' })
    const program = (await loadFolder('rules')).program as Program
    const [from, to] = ['2026-01-01', '2026-03-16'].map((text) => parseInstant(text, program.vocabulary.calendar)) as [
      number,
      number,
    ]
    const store = await openStore('sqlite:linewalker.db', { readOnly: true })
    const { report, changes } = await runBacktest(store, program, { from, to, base: program })
    const ending = new AbortController()
    const onProgress = () => ending.abort()
    const broken = await runBacktest(store, program, { from, to, signal: ending.signal, onProgress })
    await store.close()
    expect(broken.report).toMatchObject({ families: SIZE / 5, complete: false })
    const [few, all] = [broken.report, report].map(({ rules }) => rules.find(({ rule }) => rule === 'no-next-step'))
    expect(few?.subjects).toBeGreaterThan(100)
    expect(few?.subjects).toBeLessThanOrEqual(SIZE / 5)
    expect(report).toMatchObject({ families: SIZE, complete: true })
    expect(all?.opened).toBeGreaterThan(400)
    expect(JSON.parse(out)).toEqual(JSON.parse(JSON.stringify(backtestJson(report, changes, program))))
  }, 60_000)
})
