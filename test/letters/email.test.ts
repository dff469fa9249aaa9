import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import PostalMime from 'postal-mime'
import { afterAll, describe, expect, test } from 'vitest'
import type { ChannelSpec, Sending } from '../../src/letters/channels/channel.js'
import { attempt } from '../../src/letters/channels/index.js'
import { channelWorld, letter } from './channel-world.js'
import { type SmtpScript, smtpReceiver } from './receivers.js'

const { closing, folder, wire, close } = channelWorld()
afterAll(close)
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
