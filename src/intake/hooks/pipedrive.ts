import type { RecordKind } from '../../domain/incoming.js'
import type { SubjectKind } from '../../domain/subjects.js'
import { isSame } from '../../lib/is-same.js'
import { forged, GENUINE, type HookEvent, type HookKind, Unreadable } from './hook.js'
import { instantOf, isMap, type JsonMap, parseJson, textOf } from './json.js'

const KINDS: Readonly<Record<string, { record: RecordKind; subject?: SubjectKind }>> = {
  deal: { record: 'opportunities', subject: 'opportunity' },
  organization: { record: 'accounts', subject: 'account' },
  person: { record: 'contacts' },
  activity: { record: 'activities' },
  user: { record: 'people' },
}

/** Pipedrive, webhooks v2: one event a request, with the whole record in `data` and what it was in `previous`. */
export const pipedrive: HookKind<'pipedrive'> = {
  type: 'pipedrive',
  keeps: [],
  verify: ({ header }, { user, secret }) => {
    const [, given] = /^basic +(\S+)$/i.exec(header('authorization') ?? '') ?? []
    if (given === undefined) return forged('It has no user and password (HTTP basic authentication).')
    const fits = isSame(Buffer.from(given, 'base64').toString('utf8'), `${user}:${secret}`)
    return fits ? GENUINE : forged('Its user and password are not those of the source.')
  },
  read: ({ body }) => {
    const value = parseJson(body)
    const meta = isMap(value) ? value.meta : undefined
    if (!isMap(value) || !isMap(meta) || textOf(meta.entity) === null)
      throw new Unreadable(
        'The body is not what Pipedrive sends: its "meta" with an "entity" was expected (webhooks v2).',
      )
    return [eventOf(value, meta)]
  },
}

function eventOf(value: JsonMap, meta: JsonMap): HookEvent {
  const [entity, action] = [textOf(meta.entity) ?? '', textOf(meta.action) ?? '']
  const of = `${action}.${entity}`
  const kind = Object.hasOwn(KINDS, entity) ? KINDS[entity] : undefined
  const subject = textOf(meta.entity_id) ?? textOf(isMap(value.data) ? value.data.id : null)
  const isGone = action === 'delete'
  const gone = isGone && kind?.subject && subject !== null ? { kind: kind.subject, id: subject } : null
  return {
    id: idOf(meta),
    at: timeOf(meta.timestamp),
    of,
    records: kind ? [kind.record] : [],
    gone,
    why: whyNot(of, isGone && !gone, value.data),
    origin: textOf(meta.user_id),
    row: { ...(isMap(value.data) ? value.data : {}), meta, previous: value.previous ?? null },
  }
}

function whyNot(of: string, isNothing: boolean, data: unknown): string | null {
  if (isNothing) return `Nothing is taken from ${of}.`
  return of.startsWith('delete.') || isMap(data) ? null : 'It holds no data.'
}

/** Each event has an id of its own, which its attempts share; before that there were only numbers of the record. */
function idOf(meta: JsonMap): string {
  const id = textOf(meta.id) ?? ''
  if (id.length >= 16) return id
  return [meta.entity, meta.entity_id ?? id, meta.action, meta.timestamp].map((part) => textOf(part) ?? '').join('-')
}

/** ISO 8601, or seconds since 1970. */
const timeOf = (value: unknown) => (typeof value === 'number' && value < 1e11 ? value * 1000 : instantOf(value))
