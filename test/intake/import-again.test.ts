import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import fc from 'fast-check'
import iconv from 'iconv-lite'
import { describe, expect, test } from 'vitest'
import type { RecordKind } from '../../src/domain/incoming.js'
import { rejectedFile } from '../../src/intake/rejected.js'
import { DAY } from '../../src/lib/civil.js'
import { databases } from '../support/databases.js'
import { counts, everything, NOW, programOf, world } from './world.js'

describe.each(databases)('importing on $name', (database) => {
  const HEADERS: Record<RecordKind, string> = {
    people: 'id,name,email,role,manager,team,active,timezone',
    accounts: 'id,name,owner,created,bin,bin_changed,employees',
    contacts: 'id,account,name',
    opportunities:
      'id,name,account,stage,status,amount,owner,created,close_date,next_step,stage_changed,competitor,nda',
    activities: 'kind,at,by,opportunity,account,contact',
    changes: 'opportunity,account,fact,from,to,at,by',
  }
  const CELLS: Record<string, string[]> = {
    id: ['a', 'b', 'c'],
    name: ['', 'Acme', '"x, ""y"""'],
    email: ['', 'a@x.org'],
    role: ['', 'rep', 'boss'],
    manager: ['', 'dana'],
    team: ['', 'west'],
    active: ['', 'yes', 'no'],
    timezone: ['', 'UTC'],
    owner: ['', 'dana', 'lee'],
    by: ['', 'dana', 'lee'],
    created: ['', '2026-01-01', '2026-13-01'],
    bin: ['', 'cold', 'working', 'nurture', 'client'],
    bin_changed: ['', '2026-01-10', '2026-02-10'],
    employees: ['', '12', '1,2'],
    account: ['', 'a', 'b', 'z'],
    stage: ['', 'discovery', 'proposal', 'negotiation', 'closed'],
    status: ['', 'open', 'won'],
    amount: ['', '10', '20.5', 'None'],
    close_date: ['', '2026-03-01', '2026-04-01'],
    next_step: ['', 'Call'],
    stage_changed: ['', '2026-01-20', '2026-02-20'],
    competitor: ['', 'acme'],
    nda: ['', 'true'],
    kind: ['call', 'email', 'fax'],
    at: ['2026-01-15', '2026-02-01', '2026-02-15', '2026-04-15', ''],
    opportunity: ['', 'a', 'b', 'z'],
    contact: ['', 'a', 'b'],
    fact: ['stage', 'owner', 'amount', 'close_date', 'bin'],
    from: ['', 'discovery', 'proposal', 'dana', 'lee', '10', '2026-03-01', 'cold'],
    to: ['discovery', 'negotiation', 'dana', 'lee', '30', '2026-05-01', 'working'],
  }
  const fileOf = (record: RecordKind) => {
    const row = fc.tuple(...HEADERS[record].split(',').map((column) => fc.constantFrom(...CELLS[column]!)))
    return fc.array(row, { maxLength: 8 }).map((rows) => [HEADERS[record], ...rows.map((r) => r.join(','))].join('\n'))
  }
  const files = fc.array(
    fc
      .constantFrom(...(Object.keys(HEADERS) as RecordKind[]))
      .chain((record) => fc.tuple(fc.constant(record), fileOf(record))),
    { minLength: 1, maxLength: 6 },
  )

  test('importing a file twice changes nothing', async () => {
    const program = programOf()
    const w = await world(database, program)
    await fc.assert(
      fc.asyncProperty(files, async (list) => {
        await w.empty()
        for (const [record, file] of list) {
          const first = await w.take(record, file, { now: NOW })
          const { read, new: made, changed, unchanged, rejected } = first
          expect(made + changed + unchanged + rejected).toBe(read)
          const before = await everything(w)
          const again = await w.take(record, file, { now: NOW + DAY })
          expect(counts(again)).toMatchObject({ read, new: 0, changed: 0, rejected })
          expect(await everything(w)).toEqual(before)
        }
      }),
      { seed: 20260302, numRuns: 60 },
    )
    await w.close()
  })

  test('a file in Latin-1 that the source does not declare is rejected row by row, with what to do', async () => {
    const w = await world(database)
    const latin = iconv.encode('id,account,name\n1,acme,Müller\n2,acme,Ann\n', 'latin1')
    const result = await w.bring('contacts', latin)
    if ('problems' in result) throw new Error()
    expect(counts(result.report)).toMatchObject({ new: 1, rejected: 1 })
    expect(result.report.rejections[0]?.reason).toBe(
      'row 2: It holds bytes that are not UTF-8; the source may need "encoding: latin1".',
    )
    await w.close()
  })

  test('the file of rejected rows, once mended, is imported like the original', async () => {
    const w = await world(database)
    const { report } = (await w.bring('contacts', 'id,account,name\r\n1,,Ann\r\n2,acme,Bob\r\n')) as never as {
      report: Awaited<ReturnType<typeof w.take>>
    }
    const text = rejectedFile(report.header, report.rejections).toString()
    expect(text).toBe('id,account,name,rejected_because\n1,,Ann,row 2: There is no account in column account.\n')
    expect(counts(await w.take('contacts', text.replace('1,,', '1,acme,')))).toMatchObject({ new: 1, rejected: 0 })
    await w.close()
  })

  test('a rejected row keeps its own column "reason", what it has too much, and the id that its content gives', async () => {
    const program = programOf('sources: { crm: { activities: { kind: kind, at: at, account: account, by: reason } } }')
    const w = await world(database, program)
    await w.take('accounts', 'id\nacme', { by: programOf('sources: { crm: { accounts: { id: id } } }') })
    const original = 'kind,at,account,reason\ncall,2026-01-05,later,dana\nemail,2026-01-06,acme,lee,surplus\n'
    const first = await w.take('activities', original)
    const text = rejectedFile(first.header, first.rejections).toString()
    expect(text.split('\n').slice(0, 3)).toEqual([
      'kind,at,account,reason,rejected_because',
      'call,2026-01-05,later,dana,"row 2: There is no account ""later""."',
      'email,2026-01-06,acme,lee,"row 3: It has 5 values, the header has 4 columns.",surplus',
    ])
    await w.take('accounts', 'id\nlater', { by: programOf('sources: { crm: { accounts: { id: id } } }') })
    expect(counts(await w.take('activities', text))).toMatchObject({ new: 1, rejected: 1 })
    expect(counts(await w.take('activities', text.replace(',surplus', '')))).toMatchObject({ new: 1, unchanged: 1 })
    expect(counts(await w.take('activities', original.replace(',surplus', '')))).toMatchObject({ unchanged: 2 })
    expect((await w.rows('activities')).map(({ by }) => by).sort()).toEqual(['dana', 'lee'])
    await w.close()
  })

  test('an import that is killed leaves whole batches, and the same import run again completes it', async () => {
    const rows = Array.from({ length: 12000 }, (_, i) => `o${i},A${i % 50},discovery,${i}`)
    const text = ['id,account,stage,amount', ...rows].join('\n')
    const program = programOf(
      'sources: { crm: { opportunities: { id: id, account: account, stage: stage, amount: amount } } }',
    )
    const folder = mkdtempSync(join(tmpdir(), 'linewalker-killed-'))
    const path = join(folder, 'big.csv')
    writeFileSync(path, text)
    const killed = await world(database, program)
    const script = resolve(import.meta.dirname, 'import-until-killed.ts')
    const child = spawn(process.execPath, ['--import', 'tsx', script, killed.url, path], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await new Promise<void>((done) => {
      child.stdout.on('data', () => child.kill('SIGKILL'))
      child.on('exit', () => done())
    })
    const left = (await killed.rows('opportunities')).length
    expect(left).toBeGreaterThan(0)
    expect(left % 1000).toBe(0)
    expect((await killed.rows('history')).filter(({ kind }) => kind === 'opportunity').length).toBe(left)
    const report = await killed.take('opportunities', text, { by: program })
    expect(report).toMatchObject({ new: 12000 - left, unchanged: left })
    const whole = await world(database, program)
    await whole.take('opportunities', text, { by: program })
    expect((await killed.rows('opportunities')).sort(byId)).toEqual((await whole.rows('opportunities')).sort(byId))
    await killed.close()
    await whole.close()
    rmSync(folder, { recursive: true })
  })

  const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1)
})
