import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hashOf } from '../../src/server/access/tokens.js'
import { openBrowser } from './access-browser.js'
import { NOW, openWorld, type World } from './access-world.js'

const HOME = 'https://pipeline.example.com'
const JSON_BODY = { body: '{}', headers: { 'content-type': 'application/json' } }

describe('on this machine alone, without token and login', () => {
  let world: World
  let app: ReturnType<World['serve']>
  beforeEach(async () => {
    world = await openWorld()
    app = world.serve()
  })
  afterEach(() => world.close())
  const ask = async (headers: Record<string, string>, method = 'POST', path = '/everything') =>
    (await app.request(path, { method, headers })).status

  test.each(['localhost', 'localhost:8080', '127.0.0.1:8080', '127.0.0.9', '[::1]:8080', 'LOCALHOST:80'])(
    'whoever calls %s is the administrator',
    async (host) => {
      expect(await ask({ host })).toBe(200)
      const me = await (await app.request('/me', { headers: { host } })).json()
      expect(me).toEqual({
        id: 'local',
        scopes: ['read', 'write', 'hooks', 'approve', 'admin'],
        sees: { is: 'everything' },
        by: 'nobody',
        form_token: null,
      })
    },
  )

  test.each([
    'evil.example.com',
    'evil.example.com:8080',
    'localhost.evil.example.com',
    '127.0.0.1.nip.io:8080',
    '10.0.0.5',
    '0.0.0.0:8080',
    '[::]:8080',
    '[::ffff:10.0.0.5]:80',
    'localhost:8080@evil.example.com',
    '',
  ])('a name that was made to lead here is refused, also for reading: %s', async (host) => {
    expect(await ask({ host })).toBe(403)
    expect(await ask({ host }, 'GET', '/things')).toBe(403)
  })

  test('another website changes nothing through the browser of this machine', async () => {
    const host = 'localhost:8080'
    for (const elsewhere of [
      { origin: 'https://evil.example.com' },
      { origin: 'null' },
      { origin: 'http://localhost:3000' },
      { origin: 'https://localhost:8080' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'cross-site', origin: 'http://localhost:8080' },
    ]) {
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        expect({ elsewhere, method, status: await ask({ host, ...(elsewhere as object) }, method) }).toEqual({
          elsewhere,
          method,
          status: 403,
        })
      }
    }
    expect(await ask({ host, origin: 'http://localhost:8080' })).toBe(200)
    expect(await ask({ host, 'sec-fetch-site': 'same-origin', origin: 'http://localhost:8080' })).toBe(200)
  })

  test('a proxy that speaks for others is refused', async () => {
    for (const name of ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via']) {
      expect(await ask({ host: 'localhost', [name]: '203.0.113.9' })).toBe(403)
    }
  })

  test('the first token ends it, and revoking the last does not bring it back', async () => {
    expect(await ask({ host: 'localhost' })).toBe(200)
    await world.token('crm', ['read'])
    expect(await ask({ host: 'localhost' })).toBe(401)
    await world.store.revokeToken('crm', 'robin', NOW)
    expect(await ask({ host: 'localhost' })).toBe(401)
  })

  test('so does a login, and a server that others can reach has no local administrator', async () => {
    app = world.serve({ url: 'http://localhost:8080', links: true })
    expect(await ask({ host: 'localhost' })).toBe(401)
    app = world.serve({ host: '0.0.0.0' })
    expect(await ask({ host: 'localhost' })).toBe(401)
  })
})

describe('in a session', () => {
  let world: World
  let app: ReturnType<World['serve']>
  beforeEach(async () => {
    world = await openWorld()
    app = world.serve({ host: '0.0.0.0', url: HOME, links: true })
    await world.store.signIn({ hash: hashOf('s-ada'), person: 'ada', via: 'link', at: NOW }, null)
  })
  afterEach(() => world.close())
  const cookie = '__Host-linewalker=s-ada'
  const ask = async (init: { body?: string; headers: Record<string, string> }, path = '/things') =>
    (await app.request(path, { method: 'POST', ...init, headers: { cookie, ...init.headers } })).status
  const formToken = async () => ((await (await app.request('/me', { headers: { cookie } })).json()) as Me).form_token
  type Me = { form_token: string }

  test('a change comes from our own pages, as JSON', async () => {
    const from = (headers: Record<string, string>) =>
      ask({ ...JSON_BODY, headers: { ...JSON_BODY.headers, ...headers } })
    expect(await from({ origin: HOME })).toBe(201)
    expect(await from({ 'sec-fetch-site': 'same-origin' })).toBe(201)
    for (const headers of [
      {},
      { origin: 'https://evil.example.com' },
      { origin: 'null' },
      { origin: `${HOME}.evil.example.com` },
      { origin: 'http://pipeline.example.com' },
      { 'sec-fetch-site': 'cross-site', origin: HOME },
      { 'sec-fetch-site': 'same-site', origin: HOME },
    ]) {
      expect({ headers, status: await from(headers as Record<string, string>) }).toEqual({ headers, status: 403 })
    }
  })

  test('or as a form with the token of this very session', async () => {
    const token = await formToken()
    const form = (fields: Record<string, string>, headers: Record<string, string> = {}) =>
      ask({
        body: new URLSearchParams(fields).toString(),
        headers: { origin: HOME, 'content-type': 'application/x-www-form-urlencoded', ...headers },
      })
    expect(await form({ form_token: token, name: 'Acme' })).toBe(201)
    expect(await form({ name: 'Acme' }, { 'x-form-token': token })).toBe(201)
    expect(await ask({ headers: { origin: HOME, 'x-form-token': token } })).toBe(201)
    await world.store.signIn({ hash: hashOf('s-lee'), person: 'lee', via: 'link', at: NOW }, null)
    const other = (await (await app.request('/me', { headers: { cookie: '__Host-linewalker=s-lee' } })).json()) as Me
    expect(other.form_token).not.toBe(token)
    for (const wrong of ['', token.slice(1), `${token}0`, other.form_token, hashOf('s-ada')]) {
      expect({ wrong, status: await form({ form_token: wrong }) }).toEqual({ wrong, status: 403 })
    }
    expect(await form({ name: 'Acme' })).toBe(403)
    expect(await form({ form_token: token }, { origin: 'https://evil.example.com' })).toBe(403)
    for (const type of [
      'text/plain',
      'multipart/form-data; boundary=x',
      'application/xml',
      'text/plain;application/json',
    ])
      expect({ type, status: await ask({ body: '{}', headers: { origin: HOME, 'content-type': type } }) }).toEqual({
        type,
        status: 403,
      })
  })

  test('a token needs none of it: no browser sends it by itself', async () => {
    const token = await world.token('crm', ['write'])
    const headers = {
      authorization: `Bearer ${token}`,
      origin: 'https://evil.example.com',
      'content-type': 'text/plain',
    }
    expect((await app.request('/things', { method: 'POST', body: 'x', headers })).status).toBe(201)
  })

  test('a wrong token is not helped by a good session', async () => {
    const headers = { cookie, authorization: 'Bearer lw_wrong' }
    expect((await app.request('/things', { headers })).status).toBe(401)
  })

  test('signing out from another website does not work', async () => {
    const browser = openBrowser(app, HOME, world.at)
    browser.cookies.set('__Host-linewalker', 's-ada')
    expect((await browser.submit('/logout', {}, { origin: 'https://evil.example.com' })).status).toBe(403)
    expect((await browser.submit('/logout', {})).status).toBe(403)
    expect((await browser.get('/me')).status).toBe(200)
  })

  test('a cookie without the prefix is not looked at', async () => {
    expect((await app.request('/things', { headers: { cookie: 'linewalker=s-ada' } })).status).toBe(401)
  })
})

describe('what browsers are told', () => {
  test('every answer has a strict policy of its own, pages as well as errors', async () => {
    const world = await openWorld()
    const app = world.serve({ host: '0.0.0.0', url: HOME, links: true })
    const nonces = new Set<string>()
    const json = await app.request('/api/v1/nothing', { headers: { accept: 'text/html' } })
    expect(json.headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'")
    expect(Object.fromEntries(json.headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    })
    for (const path of [
      '/login',
      '/login?to=/views',
      '/login/link?key=none',
      '/logout',
      '/me',
      '/things',
      '/nowhere',
      '/open',
    ]) {
      const answer = await app.request(path, { headers: { accept: 'text/html' } })
      const policy = answer.headers.get('content-security-policy') ?? ''
      const nonce = /'nonce-([A-Za-z0-9_-]+)'/.exec(policy)?.[1] ?? ''
      nonces.add(nonce)
      expect({ path, policy: policy.replaceAll(nonce, 'NONCE') }).toEqual({
        path,
        policy:
          "default-src 'none'; script-src 'self' 'nonce-NONCE'; style-src 'self' 'nonce-NONCE'; img-src 'self' data:; " +
          "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      })
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'referrer-policy': 'same-origin',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'strict-transport-security': 'max-age=15552000',
      })
      const html = await answer.text()
      if (answer.headers.get('content-type')?.startsWith('text/html')) {
        expect(html).not.toMatch(/<script|javascript:|\son\w+=|style=/)
        expect(html).toContain(`<style nonce="${nonce}">`)
        expect(answer.headers.get('cache-control')).toBe('no-store')
      }
    }
    expect(nonces.size).toBe(8)
    const local = world.serve()
    expect((await local.request('/open')).headers.get('strict-transport-security')).toBeNull()
    await world.close()
  })

  test('names are shown as text, whatever they hold', async () => {
    const world = await openWorld()
    const app = world.serve({ host: '0.0.0.0', url: HOME, links: true })
    await world.store.keepLink({ hash: hashOf('k'), person: 'ola', at: NOW, expires_at: NOW + 1 }, null)
    await world.store.write((tx) => tx.updateTable('login_links').set({ person: 'ola' }).execute())
    const html = await (await app.request('/login/link?key=k&to=/%22%3E%3Cscript%3E')).text()
    expect(html).toContain('Ola &lt;b&gt;Berg&lt;/b&gt;')
    expect(html).not.toContain('<script')
    await world.close()
  })
})
