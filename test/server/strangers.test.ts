import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MINUTE } from '../../src/lib/civil.js'
import { access } from '../../src/server/access/index.js'
import { LOCAL } from '../../src/server/access/settings.js'
import { hooksRoutes } from '../../src/server/hooks.js'
import { healthRoutes } from '../../src/server/operations/health.js'
import { openMetrics } from '../../src/server/operations/metrics.js'
import { createServer } from '../../src/server/server.js'
import { StoreError } from '../../src/store/errors.js'
import { hookProgram } from '../intake/hooks/world.js'
import { openWorld, type World } from './access-world.js'

const PROGRAM = hookProgram(`
sources:
  any:
    hook: { type: generic, secret: "\${NOT_SET}" }
    opportunities: { id: id, stage: stage }
  pipe:
    hook: { type: pipedrive, user: linewalker, secret: right }
    opportunities: { id: id, stage: { column: stage_id, map: { 1: new } } }
`)

describe('what strangers, hooks and confined tokens come to', () => {
  let world: World
  let app: ReturnType<typeof createServer>
  beforeEach(async () => {
    world = await openWorld()
    const ports = { ...world.ports, rules: () => ({ program: PROGRAM, problems: [] }) }
    const { first, routes } = access(ports, LOCAL)
    const at = [
      ['/', routes],
      ['/', openMetrics(ports).routes],
      ['/', healthRoutes(ports, { ended: () => null, closing: () => false })],
      ['/hooks', hooksRoutes(ports, {})],
    ] as const
    app = createServer(ports, { version: '0.0.0', first, at })
  })
  afterEach(() => world.close())

  const from = (remoteAddress: string) => ({ incoming: { socket: { remoteAddress } } })
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
  const get = async (path: string, address: string, headers: Record<string, string> = {}) =>
    (await app.request(path, { headers }, from(address))).status
  const hook = (path: string, address: string, body: unknown, headers: Record<string, string>) =>
    app.request(`/hooks/${path}`, { method: 'POST', body: JSON.stringify(body), headers }, from(address))

  test('whoever proves nothing may ask so often from one address, and slows no other and no caller', async () => {
    const token = await world.token('crm', ['read'])
    const statuses: number[] = []
    for (let i = 0; i < 210; i += 1) statuses.push(await get('/healthz', '203.0.113.9'))
    expect(statuses.slice(0, 200)).toEqual(Array(200).fill(200))
    expect(statuses.slice(200)).toEqual(Array(10).fill(429))
    expect(await get('/healthz', '203.0.113.10')).toBe(200)
    expect(await get('/me', '203.0.113.9', bearer(token))).toBe(200)
    world.at.now += MINUTE
    expect(await get('/healthz', '203.0.113.9')).toBe(200)
  })

  test('a wrong address is a page for a person, and JSON for a program', async () => {
    await world.token('crm', ['read'])
    const ask = (path: string, accept: string) => app.request(path, { headers: { accept } }, from('127.0.0.1'))
    const page = await ask('/nowhere<b>', 'text/html,application/xhtml+xml,*/*;q=0.8')
    expect([page.status, page.headers.get('content-type')]).toEqual([404, expect.stringContaining('text/html')])
    const text = await page.text()
    expect(text).toContain('<h1>There is nothing here</h1><p>There is nothing at /nowhere')
    expect(text).not.toContain('<b>')
    for (const [path, accept] of [
      ['/nowhere', '*/*'],
      ['/api/v1/nowhere', 'text/html'],
    ] as const) {
      const answer = await ask(path, accept)
      expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/problem+json'])
    }
  })

  test('whoever sends forged webhooks is told to wait, and a genuine one from the same address is taken', async () => {
    await world.token('crm', ['read'])
    const basic = (password: string) => ({
      authorization: `Basic ${Buffer.from(`linewalker:${password}`).toString('base64')}`,
    })
    const deal = (id: number) => ({
      meta: { action: 'create', entity: 'deal', entity_id: id, id: `0f8fad5b-d9cb-469f-a165-${id}` },
      data: { id, stage_id: 1 },
    })
    const statuses: number[] = []
    for (let i = 0; i < 70; i += 1)
      statuses.push((await hook('pipedrive', '203.0.113.9', deal(i), basic('wrong'))).status)
    expect(statuses).toEqual([...Array(60).fill(401), ...Array(10).fill(429)])
    for (let i = 0; i < 5; i += 1)
      expect((await hook('pipedrive', '203.0.113.9', deal(i), basic('right'))).status).toBe(200)
    expect((await hook('pipedrive', '203.0.113.10', deal(9), basic('wrong'))).status).toBe(401)
  })

  test('a token with the scope "hooks" stands in for the signature of a generic hook, and for no other', async () => {
    const token = await world.token('shop', ['hooks'])
    const deal = { id: 'd-1', stage: 'talks' }
    const taken = await hook('generic/any', '203.0.113.9', deal, bearer(token))
    expect([taken.status, await taken.json()]).toMatchObject([200, { events: [{ state: 'taken' }] }])
    world.at.now += MINUTE
    await hook('generic', '203.0.113.9', { ...deal, stage: 'offer' }, bearer(token))
    world.at.now += MINUTE
    await hook('generic', '203.0.113.9', deal, bearer(token))
    expect(await world.store.opportunity('d-1')).toMatchObject({ stage: 'talks' })
    const status = async (path: string, text: string) => (await hook(path, '203.0.113.9', deal, bearer(text))).status
    expect(await status('generic', await world.token('reader', ['read', 'write']))).toBe(403)
    expect(await status('generic', await world.token('west', ['hooks'], { team: 'west' }))).toBe(403)
    expect(await status('generic', `${token}x`)).toBe(401)
    expect(await status('pipedrive', token)).toBe(401)
    await world.store.revokeToken('shop', 'robin', world.at.now)
    expect(await status('generic', token)).toBe(401)
  })

  test('the counters are of everybody, and not for a token that sees one team', async () => {
    expect(await get('/metrics', '127.0.0.1', bearer(await world.token('prometheus', ['read'])))).toBe(200)
    expect(await get('/metrics', '127.0.0.1', bearer(await world.token('west', ['read'], { team: 'west' })))).toBe(403)
  })

  test('nobody is told where the database is, and the log is', async () => {
    const place = 'postgres://db.internal:5432/sales'
    const token = await world.token('crm', ['read'])
    const fails = () => Promise.reject(new StoreError('unreachable', `No PostgreSQL answers at ${place}.`))
    Object.assign(world.store, { inForce: fails, tokenOf: fails })
    const asked = await app.request('/me', { headers: bearer(token) })
    const told = await asked.text()
    expect([asked.status, JSON.parse(told)]).toMatchObject([
      503,
      { reason: 'unreachable', detail: 'The database does not answer.' },
    ])
    const ready = await app.request('/readyz')
    const wrong = await ready.text()
    expect([ready.status, JSON.parse(wrong).wrong]).toEqual([503, ['The database does not answer.']])
    expect(told + wrong).not.toContain('db.internal')
    expect(world.logged.filter((line) => line.includes(place))).toHaveLength(2)
  })
})
