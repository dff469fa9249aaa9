import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { DAY } from '../../src/lib/civil.js'
import { inPassing } from '../../src/server/access/in-passing.js'
import { hashOf } from '../../src/server/access/tokens.js'
import { StoreError } from '../../src/store/errors.js'
import { openStore } from '../../src/store/open.js'
import { NOW, openWorld } from './access-world.js'

const HOME = 'https://pipeline.example.com'

test('while another process holds the database, nobody waits to have it written down that they were here', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'linewalker-'))
  const url = `sqlite:${join(folder, 'store.db')}`
  const world = await openWorld(url, { busyTimeout: 5, staysResponsive: true })
  await world.store.signIn({ hash: hashOf('secret'), person: 'ada', via: 'link', at: NOW }, null)
  const crm = await world.token('crm', ['read'])
  world.at.now = NOW + DAY
  const app = world.serve({ host: '0.0.0.0', url: HOME, links: true })
  const lastUsed = async () => [
    (await world.store.signedIn(hashOf('secret'), world.at.now))?.last_used,
    (await world.store.tokenOf(hashOf(crm)))?.last_used,
  ]

  const other = await openStore(url)
  let release: () => void = () => undefined
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  let isHeld: () => void = () => undefined
  const held = new Promise<void>((resolve) => {
    isHeld = resolve
  })
  const holding = other.write(async (tx) => {
    await tx.deleteFrom('login_links').execute()
    isHeld()
    await released
  })
  await held
  const page = await app.request(`${HOME}/things`, { headers: { cookie: '__Host-linewalker=secret' } })
  expect([page.status, page.headers.getSetCookie()]).toEqual([200, [expect.stringContaining('Max-Age=1209600')]])
  const answer = await app.request(`${HOME}/things`, { headers: { authorization: `Bearer ${crm}` } })
  expect(answer.status).toBe(200)
  expect(await lastUsed()).toEqual([NOW, null])

  release()
  await holding
  await vi.waitFor(async () => expect(await lastUsed()).toEqual([NOW + DAY, NOW + DAY]), 10_000)
  await other.close()
  await world.close()
  rmSync(folder, { recursive: true, force: true })
})

test('one write of a key is under way at a time; one that failed is made again, and what went wrong is logged', async () => {
  const logged: unknown[] = []
  const log = { info: () => undefined, warn: () => undefined, error: (of: unknown) => void logged.push(of) }
  const note = inPassing(log)
  const begun: string[] = []
  const failing = (name: string, error: Error) => async () => {
    begun.push(name)
    await Promise.resolve()
    throw error
  }
  const settled = () => new Promise((resolve) => setImmediate(resolve))
  note('dana', failing('first', new StoreError('busy', 'It is busy.')))
  note('dana', failing('meanwhile', new Error('never')))
  note('lee', failing('other', new StoreError('unreachable', 'It is away.')))
  await settled()
  expect([begun, logged]).toEqual([['first', 'other'], []])
  note('dana', failing('again', new Error('our own mistake')))
  await settled()
  expect([begun, logged]).toEqual([['first', 'other', 'again'], [{ error: 'Error: our own mistake' }]])
})
