import { type RawBuilder, sql } from 'kysely'
import type { ActivitySummary } from '../../domain/activities.js'
import type { Settable } from '../../domain/effects.js'
import type { DomainEvent } from '../../domain/findings.js'
import type { Bringing } from '../../domain/incoming.js'
import type { Account, Opportunity, SubjectKind } from '../../domain/subjects.js'
import { NO_BIN, type People, type Vocabulary } from '../../domain/vocabulary.js'
import type { Instant } from '../../lib/instant.js'
import type { Dialect } from '../../sql/dialect.js'
import type { HistoryRow } from '../../sql/tables.js'
import { accounts, opportunities, toJson } from '../rows.js'
import type { Tx } from '../session.js'

/** What gives a batch its meaning: the words of the program, and whether its rules for opportunities read `account.*`. */
export interface Meaning {
  vocabulary: Vocabulary
  dialect: Dialect
  /** Everybody known, for what a stage requires; nobody where it is left out. */
  people?: People
  readsAccount: boolean
}

export type NewHistory = Omit<HistoryRow, 'seq'>

/** A batch on its way: the rows it read and changed, and what is to be written beside them. Nothing is written before `finish`. */
export interface Work {
  readonly tx: Tx
  readonly bringing: Bringing
  readonly meaning: Meaning
  /** Whether what is said is compared with what the same source said before: an import or a CRM's hook, not a person. */
  readonly remembers: boolean
  readonly opportunities: Map<string, Opportunity>
  readonly accounts: Map<string, Account>
  /** Rows that changed. Of an opportunity that changed accounts, the former one is among the accounts. */
  readonly changed: Readonly<Record<SubjectKind, Set<string>>>
  /** Those of them of which more changed than the summary of their activities. */
  readonly rewritten: Readonly<Record<SubjectKind, Set<string>>>
  readonly history: NewHistory[]
  readonly events: DomainEvent[]
  /** Subjects whose activities are summarised anew, and those whose counts are taken anew from history. */
  readonly resummarise: Readonly<Record<SubjectKind, Set<string>>>
  readonly recount: Readonly<Record<SubjectKind, Set<string>>>
  /** Subjects whose past owners became known: who did what as the owner is told anew. */
  readonly reowned: Readonly<Record<SubjectKind, Set<string>>>
  /** Opportunities that changed accounts: their activities go with them. */
  readonly rehomed: Set<string>
}

const both = () => ({ opportunity: new Set<string>(), account: new Set<string>() })

export const startWork = (tx: Tx, bringing: Bringing, meaning: Meaning): Work => ({
  tx,
  bringing,
  meaning,
  remembers: bringing.by === `import:${bringing.source}`,
  opportunities: new Map(),
  accounts: new Map(),
  changed: both(),
  rewritten: both(),
  history: [],
  events: [],
  resummarise: both(),
  recount: both(),
  reowned: both(),
  rehomed: new Set(),
})

/** A list of texts for `in`, as one bound parameter however many they are. */
export const oneOf = (dialect: Dialect, texts: Iterable<string>): RawBuilder<string> =>
  sql`(select value from ${dialect.jsonTexts(sql`${JSON.stringify([...new Set(texts)])}`, 'wanted')})`

/** Reads opportunities that are not read yet, with their accounts. */
export async function loadOpportunities(work: Work, ids: Iterable<string>): Promise<void> {
  const lacking = [...ids].filter((id) => !work.opportunities.has(id))
  if (lacking.length > 0) {
    const { tx, meaning } = work
    const rows = await tx
      .selectFrom('opportunities')
      .selectAll()
      .where('id', 'in', oneOf(meaning.dialect, lacking))
      .execute()
    for (const row of rows) work.opportunities.set(row.id, opportunities.decode(row))
  }
  await loadAccounts(
    work,
    [...work.opportunities.values()].flatMap(({ account }) => account ?? []),
  )
}

/** Reads accounts that are not read yet. */
export async function loadAccounts(work: Work, ids: Iterable<string>): Promise<void> {
  const lacking = [...new Set(ids)].filter((id) => !work.accounts.has(id))
  if (lacking.length === 0) return
  const { tx, meaning } = work
  const rows = await tx.selectFrom('accounts').selectAll().where('id', 'in', oneOf(meaning.dialect, lacking)).execute()
  for (const row of rows) work.accounts.set(row.id, accounts.decode(row))
}

/** Puts a changed opportunity in place of what was read. */
export function putOpportunity(work: Work, row: Opportunity): void {
  work.opportunities.set(row.id, row)
  work.changed.opportunity.add(row.id)
  work.rewritten.opportunity.add(row.id)
}

/** Puts a changed account in place of what was read. */
export function putAccount(work: Work, row: Account): void {
  work.accounts.set(row.id, row)
  work.changed.account.add(row.id)
  work.rewritten.account.add(row.id)
}

/** Puts a subject of which nothing but the summary of its activities may have changed in place of what was read. */
export function putSummary(work: Work, kind: SubjectKind, id: string, activity: ActivitySummary): void {
  const rows: Map<string, Opportunity | Account> = kind === 'account' ? work.accounts : work.opportunities
  const row = rows.get(id)
  if (row) rows.set(id, { ...row, activity })
  if (row) work.changed[kind].add(id)
}

/** The bin in which an account is that nobody ever put anywhere. */
export const startsIn = ({ vocabulary }: Meaning): string => vocabulary.assemblyLine?.startsIn ?? NO_BIN

/** Since when activities count as "in the bin": always, for an account that has never been in another. */
export const binCountsSince = (account: Account, meaning: Meaning): Instant =>
  account.bin_episode === 0 &&
  account.bin === startsIn(meaning) &&
  account.bin_since === (account.created ?? account.seen)
    ? Number.NEGATIVE_INFINITY
    : account.bin_since

/** Writes down a change: a row of history, and an event where whoever brings it brings events. */
export function record(
  work: Work,
  kind: SubjectKind,
  id: string,
  change: { fact: string; from: Settable; to: Settable; at?: Instant | null },
): void {
  const { source, by, now, as } = work.bringing
  const { fact, from, to, at } = change
  work.history.push({
    kind,
    id,
    fact,
    from: toJson(from),
    to: toJson(to),
    at: at ?? now,
    learned_at: now,
    by,
    cause: null,
    known_as: at != null && fact !== 'created' && work.remembers ? knownAs(source, kind, id, fact, at, to) : null,
  })
  if (as === 'event' && EVENTFUL.includes(fact)) {
    const number = `${versionOf(work, kind, id) + 1}-${work.events.length}`
    const event = { id: `${fact}@${number}`, subject: { kind, id }, event: { change: fact }, at: at ?? now }
    work.events.push(event)
  }
}
const EVENTFUL = ['stage', 'status', 'owner', 'amount', 'close_date', 'bin']

/** The name of a past change: the same one brought twice is known. */
export const knownAs = (source: string, kind: SubjectKind, id: string, fact: string, at: Instant, to: Settable) =>
  JSON.stringify([source, kind, id, fact, at, to])

function versionOf({ opportunities, accounts }: Work, kind: SubjectKind, id: string): number {
  const account = kind === 'account' ? id : opportunities.get(id)?.account
  return (account ? accounts.get(account)?.version : opportunities.get(id)?.version) ?? 0
}
