import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { DAY, MINUTE } from '../../src/lib/civil.js'
import type { Scope } from '../../src/server/caller.js'
import { NOW, openWorld, type World } from './access-world.js'

describe('tokens', () => {
  let world: World
  beforeEach(async () => {
    world = await openWorld()
  })
  afterEach(() => world.close())

  const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
  const posting = (token: string, body = '{}') => ({
    method: 'POST',
    body,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  })

  test('a token with the scope comes in, by its name', async () => {
    const token = await world.token('crm', ['read', 'write'])
    const app = world.serve()
    expect(token).toMatch(/^lw_[A-Za-z0-9_-]{43}$/)
    expect(await (await app.request('/things', bearer(token))).json()).toEqual({ by: 'token:crm' })
    expect((await app.request('/things', posting(token))).status).toBe(201)
    expect(await (await app.request('/me', bearer(token))).json()).toEqual({
      id: 'token:crm',
      scopes: ['read', 'write'],
      sees: { is: 'everything' },
      by: 'token',
      form_token: null,
    })
  })

  test('a token of a team sees that team', async () => {
    const token = await world.token('west', ['read'], { team: 'west' })
    const me = await (await world.serve().request('/me', bearer(token))).json()
    expect(me).toMatchObject({ sees: { is: 'team', team: 'west' } })
  })

  test.each<[string, Scope, string]>([
    ['/things', 'read', 'write'],
    ['/plans', 'write', 'approve'],
    ['/everything', 'approve', 'admin'],
  ])('without its scope %s is refused, and the scope is named', async (path, has, needs) => {
    const token = await world.token('crm', [has, 'hooks'])
    const answer = await world.serve().request(path, posting(token))
    expect(answer.status).toBe(403)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(await answer.json()).toEqual({
      type: 'urn:linewalker:problem:not-allowed',
      title: 'This caller may not do that',
      status: 403,
      detail: `That needs the scope "${needs}", which token:crm does not have.`,
      scope: needs,
    })
  })

  test('revoked, it opens nothing from that moment on', async () => {
    const token = await world.token('crm', ['read'])
    const app = world.serve()
    expect((await app.request('/things', bearer(token))).status).toBe(200)
    await world.store.revokeToken('crm', 'robin', NOW)
    const answer = await app.request('/things', bearer(token))
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="linewalker", error="invalid_token"')
    expect(await answer.json()).toMatchObject({ status: 401, detail: 'The token was revoked.' })
  })

  test('it expires at its instant, not before', async () => {
    const token = await world.token('crm', ['read'], { expires_at: NOW + DAY })
    const app = world.serve()
    world.at.now = NOW + DAY - 1
    expect((await app.request('/things', bearer(token))).status).toBe(200)
    world.at.now = NOW + DAY
    const answer = await app.request('/things', bearer(token))
    expect(answer.status).toBe(401)
    expect(await answer.json()).toMatchObject({ detail: 'The token has expired.' })
  })

  test('a wrong, cut, lengthened or empty token is none, and is not told apart', async () => {
    const token = await world.token('crm', ['read'])
    const app = world.serve()
    const last = token.endsWith('A') ? 'B' : 'A'
    for (const wrong of [`${token.slice(0, -1)}${last}`, token.slice(0, -1), `${token}A`, token.toUpperCase(), 'lw_']) {
      const answer = await app.request('/things', bearer(wrong))
      expect({ wrong, status: answer.status }).toEqual({ wrong, status: 401 })
      expect(await answer.json()).toMatchObject({ detail: 'There is no such token.' })
    }
    for (const wrong of ['', 'x'.repeat(500), 'two words']) {
      expect((await app.request('/things', bearer(wrong))).status).toBe(401)
    }
    expect(world.logged.join()).not.toContain(token)
  })

  test('nothing sent is nobody: what is open stays open, all else asks for a token', async () => {
    await world.token('crm', ['read'])
    const app = world.serve()
    expect(await (await app.request('/open')).text()).toBe('for all')
    for (const headers of [new Headers(), new Headers({ authorization: 'Basic cm9iaW46cm9iaW4=' })]) {
      const answer = await app.request('/things', { headers })
      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="linewalker"')
    }
    expect((await app.request('/me')).status).toBe(401)
  })

  test('who guesses tokens is stopped, and others are not', async () => {
    const token = await world.token('crm', ['read'])
    const app = world.serve()
    const from = (remoteAddress: string) => ({ incoming: { socket: { remoteAddress } } })
    const guess = async (address: string) => (await app.request('/things', bearer('lw_guess'), from(address))).status
    const statuses: number[] = []
    for (let i = 0; i < 30; i += 1) statuses.push(await guess('203.0.113.9'))
    expect(statuses.filter((status) => status === 401)).toHaveLength(20)
    expect(statuses.slice(20)).toEqual(Array(10).fill(429))
    expect(await guess('203.0.113.10')).toBe(401)
    expect((await app.request('/things', bearer(token), from('203.0.113.9'))).status).toBe(200)
    world.at.now += MINUTE
    expect(await guess('203.0.113.9')).toBe(401)
  })

  test('one caller has so many requests a minute, and is told when to come back', async () => {
    const [crm, other] = [await world.token('crm', ['read']), await world.token('other', ['read'])]
    const app = world.serve({ requestsPerMinute: 60 })
    for (let i = 0; i < 6; i += 1) expect((await app.request('/things', bearer(crm))).status).toBe(200)
    const answer = await app.request('/things', bearer(crm))
    expect(answer.status).toBe(429)
    expect(answer.headers.get('retry-after')).toBe('1')
    expect((await app.request('/things', bearer(other))).status).toBe(200)
    world.at.now += 1000
    expect((await app.request('/things', bearer(crm))).status).toBe(200)
    expect((await app.request('/things', bearer(crm))).status).toBe(429)
  })

  test('a body that is too large is refused, also when it does not say how large it is', async () => {
    const token = await world.token('crm', ['write'])
    const app = world.serve()
    const size = async (path: string, bytes: number, says: boolean) => {
      const body = says ? 'x'.repeat(bytes) : new Blob(['x'.repeat(bytes)]).stream()
      const asked = new Request(`http://localhost${path}`, {
        ...posting(token),
        body,
        duplex: 'half',
      } as RequestInit)
      if (says) asked.headers.set('content-length', String(bytes))
      return (await app.request(asked)).status
    }
    const MB = 1024 * 1024
    for (const says of [true, false]) {
      expect(await size('/things', MB, says)).toBe(201)
      expect(await size('/things', MB + 1, says)).toBe(413)
      expect(await size('/api/v1/batches', 10 * MB, says)).toBe(200)
      expect(await size('/api/v1/batches', 10 * MB + 1, says)).toBe(413)
    }
  })
})
