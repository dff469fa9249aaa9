import { Webhook } from 'standardwebhooks'
import { afterAll, describe, expect, test } from 'vitest'
import type { ChannelSpec } from '../../src/letters/channels/channel.js'
import { attempt, isRepeatable } from '../../src/letters/channels/index.js'
import { channelWorld, letter, NOW } from './channel-world.js'
import { httpReceiver } from './receivers.js'

const { closing, wire, close } = channelWorld()
afterAll(close)

describe.each(['slack', 'teams'] as const)('%s', (type) => {
  const spec = { type, url: '${HOOK}', allow_private: true }

  test('gets the text, which can neither call a channel nor hide a link', async () => {
    const receiver = await httpReceiver()
    closing.push(receiver.close)
    const body = 'Acme & Söhne <!channel> is won\n<https://evil.example|Click> [Click](https://evil.example)'
    expect(await attempt(letter({ title: null, body }), spec, wire({ HOOK: `${receiver.url}/T0/SECRET` }))).toEqual({
      is: 'delivered',
      note: null,
    })
    expect(receiver.hits[0]?.headers['content-type']).toBe('application/json')
    await expect(JSON.stringify(JSON.parse(receiver.hits[0]?.body ?? ''), null, 2)).toMatchFileSnapshot(
      `golden/${type}.json`,
    )
  })

  test('a silence may have arrived; an answer of refusal has not', async () => {
    const receiver = await httpReceiver((_, n) =>
      n === 1 ? 'silence' : n === 2 ? 'cut' : n === 3 ? { status: 503 } : { status: 404, body: 'no_service' },
    )
    closing.push(receiver.close)
    const send = () => attempt(letter(), spec, wire({ HOOK: receiver.url }, 200))
    expect([await send(), await send(), await send(), await send()]).toMatchObject([
      { is: 'uncertain', why: 'No answer came within 0.2 seconds.' },
      { is: 'uncertain' },
      { is: 'unavailable', why: 'It answered 503.' },
      { is: 'refused', why: 'It answered 404 "no_service".' },
    ])
  })
})

describe('webhook', () => {
  const SECRET = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`
  const spec: ChannelSpec = { type: 'webhook', url: '${CRM_URL}', secret: '${CRM_SECRET}', allow_private: true }
  async function hook(...answers: Parameters<typeof httpReceiver>) {
    const receiver = await httpReceiver(...answers)
    closing.push(receiver.close)
    const env = { CRM_URL: `${receiver.url}/hooks/T0PS3CR3T`, CRM_SECRET: SECRET }
    return {
      ...receiver,
      env,
      send: (patience = 5_000, now = NOW) =>
        attempt(letter({ body: '{"a":1}' }), spec, { ...wire(env, patience), now }),
    }
  }

  test.each([SECRET, SECRET.slice(6), 'a plain secret, of any text'])(
    'is signed with %j as Standard Webhooks says',
    async (secret) => {
      const { hits, env } = await hook()
      const now = Date.now()
      await attempt(letter({ body: '{"a":1}' }), spec, { ...wire({ ...env, CRM_SECRET: secret }), now })
      const [{ headers, body }] = hits as [(typeof hits)[number]]
      const key = secret.startsWith('a plain') ? new Webhook(secret, { format: 'raw' }) : new Webhook(secret)
      expect(key.verify(body, headers as Record<string, string>)).toEqual({ a: 1 })
      expect(() => key.verify(body.replace('1', '2'), headers as Record<string, string>)).toThrow(/signature/i)
    },
  )

  test('id, key and body are the same on every attempt, the timestamp is of its own', async () => {
    const { hits, send } = await hook((_, n) => ({ status: n === 1 ? 500 : 200 }))
    expect(await send()).toMatchObject({ is: 'unavailable' })
    expect(await send(5_000, NOW + 60_000)).toMatchObject({ is: 'delivered' })
    const [first, second] = hits.map(({ headers, body }) => ({ headers, body }))
    expect(second?.body).toBe(first?.body)
    for (const name of ['webhook-id', 'idempotency-key']) expect(second?.headers[name]).toBe(first?.headers[name])
    expect(first?.headers['idempotency-key']).toBe('quiet/opportunity/Acme%20&%20S%C3%B6hne/1/open#1')
    expect(Number(second?.headers['webhook-timestamp']) - Number(first?.headers['webhook-timestamp'])).toBe(60)
  })

  test.each<[string, Parameters<typeof httpReceiver>[0], object]>([
    ['200 too late', () => 'silence', { is: 'uncertain', why: 'No answer came within 0.2 seconds.' }],
    [
      '301',
      () => ({ status: 301, headers: { location: 'http://127.0.0.1:9/' } }),
      { is: 'refused', why: 'It answered 301: redirects are not followed.' },
    ],
    [
      '429 with seconds',
      () => ({ status: 429, headers: { 'retry-after': '120' } }),
      { is: 'unavailable', retryAfter: 120_000 },
    ],
    [
      '429 with a date',
      () => ({ status: 429, headers: { 'retry-after': new Date(NOW + 90_000).toUTCString() } }),
      { is: 'unavailable', retryAfter: 90_000 },
    ],
    [
      '429 with nonsense',
      () => ({ status: 429, headers: { 'retry-after': 'soon' } }),
      { is: 'unavailable', retryAfter: null },
    ],
    ['200 with 5 MB', () => ({ status: 200, body: 'x'.repeat(5_000_000) }), { is: 'delivered' }],
    [
      '500 with 5 MB',
      () => ({ status: 500, body: 'x'.repeat(5_000_000) }),
      { is: 'unavailable', why: expect.stringMatching(/^It answered 500 "x{199}…"\.$/) },
    ],
    ['410', () => ({ status: 410 }), { is: 'refused', why: 'It answered 410.' }],
  ])('%s', async (_, answer, outcome) => {
    const { send } = await hook(answer)
    expect(await send(_ === '200 too late' ? 200 : 5_000)).toMatchObject(outcome)
  })

  test('a receiver that echoes the secret or the address does not make us print them', async () => {
    const { send } = await hook(({ path, headers }) => ({ status: 400, body: `no ${path} ${SECRET} ${headers.host}` }))
    const outcome = await send()
    expect(outcome).toMatchObject({ is: 'refused', why: expect.stringMatching(/^It answered 400 "no … … /) })
  })

  test('what is not set is named, not sent', async () => {
    const { hits, env } = await hook()
    expect(await attempt(letter(), spec, wire({ ...env, CRM_SECRET: '' }))).toMatchObject({
      is: 'unavailable',
      why: 'CRM_SECRET is not set in the environment.',
    })
    expect(await attempt(letter(), spec, wire({ CRM_SECRET: SECRET }))).toMatchObject({
      is: 'unavailable',
      why: 'CRM_URL is not set in the environment.',
    })
    expect(hits).toEqual([])
  })

  test('a private address is refused unless the channel allows it', async () => {
    const { hits, env } = await hook()
    const outcome = await attempt(letter(), { ...spec, allow_private: false } as ChannelSpec, wire(env))
    expect(outcome).toMatchObject({ is: 'refused', why: expect.stringMatching(/not public/) })
    expect(hits).toEqual([])
  })
})

test('what may have arrived goes out again only where every channel that carries such a letter lets it', () => {
  const types = ['email', 'message', 'webhook'] as const
  expect(types.filter((type) => isRepeatable({ type }))).toEqual(['webhook'])
})
