import { sql } from 'kysely'
import type { Vocabulary } from '../domain/vocabulary.js'
import { OF_ITS_OPPORTUNITIES } from '../domain/wakes.js'
import { type Instant, NEVER } from '../lib/instant.js'
import {
  contactsSql,
  countSql,
  greatestOf,
  lastParts,
  lastSaidPart,
  leastOf,
  nextParts,
  nextSaidPart,
} from './activity-sql.js'
import type { Fact, Snapshot } from './fact.js'
import { columnOf, later, type Side, whereKnown } from './side.js'
import {
  contactsOf,
  countInBin,
  countOf,
  type Kinds,
  lastOf,
  lastSaid,
  nextOf,
  nextSaid,
  saidComes,
} from './touches.js'

/** Of an account: what its sources say of touches is said of its opportunities. */
const saidOf = ({ kind }: Side): readonly string[] =>
  ['said_last_activity', 'said_next_activity'].map((name) => (kind === 'account' ? OF_ITS_OPPORTUNITIES + name : name))
const SINCE = ['created', 'seen'] as const

const orNull = (at: Instant): Instant | null => (at === NEVER ? null : at)

/** The next instant at which a planned activity of these kinds (or what a source announced) happens. */
const comes =
  (side: Side, kinds: Kinds, said = false) =>
  (s: Snapshot): Instant => {
    const row = side.of(s)
    if (!row) return NEVER
    const next = nextOf(kinds, row.activity, s.now)
    return said ? Math.min(next, saidComes(side.saidBy(s), s.now)) : next
  }

const count = (side: Side, name: string, kinds: Kinds, summary: string): Fact => ({
  name,
  kind: 'number',
  summary,
  neverMissing: 'count',
  read: (s) => {
    const row = side.of(s)
    return row && countOf(kinds, row.activity, s.now)
  },
  changes: comes(side, kinds),
  sql: (reading) => whereKnown(side, reading, countSql(side, kinds, reading)),
  restsOn: ['activity'],
})

/** What is known of one kind of activity, a touch or not. */
const ofKind = (side: Side, kind: string): Fact[] => {
  const kinds = [kind]
  return [
    count(side, `activities.${kind}`, kinds, `How many activities of the kind ${kind} there were.`),
    {
      name: `last_activity.${kind}`,
      kind: 'instant',
      summary: `When the last ${kind} was.`,
      read: (s) => {
        const row = side.of(s)
        return row && lastOf(kinds, row.activity, s.now)
      },
      changes: comes(side, kinds),
      sql: (reading) => greatestOf(lastParts(side, kinds, reading), reading),
      restsOn: ['activity'],
    },
    {
      name: `next_activity.${kind}`,
      kind: 'instant',
      summary: `When the next planned ${kind} is.`,
      read: (s) => {
        const row = side.of(s)
        return row && orNull(nextOf(kinds, row.activity, s.now))
      },
      changes: comes(side, kinds),
      sql: (reading) => leastOf(nextParts(side, kinds, reading), reading),
      restsOn: ['activity'],
    },
  ]
}

const lastTouch = (side: Side, kinds: Kinds, s: Snapshot, byOwner = false): Instant | null => {
  const row = side.of(s)
  return row && later(lastOf(kinds, row.activity, s.now, byOwner), lastSaid(side.saidBy(s), s.now))
}

/** What is known of touches, of the two clocks that run from them, and of every declared kind of activity. */
export const activityFacts = (side: Side, { touches, otherActivities }: Vocabulary): Fact[] => {
  const changes = comes(side, touches, true)
  const touched = ['activity', ...saidOf(side)]
  const begin = [columnOf(side, 'created'), columnOf(side, 'seen')] as const
  return [
    {
      name: 'time_since_activity',
      kind: 'elapsed',
      summary: 'The time since the last touch by anyone, or since creation.',
      neverMissing: 'value',
      read: (s) => {
        const row = side.of(s)
        return row && (lastTouch(side, touches, s) ?? row.created ?? row.seen)
      },
      changes,
      sql: (reading) => {
        const last = greatestOf([...lastParts(side, touches, reading), lastSaidPart(side, reading)], reading)
        return sql`coalesce(${last}, ${sql.join(begin)})`
      },
      restsOn: [...touched, ...SINCE],
    },
    {
      name: 'time_since_owner_activity',
      kind: 'elapsed',
      summary: 'The time since the last touch by its owner, or since the day on which the owner took over.',
      neverMissing: 'value',
      read: (s) => {
        const row = side.of(s)
        return row && (later(lastTouch(side, touches, s, true), row.owner_since) ?? row.created ?? row.seen)
      },
      changes,
      sql: (reading) => {
        const parts = [...lastParts(side, touches, reading, true), lastSaidPart(side, reading)]
        return sql`coalesce(${greatestOf([...parts, columnOf(side, 'owner_since')], reading)}, ${sql.join(begin)})`
      },
      restsOn: [...touched, ...SINCE, 'owner_since'],
    },
    {
      name: 'last_activity',
      kind: 'instant',
      summary: 'When the last touch was.',
      read: (s) => lastTouch(side, touches, s),
      changes,
      sql: (reading) => greatestOf([...lastParts(side, touches, reading), lastSaidPart(side, reading)], reading),
      restsOn: touched,
    },
    {
      name: 'next_activity',
      kind: 'instant',
      summary: 'When the next planned touch is.',
      read: (s) => {
        const row = side.of(s)
        return row && orNull(Math.min(nextOf(touches, row.activity, s.now), nextSaid(side.saidBy(s), s.now)))
      },
      changes,
      sql: (reading) => leastOf([...nextParts(side, touches, reading), nextSaidPart(side, reading)], reading),
      restsOn: touched,
    },
    count(side, 'touches', touches, 'How many touches there were.'),
    ...[...new Set([...touches, ...otherActivities])].flatMap((kind) => ofKind(side, kind)),
  ]
}

/** How many different contacts the touches of an opportunity name. */
export const contactsTouched = (side: Side, { touches }: Vocabulary): Fact => ({
  name: 'contacts_touched',
  kind: 'number',
  summary: 'How many different contacts its touches name.',
  read: (s) => {
    const row = side.of(s)
    return (row && contactsOf(touches, row.activity, s.now)) || null
  },
  changes: comes(side, touches),
  sql: (reading) => contactsSql(side, touches, reading),
  restsOn: ['activity'],
})

/** How many touches there were since the account came into its bin. */
export const touchesInBin = (side: Side, { touches }: Vocabulary): Fact => ({
  name: 'touches_in_bin',
  kind: 'number',
  summary: 'How many touches there were since the account came into its bin.',
  neverMissing: 'count',
  read: (s) => s.account && countInBin(touches, s.account.activity, s.now, s.account.bin_since),
  changes: comes(side, touches),
  sql: (reading) => whereKnown(side, reading, countSql(side, touches, reading, columnOf(side, 'bin_since'))),
  restsOn: ['activity', 'bin_since'],
})
