import { createHmac } from 'node:crypto'
import type { RecordKind } from '../../domain/incoming.js'
import type { SubjectKind } from '../../domain/subjects.js'
import { isSame } from '../../lib/is-same.js'
import { forged, GENUINE, type HookEvent, type HookKind, isLate, late, notUnderstood, Unreadable } from './hook.js'
import { instantOf, isMap, type JsonMap, parseJson, textOf } from './json.js'

const KINDS: Readonly<Record<string, { record: RecordKind; subject?: SubjectKind }>> = {
  deal: { record: 'opportunities', subject: 'opportunity' },
  company: { record: 'accounts', subject: 'account' },
  contact: { record: 'contacts' },
}
/** Objects by their type ids, as `object.propertyChange` names them. */
const BY_TYPE_ID: Readonly<Record<string, string>> = { '0-1': 'contact', '0-2': 'company', '0-3': 'deal' }

/** HubSpot: a list of changes, each of one property, in no order and perhaps more than once. */
export const hubspot: HookKind<'hubspot'> = {
  type: 'hubspot',
  keeps: [],
  verify: ({ method, url, header, body, now }, settings) => {
    const [signature, timestamp] = [header('x-hubspot-signature-v3'), header('x-hubspot-request-timestamp')]
    if (!signature || !timestamp) return forged('It has no X-HubSpot-Signature-v3 and X-HubSpot-Request-Timestamp.')
    const at = instantOf(timestamp)
    if (at === null) return forged('Its X-HubSpot-Request-Timestamp is no number of milliseconds.')
    const hmac = createHmac('sha256', settings.secret)
    hmac
      .update(`${method}${decoded(settings.url ?? url)}`)
      .update(body)
      .update(timestamp)
    if (!isSame(hmac.digest('base64'), signature))
      return forged(
        'The signature does not fit: is the secret the client secret of the app, and "url" what HubSpot calls?',
      )
    return isLate(at, now) ? late('Its X-HubSpot-Request-Timestamp is more than 5 minutes off.') : GENUINE
  },
  read: ({ body }) => {
    const value = parseJson(body)
    if (!Array.isArray(value)) throw new Unreadable('The body is not what HubSpot sends: a list was expected.')
    return value.map(eventOf)
  },
}

/** HubSpot decodes these of an address before it signs, and no others. */
const DECODED: readonly (readonly [RegExp, string])[] = [
  [/%3A/gi, ':'],
  [/%2F/gi, '/'],
  [/%3F/gi, '?'],
  [/%40/gi, '@'],
  [/%21/gi, '!'],
  [/%24/gi, '$'],
  [/%27/gi, "'"],
  [/%28/gi, '('],
  [/%29/gi, ')'],
  [/%2A/gi, '*'],
  [/%2C/gi, ','],
  [/%3B/gi, ';'],
]
const decoded = (url: string) => DECODED.reduce((text, [code, sign]) => text.replace(code, () => sign), url)

function eventOf(value: unknown): HookEvent {
  if (!isMap(value) || textOf(value.objectId) === null || textOf(value.subscriptionType) === null)
    return notUnderstood(value, 'An event of HubSpot has an objectId and a subscriptionType.')
  const of = textOf(value.subscriptionType) ?? ''
  const [what = '', did = ''] = of.split('.')
  const name = what === 'object' ? (BY_TYPE_ID[textOf(value.objectTypeId) ?? ''] ?? what) : what
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined
  const id = textOf(value.objectId) ?? ''
  const gone = did === 'deletion' && kind?.subject ? { kind: kind.subject, id } : null
  const isSaid = did === 'propertyChange' || did === 'creation'
  return {
    // eventId alone is not unique, and attemptNumber tells tries of one event apart.
    id: ['eventId', 'subscriptionId', 'objectId', 'occurredAt'].map((key) => textOf(value[key]) ?? '').join('-'),
    at: instantOf(value.occurredAt),
    of,
    records: kind ? [kind.record] : [],
    gone,
    why: isSaid || gone ? null : `Nothing is taken from ${of}.`,
    origin: textOf(value.sourceId),
    row: { ...value, ...propertyOf(value) },
  }
}

/** The property that changed, under its own name. An empty value says "unknown". */
function propertyOf(value: JsonMap): JsonMap {
  const name = textOf(value.propertyName)
  return name === null ? {} : { [name]: value.propertyValue ?? null }
}
