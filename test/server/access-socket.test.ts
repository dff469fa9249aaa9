import { type IncomingHttpHeaders, type RequestOptions, request } from 'node:http'
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { access } from '../../src/server/access/index.js'
import { LOCAL } from '../../src/server/access/settings.js'
import { type Listening, listen } from '../../src/server/listen.js'
import { createServer } from '../../src/server/server.js'
import { openWorld, type World } from './access-world.js'

const HERE = { host: '127.0.0.1', port: 0 }

/** The whole server on a socket: what a request over the wire has that one within the process has not. */
describe('over a socket', () => {
  let world: World
  let server: Listening
  beforeEach(async () => {
    world = await openWorld()
    const { first, routes } = access(world.ports, LOCAL)
    const app = createServer(world.ports, { version: '0.0.0', first, at: [['/', routes]] })
    server = await listen(app, HERE)
  })
  afterEach(async () => {
    await server.close(1_000)
    await world.close()
  })

  interface Answered {
    status: number
    headers: IncomingHttpHeaders
    body: string
  }
  const ask = (path: string, options: RequestOptions = {}, body: readonly string[] = []) =>
    new Promise<Answered>((resolve, reject) => {
      const { hostname, port } = new URL(server.url)
      const sent = request({ hostname, port, path, agent: false, ...options }, (answer) => {
        let text = ''
        answer.setEncoding('utf8')
        answer.on('data', (part: string) => {
          text += part
        })
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }))
        answer.on('error', reject)
      })
      sent.on('error', reject)
      for (const part of body) sent.write(part)
      sent.end()
    })
  const json = (headers = {}): RequestOptions => ({
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
  })

  test('a body that comes byte by byte is cut off', async () => {
    const patience = { headers: 100, request: 200, checkedEvery: 25 }
    const slow = await listen({ fetch: async (asked) => new Response(await asked.text()) }, HERE, patience)
    const { port } = new URL(slow.url)
    const socket = connect(Number(port), '127.0.0.1')
    socket.write('POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\n')
    const drip = setInterval(() => socket.write('x'), 20)
    let said = ''
    socket.on('data', (part) => {
      said += part
    })
    socket.on('error', () => undefined)
    await new Promise((resolve) => socket.once('close', resolve))
    clearInterval(drip)
    expect(said).toMatch(/^HTTP\/1\.1 408 /)
    await slow.close(100)
  })

  test('this machine is let in by its own name, not by one that was made to lead here', async () => {
    expect((await ask('/api/v1/opportunities')).status).toBe(200)
    for (const host of ['evil.example.com', 'evil.example.com:80', '127.0.0.1.nip.io']) {
      const { status, headers, body } = await ask('/api/v1/opportunities', { headers: { host } })
      expect(status).toBe(403)
      expect(headers['content-type']).toBe('application/problem+json')
      expect(JSON.parse(body)).toMatchObject({ type: 'urn:linewalker:problem:not-allowed', status: 403 })
    }
  })

  test('with a token there, the API asks for it, and names the scope that lacks', async () => {
    const token = await world.token('reader', ['read'])
    expect((await ask('/api/v1/opportunities')).status).toBe(401)
    const bearer = { authorization: `Bearer ${token}` }
    expect((await ask('/api/v1/opportunities', { headers: bearer })).status).toBe(200)
    const { status, body } = await ask('/api/v1/batches', json(bearer), ['[]'])
    expect(status).toBe(403)
    expect(JSON.parse(body)).toMatchObject({ scope: 'write' })
  })

  test('deeply nested and oversize bodies are refused clearly, also in pieces of no said length', async () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
    const nested = await ask('/api/v1/batches', json(), [deep])
    expect(nested.status).toBe(400)
    expect(JSON.parse(nested.body).detail).toContain('nested more than')
    const piece = 'x'.repeat(1024 * 1024)
    const large = await ask('/api/v1/activities', json(), [piece, 'x'])
    expect(large.status).toBe(413)
    expect(JSON.parse(large.body)).toMatchObject({ type: 'urn:linewalker:problem:too-large', status: 413 })
  })

  test('guesses are counted by where they come from', async () => {
    await world.token('crm', ['read'])
    const guess = { headers: { authorization: 'Bearer lw_guess' } }
    const statuses: number[] = []
    for (let i = 0; i < 22; i += 1) statuses.push((await ask('/api/v1/opportunities', guess)).status)
    expect(statuses).toEqual([...Array(20).fill(401), 429, 429])
    const other = await ask('/api/v1/opportunities', { ...guess, localAddress: '127.0.0.2' })
    expect(other.status).toBe(401)
  })

  test('no path leads out of the server', async () => {
    for (const path of ['/../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/login/../../etc/passwd', '//etc/passwd']) {
      const { status, headers, body } = await ask(path)
      expect({ path, status }).toEqual({ path, status: 404 })
      expect(body).not.toContain('root:')
      expect(headers['content-security-policy']).toContain("default-src 'none'")
    }
  })
})
