import { sql } from 'kysely'
import { HOUR } from '../lib/civil.js'
import type { Instant } from '../lib/instant.js'
import type { Session, Tx } from './session.js'

/** An idempotency key: whose it is, what it is, and the digest of the request that it names. */
export interface KeyedRequest {
  readonly caller: string
  readonly key: string
  readonly digest: string
}

/** What is known of a key: nothing (it is free), an answer, that the call is under way, or that it names another request. */
export type Known = { is: 'new' } | { is: 'answered'; answer: string } | { is: 'under_way' } | { is: 'another_request' }

/** A call that began so long ago and never ended was broken off: it may be made again. */
const BROKEN_OFF = 5 * 60_000
/** So long is an answer kept. */
const KEPT = 24 * HOUR

/**
 * Takes a key for a call, within the transaction of its effect or in one of its own; where it is taken already says by what. One
 * whose call has not ended after five minutes is taken again, and so is one that is older than a day.
 */
export async function takeKey(tx: Tx, { caller, key, digest }: KeyedRequest, now: Instant): Promise<Known> {
  const { rows } =
    await sql`insert into requests (caller, key, digest, at) values (${caller}, ${key}, ${digest}, ${now})
    on conflict (caller, key) do nothing returning key`.execute(tx)
  if (rows.length > 0) return { is: 'new' }
  const known = await tx
    .selectFrom('requests')
    .selectAll()
    .where((e) => e.and({ caller, key }))
    .executeTakeFirst()
  if (!known) return { is: 'under_way' }
  if (known.at >= now - KEPT) {
    if (known.digest !== digest) return { is: 'another_request' }
    if (known.answer !== null) return { is: 'answered', answer: known.answer }
    if (known.at > now - BROKEN_OFF) return { is: 'under_way' }
  }
  // Of several that come at once one takes it.
  const { numUpdatedRows } = await tx
    .updateTable('requests')
    .set({ at: now, digest, answer: null })
    .where((e) => e.and({ caller, key, at: known.at }))
    .where('answer', known.answer === null ? 'is' : '=', known.answer)
    .executeTakeFirst()
  return numUpdatedRows > 0n ? { is: 'new' } : { is: 'under_way' }
}

/** Writes the answer down beside the key. */
export async function keepAnswer(tx: Tx, { caller, key }: KeyedRequest, answer: string): Promise<void> {
  await tx
    .updateTable('requests')
    .set({ answer })
    .where((e) => e.and({ caller, key }))
    .execute()
}

/** Frees the key of a call that did nothing. */
export async function freeKey(tx: Tx, { caller, key }: Pick<KeyedRequest, 'caller' | 'key'>): Promise<void> {
  await tx
    .deleteFrom('requests')
    .where((e) => e.and({ caller, key }))
    .execute()
}

/** Calls that happen once, for those whose effect has transactions of its own. */
export const requestsOf = (session: Session) => ({
  beginRequest: (request: KeyedRequest, now: Instant): Promise<Known> =>
    session.write((tx) => takeKey(tx, request, now)),
  endRequest: (request: KeyedRequest, answer: string): Promise<void> =>
    session.write((tx) => keepAnswer(tx, request, answer)),
  /** When keys that are older than a day are to be forgotten next: an hour after the oldest is; null where there is none. */
  nextKeysForgotten: (): Promise<Instant | null> =>
    session.ask(async (db) => {
      const oldest = await db.selectFrom('requests').select('at').orderBy('at').limit(1).executeTakeFirst()
      return oldest ? oldest.at + KEPT + HOUR : null
    }),
  /** Forgets keys that are older than a day. */
  forgetKeys: (now: Instant): Promise<void> =>
    session.write(async (tx) => {
      await tx
        .deleteFrom('requests')
        .where('at', '<', now - KEPT)
        .execute()
    }),
  freeRequest: (request: KeyedRequest): Promise<void> => session.write((tx) => freeKey(tx, request)),
})
