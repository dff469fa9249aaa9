import { sql } from 'kysely'
import type { Settable } from '../domain/effects.js'
import type { Finding } from '../domain/findings.js'
import type { SubjectKind } from '../domain/subjects.js'
import { askedTogether } from '../lib/asked-together.js'
import { DAY } from '../lib/civil.js'
import type { Instant } from '../lib/instant.js'
import { ANNOUNCED, type AnnouncementRow, type AnnouncementType, TOPIC_OF, type Topic } from '../sql/announcing.js'
import { type LetterRow, newLetter } from '../sql/telling.js'
import { insertNew } from './bulk.js'
import { fromJson, json } from './rows.js'
import type { Session, Tx } from './session.js'
import { readSetting } from './settings.js'

/** What was announced: what happened to which subject, and when. `id` is unique for ever. */
export interface Announcement {
  /** Its number: what the next question is asked after. Numbers may jump, and need not grow. */
  seq: number
  id: string
  type: AnnouncementType
  kind: SubjectKind
  subject: string
  at: Instant
  data: Record<string, unknown>
}

/** The channels that hear of what is announced, and the topics of each. */
export type Subscriptions = Readonly<Record<string, readonly Topic[]>>

/** How long the log is kept. */
const KEPT = 30 * DAY
/** The oldest are looked for once a day, and deleted in transactions of so many. */
const SLICE = 1_000

/** The log of what is announced, for those who listen. */
export const announcementsIn = (session: Session) => ({
  /**
   * What comes after the announcement of that number, in the one order in which everybody reads the log; 0, or a number that
   * is not kept any more, is before the first. Never skips one whose transaction ends late: those behind it wait for it. Those
   * who want the same stretch at the same time are given one list, read once.
   */
  announcementsAfter: askedTogether(
    (seq: number, limit: number): Promise<readonly Announcement[]> =>
      session.read(async (tx) => {
        const from = await tx
          .selectFrom('announcements')
          .select(['tx', 'seq'])
          .where('seq', '=', seq)
          .executeTakeFirst()
        const beyond = from ? sql`(tx, seq) > (${from.tx}, ${from.seq})` : sql`tx >= 0`
        const { rows } = await sql<Row>`select seq, id, type, kind, subject, at, data from announcements
        where ${beyond} and ${session.dialect.isOver(sql`tx`)} order by tx, seq limit ${limit}`.execute(tx)
        return rows.map(decode)
      }),
  ),
  /** The number of the last announcement; 0 where there is none. Who asks after it hears what comes from now on. */
  lastAnnouncement: (): Promise<number> =>
    session.read(async (tx) => {
      const { rows } = await sql<{ seq: number }>`select seq from announcements
        where ${session.dialect.isOver(sql`tx`)} order by tx desc, seq desc limit 1`.execute(tx)
      return rows[0]?.seq ?? 0
    }),
  /** When the log is to be shortened next; null where it is empty. */
  nextForgetting: (): Promise<Instant | null> =>
    session.read(async (tx) => {
      const oldest = await tx
        .selectFrom('announcements')
        .select('learned_at')
        .orderBy('tx')
        .orderBy('seq')
        .limit(1)
        .executeTakeFirst()
      return oldest ? oldest.learned_at + KEPT + DAY : null
    }),
  /** Deletes what was announced more than 30 days ago. Returns how many there were. */
  forgetAnnouncements: async (now: Instant): Promise<number> => {
    for (let forgotten = 0; ; ) {
      const deleted = await session.write(async (tx) => {
        const { rows } = await sql<{ seq: number; learned_at: Instant }>`select seq, learned_at from announcements
          order by tx, seq limit ${SLICE}`.execute(tx)
        const old = rows.filter(({ learned_at }) => learned_at <= now - KEPT).map(({ seq }) => seq)
        if (old.length > 0) await tx.deleteFrom('announcements').where('seq', 'in', old).execute()
        return old.length
      })
      forgotten += deleted
      if (deleted < SLICE) return forgotten
    }
  },
})

type Row = Omit<AnnouncementRow, 'seq' | 'tx' | 'learned_at'> & { seq: number }

const decode = (row: Row): Announcement => ({ ...row, data: JSON.parse(row.data) as Announcement['data'] })

type New = Omit<Announcement, 'seq'>

/** Announces what happened: in the log, and in a letter to each channel that subscribed. In the transaction that makes it so. */
async function announce(
  tx: Tx,
  session: Pick<Session, 'dialect'>,
  announced: readonly New[],
  now: Instant,
): Promise<void> {
  if (announced.length === 0) return
  // Before any of them takes its number, so that numbers of later transactions come later.
  const { rows } = await sql<{ tx: number }>`select ${session.dialect.transactionNumber} as tx`.execute(tx)
  const number = rows[0]?.tx ?? 0
  const written = announced.map(({ id, type, kind, subject, at, data }) => ({
    tx: number,
    id,
    type,
    kind,
    subject,
    at,
    learned_at: now,
    data: json(data),
  }))
  await insertNew(tx, session, 'announcements', written)
  const subscriptions = Object.entries(((await readSetting(tx, 'subscriptions')) ?? {}) as Subscriptions)
  const letters = subscriptions.flatMap(([channel, topics]) =>
    announced.filter(({ type }) => topics.includes(TOPIC_OF[type])).map((one) => letterOf(one, channel, now)),
  )
  await insertNew(tx, session, 'letters', letters)
}

const letterOf = (one: New, channel: string, now: Instant): LetterRow => ({
  ...newLetter(now),
  id: `event/${channel}/${one.id}`,
  rule: typeof one.data.rule === 'string' ? one.data.rule : null,
  kind: one.kind,
  subject: one.subject,
  episode: typeof one.data.episode === 'number' ? String(one.data.episode) : null,
  step: ANNOUNCED,
  type: 'webhook',
  channel,
  to: '[]',
  title: one.type,
  body: cloudEvent(one),
})

const formatUtc = (at: Instant): string => new Date(at).toISOString()

/** A CloudEvent (1.0) in structured JSON. The same whichever channel carries it. */
const cloudEvent = ({ id, type, kind, subject, at, data }: New): string =>
  json({
    specversion: '1.0',
    id,
    source: '/linewalker',
    type,
    subject: `${kind}/${subject}`,
    time: formatUtc(at),
    datacontenttype: 'application/json',
    data,
  })

/** A finding as it becomes, and what it was before; null where there was none. */
export interface Turned {
  finding: Pick<
    Finding,
    | 'rule'
    | 'kind'
    | 'id'
    | 'episode'
    | 'state'
    | 'severity'
    | 'opened_at'
    | 'resolved_at'
    | 'resolved_because'
    | 'withheld'
  >
  before: Finding['state'] | null
  /** Why it opened, in a sentence. */
  because?: string | undefined
}

/** Announces those of the findings that opened or were resolved; both where an episode came and went before anybody looked. */
export function announceFindings(
  tx: Tx,
  session: Pick<Session, 'dialect'>,
  turned: readonly Turned[],
  now: Instant,
): Promise<void> {
  const said = formatUtc(now)
  const announced = turned.flatMap(({ finding, before, because }): New[] => {
    const { rule, kind, id: subject, episode, severity, opened_at, resolved_at, resolved_because, withheld } = finding
    const [isOver, wasOpen] = [finding.state === 'resolved', before === 'open']
    if (opened_at === null || before === 'resolved' || !(isOver || finding.state === 'open')) return []
    const id = [rule, kind, subject, episode].join('/')
    const openedAt = opened_at === now ? said : formatUtc(opened_at)
    const both: New[] = []
    if (!wasOpen) {
      // Where no reason is given the key is left out of the JSON.
      const data = { rule, episode, severity, opened_at: openedAt, because, withheld }
      both.push({ id: `${id}/opened`, type: 'linewalker.finding.opened', kind, subject, at: opened_at, data })
    }
    if (isOver) {
      const at = resolved_at ?? now
      const times = { opened_at: openedAt, resolved_at: formatUtc(at) }
      const data = { rule, episode, severity, ...times, because: resolved_because }
      both.push({ id: `${id}/resolved`, type: 'linewalker.finding.resolved', kind, subject, at, data })
    }
    return both
  })
  return announce(tx, session, announced, now)
}

const TYPES: Readonly<Record<string, AnnouncementType>> = {
  'account/bin': 'linewalker.account.moved',
  'opportunity/stage': 'linewalker.opportunity.moved',
  'opportunity/status': 'linewalker.opportunity.status_changed',
}
const typeOf = ({ kind, fact }: { kind: string; fact: string }) => TYPES[`${kind}/${fact}`]

/** Writes rows of history by `write`, and announces the moves and changes of status among them. */
export async function announceChanges<T>(
  tx: Tx,
  session: Pick<Session, 'dialect'>,
  changes: readonly { kind: SubjectKind; fact: string }[],
  now: Instant,
  write: () => Promise<T>,
): Promise<T> {
  if (!changes.some((change) => typeOf(change))) return write()
  const last = await tx
    .selectFrom('history')
    .select((e) => e.fn.max('seq').as('seq'))
    .executeTakeFirst()
  const written = await write()
  const added = await tx
    .selectFrom('history')
    .selectAll()
    .where('seq', '>', last?.seq ?? 0)
    .orderBy('seq')
    .execute()
  const announced = added.flatMap((entry): New[] => {
    const type = typeOf(entry)
    if (!type) return []
    const { seq, kind, id: subject, fact, from, to, at, by, cause } = entry
    const data = { fact, from: fromJson(from) as Settable, to: fromJson(to) as Settable, by, cause }
    return [{ id: `${kind}/${subject}/${fact}/${seq}`, type, kind, subject, at, data }]
  })
  await announce(tx, session, announced, now)
  return written
}
