import { describe, expect, test } from 'vitest'
import type { RecordKind } from '../../src/domain/incoming.js'
import { importFile } from '../../src/intake/import-file.js'
import type { Program } from '../../src/program/program.js'
import { databases } from '../support/databases.js'
import { hardwareSellerProgram, outboundProgram, realData } from '../support/real-data.js'
import { counts, everything, fileChunks, NOW, type World, world } from './world.js'

const bring = async (w: World, program: Program, sourceName: string, record: RecordKind, path: string) => {
  const result = await importFile(w.store, fileChunks(path), { record, sourceName, program, now: NOW })
  if ('problems' in result) throw new Error(JSON.stringify(result.problems))
  return result.report
}

const seller = realData('maven-crm/sales_pipeline.csv')
const vendor = realData('sixsense/calls.csv')

describe.skipIf(!seller).each(databases)("a hardware seller's CRM on $name", (database) => {
  const load = async (dates: string, file: string) => {
    const program = hardwareSellerProgram(dates)
    const w = await world(database, program)
    const steps: [RecordKind, string][] = [
      ['people', 'sales_teams.csv'],
      ['accounts', 'accounts.csv'],
      ['opportunities', file],
    ]
    const reports = []
    for (const [record, name] of steps) {
      reports.push(await bring(w, program, 'maven', record, realData(`maven-crm/${name}`) as string))
    }
    return { w, program, reports }
  }

  test('is taken whole, in either form of dates, and again changes nothing', async () => {
    const iso = await load('yyyy-MM-dd', 'sales_pipeline.csv')
    const mdy = await load('M/d/yyyy', 'sales_pipeline.mdy.csv')
    expect(iso.reports.map(counts)).toEqual(
      [35, 85, 8800].map((n) => ({ read: n, new: n, changed: 0, unchanged: 0, rejected: 0, diverged: 0 })),
    )
    const before = await everything(iso.w)
    expect(await everything(mdy.w)).toEqual(before)
    expect(before.opportunities?.length).toBe(8800)
    const rows = await iso.w.rows('opportunities')
    const having = (test: (row: (typeof rows)[number]) => boolean) => rows.filter(test).length
    expect(having((o) => o.status === 'won')).toBe(4238)
    expect(having((o) => o.status === 'lost')).toBe(2473)
    expect(having((o) => o.status === 'open' && o.amount === null && o.created === null)).toBe(500)
    expect(having((o) => o.account === null)).toBe(1425)

    const again = await bring(iso.w, iso.program, 'maven', 'opportunities', seller as string)
    expect(counts(again)).toMatchObject({ read: 8800, new: 0, changed: 0, unchanged: 8800, diverged: 0 })
    expect(await everything(iso.w)).toEqual(before)
    await iso.w.close()
    await mdy.w.close()
  })
})

describe.skipIf(!vendor).each(databases)("a vendor's outbound prospecting on $name", (database) => {
  test('finds the company of each call by its contact, and rejects the calls of unknown ones', async () => {
    const program = outboundProgram()
    const w = await world(database, program)
    const file = (name: string) => realData(`sixsense/${name}`) as string
    const reports = [
      await bring(w, program, 'vendor', 'accounts', file('companies.csv')),
      await bring(w, program, 'vendor', 'contacts', file('people.csv')),
      await bring(w, program, 'vendor', 'opportunities', file('opportunities.csv')),
      await bring(w, program, 'vendor', 'activities', file('calls.csv')),
    ]
    expect(reports.map((report) => [report.read, report.rejected])).toEqual([
      [645, 0],
      [1835, 0],
      [474, 0],
      [2778, 19],
    ])
    expect(reports[3]).toMatchObject({ new: 2759 })
    expect(reports[3]?.rejections.every(({ reason }) => /There is no contact "\w+"\.$/.test(reason))).toBe(true)
    const touched = (await w.rows('accounts')).map(({ activity }) => JSON.parse(activity).kinds)
    const total = (kind: string) => touched.reduce((sum, kinds) => sum + (kinds[kind]?.n ?? 0), 0)
    expect([total('reached'), total('reached') + total('call')]).toEqual([expect.any(Number), 2759])
    const before = await everything(w)
    const again = await bring(w, program, 'vendor', 'activities', file('calls.csv'))
    expect(again).toMatchObject({ new: 0, changed: 0, unchanged: 2759, rejected: 19 })
    expect(await everything(w)).toEqual(before)
    await w.close()
  })
})
