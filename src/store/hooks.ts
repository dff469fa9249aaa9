import { sql } from 'kysely'
import type { Bringing } from '../domain/incoming.js'
import { PLURAL, type SubjectRef } from '../domain/subjects.js'
import type { Instant } from '../lib/instant.js'
import type { HookEventRow, HookRow, HookState } from '../sql/hooks.js'
import { given, insertNew } from './bulk.js'
import { deleteWithin } from './deletion.js'
import { json } from './rows.js'
import type { Session, Tx } from './session.js'
import { type Outcome, takeHeard } from './take/heard.js'
import type { Heeded } from './take/remember.js'
import type { TakenUnder } from './take.js'

/** An event of a request that is to be kept. */
export type NewHookEvent = Pick<HookEventRow, 'id' | 'of' | 'at'>

/** An event that waits, with the request in which it came. */
export interface WaitingHook {
  event: HookEventRow
  hook: HookRow
}

/** What an event is found to say: records, a subject that is gone, or nothing that could be understood. */
export interface HookMeaning {
  event: HookEventRow
  heeded: readonly Heeded[]
  gone: SubjectRef | null
  /** A sentence: why it is not understood; null where it is. */
  why: string | null
}

/** Which events: all that are given must fit. */
export interface HookSelection {
  ids?: readonly string[]
  source?: string
  state?: HookState
}

const EVENT = [
  ['source', 'text'],
  ['id', 'text'],
] as const
const SETTLED = [...EVENT, ['state', 'text'], ['reason', 'text'], ['record', 'text']] as const

export const hooksOf = (session: Session) => ({
  /**
   * Keeps a request and its events, durably, before anybody tries to understand them. Returns the ids of the events that are
   * new; the others are known already, and stay as they are.
   */
  keepHook: (hook: HookRow, events: readonly NewHookEvent[]): Promise<Set<string>> =>
    session.write((tx) => keep(tx, session, hook, events)),
  /** Events that wait to be taken, the earliest first, at most so many. */
  waitingHooks: (limit: number): Promise<WaitingHook[]> => session.read((tx) => waiting(tx, limit)),
  /** Takes what events say, all of one source, and writes down what became of them; one that no longer waits is left alone. */
  takeHooks: (meanings: readonly HookMeaning[], bringing: Bringing, under: TakenUnder): Promise<number> =>
    session.write((tx) => takeAll(tx, session, meanings, bringing, under)),
  /** Events as they are kept, the last received first. */
  hooks: (which: HookSelection & { limit?: number }): Promise<HookEventRow[]> =>
    session.read((tx) =>
      selected(tx, session, which)
        .orderBy('received', 'desc')
        .orderBy('source')
        .orderBy('id')
        .limit(which.limit ?? 1_000_000)
        .execute(),
    ),
  /** How many events there are of each source in each state. */
  hookCounts: (): Promise<{ source: string; state: HookState; events: number }[]> =>
    session.read(async (tx) => {
      const { rows } = await sql<{ source: string; state: HookState; events: number }>`
        select source, state, count(*) as events from hook_events group by source, state order by source, state`.execute(
        tx,
      )
      return rows.map((row) => ({ ...row, events: Number(row.events) }))
    }),
  /** Lets events be taken again, as if they had just come. Returns how many. */
  replayHooks: (which: HookSelection): Promise<number> =>
    session.write(async (tx) => {
      const rows = await selected(tx, session, which).execute()
      await sql`update hook_events set state = 'waiting', reason = null, settled_at = null
        from ${given(session, EVENT, rows)} where hook_events.source = r.source and hook_events.id = r.id`.execute(tx)
      return rows.length
    }),
  /** Does anything wait to be taken, and when was the oldest event of each source received? */
  hooksAtHand: (): Promise<{ waits: boolean; oldest: readonly { source: string; received: Instant }[] }> =>
    session.read(async (tx) => {
      const waiting = tx.selectFrom('hook_events').select('id').where('state', '=', 'waiting')
      const waits = (await waiting.limit(1).executeTakeFirst()) !== undefined
      return { waits, oldest: await oldestOfEach(tx) }
    }),
  /** The request in which an event came; undefined where there is none. */
  hookOf: ({ hook }: Pick<HookEventRow, 'hook'>): Promise<HookRow | undefined> =>
    session.read((tx) => tx.selectFrom('hooks').selectAll().where('id', '=', hook).executeTakeFirst()),
  /** Forgets what a source sent before an instant and is settled. Returns how many events there were. */
  forgetHooks: (source: string, before: Instant): Promise<number> =>
    session.write(async (tx) => {
      const gone = await tx
        .deleteFrom('hook_events')
        .where('source', '=', source)
        .where('received', '<', before)
        .where('state', '<>', 'waiting')
        .returning('hook')
        .execute()
      if (gone.length > 0) {
        await sql`delete from hooks where source = ${source} and at < ${before}
          and not exists (select 1 from hook_events as e where e.hook = hooks.id)`.execute(tx)
      }
      return gone.length
    }),
})

/** From source to source: each is one look into the index, however many events there are. */
async function oldestOfEach(tx: Tx): Promise<{ source: string; received: Instant }[]> {
  const oldest: { source: string; received: Instant }[] = []
  for (;;) {
    const row = await tx
      .selectFrom('hook_events')
      .select(['source', 'received'])
      .where('source', '>', oldest.at(-1)?.source ?? '')
      .orderBy('source')
      .orderBy('received')
      .limit(1)
      .executeTakeFirst()
    if (!row) return oldest
    oldest.push(row)
  }
}

const selected = (tx: Tx, { dialect }: Session, { ids, source, state }: HookSelection) => {
  let query = tx.selectFrom('hook_events').selectAll()
  if (source !== undefined) query = query.where('source', '=', source)
  if (state !== undefined) query = query.where('state', '=', state)
  if (ids !== undefined) {
    // One parameter, however many there are.
    query = query.where(sql<boolean>`id in (select value from ${dialect.jsonTexts(sql`${json(ids)}`, 'wanted')})`)
  }
  return query
}

async function keep(tx: Tx, session: Session, hook: HookRow, events: readonly NewHookEvent[]): Promise<Set<string>> {
  const first = new Map<string, HookEventRow>()
  for (const [place, event] of events.entries()) {
    if (first.has(event.id)) continue
    const rest = { record: null, received: hook.at, state: 'waiting', reason: null, settled_at: null } as const
    // What says that it happens in future is as of now: a clock that is ahead must not outdo all that follows.
    const at = Math.min(event.at, hook.at)
    first.set(event.id, { source: hook.source, hook: hook.id, place, ...event, at, ...rest })
  }
  const made = await insertNew(tx, session, 'hook_events', [...first.values()], ['id'])
  if (made.length > 0) await insertNew(tx, session, 'hooks', [hook])
  return new Set(made.map(({ id }) => id))
}

async function waiting(tx: Tx, limit: number): Promise<WaitingHook[]> {
  const events = await tx
    .selectFrom('hook_events')
    .selectAll()
    .where('state', '=', 'waiting')
    .orderBy('at')
    .orderBy('id')
    .limit(limit)
    .execute()
  if (events.length === 0) return []
  const bodies = await tx
    .selectFrom('hooks')
    .selectAll()
    .where('id', 'in', [...new Set(events.map(({ hook }) => hook))])
    .execute()
  const hooks = new Map(bodies.map((row) => [row.id, row]))
  return events.map((event) => ({ event, hook: hooks.get(event.hook) as HookRow }))
}

async function takeAll(
  tx: Tx,
  session: Session,
  meanings: readonly HookMeaning[],
  bringing: Bringing,
  under: TakenUnder,
): Promise<number> {
  // First thing: whoever else took them meanwhile, took them.
  const { rows } = await sql<{ id: string }>`update hook_events set settled_at = ${bringing.now}
    from ${given(
      session,
      EVENT,
      meanings.map(({ event }) => event),
    )}
    where hook_events.source = r.source and hook_events.id = r.id and hook_events.state = 'waiting'
    returning hook_events.id`.execute(tx)
  const mine = new Set(rows.map(({ id }) => id))
  const taking = meanings.filter(({ event }) => mine.has(event.id))
  const heeded = taking.flatMap((one) => (one.why === null && one.gone === null ? one.heeded : []))
  const outcomes = new Map<Heeded, Outcome>()
  for (const [i, outcome] of (await takeHeard(tx, session, heeded, bringing, under)).entries())
    outcomes.set(heeded[i] as Heeded, outcome)
  const settled: object[] = []
  for (const one of taking) {
    const { source, id } = one.event
    const become = one.gone ? await bury(tx, session, one.gone, bringing) : becomeOf(one, outcomes)
    settled.push({ source, id, ...become, record: recordOf(one) })
  }
  await sql`update hook_events set state = r.state, reason = r.reason, record = r.record
    from ${given(session, SETTLED, settled)}
    where hook_events.source = r.source and hook_events.id = r.id`.execute(tx)
  return taking.length
}

type Become = { state: HookState; reason: string | null }

async function bury(tx: Tx, session: Session, { kind, id }: SubjectRef, { by, now }: Bringing): Promise<Become> {
  const known = await deleteWithin(tx, session, kind, id, by, now)
  return { state: 'taken', reason: known ? null : `There is no ${kind} "${id}" (any more).` }
}

function becomeOf(one: HookMeaning, outcomes: ReadonlyMap<Heeded, Outcome>): Become {
  if (one.why !== null) return { state: 'not_understood', reason: one.why }
  const all = one.heeded.flatMap((heeded) => outcomes.get(heeded) ?? [])
  const rejected = all.flatMap((outcome) => (outcome.is === 'rejected' ? outcome.why : []))
  if (rejected.length > 0) return { state: 'refused', reason: rejected.join(' ') }
  const refused = all.flatMap((outcome) => (outcome.is === 'taken' ? outcome.refused : []))
  if (all.some(({ is }) => is === 'taken')) return { state: 'taken', reason: refused.join(' ') || null }
  if (all.some(({ is }) => is === 'own')) return { state: 'own', reason: 'Linewalker made this change itself.' }
  const isOld = all.some(({ is }) => is === 'old')
  return { state: 'taken', reason: isOld ? 'Something later is known: it is history.' : 'It says nothing new.' }
}

const recordOf = ({ gone, heeded }: HookMeaning): string | null => {
  if (gone) return `${PLURAL[gone.kind]}/${gone.id}`
  const last = heeded.at(-1)?.incoming
  return last ? `${last.record}/${last.id}` : null
}
