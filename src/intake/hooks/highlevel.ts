import { createHash, createPublicKey, type KeyObject, verify as verifies } from 'node:crypto'
import type { RecordKind } from '../../domain/incoming.js'
import type { Instant } from '../../lib/instant.js'
import type { HookSettings } from '../../program/sections/hooks.js'
import { forged, GENUINE, type HookEvent, type HookKind, isLate, late, Unreadable, type Verdict } from './hook.js'
import { instantOf, isMap, type JsonMap, parseJson, textOf } from './json.js'

/** HighLevel's own keys: of `x-wh-signature` (RSA) and of `x-ghl-signature`, which took its place (Ed25519). */
const OWN_KEYS = [
  `-----BEGIN PUBLIC KEY-----
MIICIjANBgkqhkiG9w0BAQEFAAOCAg8AMIICCgKCAgEAokvo/r9tVgcfZ5DysOSC
Frm602qYV0MaAiNnX9O8KxMbiyRKWeL9JpCpVpt4XHIcBOK4u3cLSqJGOLaPuXw6
dO0t6Q/ZVdAV5Phz+ZtzPL16iCGeK9po6D6JHBpbi989mmzMryUnQJezlYJ3DVfB
csedpinheNnyYeFXolrJvcsjDtfAeRx5ByHQmTnSdFUzuAnC9/GepgLT9SM4nCpv
uxmZMxrJt5Rw+VUaQ9B8JSvbMPpez4peKaJPZHBbU3OdeCVx5klVXXZQGNHOs8gF
3kvoV5rTnXV0IknLBXlcKKAQLZcY/Q9rG6Ifi9c+5vqlvHPCUJFT5XUGG5RKgOKU
J062fRtN+rLYZUV+BjafxQauvC8wSWeYja63VSUruvmNj8xkx2zE/Juc+yjLjTXp
IocmaiFeAO6fUtNjDeFVkhf5LNb59vECyrHD2SQIrhgXpO4Q3dVNA5rw576PwTzN
h/AMfHKIjE4xQA1SZuYJmNnmVZLIZBlQAF9Ntd03rfadZ+yDiOXCCs9FkHibELhC
HULgCsnuDJHcrGNd5/Ddm5hxGQ0ASitgHeMZ0kcIOwKDOzOU53lDza6/Y09T7sYJ
PQe7z0cvj7aE4B+Ax1ZoZGPzpJlZtGXCsu9aTEGEnKzmsFqwcSsnw3JB31IGKAyk
T1hhTiaCeIY/OwwwNUY2yvcCAwEAAQ==
-----END PUBLIC KEY-----`,
  `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAi2HR1srL4o18O8BRa7gVJY7G7bupbN3H9AwJrHCDiOg=
-----END PUBLIC KEY-----`,
]

type Account = Pick<Extract<HookSettings, { type: 'highlevel' }>, 'location' | 'company'>

/** The header of each algorithm, with what Node calls its digest. */
const SCHEMES = [
  { header: 'x-ghl-signature', key: 'ed25519', digest: null },
  { header: 'x-wh-signature', key: 'rsa', digest: 'sha256' },
] as const

/**
 * HighLevel: one event a request, which holds the whole record. Each change comes twice, as an update of it and of its field.
 * The signature proves that HighLevel sent it; the id of the location or the company proves for whom.
 */
export const highlevel: HookKind<'highlevel'> = {
  type: 'highlevel',
  keeps: [],
  verify: ({ header, body, now }, settings) => {
    const { public_key, unguarded = false } = settings
    const keys = readKeys(public_key === undefined ? OWN_KEYS : [public_key].flat())
    if ('why' in keys) return forged(keys.why)
    const sent = SCHEMES.filter((scheme) => header(scheme.header) !== undefined)
    if (sent.length === 0) return forged('It has no signature: neither x-ghl-signature nor x-wh-signature.')
    const fits = sent.some(({ header: name, key, digest }) =>
      keys.some((one) => one.asymmetricKeyType === key && isSigned(digest, body, one, header(name) ?? '')),
    )
    if (!fits) return forged('The signature does not fit the body under the public key of the source.')
    const payload = readable(body)
    return payload === null ? GENUINE : (ofAccount(payload, settings) ?? guard(payload, now, unguarded))
  },
  read: ({ body, now }) => {
    const payload = parseJson(body)
    if (!isMap(payload)) throw new Unreadable('The body is not one event of HighLevel: a map was expected.')
    return [eventOf(payload, body, now)]
  },
}

/** A key may come out of an environment with its line ends written as \n. */
function readKeys(pems: readonly string[]): KeyObject[] | { why: string } {
  try {
    return pems.map((pem) => createPublicKey(pem.replaceAll('\\n', '\n')))
  } catch {
    return { why: 'The public key of the source cannot be read: a PEM was expected.' }
  }
}

function isSigned(digest: string | null, body: Buffer, key: KeyObject, signature: string): boolean {
  try {
    return verifies(digest, body, key, Buffer.from(signature, 'base64'))
  } catch {
    return false
  }
}

/**
 * The event in a body; null where there is none. Such a body says nothing: it is kept as not understood, and a copy of it is known by
 * its content.
 */
function readable(body: Buffer): JsonMap | null {
  try {
    const payload: unknown = JSON.parse(body.toString('utf8'))
    return isMap(payload) ? payload : null
  } catch {
    return null
  }
}

/**
 * HighLevel signs the events of all its customers with one key: only its ids tell whose an event is. Null where it is ours: it
 * names one that the source asks for, and contradicts none.
 */
function ofAccount(payload: JsonMap, { location, company }: Account): Verdict | null {
  // Invoices and orders name their location as `altId`.
  const from = textOf(payload.locationId) ?? (payload.altType === 'location' ? textOf(payload.altId) : null)
  const verdicts = [isAmong(from, location), isAmong(textOf(payload.companyId), company)]
  if (verdicts.includes(true) && !verdicts.includes(false)) return null
  return forged('It comes from another location or company of HighLevel.')
}

/** Null where the event does not say it, or the source does not ask for it. */
const isAmong = (id: string | null, ours: string | string[] | undefined): boolean | null =>
  id === null || ours === undefined ? null : [ours].flat().includes(id)

function guard(payload: JsonMap, now: number, unguarded: boolean): Verdict {
  const [id, at] = [textOf(payload.webhookId), instantOf(payload.timestamp)]
  if (id === null || at === null) {
    if (unguarded) return GENUINE
    const why =
      'It has no webhookId and timestamp, and may be a copy; "unguarded: true" of the source\'s hook takes it all the same.'
    return { is: 'unguarded', why }
  }
  return isLate(at, now) ? late('Its timestamp is more than 5 minutes off.') : GENUINE
}

function eventOf(payload: JsonMap, body: string, now: Instant): HookEvent {
  const of = textOf(payload.type) ?? (payload.invoiceNumber === undefined ? 'unknown' : 'InvoicePaid')
  const isGone = of.endsWith('Delete')
  const id = textOf(payload.id)
  const gone = isGone && of === 'OpportunityDelete' && id !== null ? ({ kind: 'opportunity', id } as const) : null
  return {
    // Without an id nothing tells a copy from a change back and forth: each is taken, and a copy says nothing new.
    id: textOf(payload.webhookId) ?? `${createHash('sha256').update(body).digest('hex').slice(0, 32)}@${now}`,
    at: instantOf(payload.timestamp),
    of,
    records: recordsOf(of),
    gone,
    why: isGone && !gone ? `Nothing is taken from ${of}.` : null,
    origin: null,
    row: payload,
  }
}

const RECORDS: readonly (readonly [RegExp, readonly RecordKind[]])[] = [
  [/^Opportunity/, ['opportunities']],
  [/^Contact/, ['accounts', 'contacts']],
  [/^(InboundMessage|OutboundMessage|Appointment|Note|Task|Invoice|Order)/, ['activities']],
  [/^User/, ['people']],
]
const recordsOf = (of: string): readonly RecordKind[] => RECORDS.find(([pattern]) => pattern.test(of))?.[1] ?? []
