import { createHash } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { resolveSecrets } from '../../config/secrets.js'
import type { Instant } from '../../lib/instant.js'
import { unavailable } from '../outcome.js'
import { notSet, postTo } from './answer.js'
import { defineChannel } from './channel.js'

/**
 * A webhook signed as Standard Webhooks says. Id, `Idempotency-Key` and body are the same on every attempt, so that who
 * gets it twice can tell; the timestamp, and so the signature, is of the attempt.
 */
export const webhook = defineChannel({
  type: 'webhook',
  carries: 'webhook',
  repeatable: true,
  deliver: ({ id, body, mediaType }, spec, wire) => {
    const headers = { 'content-type': mediaType, 'webhook-id': webhookId(id), 'idempotency-key': inHeader(id) }
    const timestamp = { 'webhook-timestamp': String(Math.floor(wire.now / 1000)) }
    if (spec.secret === undefined) return postTo(spec, { ...headers, ...timestamp }, body, wire)
    const secret = resolveSecrets(spec.secret, wire.env)
    if (secret.unset.length > 0) return Promise.resolve(unavailable(notSet(secret.unset)))
    const signature = sign(secret.text, headers['webhook-id'], wire.now, body)
    return postTo(spec, { ...headers, ...timestamp, 'webhook-signature': signature }, body, wire)
  },
})

/** The id by which a receiver knows a letter: ids hold any text, this only letters and digits. */
export const webhookId = (id: string): string => `msg_${createHash('sha256').update(id).digest('hex').slice(0, 32)}`

/** A header holds visible ASCII only. Different ids stay different. */
const inHeader = (id: string): string => id.replace(/[^\x21-\x24\x26-\x7e]/gu, encodeURIComponent)

/** A secret is `whsec_` and base64, or base64 alone; any other text is taken as it is. */
function sign(secret: string, id: string, now: Instant, body: string): string {
  return keyOf(secret).sign(id, new Date(now), body)
}

function keyOf(secret: string): Webhook {
  try {
    return new Webhook(secret)
  } catch {
    return new Webhook(secret, { format: 'raw' })
  }
}
