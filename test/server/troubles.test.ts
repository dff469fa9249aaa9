import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { Database } from '../support/databases.js'
import { openBench } from './support.js'

const DEAL = { name: 'Pumps', stage: 'discovery', owner: 'dana' }

/** One SQLite database that others may open, too. */
function ours(): { database: Database; path: string } {
  const folder = mkdtempSync(join(tmpdir(), 'linewalker-'))
  const path = join(folder, 'store.db')
  const place = () => ({
    url: `sqlite:${path}`,
    connect: () => Promise.reject(new Error('unused')),
    remove: async () => rmSync(folder, { recursive: true, force: true }),
  })
  return { path, database: { name: 'SQLite', place, schema: () => Promise.reject(new Error('unused')) } }
}

test('while another process locks the database it says when to come again, and half of nothing is written', async () => {
  const { database, path } = ours()
  const { json, store } = await openBench(database, undefined, { busyTimeout: 20 })
  await json('PUT', '/opportunities/OPP-1', DEAL)
  const script = `const db = new (require('better-sqlite3'))(${JSON.stringify(path)}); db.exec('begin immediate');
    console.log('locked'); process.stdin.on('data', () => { db.exec('rollback'); db.close(); process.exit(0) })`
  const other = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'inherit'] })
  await once(other.stdout, 'data')
  const key = { 'idempotency-key': 'k' }
  for (const [method, route, body] of [
    ['PATCH', '/opportunities/OPP-1', { amount: 5 }],
    ['POST', '/batches', [{ record: 'opportunity', id: 'OPP-2', ...DEAL }]],
    ['POST', '/silences', { owner: 'dana', comment: 'x' }],
  ] as const) {
    const { status, body: told, headers } = await json(method, route, body, key)
    expect([status, told.type, told.reason], route).toEqual([503, 'urn:linewalker:problem:unavailable', 'busy'])
    expect(headers.get('retry-after')).toBe('1')
  }
  expect((await json('GET', '/opportunities/OPP-1')).body.amount).toBe(null)
  other.stdin.write('x')
  await once(other, 'exit')
  expect((await store.counts()).opportunities).toBe(1)
  expect((await json('PATCH', '/opportunities/OPP-1', { amount: 5 }, key)).status).toBe(202)
})

test('where the disk is full it says so, and half of nothing is written', async () => {
  const { json, store } = await openBench()
  await json('PUT', '/opportunities/OPP-1', DEAL)
  await store.write((tx) => sql`pragma max_page_count = 1`.execute(tx))
  const large = 'x'.repeat(9000)
  const { status, body } = await json('PUT', '/opportunities/OPP-2', {
    ...DEAL,
    name: large,
    next_step: large,
    reason: large,
  })
  expect([status, body.type, body.reason]).toEqual([503, 'urn:linewalker:problem:unavailable', 'full'])
  expect((await store.counts()).opportunities).toBe(1)
  expect((await store.history('opportunity', 'OPP-2')).length).toBe(0)
  expect((await json('GET', '/opportunities/OPP-1')).status).toBe(200)
})

test('while Linewalker is stopped changes are taken, and not acted on', async () => {
  const { json, store, now } = await openBench()
  await store.stop('lee', now())
  const made = await json('PUT', '/opportunities/OPP-1', DEAL, { prefer: 'wait' })
  expect([made.status, made.body.outcome, made.body.evaluated]).toEqual([202, 'new', null])
  expect((await json('POST', '/plans/approve')).body).toMatchObject({
    status: 503,
    type: 'urn:linewalker:problem:stopped',
  })
})

test('an error of ours names its number and nothing else, and is in the log', async () => {
  const { json, errors, store } = await openBench()
  store.findings = () => Promise.reject(new Error('secret detail'))
  await json('PUT', '/opportunities/OPP-1', DEAL)
  const { status, body } = await json('GET', '/opportunities/OPP-1')
  expect([status, body.type]).toEqual([500, 'urn:linewalker:problem:internal'])
  expect(JSON.stringify(body)).not.toContain('secret')
  expect(errors).toMatchObject([{ request: body.request, error: expect.stringContaining('secret detail') }])
})
