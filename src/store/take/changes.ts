import { sql } from 'kysely'
import type { Incoming, Taken } from '../../domain/incoming.js'
import type { SubjectKind } from '../../domain/subjects.js'
import type { Instant } from '../../lib/instant.js'
import { given } from '../bulk.js'
import { toJson } from '../rows.js'
import { deleted } from './accounts.js'
import { finish } from './finish.js'
import {
  knownAs,
  loadAccounts,
  loadOpportunities,
  type NewHistory,
  oneOf,
  putAccount,
  putOpportunity,
  type Work,
} from './work.js'

/** A difference that an import noticed without knowing when it happened: a past change may tell. */
interface Undated {
  seq: number
  learned_at: Instant
  fact: string
  to: string | null
}

/** Takes past changes: rows of history, once each. They never change what a record is now, only what is counted from history. */
export async function takeChanges(work: Work, batch: readonly Incoming[]): Promise<Taken[]> {
  const texts = (name: SubjectKind) =>
    batch.flatMap(({ values }) => (typeof values[name] === 'string' ? (values[name] as string) : []))
  await loadOpportunities(work, texts('opportunity'))
  await loadAccounts(work, texts('account'))
  const undated = {
    opportunity: await readUndated(work, 'opportunity', texts('opportunity')),
    account: await readUndated(work, 'account', texts('account')),
  }
  const read = batch.map((incoming) => readChange(work, incoming))
  const names = read.flatMap((change) => ('why' in change ? [] : (change.known_as ?? [])))
  const known = new Set(
    (
      await work.tx
        .selectFrom('history')
        .select('known_as')
        .where('known_as', 'in', oneOf(work.meaning.dialect, names))
        .execute()
    ).map(({ known_as }) => known_as),
  )
  const dated: (NewHistory & { seq: number })[] = []
  const taken = read.map((change, i): Taken => {
    const line = batch[i]?.line ?? 0
    if ('why' in change) return { outcome: 'rejected', line, why: change.why }
    if (known.has(change.known_as)) return { outcome: 'unchanged', line, diverged: [], refused: [] }
    known.add(change.known_as)
    const { kind, id } = change
    const same = takeUndated(undated[kind].get(id) ?? [], change)
    if (same === undefined) work.history.push(change)
    else dated.push({ ...change, seq: same })
    work.recount[kind].add(id)
    if (change.fact === 'owner') work.reowned[kind].add(id)
    if (kind === 'account') putAccount(work, work.accounts.get(id)!)
    else putOpportunity(work, work.opportunities.get(id)!)
    return { outcome: 'new', line, diverged: [], refused: [] }
  })
  await finish(work, () => date(work, dated))
  return taken
}

function readChange(work: Work, { values }: Incoming): NewHistory | { why: string } {
  const { source, by, now } = work.bringing
  const kind: SubjectKind = typeof values.opportunity === 'string' ? 'opportunity' : 'account'
  const id = values[kind]
  if (typeof id !== 'string') return { why: 'It names neither an opportunity nor an account.' }
  const row = kind === 'account' ? work.accounts.get(id) : work.opportunities.get(id)
  if (!row) return { why: `There is no ${kind} "${id}".` }
  if (row.deleted_at !== null) return { why: deleted(kind, id) }
  const [fact, at, to] = [String(values.fact), Number(values.at), values.to ?? null]
  if (to === null && ['stage', 'status', 'bin'].includes(fact)) return { why: `It does not say to which ${fact}.` }
  return {
    kind,
    id,
    fact,
    from: toJson(values.from ?? null),
    to: toJson(to),
    at,
    learned_at: now,
    by: typeof values.by === 'string' ? values.by : by,
    cause: null,
    known_as: knownAs(source, kind, id, fact, at, to),
  }
}

async function readUndated(work: Work, kind: SubjectKind, ids: readonly string[]): Promise<Map<string, Undated[]>> {
  const rows = await work.tx
    .selectFrom('history')
    .select(['seq', 'id', 'fact', 'to', 'learned_at'])
    .where('kind', '=', kind)
    .where('id', 'in', oneOf(work.meaning.dialect, ids))
    .where('by', '=', `import:${work.bringing.source}`)
    .where('known_as', 'is', null)
    .whereRef('at', '=', 'learned_at')
    .orderBy('seq')
    .execute()
  const lists = new Map<string, Undated[]>()
  for (const { id, ...row } of rows) lists.set(id, [...(lists.get(id) ?? []), row])
  return lists
}

/** The noticed difference that this change explains: the first to the same value that was noticed after it happened. */
function takeUndated(list: Undated[], { fact, to, at }: NewHistory): number | undefined {
  const i = list.findIndex((row) => row.fact === fact && row.to === to && row.learned_at >= at)
  return i < 0 ? undefined : list.splice(i, 1)[0]?.seq
}

async function date(work: Work, dated: readonly (NewHistory & { seq: number })[]): Promise<void> {
  if (dated.length === 0) return
  const columns = [
    ['seq', 'integer'],
    ['at', 'integer'],
    ['by', 'text'],
    ['known_as', 'text'],
  ] as const
  await sql`update history set at = r.at, ${sql.ref('by')} = ${sql.ref('r.by')}, known_as = r.known_as
    from ${given(work.meaning, columns, dated)} where history.seq = r.seq`.execute(work.tx)
}
