import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isPublicAddress } from '../../src/lib/addresses.js'
import { type HttpGuard, openHttpGuard } from '../../src/lib/http-guard.js'

const OUT = { headers: {}, body: '{}', allowPrivate: false, timeout: 2_000 }

describe('which addresses are public', () => {
  test.each([
    ...['127.0.0.1', '127.255.255.255', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254'],
    ...['0.0.0.0', '100.64.0.1', '192.0.0.8', '198.18.0.1', '203.0.113.9', '224.0.0.1', '240.0.0.1', '255.255.255.255'],
    ...[
      '::',
      '::1',
      'fe80::1',
      'fe80::1%eth0',
      'fc00::1',
      'fd12:3456::1',
      'fec0::1',
      'ff02::1',
      '2001:db8::1',
      '2002:7f00:1::',
    ],
    ...[
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '::FFFF:10.0.0.1',
      '0:0:0:0:0:ffff:a9fe:a9fe',
      '64:ff9b::7f00:1',
      '::127.0.0.1',
    ],
    ...['64:ff9b:1::1', '100::1', '2001::1', 'nonsense', '', '0x7f000001', '127.1'],
  ])('%s is not', (address) => expect(isPublicAddress(address)).toBe(false))

  test.each([
    ...['8.8.8.8', '172.15.255.255', '172.32.0.1', '192.167.1.1', '100.63.0.1', '223.255.255.255'],
    ...['2606:4700::1111', '2a00:1450:4001::1', '::ffff:8.8.8.8', '64:ff9b::808:808'],
  ])('%s is', (address) => expect(isPublicAddress(address)).toBe(true))
})

describe('the guard', () => {
  let asked: string[] = []
  let knows: readonly string[] = []
  const guard: HttpGuard = openHttpGuard({
    resolve: async (host) => {
      asked.push(host)
      return knows
    },
  })
  const server = createServer((incoming, answer) => {
    hits.push(incoming.url ?? '')
    if (incoming.url === '/moved') answer.writeHead(301, { location: `http://127.0.0.1:${port}/there` }).end('gone')
    else if (incoming.url === '/big') answer.end('x'.repeat(5_000_000))
    else if (incoming.url === '/cut') incoming.socket.destroy()
    else if (incoming.url === '/drip') answer.writeHead(200).write('a')
    else if (incoming.url !== '/silent') answer.end('ok')
  })
  let hits: string[] = []
  let port = 0
  beforeAll(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
  })
  afterAll(async () => {
    await guard.close()
    server.closeAllConnections()
    server.close()
  })

  test.each([
    ...['127.0.0.1', '127.1', '0x7f.1', '0x7f000001', '2130706433', '017700000001', '0177.0.0.1', '127.0.0.1.', '0'],
    ...[
      '[::1]',
      '[::]',
      '[0:0:0:0:0:0:0:1]',
      '[::ffff:127.0.0.1]',
      '[::ffff:7f00:1]',
      '[64:ff9b::127.0.0.1]',
      '[fe80::1]',
    ],
    ...['10.0.0.1', '192.168.0.1', '169.254.169.254', '%31%32%37.0.0.1', '１２７.0.0.1', '127。0。0。1'],
  ])('refuses the literal %s without asking anybody', async (host) => {
    asked = []
    hits = []
    const reply = await guard.post({ ...OUT, url: `http://${host}:${port}/` })
    expect(reply).toMatchObject({ is: 'forbidden', why: expect.stringMatching(/is not public/) })
    expect([asked, hits]).toEqual([[], []])
  })

  test.each([[['127.0.0.1']], [['::1']], [['8.8.8.8', '10.0.0.1']], [['::ffff:192.168.0.1']], [['169.254.169.254']]])(
    'refuses a name that resolves to %j, before any connection',
    async (addresses) => {
      knows = addresses
      hits = []
      const reply = await guard.post({ ...OUT, url: `http://hooks.example.com:${port}/` })
      expect(reply).toMatchObject({ is: 'forbidden', why: expect.stringMatching(/is not public/) })
      expect(hits).toEqual([])
    },
  )

  test('connects to the very address it checked, where the channel allows private ones', async () => {
    knows = ['127.0.0.1']
    const reply = await guard.post({ ...OUT, allowPrivate: true, url: `http://hooks.example.com:${port}/fine` })
    expect(reply).toEqual({ is: 'answer', status: 200, retryAfter: null, text: '' })
  })

  test('a name without an address was surely not reached', async () => {
    knows = []
    expect(await guard.post({ ...OUT, url: 'https://nowhere.example.com/' })).toMatchObject({ is: 'unreachable' })
  })

  test.each(['ftp://example.com/', 'file:///etc/passwd', 'hooks', 'http://user:pass@example.com/', ''])(
    'refuses "%s"',
    async (url) => {
      const reply = await guard.post({ ...OUT, url })
      expect(reply.is).toBe('forbidden')
      expect(JSON.stringify(reply)).not.toContain('user')
    },
  )

  const local = (path: string, timeout = 2_000) =>
    guard.post({ ...OUT, allowPrivate: true, timeout, url: `http://127.0.0.1:${port}${path}` })

  test('follows no redirect', async () => {
    hits = []
    expect(await local('/moved')).toMatchObject({ is: 'answer', status: 301, text: 'gone' })
    expect(hits).toEqual(['/moved'])
  })

  test('the status of an answer of 5 MB stands, and its body is not read', async () => {
    expect(await local('/big')).toMatchObject({ is: 'answer', status: 200, text: '' })
  })

  test('a body that never ends does not outlast the time-out', async () => {
    const began = performance.now()
    expect(await local('/drip', 200)).toMatchObject({ is: 'answer', status: 200 })
    expect(performance.now() - began).toBeLessThan(1_500)
  })

  test('no answer in time, or a connection that is cut, may have arrived', async () => {
    expect(await local('/silent', 150)).toEqual({ is: 'broken_off', why: 'No answer came within 0.15 seconds.' })
    expect(await local('/cut')).toMatchObject({ is: 'broken_off' })
  })

  test('nobody listening is surely not reached', async () => {
    const closed = await guard.post({ ...OUT, allowPrivate: true, url: 'http://127.0.0.1:1/' })
    expect(closed).toMatchObject({ is: 'unreachable', why: expect.stringContaining('ECONNREFUSED') })
  })
})
