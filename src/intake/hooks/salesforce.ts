import type { RecordKind } from '../../domain/incoming.js'
import type { SubjectKind } from '../../domain/subjects.js'
import { isSame } from '../../lib/is-same.js'
import {
  forged,
  GENUINE,
  type HookEvent,
  type HookKind,
  MOST_EVENTS,
  notUnderstood,
  Unreadable,
  type Verdict,
} from './hook.js'
import { instantOf, isMap, type JsonMap, parseJson, textOf } from './json.js'
import { type Element, parseXml } from './xml.js'

const KINDS: Readonly<Record<string, { record: RecordKind; subject?: SubjectKind }>> = {
  Opportunity: { record: 'opportunities', subject: 'opportunity' },
  Account: { record: 'accounts', subject: 'account' },
  Contact: { record: 'contacts' },
  User: { record: 'people' },
  Task: { record: 'activities' },
  Event: { record: 'activities' },
}

const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/'
const OUTBOUND = 'http://soap.sforce.com/2005/09/outbound'

/**
 * Salesforce: outbound messages (SOAP, up to 100 notifications) and change events (JSON, as a relay of Change Data Capture
 * posts them). Neither is signed: a token in the address or as a bearer, and of messages the id of the organization, stand in.
 */
export const salesforce: HookKind<'salesforce'> = {
  type: 'salesforce',
  keeps: ['content-type'],
  verify: ({ url, header, body }, { secret, organization }) => {
    const [, bearer] = /^bearer +(\S+)$/i.exec(header('authorization') ?? '') ?? []
    const token = bearer ?? new URL(url, 'http://localhost').searchParams.get('token')
    if (!token) return forged('It has no token: ?token=… in the address, or a bearer token.')
    if (!isSame(token, secret)) return forged('The token is not that of the source.')
    return isXml(header('content-type')) ? ofOrganization(body.toString('utf8'), organization) : GENUINE
  },
  read: ({ headers, body }) => (isXml(headers['content-type']) ? readMessage(body) : readChanges(body)),
  answer: {
    type: 'text/xml; charset=utf-8',
    body: `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="${SOAP}"><soapenv:Body><notificationsResponse xmlns="${OUTBOUND}"><Ack>true</Ack></notificationsResponse></soapenv:Body></soapenv:Envelope>
`,
  },
}

const isXml = (type: string | undefined) => /^(text|application)\/(soap\+)?xml\b/i.test(type?.trim() ?? '')

/** An id of 15 letters may have three more, which only say which of them are capitals. */
const isId = (a: string, b: string) => a.slice(0, 15) === b.slice(0, 15)

function ofOrganization(body: string, organization: string): Verdict {
  let from: string | undefined
  try {
    from = notificationsOf(body).find(({ name }) => name === 'OrganizationId')?.text
  } catch {
    // What cannot be read says nothing: it is kept as not understood.
    return GENUINE
  }
  return from !== undefined && isId(from, organization) ? GENUINE : forged('It comes from another organization.')
}

function notificationsOf(body: string): Element[] {
  const root = parseXml(body)
  const inside = root.name === 'Envelope' ? root.children.find(({ name }) => name === 'Body') : undefined
  const notifications = inside?.children.find(({ name }) => name === 'notifications')
  if (!notifications) throw new Unreadable('The body is no outbound message: Envelope, Body, notifications.')
  return notifications.children
}

function readMessage(body: string): HookEvent[] {
  const events = notificationsOf(body).filter(({ name }) => name === 'Notification')
  if (events.length === 0) throw new Unreadable('The message holds no Notification.')
  return events.map((event) => {
    const { children } = event
    const id = children.find(({ name }) => name === 'Id')?.text
    const object = children.find(({ name }) => name === 'sObject')
    if (!id || !object) return notUnderstood(event, 'A Notification has an Id and an sObject.')
    const of = (object.type ?? '').replace(/^.*:/, '')
    const row = Object.fromEntries(object.children.map(({ name, text, nil }) => [name, nil ? null : text]))
    return {
      id,
      at: instantOf(row.LastModifiedDate) ?? instantOf(row.SystemModstamp),
      of,
      records: recordsOf(of),
      gone: row.IsDeleted === 'true' ? goneOf(of, textOf(row.Id)) : null,
      why: null,
      origin: textOf(row.LastModifiedById),
      row,
    }
  })
}

const recordsOf = (of: string): readonly RecordKind[] =>
  Object.hasOwn(KINDS, of) && KINDS[of] ? [KINDS[of].record] : []
const goneOf = (of: string, id: string | null) => {
  const kind = Object.hasOwn(KINDS, of) ? KINDS[of]?.subject : undefined
  return kind && id !== null ? { kind, id } : null
}

/** One change event, or a list of them; a change of several records at once is one event for each. */
function readChanges(body: string): HookEvent[] {
  const value = parseJson(body)
  return (Array.isArray(value) ? value : [value]).flatMap((one) => {
    const payload = payloadOf(one)
    const header = payload?.ChangeEventHeader
    if (!payload || !isMap(header) || textOf(header.entityName) === null)
      return [notUnderstood(one, 'A change event of Salesforce has a ChangeEventHeader with an entityName.')]
    const ids = Array.isArray(header.recordIds) ? header.recordIds.flatMap((id) => textOf(id) ?? []) : []
    if (ids.length === 0) return [notUnderstood(one, 'The ChangeEventHeader names no recordIds.')]
    if (ids.length > MOST_EVENTS)
      return [notUnderstood(one, `The ChangeEventHeader names more than ${MOST_EVENTS} recordIds.`)]
    return ids.map((id) => changeOf(payload, header, id))
  })
}

/** As the streaming API wraps it (`data.payload`), as the Pub/Sub API gives it (`payload`), or bare. */
function payloadOf(value: unknown): JsonMap | undefined {
  if (!isMap(value)) return undefined
  if (isMap(value.ChangeEventHeader)) return value
  return payloadOf(value.payload ?? value.data)
}

function changeOf(payload: JsonMap, header: JsonMap, id: string): HookEvent {
  const [of, type] = [textOf(header.entityName) ?? '', textOf(header.changeType) ?? '']
  const { ChangeEventHeader: _, ...fields } = payload
  // A change event holds null for every field that did not change; what became empty it names.
  const nulled = Array.isArray(header.nulledFields) ? header.nulledFields.flatMap((name) => textOf(name) ?? []) : []
  const said = Object.entries(fields).filter(([name, value]) => value !== null || nulled.includes(name))
  const isSaid = type === 'CREATE' || type === 'UPDATE'
  const gone = type === 'DELETE' ? goneOf(of, id) : null
  return {
    id: [header.transactionKey, header.sequenceNumber, id].map((part) => textOf(part) ?? '').join('-'),
    at: instantOf(header.commitTimestamp),
    of,
    records: recordsOf(of),
    gone,
    why: isSaid || gone ? null : `Nothing is taken from a change of type ${type} of ${of}.`,
    origin: textOf(header.changeOrigin),
    row: { ...Object.fromEntries(said), ...Object.fromEntries(nulled.map((name) => [name, null])), Id: id },
  }
}
