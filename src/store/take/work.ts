import { type RawBuilder, sql } from 'kysely'
import type { Bringing } from '../../domain/incoming.js'
import type { Account, Opportunity, SubjectKind } from '../../domain/subjects.js'
import { bothKinds, nothingFollows, type Taking } from '../../domain/taking.js'
import type { People, Vocabulary } from '../../domain/vocabulary.js'
import type { Wakes } from '../../domain/wakes.js'
import { requiredOfRows } from '../../facts/table.js'
import type { Dialect } from '../../sql/dialect.js'
import type { AccountRow, OpportunityRow } from '../../sql/tables.js'
import { wholeRows } from '../lists.js'
import { accounts, opportunities } from '../rows.js'
import type { Tx } from '../session.js'

/** What gives a batch its meaning: the words of the program, and whom changes wake. */
export interface Meaning {
  vocabulary: Vocabulary
  dialect: Dialect
  /** Everybody known, for what a stage requires; nobody where it is left out. */
  people?: People
  wakes: Wakes
}

/** A batch on its way within a transaction. Nothing is written before `finish`. */
export interface Work extends Taking {
  readonly tx: Tx
  readonly meaning: Meaning
  readonly opportunities: Map<string, Opportunity>
  readonly accounts: Map<string, Account>
  /** Of both those that the store had before, as they lay there. */
  readonly stored: { readonly opportunity: Map<string, OpportunityRow>; readonly account: Map<string, AccountRow> }
  /** Subjects whose counts are taken anew from history. */
  readonly recount: Readonly<Record<SubjectKind, Set<string>>>
}

export function startWork(tx: Tx, bringing: Bringing, meaning: Meaning): Work {
  const remembers = bringing.by === `import:${bringing.source}`
  const { vocabulary, wakes } = meaning
  return {
    tx,
    bringing,
    meaning,
    vocabulary,
    wakes,
    remembers,
    refuses: remembers ? 'moves' : 'all',
    missing: requiredOfRows(vocabulary, meaning.people ?? new Map(), bringing.now),
    opportunities: new Map(),
    accounts: new Map(),
    stored: { opportunity: new Map(), account: new Map() },
    ...nothingFollows(),
    recount: bothKinds(),
  }
}

/** A list of texts for `in`, as one bound parameter however many they are. */
export const oneOf = (dialect: Dialect, texts: Iterable<string>): RawBuilder<string> =>
  sql`(select value from ${dialect.jsonTexts(sql`${JSON.stringify([...new Set(texts)])}`, 'wanted')})`

/** Reads opportunities that are not read yet, with their accounts. */
export async function loadOpportunities(work: Work, ids: Iterable<string>): Promise<void> {
  const lacking = [...ids].filter((id) => !work.opportunities.has(id))
  if (lacking.length > 0) {
    const { tx, meaning } = work
    const from = sql`from opportunities as t where t.id in ${oneOf(meaning.dialect, lacking)}`
    const rows = await wholeRows(tx, meaning, 'opportunities', 't', from)
    for (const row of rows) {
      work.stored.opportunity.set(row.id, row)
      work.opportunities.set(row.id, opportunities.decode(row))
    }
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
  const from = sql`from accounts as t where t.id in ${oneOf(meaning.dialect, lacking)}`
  const rows = await wholeRows(tx, meaning, 'accounts', 't', from)
  for (const row of rows) {
    work.stored.account.set(row.id, row)
    work.accounts.set(row.id, accounts.decode(row))
  }
}
