import { createHash, createHmac } from 'node:crypto'
import { isSame } from '../../lib/is-same.js'
import { forged, GENUINE, type HookEvent, type HookKind, isLate, late, notUnderstood, Unreadable } from './hook.js'
import { instantOf, isMap, type JsonMap, parseJson, textOf } from './json.js'

const BATCH = 'application/cloudevents-batch+json'
const ONE = 'application/cloudevents+json'

/**
 * Anything that signs as Standard Webhooks says: CloudEvents 1.0 (structured, batched), or plain JSON, of which the id of the
 * webhook is the id of the event.
 */
export const generic: HookKind<'generic'> = {
  type: 'generic',
  keeps: ['content-type', 'webhook-id', 'webhook-timestamp'],
  verify: ({ header, body, now }, { secret }) => {
    const [id, timestamp, signatures] = [header('webhook-id'), header('webhook-timestamp'), header('webhook-signature')]
    if (!id || !timestamp || !signatures)
      return forged('It is not signed as Standard Webhooks says: webhook-id, webhook-timestamp and webhook-signature.')
    if (!/^\d{1,12}$/.test(timestamp)) return forged('Its webhook-timestamp is no number of seconds.')
    const at = Number(timestamp) * 1000
    const given = signatures.split(' ').filter((one) => one.startsWith('v1,'))
    const fits = [secret].flat().some((one) => {
      const expected = sign(one, id, timestamp, body)
      return given.some((signature) => isSame(signature, expected))
    })
    if (!fits) return forged('The signature does not fit the body under the secret of the source.')
    return isLate(at, now) ? late('Its webhook-timestamp is more than 5 minutes off.') : GENUINE
  },
  read: ({ headers, body, now }) => {
    const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase()
    const value = parseJson(body)
    if (type === BATCH) {
      if (!Array.isArray(value)) throw new Unreadable(`A body of ${BATCH} is a list.`)
      return value.map(cloudEvent)
    }
    if (type === ONE || (isMap(value) && value.specversion !== undefined)) return [cloudEvent(value)]
    if (!isMap(value)) throw new Unreadable('A map was expected.')
    const seconds = Number(headers['webhook-timestamp'])
    const at = instantOf(value.timestamp) ?? (Number.isFinite(seconds) ? seconds * 1000 : null)
    const of = textOf(value.type) ?? 'event'
    // As Standard Webhooks has it, what is told stands under `data`.
    const row = isMap(value.data) ? { ...value.data, event: value } : value
    const event = { at, of, records: [], gone: null, why: null, origin: null, row }
    // Without an id nothing tells a copy from a change back and forth: each is taken, and a copy says nothing new.
    const id = headers['webhook-id'] ?? `${createHash('sha256').update(body).digest('hex').slice(0, 32)}@${now}`
    return [{ id, ...event }]
  },
}

/**
 * The signature as Standard Webhooks has it, over the bytes as they came. A secret is `whsec_` and base64, or base64 alone; any
 * other text is taken as it is.
 */
function sign(secret: string, id: string, timestamp: string, body: Buffer): string {
  const text = secret.replace(/^whsec_/, '')
  const isBase64 = text.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(text)
  const key = isBase64 ? Buffer.from(text, 'base64') : Buffer.from(secret)
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest('base64')}`
}

function cloudEvent(value: unknown): HookEvent {
  if (!isMap(value) || textOf(value.id) === null || textOf(value.source) === null || textOf(value.type) === null)
    return notUnderstood(value, 'A CloudEvent has an id, a source and a type.')
  const { data, ...event } = value as JsonMap
  const [id, source] = [textOf(value.id), textOf(value.source)]
  return {
    id: `${source}#${id}`,
    at: instantOf(value.time),
    of: textOf(value.type) ?? '',
    records: [],
    gone: null,
    why: isMap(data) ? null : 'Its data is no map of JSON.',
    origin: source,
    row: { ...(isMap(data) ? data : {}), event },
  }
}
