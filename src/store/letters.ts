import { type RawBuilder, sql } from 'kysely'
import type { FindingRef } from '../domain/findings.js'
import type { Instant } from '../lib/instant.js'
import type { IntentRow } from '../sql/tables.js'
import type { LetterRow } from '../sql/telling.js'
import { audit } from './audit.js'
import { given, ID } from './bulk.js'
import type { Session, Tx } from './session.js'
import { checkRunning } from './settings.js'
import { withdraw } from './withdraw.js'

/** What became of an attempt: it counts only while the attempt is the letter's last. */
export interface LetterResult {
  id: string
  attempt: number
  state: 'delivered' | 'waiting' | 'dead' | 'uncertain'
  next_at: Instant | null
  reason: string | null
}

/** States in which a letter is neither asked for again nor taken back. */
export type PastState = 'delivered' | 'sending' | 'withdrawn'
const isPast = (state: LetterRow['state']): state is PastState =>
  state === 'delivered' || state === 'sending' || state === 'withdrawn'

/** What became of a person's wish about a letter: it is done, there is no such letter, or the state that it is in. */
type Wished = 'done' | 'unknown' | PastState

/** Letters that go the same way out: one slow lane never delays another. */
export interface Lane {
  type: LetterRow['type']
  channel: string | null
}

export interface ClaimRequest extends Lane {
  now: Instant
  lease: number
  limit: number
  /** The body to store, and to send on every attempt, of a letter that goes out for the first time. */
  seal(letter: LetterRow, intent: IntentRow | null): string
}

const ATTEMPT = [
  ['id', 'text'],
  ['attempt', 'integer'],
] as const
const RESULT = [...ATTEMPT, ['state', 'text'], ['next_at', 'integer'], ['reason', 'text']] as const
const SEALED = [
  ['id', 'text'],
  ['body', 'text'],
] as const

export const lettersOf = (session: Session) => ({
  /** The earliest instant after `after` at which a letter is due, or a lease runs out; null never. */
  nextLetter: (after: Instant): Promise<Instant | null> =>
    session.read(async (tx) => {
      const { rows } = await sql<{ at: number | null }>`select min(at) as at from (
        select min(next_at) as at from letters where state = 'waiting' and next_at > ${after}
        union all select min(lease_until) from letters where state = 'sending') as both_of_them`.execute(tx)
      return rows[0]?.at ?? null
    }),
  /** The lanes in which letters are due. */
  dueLanes: (now: Instant): Promise<Lane[]> =>
    session.read((tx) =>
      tx
        .selectFrom('letters')
        .select(['type', 'channel'])
        .distinct()
        .where('state', '=', 'waiting')
        .where('next_at', '<=', now)
        .orderBy('type')
        .orderBy('channel')
        .execute(),
    ),
  /**
   * Takes due letters of one lane for an attempt each: they are `sending` until their outcome is settled or their lease runs
   * out. Throws StoppedError while the kill switch is on.
   */
  claimLetters: (request: ClaimRequest): Promise<LetterRow[]> => session.write((tx) => claim(tx, session, request)),
  /** Writes down what became of attempts. One that is late counts only if nobody tried again meanwhile. */
  settleLetters: (results: readonly LetterResult[]): Promise<void> =>
    session.write((tx) => settle(tx, session, results)),
  /** Decides on letters whose lease ran out: whoever claimed them has died. Returns how many there were. */
  sweepLetters: async (now: Instant, decide: (letter: LetterRow) => LetterResult): Promise<number> =>
    (await lapsed(session, now))
      ? session.write(async (tx) => {
          const free = session.dialect.forUpdateOfFree('letters')
          const { rows } = await sql<LetterRow>`select * from letters
        where state = 'sending' and lease_until <= ${now} ${free}`.execute(tx)
          await settle(tx, session, rows.map(decide))
          return rows.length
        })
      : 0,
  /** Gives claimed letters back of which no attempt was made: none is counted, but the first, with which the body was sealed. */
  releaseLetters: (letters: readonly Pick<LetterRow, 'id' | 'attempt' | 'reason'>[], now: Instant): Promise<void> =>
    session.write(async (tx) => {
      const back = letters.map((letter): LetterResult => ({ ...letter, state: 'waiting', next_at: now }))
      await settle(tx, session, back)
      await sql`update letters set attempt = letters.attempt - 1 from ${given(session, ATTEMPT, letters)}
        where letters.id = r.id and letters.attempt = r.attempt and letters.attempt > 1
          and letters.state = 'waiting'`.execute(tx)
    }),
  /** Asks for a letter again that was given up, is uncertain or waits for its next attempt; what was taken back stays so. */
  retryLetter: (id: string, by: string, now: Instant): Promise<Wished> =>
    session.write(async (tx) => {
      const letter = await tx.selectFrom('letters').select('state').where('id', '=', id).executeTakeFirst()
      if (!letter) return 'unknown'
      const { state } = letter
      if (isPast(state)) return state
      await tx
        .updateTable('letters')
        .set({ state: 'waiting', next_at: now, lease_until: null, reason: `${by} asked for it again.` })
        .where('id', '=', id)
        .execute()
      await audit(tx, { at: now, by, act: 'retry', of: id, detail: { was: state } })
      return 'done'
    }),
  /** Takes back a letter that is not delivered, saying why. */
  withdrawLetter: (id: string, why: string, by: string, now: Instant): Promise<Wished> =>
    session.write(async (tx) => {
      const letter = await tx.selectFrom('letters').select('state').where('id', '=', id).executeTakeFirst()
      if (!letter) return 'unknown'
      if (isPast(letter.state)) return letter.state
      await tx
        .updateTable('letters')
        .set({ state: 'withdrawn', next_at: null, reason: why })
        .where('id', '=', id)
        .execute()
      await audit(tx, { at: now, by, act: 'withdraw', of: id, detail: { why } })
      return 'done'
    }),
})

/** Looked at before anything is written: what is written wakes every process. */
const lapsed = (session: Session, now: Instant): Promise<boolean> =>
  session.read(async (tx) => {
    const { rows } = await sql`select 1 from letters where state = 'sending' and lease_until <= ${now} limit 1`.execute(
      tx,
    )
    return rows.length > 0
  })

async function claim(tx: Tx, session: Session, request: ClaimRequest): Promise<LetterRow[]> {
  const { type, channel, now, lease, limit, seal } = request
  await checkRunning(tx)
  const lane = channel === null ? sql`l.channel is null` : sql`l.channel = ${channel}`
  const { rows: due } = await sql<LetterRow>`select l.* from letters as l
    where l.state = 'waiting' and l.next_at <= ${now} and l.type = ${type} and ${lane}
    order by l.next_at limit ${limit} ${session.dialect.forUpdateOfFree('l')}`.execute(tx)
  if (due.length === 0) return []
  const fresh = due.filter((letter) => letter.attempt === 0)
  const sealed = await sealAll(tx, session, fresh, seal)
  const lease_until = now + lease
  await sql`update letters set state = 'sending', attempt = attempt + 1, lease_until = ${lease_until}, next_at = null
    where id in (select r.id from ${given(session, ID, due)})`.execute(tx)
  return due.map((letter) => ({
    ...letter,
    body: sealed.get(letter.id) ?? letter.body,
    state: 'sending',
    attempt: letter.attempt + 1,
    lease_until,
    next_at: null,
  }))
}

async function sealAll(tx: Tx, session: Session, letters: readonly LetterRow[], seal: ClaimRequest['seal']) {
  const intents = new Map((await intentsOf(tx, session, letters)).map((intent) => [nameOf(intent, intent.id), intent]))
  const changed = letters.flatMap((letter) => {
    const body = seal(letter, intents.get(nameOf(letter, letter.subject)) ?? null)
    return body === letter.body ? [] : [{ id: letter.id, body }]
  })
  if (changed.length > 0) {
    await sql`update letters set body = r.body from ${given(session, SEALED, changed)}
      where letters.id = r.id`.execute(tx)
  }
  return new Map(changed.map(({ id, body }) => [id, body]))
}

const nameOf = (
  { rule, kind, episode, step }: Pick<LetterRow, 'rule' | 'kind' | 'episode' | 'step'>,
  subject: string | null,
) => JSON.stringify([rule, kind, subject, episode, step])

async function intentsOf(tx: Tx, session: Session, letters: readonly LetterRow[]): Promise<IntentRow[]> {
  const webhooks = letters.filter(({ type }) => type === 'webhook')
  if (webhooks.length === 0) return []
  const { rows } = await sql<IntentRow>`select distinct i.* from intents as i join letters as l
    on i.rule = l.rule and i.kind = l.kind and i.id = l.subject and i.episode = l.episode and i.step = l.step
    where l.id in (select r.id from ${given(session, ID, webhooks)})`.execute(tx)
  return rows
}

/** `delivered` is true whatever was thought of the attempt meanwhile; all else only while nobody decided otherwise. */
async function settle(tx: Tx, session: Session, results: readonly LetterResult[]): Promise<void> {
  if (results.length === 0) return
  await sql`update letters set state = r.state, next_at = r.next_at, reason = r.reason, lease_until = null
    from ${given(session, RESULT, results)} where letters.id = r.id and letters.attempt = r.attempt
      and letters.state <> 'delivered' and (r.state = 'delivered' or letters.state in ('sending', 'uncertain'))`.execute(
    tx,
  )
  const waiting = results.filter(({ state }) => state === 'waiting')
  if (waiting.length > 0) await withdrawOvertaken(tx, session, waiting)
}

/** A letter that waits again while its finding was resolved during the attempt goes the way of those that waited. */
async function withdrawOvertaken(tx: Tx, session: Session, letters: readonly LetterResult[]): Promise<void> {
  const these = given(session, ID, letters)
  const over = (table: 'letters' | 'notices', id: RawBuilder<unknown>) =>
    sql`select f.rule, f.kind, f.id, f.episode from ${sql.table(table)} as t join ${these} on ${id} = r.id
      join findings as f on f.rule = t.rule and f.kind = t.kind and f.id = t.subject and f.state = 'resolved'
        and cast(f.episode as text) = t.episode
      where t.withdrawable = 1`
  const { rows } = await sql<FindingRef>`${over('letters', sql`t.id`)} union ${over('notices', sql`t.letter`)}`.execute(
    tx,
  )
  await withdraw(tx, session, rows, 'The finding was resolved before it was sent.')
}
