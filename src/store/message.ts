import { sql } from 'kysely'
import type { Person } from '../domain/subjects.js'
import type { Instant } from '../lib/instant.js'
import {
  byOwner,
  bySeverity,
  gravestFirst,
  type Line,
  linesOf,
  type Message,
  type ResolvedLine,
  SHOWN,
  SHOWN_RESOLVED,
  type ShownLine,
} from '../notices/message.js'
import { endOf, type Silence, sayMatchers } from '../notices/silences.js'
import { given } from './bulk.js'
import type { Gathering } from './notices.js'
import type { Session, Tx } from './session.js'
import { SUBJECT_COLUMNS, type SubjectRead, subjectOf, subjectRead, type Waiting } from './waiting.js'

/** What there is to say in a letter, beside whom it goes to. */
export interface Saying {
  id: string
  person: Person
  window: Instant | null
  told: readonly Waiting[]
  silences: readonly Silence[]
}

/** Gathers all that a letter says. Of the lines only those that are shown are read in full: O(told) and a few small reads. */
export async function messageOf(
  tx: Tx,
  session: Session,
  { now, money }: Gathering,
  { id, person, window, told, silences }: Saying,
): Promise<Message> {
  const lines = gravestFirst(
    linesOf(told.map((notice) => ({ ...notice, waited: notice.kept_by === null ? notice.waited : 'silenced' }))),
    money,
  )
  const resolved = await resolvedSince(tx, person.id, now, lines)
  return {
    id,
    to: person,
    at: now,
    window,
    lines: await inFull(tx, session, lines.slice(0, SHOWN)),
    total: lines.length,
    counts: bySeverity(lines),
    owners: byOwner(lines),
    rest: bySeverity(lines.slice(SHOWN)),
    overMaximum: lines.filter(({ waited }) => waited === 'daily_maximum').length,
    resolved: gravestFirst(resolved, money).slice(0, SHOWN_RESOLVED),
    resolvedTotal: resolved.length,
    ...(await leftBehind(tx, person.id, told, silences)),
  }
}

/** The lines with the text of their latest notice, and why the rule spoke. */
async function inFull(tx: Tx, session: Session, lines: readonly Line[]): Promise<ShownLine[]> {
  const wanted = lines.map(({ notices }) => ({ id: notices[0] }))
  const { rows } = await sql<{ id: string; text: string; because: string | null }>`
    select n.id, n.text, i.because from ${given(session, [['id', 'text']], wanted)}
    join notices as n on n.id = r.id
    left join intents as i on i.kind = n.kind and i.id = n.subject and i.rule = n.rule and i.episode = n.episode
      and i.step = n.step`.execute(tx)
  const read = new Map(rows.map((row) => [row.id, row]))
  return lines.map((line) => {
    const { text = '', because = null } = read.get(line.notices[0] ?? '') ?? {}
    return { ...line, text, because: because ?? '' }
  })
}

/**
 * Findings that the person was told of and that were resolved since the last letter; not those of which this letter speaks.
 * A letter that was withdrawn never came: it is not the last one, and told nothing.
 * Written so that what was resolved leads, not all that the person was ever told.
 */
async function resolvedSince(tx: Tx, person: string, now: Instant, lines: readonly Line[]): Promise<ResolvedLine[]> {
  const last = await sql<{ at: Instant | null }>`select max(at) as at from letters
    where person = ${person} and step in ('gathered', 'at_once') and state <> 'withdrawn'`.execute(tx)
  const since = last.rows[0]?.at ?? null
  if (since === null) return []
  const { rows } = await sql<SubjectRead & { severity: ResolvedLine['severity']; resolved_at: Instant }>`
    select f.rule, f.kind, f.id as subject, cast(f.episode as text) as episode, f.severity, f.resolved_at,
      ${SUBJECT_COLUMNS} from findings as f ${subjectOf('f', 'id')}
    where f.resolved_at > ${since} and f.resolved_at <= ${now} and exists (
      select 1 from notices as n where n.kind = f.kind and n.subject = f.id and n.rule = f.rule
        and n.episode = cast(f.episode as text) and coalesce(n.person, '') = ${person} and n.letter is not null
        and not exists (select 1 from letters as l where l.id = n.letter and l.state = 'withdrawn'))
    order by f.resolved_at, f.kind, f.id, f.rule, f.episode`.execute(tx)
  const named = new Set(lines.map(nameOf))
  return rows
    .filter((row) => !named.has(nameOf(row)))
    .map((row) => ({ ...subjectRead(row), severity: row.severity, resolvedAt: row.resolved_at }))
}

type Named = Pick<Line, 'rule' | 'kind' | 'subject' | 'episode'>

const nameOf = ({ rule, kind, subject, episode }: Named) => JSON.stringify([rule, kind, subject, episode])

/** What is left for a later letter, counted in findings: what a silence keeps back, and what else waits. */
async function leftBehind(tx: Tx, person: string, told: readonly Waiting[], silences: readonly Silence[]) {
  const ids = new Set(told.map(({ id }) => id))
  const named = new Set(told.map(nameOf))
  const { rows } = await sql<Named & { id: string; kept_why: string | null; kept_by: string | null; until: number }>`
    select id, rule, kind, subject, episode, kept_why, kept_by, kept_until as until
    from notices where person = ${person} and kept_until is not null`.execute(tx)
  const left = rows.filter(({ id }) => !ids.has(id))
  const silenced = left.filter(({ kept_why }) => kept_why === 'silenced')
  const waiting = left.filter((notice) => notice.kept_why !== 'silenced' && !named.has(nameOf(notice)))
  const count = (some: readonly Named[]) => new Set(some.map(nameOf)).size
  const by = silences.flatMap((silence) => {
    const its = silenced.filter(({ kept_by }) => kept_by === silence.id)
    const { comment } = silence
    return its.length === 0 ? [] : [{ says: sayMatchers(silence), comment, until: endOf(silence), count: count(its) }]
  })
  return {
    silenced: by,
    waiting:
      waiting.length === 0
        ? null
        : { count: count(waiting), until: waiting.reduce((least, { until }) => Math.min(least, until), Infinity) },
  }
}
