import { createReadStream, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  type Applied,
  apply,
  importFile,
  loadRules,
  type Program,
  type RecordKind,
  type Store,
} from '../../src/index.js'
import { databases, shareStore } from '../support/databases.js'
import { realData } from '../support/real-data.js'

const NOW = Date.UTC(2020, 0, 15)
const there = realData('sixsense/calls.csv') !== undefined

const RULES = `
pipelines: { outbound: { stages: { open: {} } } }
activities: { touches: [call], others: [wrong-number, email-opened, form-filled, web-visit, other] }
limits: { per_run: { effects: 5000, share: 100% } }
assembly_line:
  starts_in: cold
  bins:
    cold: { group: input }
    working: { group: working, expected: 30 days }
    active-opportunity: { group: nurture }
  moves:
    - { from: any, to: active-opportunity, when: { open_opportunities: { at_least: 1 } } }
    - { from: cold, to: working, when: { touches_in_bin: { at_least: 1 } } }
    - { from: working, to: cold, when: { time_in_bin: { over: 14 days }, time_since_activity: { over: 14 days } } }
sources:
  crm:
    accounts: { id: company_id, industry: industry, segment: employee_range }
    contacts: { id: contact_id, account: company_id }
    opportunities: { id: { text: "{{ company_id }}/{{ created_date }}" }, account: company_id, created: created_date }
  dialer:
    activities:
      kind: { column: call_disposition, map: { Wrong Number: wrong-number, Not in Service: wrong-number }, else: call }
      at: timestamp
      contact: contact_id
  marketing:
    activities:
      kind: { column: activity_type, map: { email_open: email-opened, form_fill: form-filled, known_web_visit: web-visit }, else: other }
      at: date
      contact: contact_id
`

/** The fields of a plain CSV without quoted commas but in the last ones. */
const table = (file: string): string[][] =>
  readFileSync(realData(`sixsense/${file}`) as string, 'utf8')
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.split(',').map((cell) => cell.replaceAll('"', '')))

describe.skipIf(!there).each(databases)('outbound prospecting of 645 accounts, on $name', ({ place }) => {
  let store: Store
  let program: Program
  let applied: Applied
  shareStore(place, (opened) => {
    store = opened
    program = loadRules([{ path: 'rules.yaml', text: RULES }]).program as Program
  })

  async function bring(record: RecordKind, sourceName: string, file: string) {
    const result = await importFile(store, createReadStream(realData(`sixsense/${file}`) as string), {
      record,
      sourceName,
      program,
      now: NOW,
    })
    if ('problems' in result) throw new Error(JSON.stringify(result.problems))
    return result.report
  }

  test('calls and events become activities of accounts, through their contacts', async () => {
    expect(await bring('accounts', 'crm', 'companies.csv')).toMatchObject({ new: 645, rejected: 0 })
    expect(await bring('contacts', 'crm', 'people.csv')).toMatchObject({ new: 1835, rejected: 0 })
    const opportunities = await bring('opportunities', 'crm', 'opportunities.csv')
    expect([opportunities.read, opportunities.rejected]).toEqual([474, 0])
    const calls = await bring('activities', 'dialer', 'calls.csv')
    expect([calls.new, calls.rejected]).toEqual([2759, 19])
    expect(
      new Set(calls.rejections.map(({ reason }) => reason.replace(/^row \d+: /, '').replace(/"[0-9a-f]+"/, '"…"'))),
    ).toEqual(new Set(['There is no contact "…".']))
    expect((await bring('activities', 'marketing', 'events.csv')).read).toBe(2015)
  })

  test('the assembly line files every account, each move explained', async () => {
    applied = await apply(store, program, NOW, { id: 'test', command: 'apply', clock: NOW })
    const accountOf = new Map(table('people.csv').map((row) => [row.at(-1) as string, row.at(-2) as string]))
    const selling = new Set(table('opportunities.csv').map(([company]) => company as string))
    const called = new Set(
      table('calls.csv')
        .filter(([, , how]) => how !== 'Wrong Number' && how !== 'Not in Service')
        .flatMap(([, , , contact]) => accountOf.get(contact as string) ?? []),
    )
    const expected = (id: string) => (selling.has(id) ? 'active-opportunity' : called.has(id) ? 'working' : 'cold')
    const bins = new Map<string, string>()
    for await (const { family } of store.due(NOW, -1, 'all'))
      if (family.account) bins.set(family.account.id, family.account.bin)
    expect(bins.size).toBe(645)
    expect([...bins].filter(([id, bin]) => bin !== expected(id))).toEqual([])
    expect([...bins.values()].filter((bin) => bin === 'active-opportunity')).toHaveLength(318)
    expect(applied.done.every((intent) => intent.because.length > 10 && intent.explanation !== null)).toBe(true)
    expect(applied.done).toHaveLength([...bins.values()].filter((bin) => bin !== 'cold').length)
  })

  test('accounts that were never touched stay in Cold, and those left alone come back to it', async () => {
    const later = NOW + 20 * 86_400_000
    const back = await apply(store, program, later, { id: 'test', command: 'apply', clock: later })
    expect(new Set(back.done.map((intent) => intent.rule))).toEqual(new Set(['working-to-cold']))
    expect(back.done).toHaveLength(applied.done.filter((intent) => intent.rule === 'cold-to-working').length)
  })
})
