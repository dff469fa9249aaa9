import { describe, expect, test } from 'vitest'
import { databases } from '../support/databases.js'
import { openBench } from './support.js'

const NDJSON = { 'content-type': 'application/x-ndjson' }

describe.each(databases)('a batch on $name', (database) => {
  test('each line is answered; one that cannot be read rejects itself alone', async () => {
    const { json, store } = await openBench(database)
    const lines = Array.from({ length: 100 }, (_, i) =>
      JSON.stringify({ record: 'opportunity', id: `OPP-${i + 1}`, stage: 'discovery', owner: 'dana', amount: i }),
    )
    lines[69] = '{"record":"opportunity","id":"OPP-70",'
    lines[70] = JSON.stringify({ record: 'opportunity', id: 'OPP-71', stage: 'discovry' })
    lines[71] = ''
    lines[72] = JSON.stringify({ record: 'opportunity', id: 'OPP-73', stag: 'discovery' })
    lines[98] = JSON.stringify({ record: 'activity', kind: 'call', at: '2026-03-01', opportunity: 'OPP-1' })
    lines[99] = JSON.stringify({ record: 'payment', id: 'p', at: '2026-03-01', opportunity: 'OPP-999' })
    const { status, body } = await json('POST', '/batches', lines.join('\n'), NDJSON)
    expect([status, body.read, body.new, body.rejected]).toEqual([202, 99, 95, 4])
    const rejected = body.lines.filter(({ outcome }: { outcome: string }) => outcome === 'rejected')
    expect(rejected.map(({ line, problem }: Rejected) => [line, problem.type.split(':').at(-1)])).toEqual([
      [70, 'malformed-request'],
      [71, 'unknown-stage'],
      [73, 'invalid-request'],
      [100, 'rejected-record'],
    ])
    expect(rejected[0].problem.detail).toMatch(/^The body is not JSON/)
    expect((await store.counts()).opportunities).toBe(95 - 1)
    const again = await json('POST', '/batches', lines.join('\n'), { ...NDJSON, prefer: 'wait' })
    expect([again.status, again.body.unchanged, again.body.new]).toEqual([200, 95, 0])
  })

  test('what the rules make of it is in the answer for those who wait', async () => {
    const { json } = await openBench(database)
    const batch = [
      { record: 'account', id: 'acme', name: 'Acme', owner: 'dana' },
      { record: 'contact', id: 'c-1', account: 'acme', name: 'Kim' },
      { record: 'opportunity', id: 'OPP-1', account: 'acme', stage: 'discovery', owner: 'dana' },
    ]
    const { status, body } = await json('POST', '/batches', batch, { prefer: 'wait' })
    expect([status, body.new]).toEqual([200, 3])
    expect(body.evaluated.done).toMatchObject([{ rule: 'no-amount', subject: { id: 'OPP-1' } }])
  })
})

test('of a JSON list, too, one that is wrong rejects itself alone', async () => {
  const { json } = await openBench()
  const batch = [{ record: 'account', id: 'acme' }, { record: 'acount', id: 'b' }, 1, { record: 'account', nam: 'c' }]
  const { status, body } = await json('POST', '/batches', batch)
  expect([status, body.read, body.new, body.rejected]).toEqual([202, 4, 1, 3])
  expect(body.lines.map(({ outcome }: { outcome: string }) => outcome)).toEqual(['new', ...Array(3).fill('rejected')])
})

test('too many lines are refused before one is read, and others are served while many are', async () => {
  const { json } = await openBench()
  const refused = await json('POST', '/batches', '1\n'.repeat(100_001), NDJSON)
  expect([refused.status, refused.body.type]).toEqual([413, 'urn:linewalker:problem:too-large'])
  let turns = 0
  const timer = setInterval(() => {
    turns += 1
  }, 0)
  const taken = await json('POST', '/batches', '1\n'.repeat(20_000), NDJSON)
  clearInterval(timer)
  expect([taken.status, taken.body.rejected]).toEqual([202, 20_000])
  expect(turns).toBeGreaterThan(5)
})

test('what is too large, or no batch at all, is refused', async () => {
  const { json } = await openBench()
  const large = await json('POST', '/batches', `"${'x'.repeat(10 * 1024 * 1024)}"`, NDJSON)
  expect([large.status, large.body.type]).toEqual([413, 'urn:linewalker:problem:too-large'])
  expect((await json('PUT', '/opportunities/OPP-1', `{"name":"${'x'.repeat(1024 * 1024)}"}`)).status).toBe(413)
  expect((await json('POST', '/batches', { record: 'account' })).status).toBe(422)
  expect((await json('POST', '/batches', 'record: account', { 'content-type': 'application/yaml' })).status).toBe(415)
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  expect((await json('POST', '/batches', deep)).status).toBe(400)
})

interface Rejected {
  line: number
  problem: { type: string }
}
