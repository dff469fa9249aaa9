import type { HistoryEntry, Settable } from '../domain/effects.js'
import type { RecordKind } from '../domain/incoming.js'
import type { Life } from '../domain/life.js'
import { type Account, type Opportunity, PLURAL, type SubjectKind } from '../domain/subjects.js'
import type { FiledActivity } from '../domain/take-activity.js'
import { grouped } from '../lib/grouped.js'
import type { Instant } from '../lib/instant.js'
import type { Timed } from './run.js'

type Values = Record<string, Settable>

/** What opportunities and accounts are told by, beside their custom fields. Written out: by lists of names it takes ten times as long. */
const FACTS = {
  opportunity: (row: Opportunity): Values => ({
    name: row.name,
    account: row.account,
    pipeline: row.pipeline,
    stage: row.stage,
    status: row.status,
    reason: row.reason,
    amount: row.amount,
    currency: row.currency,
    owner: row.owner,
    source: row.source,
    origin: row.origin,
    created: row.created,
    close_date: row.close_date,
    next_step: row.next_step,
  }),
  account: (row: Account): Values => ({
    name: row.name,
    owner: row.owner,
    segment: row.segment,
    industry: row.industry,
    created: row.created,
    bin: row.bin,
    duplicate_of: row.duplicate_of,
  }),
}

/**
 * A life as it came about: each record as it first was, then every change, in order of time. What was changed by a rule is left
 * out: in a replay rules do what they do. A fact of which no change is known has always been as it is now.
 */
export function pastOf({ family, history, activities }: Life): Timed[] {
  const entriesOf = (kind: SubjectKind) =>
    grouped(
      history.filter((entry) => entry.kind === kind && isReplayed(entry)),
      ({ id }) => id,
    )
  const firstSeen: FirstSeen = { opportunity: new Map(), account: new Map() }
  for (const { at, learned_at, opportunity, account } of activities) {
    see(firstSeen.opportunity, opportunity, Math.min(at, learned_at))
    see(firstSeen.account, account, Math.min(at, learned_at))
  }
  const past: Timed[] = []
  const ofOpportunities = entriesOf('opportunity')
  for (const row of family.opportunities) {
    const own = ofOpportunities.get(row.id) ?? NONE
    const seen = firstSeen.opportunity.get(row.id) ?? row.seen
    const began = row.created ?? Math.min(row.seen, own[0]?.at ?? row.seen, seen)
    past.push(...subjectPast('opportunity', row, own, began))
    firstSeen.opportunity.set(row.id, began)
    // An account is there as soon as it has an opportunity.
    see(firstSeen.account, row.account, began)
  }
  const { account } = family
  if (account) {
    const since = firstSeen.account.get(account.id) ?? account.seen
    const own = entriesOf('account').get(account.id) ?? NONE
    const began = Math.min(account.created ?? account.seen, own[0]?.at ?? since, since)
    past.unshift(...subjectPast('account', account, own, began))
    firstSeen.account.set(account.id, began)
  }
  const first = past.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY)
  past.push(...contactsIn(activities, first))
  for (const one of activities) past.push(activityPast(one, firstSeen))
  return past.sort((a, b) => a.at - b.at)
}

type FirstSeen = Record<SubjectKind, Map<string, Instant>>

function see(first: Map<string, Instant>, id: string | null, at: Instant): void {
  if (id === null) return
  const known = first.get(id)
  if (known === undefined || at < known) first.set(id, at)
}

/** An opportunity counts as its present account's: where else it was is another family's past. */
const isReplayed = ({ fact }: HistoryEntry): boolean => fact !== 'created' && fact !== 'deleted' && fact !== 'account'
const NONE: readonly HistoryEntry[] = []

function subjectPast(
  kind: SubjectKind,
  row: Opportunity | Account,
  changes: readonly HistoryEntry[],
  began: Instant,
): Timed[] {
  const first =
    kind === 'opportunity' ? firstOpportunity(row as Opportunity, changes) : firstAccount(row as Account, changes)
  const told = new Map<Instant, Values>([[began, first.values]])
  const tell = (at: Instant, fact: string, to: Settable) => {
    const known = told.get(Math.max(at, began))
    if (known) known[fact] = to
    else told.set(Math.max(at, began), { [fact]: to })
  }
  for (const { at, values } of first.later) for (const fact in values) tell(at, fact, values[fact] ?? null)
  for (const { fact, to, at, by } of changes) if (!by.startsWith('rule:')) tell(at, fact, to)
  const past: Timed[] = []
  for (const [at, values] of told) past.push(takenAs(PLURAL[kind], row.id, values, at))
  return past
}

interface First {
  values: Values
  /** What is known of it that no entry of its history tells. */
  later: { at: Instant; values: Values }[]
}

/** Each fact as it was before the first change of it that is known. */
function firstValues(kind: SubjectKind, row: Opportunity | Account, changes: readonly HistoryEntry[]): Values {
  const values = kind === 'opportunity' ? FACTS.opportunity(row as Opportunity) : FACTS.account(row as Account)
  for (const field in row.fields) values[`fields.${field}`] = row.fields[field] ?? null
  for (let i = changes.length - 1; i >= 0; i -= 1) {
    const { fact, from } = changes[i] as HistoryEntry
    values[fact] = from
  }
  return values
}

function firstOpportunity(row: Opportunity, changes: readonly HistoryEntry[]): First {
  const values = firstValues('opportunity', row, changes)
  const later: First['later'] = []
  const isKnown = (fact: string) => changes.some((change) => change.fact === fact)
  // A source that tells only where an opportunity is now tells when it came there: it was open until it closed.
  if (!isKnown('status') && row.status !== 'open' && row.status_since_known) {
    later.push({ at: row.status_since, values: { status: row.status, reason: row.reason } })
    Object.assign(values, { status: 'open', reason: null })
  }
  if (isKnown('stage')) {
    if (row.created !== null) values.stage_changed = row.created
  } else if (row.stage_since_known) {
    later.push({ at: row.stage_since, values: { stage: row.stage, stage_changed: row.stage_since } })
  }
  for (const name of ['last_activity', 'next_activity'] as const) {
    const said = row[`said_${name}`]
    if (said !== null) later.push({ at: Math.min(said, row.last_change), values: { [name]: said } })
  }
  const pushes = row.pushes - changes.filter(isPush).length
  if (pushes > 0) values.pushes = pushes
  return { values, later }
}

const isPush = ({ fact, from, to }: HistoryEntry): boolean =>
  fact === 'close_date' && from !== null && to !== null && to > from

function firstAccount(row: Account, changes: readonly HistoryEntry[]): First {
  const values = firstValues('account', row, changes)
  const isKnown = changes.some(({ fact }) => fact === 'bin')
  const later = isKnown || !row.bin_since_known ? [] : [{ at: row.bin_since, values: { bin_changed: row.bin_since } }]
  return { values, later }
}

/**
 * An activity that lay ahead was known from when it was learned; one that was learned later is known when it happens. What it
 * was done to has to be there by then.
 */
function activityPast(activity: FiledActivity, began: FirstSeen): Timed {
  const { id, kind, at, by, opportunity, account, contact, learned_at } = activity
  const there = (opportunity === null ? began.account.get(account ?? '') : began.opportunity.get(opportunity)) ?? at
  const known = Math.max(Math.min(at, learned_at), there)
  return takenAs('activities', id, { kind, at, by, opportunity, account, contact }, known)
}

/** Contacts are known from the beginning: they only say to whom an activity belongs. */
const contactsIn = (activities: readonly FiledActivity[], at: Instant): Timed[] =>
  [...accountsOfContacts(activities)].map(([id, account]) => takenAs('contacts', id, { account }, at))

function accountsOfContacts(activities: readonly FiledActivity[]): Map<string, string> {
  const accounts = new Map<string, string>()
  for (const { contact, account } of activities) if (contact && account) accounts.set(contact, account)
  return accounts
}

const takenAs = (record: RecordKind, id: string, values: Values, at: Instant): Timed => ({
  at,
  by: 'history',
  as: 'event',
  refuses: 'nothing',
  change: { do: 'record', record: { record, id, values, line: 0 } },
})
