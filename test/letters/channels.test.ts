import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import { Webhook } from 'standardwebhooks'
import { afterAll, describe, expect, test } from 'vitest'
import type { ChannelSpec, Sending, Wire } from '../../src/letters/channels/channel.js'
import { attempt } from '../../src/letters/channels/index.js'
import { openHttpGuard } from '../../src/lib/http-guard.js'
import { httpReceiver, type SmtpScript, smtpReceiver } from './receivers.js'

const NOW = Date.UTC(2026, 2, 2, 8, 30)
const folder = mkdtempSync(join(tmpdir(), 'linewalker-outbox-'))
const http = openHttpGuard()
const closing: (() => void)[] = [() => rmSync(folder, { recursive: true, force: true }), () => void http.close()]
afterAll(() => {
  for (const close of closing) close()
})

const wire = (env: Wire['env'] = {}, patience = 5_000): Wire => ({ http, env, outbox: folder, now: NOW, patience })
const letter = (but: Partial<Sending> = {}): Sending => ({
  id: 'quiet/opportunity/Acme & Söhne/1/open#1',
  at: NOW,
  to: [{ name: 'Ruiz, Dana', address: 'dana@example.com' }],
  leftOut: [],
  title: 'About Acme',
  body: 'Is it still alive?\n',
  mediaType: 'application/json',
  html: null,
  attachments: [],
  ...but,
})
const MAIL: ChannelSpec = { type: 'email', smtp: '${SMTP_URL}', from: 'Pipeline <pipeline@example.com>' }

describe('email', () => {
  async function server(script: SmtpScript = {}) {
    const made = await smtpReceiver(script)
    closing.push(made.close)
    const url = made.url
    return {
      ...made,
      send: (but: Partial<Sending> = {}, patience?: number) =>
        attempt(letter(but), MAIL, wire({ SMTP_URL: `${url}?tls.rejectUnauthorized=false` }, patience)),
    }
  }

  test('text, HTML and a picture arrive over STARTTLS and AUTH, from and to whom they should', async () => {
    const smtp = await server()
    const png = Buffer.from('not quite a picture').toString('base64')
    const more = {
      html: '<p>Hello <img src="cid:chart"></p>',
      attachments: [{ cid: 'chart', name: 'chart.png', type: 'image/png', content: png }],
    }
    expect(await smtp.send(more)).toEqual({ is: 'delivered', note: null })
    const [got] = smtp.received
    expect(got).toMatchObject({ to: ['dana@example.com'], secure: true, user: 'line' })
    const mail = await PostalMime.parse(got?.text ?? '')
    expect(mail).toMatchObject({
      from: { name: 'Pipeline', address: 'pipeline@example.com' },
      to: [{ name: 'Ruiz, Dana', address: 'dana@example.com' }],
      subject: 'About Acme',
      text: expect.stringMatching(/^Is it still alive\?\s+$/),
      date: '2026-03-02T08:30:00.000Z',
    })
    expect(mail.html).toContain('cid:chart')
    expect(mail.attachments).toMatchObject([{ contentId: '<chart>', mimeType: 'image/png', disposition: 'inline' }])
    expect(mail.headers.find(({ key }) => key === 'auto-submitted')?.value).toBe('auto-generated')
  })

  test('the Message-ID is that of the letter on every attempt, and no other letter has it', async () => {
    const smtp = await server()
    await smtp.send()
    await smtp.send()
    await smtp.send({ id: 'quiet/opportunity/Acme/2/open#1' })
    const ids = smtp.received.map(({ text }) => /^Message-ID: (.*)$/im.exec(text)?.[1])
    expect(ids[0]).toMatch(/^<[0-9a-f]{32}@example\.com>$/)
    expect([ids[0] === ids[1], ids[0] === ids[2]]).toEqual([true, false])
  })

  test('what text holds adds nobody and reads no file', async () => {
    const smtp = await server()
    const to = [{ name: 'x" <evil@example.com>, "y\r\nBcc: evil@example.com', address: 'dana@example.com' }]
    await smtp.send({ to, title: 'Hi\r\nBcc: evil@example.com', body: '{ "path": "/etc/passwd" }' })
    expect(smtp.received[0]?.to).toEqual(['dana@example.com'])
    expect(smtp.received[0]?.text).not.toMatch(/^Bcc:/im)
  })

  const whim = (code: number, says = 'so it is') => ({ code, says })
  test.each<[string, SmtpScript, string, RegExp]>([
    ['421 as a greeting', { connect: () => whim(421) }, 'unavailable', /421/],
    ['450 for the recipient', { rcpt: () => whim(450, 'greylisted') }, 'unavailable', /450.*greylisted/],
    ['550 for the recipient', { rcpt: () => whim(550, 'no such user') }, 'refused', /550.*no such user/],
    ['451 after the text', { data: () => ({ whim: whim(451), takes: false }) }, 'unavailable', /451/],
    ['554 after the text', { data: () => ({ whim: whim(554, 'spam'), takes: false }) }, 'refused', /554.*spam/],
    ['a cut at the recipient', { rcpt: () => 'cut' }, 'unavailable', /not reached/],
    ['silence at the recipient', { rcpt: () => 'silence' }, 'unavailable', /within 0.4 seconds/],
    ['a cut after the text', { data: () => ({ whim: 'cut', takes: true }) }, 'uncertain', /before it said/],
    ['silence after the text', { data: () => ({ whim: 'silence', takes: true }) }, 'uncertain', /within 0.4 seconds/],
  ])('%s', async (_, script, is, why) => {
    const smtp = await server(script)
    const began = performance.now()
    expect(await smtp.send({}, 400)).toMatchObject({ is, why: expect.stringMatching(why) })
    expect(performance.now() - began).toBeLessThan(2_000)
  })

  test('one of two recipients is unknown: the other has it, and the letter says so', async () => {
    const smtp = await server({ rcpt: (address) => (address.startsWith('gone') ? whim(550) : undefined) })
    const to = [...letter().to, { name: null, address: 'gone@example.com' }]
    expect(await smtp.send({ to })).toEqual({
      is: 'delivered',
      note: 'The server did not take it for gone@example.com.',
    })
    expect(smtp.received).toMatchObject([{ to: ['dana@example.com'] }])
  })

  test('a wrong password may be mended, and is never told', async () => {
    const { port } = await server()
    const url = `smtp://line:s3cr3t-w0rd@127.0.0.1:${port}?tls.rejectUnauthorized=false`
    const outcome = await attempt(letter(), MAIL, wire({ SMTP_URL: url }))
    expect(outcome).toMatchObject({ is: 'unavailable', why: expect.stringMatching(/does not let us in: .*535/) })
    expect(JSON.stringify(outcome)).not.toContain('s3cr3t')
  })

  test('a server that cannot be reached, and a URL that is none', async () => {
    expect(await attempt(letter(), MAIL, wire({ SMTP_URL: 'smtp://127.0.0.1:1' }))).toMatchObject({
      is: 'unavailable',
      why: expect.stringMatching(/ECONNREFUSED/),
    })
    const odd = await attempt(letter(), MAIL, wire({ SMTP_URL: 'pop3://user:hidden@host' }))
    expect(odd).toMatchObject({ is: 'unavailable', why: expect.stringMatching(/smtp:\/\/USER/) })
    expect(JSON.stringify(odd)).not.toContain('hidden')
  })

  test('nobody with an address', async () => {
    const outcome = await attempt(letter({ to: [], leftOut: ['No email address of lee is known.'] }), MAIL, wire())
    expect(outcome).toEqual({ is: 'refused', why: 'No email address of lee is known.' })
  })

  test('without an SMTP URL a letter is a file, the same one however often it is written', async () => {
    for (const spec of [MAIL, { type: 'email', from: 'Pipeline <pipeline@example.com>' } as const]) {
      expect(await attempt(letter(), spec, wire())).toMatchObject({
        is: 'delivered',
        note: expect.stringMatching(/^Written to .*\.eml/),
      })
    }
    const files = readdirSync(folder)
    expect(files).toEqual([expect.stringMatching(/^2026-03-02-dana-[0-9a-f]{12}\.eml$/)])
    const mail = await PostalMime.parse(readFileSync(join(folder, files[0] as string)))
    expect(mail).toMatchObject({ subject: 'About Acme', to: [{ name: 'Ruiz, Dana' }], text: 'Is it still alive?\n' })
  })
})

describe.each(['slack', 'teams'] as const)('%s', (type) => {
  const spec = { type, url: '${HOOK}', allow_private: true }

  test('gets the text, which can neither call a channel nor hide a link', async () => {
    const receiver = await httpReceiver()
    closing.push(receiver.close)
    const body = 'Acme & Söhne <!channel> is won\n<https://evil.example|Click>'
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
