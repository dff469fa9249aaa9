import type { Incoming } from '../../domain/incoming.js'
import { type SubjectRef, subjectName } from '../../domain/subjects.js'
import type { Said } from '../../intake/record.js'
import { accountsOfContacts, familiesTouched, seenOf } from '../../store/pages/named.js'
import type { Session, Tx } from '../../store/session.js'
import { notFound, Refusal } from '../problem-details.js'

/**
 * The record of a wish, before it is compared with what is there: null where one who sees only what some people own sees it, or
 * there is none. What is not seen is as if it were not there, whatever else is wrong with the wish; what such a one does not
 * write at all is refused whether it is there or not.
 */
export async function refuseUnseenRecord(
  tx: Tx,
  session: Pick<Session, 'dialect'>,
  { record, id }: Pick<Said, 'record' | 'id'>,
  owners: readonly string[],
): Promise<Refusal | null> {
  if (record === 'people' || record === 'changes')
    return new Refusal('not-allowed', `Who sees only some of the records does not write ${record}.`)
  if (id === undefined) return null
  const kind = record === 'opportunities' ? 'opportunity' : record === 'accounts' ? 'account' : null
  const accounts = record === 'contacts' ? await accountsOfContacts(tx, session, [id]) : new Map<string, string>()
  const asked: SubjectRef[] = [...accounts.values()].map((account) => ({ kind: 'account', id: account }))
  if (kind) asked.push({ kind, id })
  if (asked.length === 0) return null
  const seen = await seenOf(tx, session, asked, owners)
  return [...seen.values()].includes(false) ? notFound(kind ?? 'contact', id) : null
}

/**
 * What one who sees only what some people own may write of the records that are compared: those of theirs, and new ones that
 * are theirs from the beginning. Null where it may be written; what is not seen is as if it were not there.
 */
export async function refuseUnseen(
  tx: Tx,
  session: Pick<Session, 'dialect'>,
  { record, id, values }: Incoming,
  owners: readonly string[],
): Promise<Refusal | null> {
  const own: SubjectRef | null =
    record === 'opportunities' ? { kind: 'opportunity', id } : record === 'accounts' ? { kind: 'account', id } : null
  const named: SubjectRef[] = (['opportunity', 'account'] as const).flatMap((kind) =>
    typeof values[kind] === 'string' ? { kind, id: values[kind] } : [],
  )
  const contacts = record === 'contacts' ? [id] : typeof values.contact === 'string' ? [values.contact] : []
  const accounts = await accountsOfContacts(tx, session, contacts)
  const ofContacts = [...accounts.values()].map((account): SubjectRef => ({ kind: 'account', id: account }))
  const before = record === 'activities' ? await familiesTouched(tx, session, [{ record, id }]) : []
  const seen = await seenOf(tx, session, [...(own ? [own] : []), ...named, ...ofContacts, ...before], owners)
  const isUnseen = (ref: SubjectRef) => seen.get(subjectName(ref)) === false
  if (own && isUnseen(own)) return notFound(own.kind, id)
  if (ofContacts.some(isUnseen)) return notFound('contact', contacts[0] ?? id)
  if (before.some(isUnseen)) return new Refusal('conflict', `The id "${id}" is taken by another activity.`)
  const other = named.find(isUnseen)
  if (other) return notFound(other.kind, other.id)
  const isNew = own !== null && !seen.has(subjectName(own))
  if (isNew && !owners.includes(String(values.owner ?? '')))
    return new Refusal('not-allowed', `A new ${own.kind} needs an owner whose records this caller sees.`)
  return null
}
