import { sql } from 'kysely'
import { stageStep } from '../../domain/change.js'
import type { Settable } from '../../domain/effects.js'
import type { Opportunity, SubjectKind } from '../../domain/subjects.js'
import { putAccount, putOpportunity } from '../../domain/taking.js'
import type { Vocabulary } from '../../domain/vocabulary.js'
import type { Instant } from '../../lib/instant.js'
import { given } from '../bulk.js'
import { fromJson } from '../rows.js'
import { readOwners } from './owners.js'
import { oneOf, type Work } from './work.js'

interface Step {
  from: Settable
  to: Settable
  at: Instant
}
/** Past changes of one subject by fact, in order of time. */
type Past = ReadonlyMap<string, readonly Step[]>

/**
 * Counts anew, for the subjects that asked for it, what is counted from history: pushes (unless a source itself counts
 * them), setbacks, skips, the highest amount; since when the present stage, status, owner or bin is known to last; and
 * which activities were the owner's at that time.
 */
export async function recount(work: Work): Promise<void> {
  const { opportunity, account } = work.recount
  const pushed = await countedBySource(work, opportunity)
  for (const [id, past] of await pastsOf(work, 'opportunity', opportunity)) {
    const row = work.opportunities.get(id)
    if (row) putOpportunity(work, recounted(row, past, work.meaning.vocabulary, !pushed.has(id)))
  }
  for (const [id, past] of await pastsOf(work, 'account', account)) {
    const row = work.accounts.get(id)
    if (!row) continue
    const bin = lastInto(past, 'bin', row.bin)
    const owner = lastInto(past, 'owner', row.owner)
    putAccount(work, {
      ...row,
      owner_since: owner ?? row.owner_since,
      ...(bin === undefined ? {} : { bin_since: bin, bin_since_known: true }),
    })
    if (bin !== undefined && bin !== row.bin_since) work.resummarise.account.add(id)
  }
  for (const kind of ['opportunity', 'account'] as const) await tellOwners(work, kind)
}

function recounted(row: Opportunity, past: Past, vocabulary: Vocabulary, countsPushes: boolean): Opportunity {
  let [setbacks, skips, pushes] = [0, 0, 0]
  for (const { from, to } of past.get('stage') ?? []) {
    if (typeof from !== 'string' || typeof to !== 'string') continue
    const step = stageStep(vocabulary, row.pipeline, from, to)
    setbacks += step.setbacks
    skips += step.skips
  }
  for (const { from, to } of past.get('close_date') ?? [])
    if (typeof from === 'string' && typeof to === 'string' && to > from) pushes += 1
  const amounts = (past.get('amount') ?? []).flatMap(({ from, to }) => [from, to]).filter((a) => typeof a === 'number')
  const high = Math.max(row.amount_high ?? Number.NEGATIVE_INFINITY, ...amounts)
  const [stage, status] = [lastInto(past, 'stage', row.stage), lastInto(past, 'status', row.status)]
  return {
    ...row,
    setbacks,
    skips,
    pushes: countsPushes ? pushes : row.pushes,
    amount_high: Number.isFinite(high) ? high : null,
    owner_since: lastInto(past, 'owner', row.owner) ?? row.owner_since,
    ...(stage === undefined ? {} : { stage_since: stage, stage_since_known: true }),
    ...(status === undefined ? {} : { status_since: status, status_since_known: true }),
  }
}

/** When the last known change of a fact led to its present value; undefined where it led elsewhere. */
function lastInto(past: Past, fact: string, present: Settable): Instant | undefined {
  const last = past.get(fact)?.at(-1)
  return last && last.to === present ? last.at : undefined
}

/** Where a change does not say from what, it is from what the change before led to. */
async function pastsOf(work: Work, kind: SubjectKind, ids: ReadonlySet<string>): Promise<Map<string, Past>> {
  const pasts = new Map<string, Map<string, Step[]>>()
  if (ids.size === 0) return pasts
  const rows = await work.tx
    .selectFrom('history')
    .select(['id', 'fact', 'from', 'to', 'at'])
    .where('kind', '=', kind)
    .where('id', 'in', oneOf(work.meaning.dialect, ids))
    .orderBy('at')
    .orderBy('seq')
    .execute()
  for (const { id, fact, from, to, at } of rows) {
    const past = pasts.get(id) ?? new Map<string, Step[]>()
    pasts.set(id, past)
    const steps = past.get(fact) ?? []
    past.set(fact, steps)
    const before = steps.at(-1)?.to ?? null
    steps.push({ from: from === null ? before : (fromJson(from) as Settable), to: fromJson(to) as Settable, at })
  }
  return pasts
}

async function countedBySource(work: Work, ids: ReadonlySet<string>): Promise<Set<string>> {
  if (ids.size === 0) return new Set()
  const rows = await work.tx
    .selectFrom('said')
    .select(['id', 'said'])
    .where('record', '=', 'opportunities')
    .where('id', 'in', oneOf(work.meaning.dialect, ids))
    .execute()
  return new Set(rows.flatMap(({ id, said }) => (typeof JSON.parse(said).pushes === 'number' ? id : [])))
}

async function tellOwners(work: Work, kind: SubjectKind): Promise<void> {
  const ids = work.reowned[kind]
  if (ids.size === 0) return
  const column = kind === 'account' ? 'by_owner_of_account' : 'by_owner_of_opportunity'
  const wasOwner = await readOwners(work, kind, ids)
  const rows = await work.tx
    .selectFrom('activities')
    .select(['id', 'by', 'at', kind, column])
    .where(kind, 'in', oneOf(work.meaning.dialect, ids))
    .where('by', 'is not', null)
    .execute()
  const told: { id: string; was: 0 | 1 }[] = []
  for (const row of rows as { id: string; by: string | null; at: number; [key: string]: string | number | null }[]) {
    const subject = row[kind] as string
    const was = wasOwner(subject, row.by, row.at) ? 1 : 0
    if (was === row[column]) continue
    told.push({ id: row.id, was })
    work.resummarise[kind].add(subject)
  }
  if (told.length === 0) return
  const list = given(work.meaning, [['id', 'text'] as const, ['was', 'integer'] as const], told)
  await sql`update activities set ${sql.ref(column)} = r.was from ${list} where activities.id = r.id`.execute(work.tx)
}
