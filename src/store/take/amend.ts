import type { Settable } from '../../domain/effects.js'
import type { Amendment } from '../../domain/heard.js'
import type { Bringing, RecordKind } from '../../domain/incoming.js'
import type { SubjectKind } from '../../domain/subjects.js'
import { putAccount, putOpportunity } from '../../domain/taking.js'
import type { Instant } from '../../lib/instant.js'
import { insertNew } from '../bulk.js'
import { toJson } from '../rows.js'
import type { Session, Tx } from '../session.js'
import { type TakenUnder, wakesUnder } from '../take.js'
import { finish } from './finish.js'
import { loadAccounts, loadOpportunities, oneOf, startWork, type Work } from './work.js'

/** An amendment of the history of one record. */
export type Late = Amendment & { id: string; fact: string }

/** A row of history that was written as of now, with when it happened. */
export interface Dated {
  seq: number
  id: string
  fact: string
  at: Instant
  event: string
  to: Settable
}

const kindOf = (record: RecordKind): SubjectKind | null =>
  record === 'accounts' ? 'account' : record === 'opportunities' ? 'opportunity' : null

/** The rows of history that this source's word has just written as of now, by record and fact. */
export async function rowsWritten(
  work: Work,
  record: RecordKind,
  ids: readonly string[],
): Promise<Map<string, number>> {
  const kind = kindOf(record)
  if (kind === null) return new Map()
  const { tx, bringing, meaning } = work
  const rows = await tx
    .selectFrom('history')
    .select(['seq', 'id', 'fact'])
    .where('kind', '=', kind)
    .where('id', 'in', oneOf(meaning.dialect, ids))
    .where('by', '=', bringing.by)
    .where('learned_at', '=', bringing.now)
    .where('known_as', 'is', null)
    .where('fact', '<>', 'created')
    .orderBy('seq')
    .execute()
  return new Map(rows.map(({ seq, id, fact }) => [`${id}/${fact}`, seq]))
}

/** Dates the rows that were written, puts what came late where it belongs, and counts anew what is counted from history. */
export async function amendHistory(
  round: { tx: Tx; session: Pick<Session, 'dialect'>; record: RecordKind; bringing: Bringing; under: TakenUnder },
  dated: readonly Dated[],
  late: readonly Late[],
): Promise<void> {
  const { tx, session, record, bringing, under } = round
  const kind = kindOf(record)
  if (kind === null || dated.length + late.length === 0) return
  const work = startWork(tx, bringing, {
    ...under,
    dialect: session.dialect,
    wakes: await wakesUnder(tx, under),
  })
  const touched = [...dated, ...late]
  const ids = new Set(touched.map(({ id }) => id))
  await (kind === 'account' ? loadAccounts(work, ids) : loadOpportunities(work, ids))
  for (const id of ids) {
    const [account, opportunity] = [work.accounts.get(id), work.opportunities.get(id)]
    if (kind === 'account' && account) putAccount(work, account)
    if (kind === 'opportunity' && opportunity) putOpportunity(work, opportunity)
    work.recount[kind].add(id)
  }
  for (const { id, fact } of touched) if (fact === 'owner') work.reowned[kind].add(id)
  for (const one of late) if (one.is === 'drop') unsettle(work, kind, one)
  await finish(work, async () => {
    for (const { seq, ...row } of dated) {
      const known_as = nameOf(bringing.source, kind, row)
      await tx.updateTable('history').set({ at: row.at, known_as }).where('seq', '=', seq).execute()
    }
    for (const one of late) await amend(work, kind, one)
  })
}

/** What was no change has no known beginning, unless history tells of another. */
function unsettle(work: Work, kind: SubjectKind, { id, fact }: Late): void {
  const [account, row] = [work.accounts.get(id), work.opportunities.get(id)]
  if (kind === 'account') {
    if (account && fact === 'owner') putAccount(work, { ...account, owner_since: null })
  } else if (row && fact === 'owner') putOpportunity(work, { ...row, owner_since: null })
  else if (row && (fact === 'stage' || fact === 'status')) {
    putOpportunity(work, { ...row, [`${fact}_since`]: row.seen, [`${fact}_since_known`]: false })
  }
}

async function amend(work: Work, kind: SubjectKind, one: Late): Promise<void> {
  const { tx, bringing, meaning } = work
  const { id, fact, to, at } = one
  if (one.is === 'add') {
    const known_as = nameOf(bringing.source, kind, one)
    const row = {
      kind,
      id,
      fact,
      from: toJson(one.from),
      to: toJson(to),
      at,
      learned_at: bringing.now,
      by: bringing.by,
    }
    await insertNew(tx, meaning, 'history', [{ ...row, cause: null, known_as }])
    return
  }
  if (one.is === 'drop') {
    await tx
      .deleteFrom('history')
      .where('kind', '=', kind)
      .where('id', '=', id)
      .where('fact', '=', fact)
      .where('by', '=', bringing.by)
      .where('at', '=', at)
      .where('to', 'is not distinct from', toJson(to))
      .execute()
    return
  }
  const set =
    one.is === 'from'
      ? { from: toJson(one.from) }
      : { at: one.earlier, known_as: nameOf(bringing.source, kind, { ...one, at: one.earlier }) }
  await tx
    .updateTable('history')
    .set(set)
    .where('kind', '=', kind)
    .where('id', '=', id)
    .where('fact', '=', fact)
    .where('by', '=', bringing.by)
    .where('at', '=', at)
    .where('to', 'is not distinct from', toJson(to))
    .execute()
}

/** Names a change that an event told. */
const nameOf = (
  source: string,
  kind: SubjectKind,
  { id, fact, at, to, event }: { id: string; fact: string; at: Instant; to: Settable; event: string },
) => JSON.stringify([source, kind, id, fact, at, to, event])
