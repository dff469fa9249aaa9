import { digest } from '../lib/digest.js'
import type { Instant } from '../lib/instant.js'
import type { ActivitySummary } from './activities.js'
import { isChangeFact } from './change-facts.js'
import type { HistoryEntry, Settable } from './effects.js'
import type { DomainEvent } from './findings.js'
import type { Bringing } from './incoming.js'
import type { Account, Opportunity, SubjectKind } from './subjects.js'
import { NO_BIN, type Vocabulary } from './vocabulary.js'
import { reads, readsChange, readsSibling, type Wakes } from './wakes.js'

/** Rows by id, as they are by now. */
export interface Rows<Row> {
  get(id: string): Row | undefined
  set(id: string, row: Row): unknown
}

/** A change as history keeps it; `known_as` names a past change, so that the same one brought twice is known. */
export type Told = HistoryEntry & { known_as: string | null }

/** What is said of records, on its way into rows: what was read and changed of them, and what follows from it. */
export interface Taking {
  readonly bringing: Bringing
  readonly vocabulary: Vocabulary
  /** Whom a change makes due beside its own subject. */
  readonly wakes: Wakes
  /** Whether what is said is compared with what the same source said before: an import or a CRM's hook, not a person. */
  readonly remembers: boolean
  /**
   * Of what the rules forbid: `all` rejects the record (a person's word); `moves` takes the record without an illegal move to
   * another bin (an import tells what has happened); `nothing` takes all as it is (history is replayed).
   */
  readonly refuses: 'all' | 'moves' | 'nothing'
  /** Which of the facts that a stage or a bin requires an opportunity lacks; where that is null, which of them its account lacks. */
  missing(requires: readonly string[], opportunity: Opportunity | null, account: Account | null): string[]
  readonly opportunities: Rows<Opportunity>
  readonly accounts: Rows<Account>
  /** Rows that changed. Of an opportunity that changed accounts, the former one is among the accounts. */
  readonly changed: Readonly<Record<SubjectKind, Set<string>>>
  /** Accounts of which something changed that their opportunities are judged by. */
  readonly stirred: Set<string>
  readonly history: Told[]
  readonly events: DomainEvent[]
  /** Subjects whose activities are summarised anew. */
  readonly resummarise: Readonly<Record<SubjectKind, Set<string>>>
  /** Opportunities that changed accounts: their activities go with them. */
  readonly rehomed: Set<string>
  /** Subjects of which it became known who owned them when: who did what as the owner is told anew. */
  readonly reowned: Readonly<Record<SubjectKind, Set<string>>>
}

/** Ids of both kinds, none yet. */
export const bothKinds = (): Record<SubjectKind, Set<string>> => ({ opportunity: new Set(), account: new Set() })

/** What follows from what is taken, before anything is. */
export const nothingFollows = (): Pick<
  Taking,
  'changed' | 'stirred' | 'history' | 'events' | 'resummarise' | 'rehomed' | 'reowned'
> => ({
  changed: bothKinds(),
  stirred: new Set(),
  history: [],
  events: [],
  resummarise: bothKinds(),
  rehomed: new Set(),
  reowned: bothKinds(),
})

/** Puts a changed opportunity in place of what was read. */
export function putOpportunity(taking: Taking, row: Opportunity): void {
  const before = taking.opportunities.get(row.id)
  if (readsSibling(taking.wakes, before, row)) {
    for (const account of [before?.account, row.account]) if (account) taking.stirred.add(account)
  }
  taking.opportunities.set(row.id, row)
  taking.changed.opportunity.add(row.id)
}

/** Puts a changed account in place of what was read. */
export function putAccount(taking: Taking, row: Account): void {
  if (readsChange(taking.wakes, taking.accounts.get(row.id), row)) taking.stirred.add(row.id)
  taking.accounts.set(row.id, row)
  taking.changed.account.add(row.id)
}

/** Puts a subject of which nothing but the summary of its activities may have changed in place of what was read. */
export function putSummary(taking: Taking, kind: SubjectKind, id: string, activity: ActivitySummary): void {
  const rows: Rows<Opportunity | Account> = kind === 'account' ? taking.accounts : taking.opportunities
  const row = rows.get(id)
  if (row) rows.set(id, { ...row, activity })
  if (row) taking.changed[kind].add(id)
  if (row && kind === 'account') stirByActivity(taking, id)
}

/** Notes that the activities of an account changed: its opportunities are looked at where they are judged by these. */
export function stirByActivity({ wakes, stirred }: Pick<Taking, 'wakes' | 'stirred'>, account: string): void {
  if (reads(wakes, 'activity')) stirred.add(account)
}

/** Is an account of which something changed to be looked at? It is where anything is judged of accounts, or an event of it lies ahead. */
export const wakesAccount = ({ wakes, events }: Pick<Taking, 'wakes' | 'events'>, id: string, now: Instant): boolean =>
  wakes.accounts || events.some(({ subject, at }) => at > now && subject.kind === 'account' && subject.id === id)

/** Does an event count as judged already? It does where it has happened to an account and nothing is judged of accounts. */
export const isPassed = ({ accounts }: Wakes, { subject, at }: DomainEvent, now: Instant): boolean =>
  !accounts && subject.kind === 'account' && at <= now

/** The bin in which an account is that nobody ever put anywhere. */
export const startsIn = ({ assemblyLine }: Vocabulary): string => assemblyLine?.startsIn ?? NO_BIN

/** Since when activities count as "in the bin": always, for an account that has never been in another. */
export const binCountsSince = (account: Account, vocabulary: Vocabulary): Instant =>
  account.bin_episode === 0 &&
  account.bin === startsIn(vocabulary) &&
  account.bin_since === (account.created ?? account.seen)
    ? Number.NEGATIVE_INFINITY
    : account.bin_since

/** A deleted record stays deleted: what names it is told so, row by row. */
export const deleted = (kind: string, id: string) => `The ${kind} "${id}" was deleted, and stays so.`

/** Writes down a change: an entry of history, and an event where whoever brings it brings events. */
export function record(
  taking: Taking,
  kind: SubjectKind,
  id: string,
  change: { fact: string; from: Settable; to: Settable; at?: Instant | null },
): void {
  const { source, by, now, as } = taking.bringing
  const { fact, from, to, at } = change
  taking.history.push({
    kind,
    id,
    fact,
    from,
    to,
    at: at ?? now,
    learned_at: now,
    by,
    cause: null,
    known_as: at != null && fact !== 'created' && taking.remembers ? knownAs(source, kind, id, fact, at, to) : null,
  })
  if (as === 'event' && isChangeFact(fact)) {
    const number = `${versionOf(taking, kind, id) + 1}-${taking.events.length}`
    const event = { id: `${fact}@${number}`, subject: { kind, id }, event: { change: fact }, at: at ?? now }
    taking.events.push(event)
  }
}

/** So many characters an index holds, of whatever they are. */
const LONGEST_NAME = 800

/** The name of a past change: the same one brought twice is known. Of one to a long text it is a digest. */
export function knownAs(
  source: string,
  kind: SubjectKind,
  id: string,
  fact: string,
  at: Instant,
  to: Settable,
): string {
  const name = JSON.stringify([source, kind, id, fact, at, to])
  return name.length <= LONGEST_NAME ? name : digest(name)
}

function versionOf({ opportunities, accounts }: Taking, kind: SubjectKind, id: string): number {
  const account = kind === 'account' ? id : opportunities.get(id)?.account
  return (account ? accounts.get(account)?.version : opportunities.get(id)?.version) ?? 0
}
