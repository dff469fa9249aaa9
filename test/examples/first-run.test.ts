import { readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { type CompanyFile, FILES, generateCompany } from '../../examples/brightwater/generate.js'
import {
  apply,
  type ImportReport,
  importFile,
  loadRules,
  type PlanJson,
  type Program,
  planJson,
  planNow,
  type RecordKind,
  type Store,
} from '../../src/index.js'
import { databases, shareStore } from '../support/databases.js'

const NOW = Date.parse('2026-11-23T15:00:00Z')
const files = generateCompany({ seed: 1, today: '2026-11-23' })
const root = new URL('../../', import.meta.url)

/** The packs with the company's own files laid over them. */
async function company(): Promise<Program> {
  const texts = new Map<string, string>()
  for (const folder of ['rules/', 'examples/brightwater/rules/'])
    for (const path of await readdir(new URL(folder, root)))
      if (path.endsWith('.yaml') && !path.endsWith('.test.yaml'))
        texts.set(path, readFileSync(new URL(folder + path, root), 'utf8'))
  const { program, problems } = loadRules([...texts].map(([path, text]) => ({ path, text })))
  if (!program) throw new Error(JSON.stringify(problems))
  return program
}

async function* bytes(text: string): AsyncIterable<Uint8Array> {
  yield new TextEncoder().encode(text)
}

describe.each(databases)('the first run on Brightwater, on $name', ({ place }) => {
  let program: Program
  let store: Store
  let plan: PlanJson
  const reports: ImportReport[] = []
  shareStore(place, async (opened) => {
    store = opened
    program = await company()
    for (const [record, file] of Object.entries(FILES) as [RecordKind, CompanyFile][]) {
      const result = await importFile(store, bytes(files[file]), { record, sourceName: 'crm', program, now: NOW })
      if ('problems' in result) throw new Error(JSON.stringify(result.problems))
      reports.push(result.report)
    }
    plan = planJson(await planNow(store, program, NOW), program)
  })
  const openedBy = (rule: string) =>
    plan.intents.filter((intent) => intent.rule === rule && ['open', 'move'].includes(intent.step)).length

  it('takes every row of every file', () => {
    for (const report of reports) {
      expect(report.rejections).toEqual([])
      expect(report.refused).toEqual([])
      expect(report.new).toBe(report.read)
    }
  })

  it.each([
    ['quiet', 5, 15],
    ['dropped-baton', 4, 15],
    ['never-picked-up', 2, 5],
    ['overdue-close-date', 8, 15],
    ['pushed-too-often', 6, 12],
    ['stuck', 5, 14],
    ['old', 3, 8],
    ['no-value', 3, 8],
    ['closed-but-open', 2, 5],
    ['ended-without-reason', 2, 12],
    ['owner-has-left', 3, 5],
    ['client-is-being-prospected', 3, 6],
    ['working-to-cold', 6, 12],
    ['any-to-active-opportunity', 3, 6],
    ['active-opportunity-to-current-client', 1, 4],
    ['check-back-to-working', 2, 5],
  ])('finds what was put there: %s', (rule, least, most) => {
    expect(openedBy(rule)).toBeGreaterThanOrEqual(least)
    expect(openedBy(rule)).toBeLessThanOrEqual(most)
  })

  it('lets most of it pass, and holds what gives away too much at once', () => {
    expect(plan.held.map(({ rule }) => rule)).toEqual(['deal-out-inbound'])
    expect(plan.totals.effects).toBeGreaterThan(100)
    expect(plan.overruled.every((one) => JSON.stringify(one).includes('to-working'))).toBe(true)
  })

  it('leaves out no effect for want of a person', () => {
    const leftOut = plan.intents.filter(({ effects }) => JSON.stringify(effects).includes('"left_out"'))
    expect(leftOut).toEqual([])
  })

  it('is applied once, and leaves most of the open opportunities healthy', async () => {
    const process = { id: 'test', command: 'apply', clock: NOW }
    const first = await apply(store, program, NOW, process)
    expect(first.stale).toEqual([])
    expect(first.done).toHaveLength(plan.intents.length)
    expect((await apply(store, program, NOW, process)).done).toEqual([])
    const healths: string[] = []
    for await (const { family } of store.due(NOW, -1, 'all'))
      for (const o of family.opportunities) if (o.health) healths.push(o.health)
    expect(healths.filter((h) => h === 'healthy').length / healths.length).toBeGreaterThan(0.5)
    expect(new Set(healths)).toEqual(new Set(['healthy', 'at_risk', 'poor']))
  })
})
