import { type ActivitySummary, summarise } from '../../src/domain/activities.js'
import { newAccount, newOpportunity } from '../../src/domain/change.js'
import {
  type Account,
  type Fields,
  LEVELS,
  type Level,
  type Opportunity,
  STATUSES,
  type SubjectKind,
} from '../../src/domain/subjects.js'
import type { Vocabulary } from '../../src/domain/vocabulary.js'
import { type Assessed, NOT_ASSESSED, type Snapshot } from '../../src/facts/fact.js'
import { DAY, HOUR } from '../../src/lib/civil.js'
import { type Instant, NEVER } from '../../src/lib/instant.js'
import type { Chance } from './chance.js'
import { OWNERS, TEXTS } from './vocabularies.js'

/** What was taken in full and is not due. */
const TAKEN = { version: 1, due: null }

/** A plain opportunity: open, of no account, last changed at 0. */
export const opportunity = (more: Partial<Opportunity> = {}): Opportunity => ({
  ...newOpportunity('acme-deal', 'new-business', 'proposal', 0),
  ...TAKEN,
  stage_since_known: true,
  status_since_known: true,
  ...more,
})

/** A plain account in the bin `cold`. */
export const account = (more: Partial<Account> = {}): Account => ({
  ...newAccount('acme', 'cold', 0),
  ...TAKEN,
  bin_since_known: true,
  ...more,
})

/** A snapshot of an account, or of an opportunity with its account, in which what is stored counts as reckoned. */
export function snapshot(
  vocabulary: Vocabulary,
  now: Instant,
  family: { account?: Account | null; opportunities?: readonly Opportunity[]; opportunity?: Opportunity },
): Snapshot {
  const { opportunity: o = null, account: a = null, opportunities = o && a ? [o] : [] } = family
  const ofAccount: Assessed = { ...NOT_ASSESSED, score: a?.score ?? null }
  const ofOpportunity = o && {
    score: o.score,
    qualification: o.qualification,
    health: o.health,
    levels: o.levels,
    until: NEVER,
  }
  return {
    kind: o ? 'opportunity' : 'account',
    now,
    vocabulary,
    people: vocabulary.people,
    account: a,
    opportunity: o,
    opportunities: a ? opportunities : [],
    assessed: ofOpportunity ?? ofAccount,
    accountAssessed: o && a ? ofAccount : null,
  }
}

/** An instant about `now`, often on a full hour or at the begin of a day. */
export function instantAbout(at: Chance, now: Instant, { calendar }: Vocabulary, days = 100): Instant {
  const instant = now + at.int(-days * DAY, days * DAY)
  if (at.often(0.2)) return calendar.startOf(calendar.dateOf(instant))
  if (at.often(0.2)) return instant - (instant % HOUR)
  if (at.often(0.1)) return now + at.int(-2, 2)
  return instant
}

const dateAbout = (at: Chance, now: Instant, vocabulary: Vocabulary) =>
  vocabulary.calendar.dateOf(instantAbout(at, now, vocabulary, at.often(0.3) ? 3 : 150))

const NUMBERS = [0, 1, 2, 3, 5, 10, -1, 0.1, 99.5, 20_000_000, 9_007_199_254_740_991, 1_000_000_007]
const AMOUNTS = [0, 1000, 5_000_000, 9_999_999, 10_000_000, 20_000_000, -5000, 9_007_199_254_740_991, null]

function fieldsAbout(at: Chance, now: Instant, vocabulary: Vocabulary, kind: SubjectKind): Fields {
  const fields: Fields = {}
  const values = {
    text: () => at.pick(TEXTS),
    choice: () => at.pick(['acme', 'globex', 'gone']),
    number: () => at.pick(NUMBERS),
    money: () => at.int(0, 30) * 1000,
    flag: () => at.often(0.5),
    instant: () => instantAbout(at, now, vocabulary),
    date: () => dateAbout(at, now, vocabulary),
  }
  for (const { name, type } of vocabulary.fields[kind].values()) {
    if (at.often(0.4)) continue
    // Now and then what was stored under another declaration.
    fields[name] = values[at.often(0.1) ? at.pick(['text', 'number', 'flag'] as const) : type]()
  }
  return fields
}

/** A summary written at some time up to now, so that some of what was planned has come. */
export function activityAbout(
  at: Chance,
  now: Instant,
  vocabulary: Vocabulary,
  binSince: Instant | null,
): ActivitySummary {
  const activities = at.times(at.often(0.3) ? 0 : at.int(0, 8), () => ({
    kind: at.pick([...vocabulary.touches, ...vocabulary.otherActivities, 'forgotten-kind']),
    at: instantAbout(at, now, vocabulary, 40),
    by_owner: at.often(0.6),
    contact: at.maybe(0.5, () => at.pick(['c1', 'c2', "c'3"])),
  }))
  return summarise(activities, now - (at.often(0.5) ? 0 : at.int(0, 20 * DAY)), binSince)
}

export function randomOpportunity(
  at: Chance,
  now: Instant,
  vocabulary: Vocabulary,
  more: Partial<Opportunity> = {},
): Opportunity {
  const when = () => instantAbout(at, now, vocabulary)
  const pipeline = at.pick([...vocabulary.pipelines.values()])
  const status = at.often(0.6) ? 'open' : at.pick(STATUSES)
  const health: Level | null = at.maybe(0.4, () => at.pick(LEVELS))
  const levels: Opportunity['levels'] = {}
  if (health !== null)
    for (const name of at.some(vocabulary.indicators))
      levels[name] = { level: at.pick(LEVELS), value: null, threshold: null, facts: [] }
  return opportunity({
    name: at.maybe(0.2, () => at.pick(TEXTS)),
    pipeline: pipeline.name,
    stage: at.pick(pipeline.stages).name,
    status,
    reason: at.maybe(0.6, () => at.pick(TEXTS)),
    amount: at.pick(AMOUNTS),
    amount_high: at.pick(AMOUNTS),
    currency: at.maybe(0.5, () => at.pick(['EUR', 'USD'])),
    owner: at.maybe(0.2, () => at.pick(OWNERS)),
    owner_since: at.maybe(0.5, when),
    source: at.maybe(0.5, () => at.pick(TEXTS)),
    origin: at.maybe(0.5, () => at.pick(['sales', 'marketing'])),
    created: at.maybe(0.3, when),
    close_date: at.maybe(0.3, () => dateAbout(at, now, vocabulary)),
    next_step: at.maybe(0.5, () => at.pick(TEXTS)),
    fields: fieldsAbout(at, now, vocabulary, 'opportunity'),
    stage_since: when(),
    status_since: when(),
    pushes: at.int(0, 4),
    setbacks: at.int(0, 2),
    skips: at.int(0, 2),
    said_last_activity: at.maybe(0.7, when),
    said_next_activity: at.maybe(0.7, when),
    activity: activityAbout(at, now, vocabulary, null),
    seen: when(),
    score: at.maybe(0.5, () => at.int(-20, 50)),
    health,
    levels,
    qualification: at.maybe(0.5, () => at.some(vocabulary.needs)),
    ...more,
  })
}

export function randomAccount(at: Chance, now: Instant, vocabulary: Vocabulary, more: Partial<Account> = {}): Account {
  const when = () => instantAbout(at, now, vocabulary)
  const binSince = when()
  return account({
    name: at.maybe(0.2, () => at.pick(TEXTS)),
    owner: at.maybe(0.2, () => at.pick(OWNERS)),
    owner_since: at.maybe(0.5, when),
    segment: at.maybe(0.4, () => at.pick(['enterprise', 'small', ...TEXTS])),
    industry: at.maybe(0.5, () => at.pick(TEXTS)),
    created: at.maybe(0.3, when),
    bin: at.pick(['cold', 'working', 'nurturing', 'bad-fit', 'a-bin-of-before']),
    duplicate_of: at.maybe(0.7, () => at.pick(TEXTS)),
    fields: fieldsAbout(at, now, vocabulary, 'account'),
    bin_since: binSince,
    activity: activityAbout(at, now, vocabulary, binSince),
    seen: when(),
    score: at.maybe(0.5, () => at.int(-20, 50)),
    ...more,
  })
}

/** An instant at which much happens: near a clock change, a midnight, the begin of a quarter, or anywhere. */
export function randomNow(at: Chance, { calendar }: Vocabulary): Instant {
  const base = Date.UTC(2024, 0, 1) + at.int(0, 1000 * DAY)
  if (at.often(0.3)) return calendar.startOf(calendar.dateOf(base)) + at.pick([-1, 0, 1])
  if (at.often(0.3))
    return at.pick(
      ['2025-03-09', '2025-11-02', '2025-04-06', '2025-10-05'].map(
        (date) => calendar.startOf(date) + at.int(-2 * DAY, 3 * DAY),
      ),
    )
  if (at.often(0.2))
    return (
      calendar.startOf(calendar.firstDay('quarter', calendar.index('quarter', calendar.dateOf(base)))) -
      at.int(0, 3 * DAY)
    )
  return base
}

/** One subject, of either kind, with the rest of its family. */
export function randomSnapshot(at: Chance, vocabulary: Vocabulary, now = randomNow(at, vocabulary)): Snapshot {
  const a = at.maybe(0.2, () => randomAccount(at, now, vocabulary))
  const opportunities = at.times(at.int(1, 3), (n) =>
    randomOpportunity(at, now, vocabulary, { id: `o${n}`, account: a?.id ?? null }),
  )
  if (a && at.often(0.4)) return snapshot(vocabulary, now, { account: a, opportunities: at.some(opportunities) })
  return snapshot(vocabulary, now, { account: a, opportunities, opportunity: opportunities[0]! })
}
