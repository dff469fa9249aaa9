import { createHash } from 'node:crypto'
import { createTransport } from 'nodemailer'
import { resolveSecrets } from '../../config/secrets.js'
import { delivered, type Outcome, quoted, refused, unavailable, uncertain } from '../outcome.js'
import { notSet } from './answer.js'
import { defineChannel, type Sending, type SpecOf, type Wire } from './channel.js'
import { writeToOutbox } from './outbox.js'

type Spec = Pick<SpecOf<'email'>, 'smtp' | 'from'>

/** Email over SMTP. Without a URL of a server, letters become files in the outbox. */
export const email = defineChannel({
  type: 'email',
  carries: 'email',
  repeatable: false,
  deliver: async (letter, spec, wire) => {
    if (letter.to.length === 0) return refused(letter.leftOut.join(' ') || 'It names nobody with an address.')
    const from = resolveSecrets(spec.from, wire.env)
    if (from.unset.length > 0) return unavailable(notSet(from.unset))
    const message = messageOf(letter, from.text, wire)
    const note = letter.leftOut.length > 0 ? letter.leftOut.join(' ') : null
    if (spec.smtp === undefined) return writeToOutbox(letter, message, wire.outbox, note)
    const { text: url, unset } = resolveSecrets(spec.smtp, wire.env)
    if (unset.length > 0) return writeToOutbox(letter, message, wire.outbox, join(note, notSet(unset)))
    return sendOver(url, message, wire.patience, note)
  },
})

/** Where letters go for which the rules declare no channel of type email. */
export const NO_EMAIL_CHANNEL: Spec & { type: 'email' } = { type: 'email', from: 'Linewalker <linewalker@localhost>' }

const join = (...notes: readonly (string | null)[]): string => notes.filter((note) => note !== null).join(' ')

export type Message = ReturnType<typeof messageOf>

/** Names and addresses are given apart: a comma in a name adds nobody. */
function messageOf({ id, to, title, body, html, attachments }: Sending, from: string, { now }: Wire) {
  const host = /@([^\s>@]+)>?\s*$/.exec(from)?.[1] ?? 'localhost'
  return {
    messageId: `<${createHash('sha256').update(id).digest('hex').slice(0, 32)}@${host}>`,
    date: new Date(now),
    from,
    to: to.map(({ name, address }) => ({ name: name ?? '', address })),
    subject: title ?? '',
    text: body,
    ...(html === null ? {} : { html }),
    attachments: attachments.map((one) => ({
      cid: one.cid,
      filename: one.name,
      contentType: one.type,
      contentDisposition: 'inline' as const,
      content: Buffer.from(one.content, 'base64'),
    })),
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

async function sendOver(url: string, message: Message, patience: number, note: string | null): Promise<Outcome> {
  if (!/^smtps?:\/\/[^/]/i.test(url) || !URL.canParse(url)) {
    return unavailable('The SMTP URL is none: it should be smtp://USER:PASSWORD@HOST:PORT.')
  }
  const transport = createTransport({
    url,
    connectionTimeout: patience,
    greetingTimeout: patience,
    socketTimeout: patience,
    socketCloseTimeout: 1_000,
  })
  /** From the moment at which the whole message is on its way, silence does not mean that it was not taken. */
  let sent = false
  transport.use('stream', (mail, done) => {
    const { message: mime } = mail
    const read = mime.createReadStream.bind(mime)
    mime.createReadStream = (options) =>
      read(options).once('end', () => {
        sent = true
      })
    done()
  })
  const signal = AbortSignal.timeout(patience)
  try {
    const { rejected } = await transport.sendMail({ ...message, signal })
    const missed = rejected.join(', ')
    return delivered(join(note, missed === '' ? null : `The server did not take it for ${missed}.`) || null)
  } catch (error) {
    if (!signal.aborted) return meaningOf(error as SmtpError, sent)
    const why = `The SMTP server did not finish within ${patience / 1000} seconds.`
    return sent ? uncertain(why) : unavailable(why)
  } finally {
    transport.close()
  }
}

type SmtpError = Error & { code?: string; responseCode?: number; command?: string }

/**
 * An answer of 4xx means later, of 5xx never, where it is about the letter. What is wrong with the server or with how we
 * come to it (no connection, encryption, password) may be mended: later.
 */
function meaningOf({ code, responseCode, message }: SmtpError, sent: boolean): Outcome {
  const said = quoted(message)
  if (code === 'EAUTH') return unavailable(`The SMTP server does not let us in: ${said}`)
  if (code === 'EENVELOPE' || code === 'EMESSAGE') {
    const later = responseCode !== undefined && responseCode < 500
    return later ? unavailable(said) : refused(said)
  }
  if (responseCode !== undefined || !sent) return unavailable(`The SMTP server was not reached: ${said}`)
  return uncertain(`The connection to the SMTP server ended before it said whether it took the letter: ${said}`)
}
