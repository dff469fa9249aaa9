import { setImmediate as breathe } from 'node:timers/promises'
import { sql } from 'kysely'
import { type Person, personKnownById } from '../domain/subjects.js'
import type { MoneyRules, People } from '../domain/vocabulary.js'
import type { Instant } from '../lib/instant.js'
import { type PersonClock, personClock } from '../notices/clock.js'
import { decideNotices, type Outcome, type Telling } from '../notices/decide.js'
import type { Message } from '../notices/message.js'
import { judgedBy, type NotificationSettings } from '../notices/settings.js'
import { type LetterRow, newLetter } from '../sql/telling.js'
import { given, ID, insertNew } from './bulk.js'
import { messageOf } from './message.js'
import { type OpenTasks, readOpenTasks, type TasksAsked } from './open-tasks.js'
import type { Session, Tx } from './session.js'
import { checkRunning, readSetting, writeSetting } from './settings.js'
import { readSilences } from './silences.js'
import { lookAgain, readWaiting, type Waiting } from './waiting.js'

/** What gathering is told by: the rules' settings, who there is, and how a letter is written. */
export interface Gathering {
  readonly now: Instant
  readonly settings: NotificationSettings
  /** Those of imports with those of YAML laid over them. */
  readonly people: People
  readonly money: MoneyRules
  /** What is read of the open tasks of whom the message is for; null, or where it is not given, nothing. */
  tasksFor?(message: Message): TasksAsked | null
  compose(message: Message, tasks: OpenTasks | null): Composed
}

/** A letter as it is sent. */
export interface Composed {
  readonly title: string
  readonly body: string
  readonly html: string | null
}

/** What gathering did: the letters it wrote, and how many notices it told, kept back and dropped, each with a stored reason. */
export interface Gathered {
  letters: string[]
  told: number
  kept: number
  dropped: number
}

/** Gathering of notices into letters, and when there is something to gather. */
export const noticesOf = (session: Session) => ({
  /**
   * Looks at every notice whose time has come and writes letters of those that are told now: one a person, with the links of
   * its notices, in one transaction, so that a window happens once whoever gathers. Throws where the kill switch is on.
   */
  gather: (gathering: Gathering): Promise<Gathered> => gather(session, gathering),
  /** When a notice is to be looked at next: 0 is at once, null never. */
  nextGathering: async (): Promise<Instant | null> => {
    const { rows } = await session.read((tx) =>
      sql<{ at: number | null }>`select min(kept_until) as at from notices where kept_until is not null`.execute(tx),
    )
    return rows[0]?.at ?? null
  },
})

async function gather(session: Session, gathering: Gathering): Promise<Gathered> {
  const { now, settings, people } = gathering
  const done: Gathered = { letters: [], told: 0, kept: 0, dropped: 0 }
  await judgeAnew(session, gathering)
  const due = await session.read((tx) => whoIsDue(tx, now))
  const clocks = new Map<string | null, PersonClock>()
  const clockOf = (timezone: string | null) => {
    const clock = clocks.get(timezone) ?? personClock(settings, timezone)
    clocks.set(timezone, clock)
    return clock
  }
  for (const id of due) {
    const person = people.get(id) ?? personKnownById(id)
    const clock = clockOf(person.timezone)
    const { letter, told, kept, dropped } = await session.write((tx) => tell(tx, session, gathering, person, clock))
    if (letter !== null) done.letters.push(letter)
    done.told += told
    done.kept += kept
    done.dropped += dropped
    await breathe()
  }
  return done
}

/** Whose notices are to be looked at. Written so that the index on `kept_until` answers it: the told ones are many. */
async function whoIsDue(tx: Tx, now: Instant): Promise<string[]> {
  const { rows } = await sql<{ person: string }>`select distinct coalesce(person, '') as person from notices
    where kept_until <= ${now}`.execute(tx)
  return rows.map(({ person }) => person).sort()
}

/** Other settings, a person in another zone or team: what waits is looked at again under them. */
async function judgeAnew(session: Session, { settings, people }: Gathering): Promise<void> {
  const under = judgedBy(settings, people)
  if ((await session.read((tx) => readSetting(tx, 'notices_under'))) === under) return
  await session.writeAlone(async (tx) => {
    await checkRunning(tx)
    await writeSetting(tx, 'notices_under', under)
    await lookAgain(tx)
  })
}

interface Told {
  letter: string | null
  told: number
  kept: number
  dropped: number
}

/** Decides about the notices of one person and carries it out. */
async function tell(tx: Tx, session: Session, gathering: Gathering, person: Person, clock: PersonClock): Promise<Told> {
  await checkRunning(tx)
  const { now, settings } = gathering
  const notices = await readWaiting(tx, person.id, now, gathering.people)
  const telling: Telling = {
    now,
    clock,
    atMost: settings.atMost,
    ...(await lettersOf(tx, person.id, clock, now)),
    silences: await readSilences(tx),
    active: person.active,
  }
  const { outcomes, window } = decideNotices(notices, telling)
  const count = await putOff(tx, session, outcomes)
  const told = notices.filter((notice) => outcomes.get(notice)?.do === 'tell')
  if (told.length === 0) return { ...count, letter: null, told: 0 }
  const first = told.reduce((least, { id }) => (id < least ? id : least), told[0]?.id ?? '')
  const id = window === null ? urgentId(person.id, first) : windowId(person.id, window)
  const message = await messageOf(tx, session, gathering, { id, person, window, told, silences: telling.silences })
  const asked = gathering.tasksFor?.(message) ?? null
  const tasks = asked === null ? null : await readOpenTasks(tx, person.id, now, asked)
  await insertNew(tx, session, 'letters', [letterRow(gathering, message, tasks)])
  const ids = given(
    session,
    ID,
    told.map((notice) => ({ id: notice.id })),
  )
  await sql`update notices set letter = ${id}, kept_until = null from ${ids} where notices.id = r.id`.execute(tx)
  return { ...count, letter: id, told: told.length }
}

/** A window happens once: its letter has one name, whoever gathers. In UTC, since rules may move to another zone. */
const windowId = (person: string, window: Instant): string => `${person}/${new Date(window).toISOString()}`

/** What is told at once is told once: its letter is named after the first of its notices. */
const urgentId = (person: string, notice: string): string => `${person}/at-once/${notice}`

const STEP = { window: 'gathered', urgent: 'at_once' } as const

/** How many letters the person had today, and whether the last window has happened. */
async function lettersOf(tx: Tx, person: string, clock: PersonClock, now: Instant) {
  const rows = await tx
    .selectFrom('letters')
    .select(['id', 'state'])
    .where('person', '=', person)
    .where('at', '>=', clock.startOfDay(now))
    .where('at', '<', clock.startOfTomorrow(now))
    .where('step', 'in', Object.values(STEP))
    .execute()
  const id = windowId(person, clock.lastWindow(now))
  const happened = await tx.selectFrom('letters').select('id').where('id', '=', id).execute()
  return {
    lettersToday: rows.filter(({ state }) => state !== 'withdrawn').length,
    windowHappened: happened.length > 0,
  }
}

/** Writes down why notices are kept back, and until when; or why they are not told any more. */
async function putOff(tx: Tx, session: Session, outcomes: ReadonlyMap<Waiting, Outcome>) {
  const kept: object[] = []
  const dropped: object[] = []
  for (const [{ id }, outcome] of outcomes) {
    if (outcome.do === 'keep') kept.push({ ...outcome, id })
    if (outcome.do === 'drop') dropped.push({ ...outcome, id })
  }
  if (kept.length > 0) {
    const rows = given(session, [...ID, ['why', 'text'], ['until', 'integer'], ['by', 'text']], kept)
    await sql`update notices set kept_why = r.why, kept_until = r.until, kept_by = r.by
      from ${rows} where notices.id = r.id`.execute(tx)
  }
  if (dropped.length > 0) {
    const rows = given(session, [...ID, ['why', 'text']], dropped)
    await sql`update notices set withdrawn = r.why, kept_until = null from ${rows} where notices.id = r.id`.execute(tx)
  }
  return { kept: kept.length, dropped: dropped.length }
}

function letterRow({ now, settings, compose }: Gathering, message: Message, tasks: OpenTasks | null): LetterRow {
  const { title, body, html } = compose(message, tasks)
  return {
    ...newLetter(now),
    id: message.id,
    step: message.window === null ? STEP.urgent : STEP.window,
    type: settings.via.type,
    channel: settings.via.channel,
    to: JSON.stringify([message.to.id]),
    title,
    body,
    html: settings.via.type === 'email' ? html : null,
    person: message.to.id,
  }
}
