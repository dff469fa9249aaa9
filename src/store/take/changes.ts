import { sql } from 'kysely'
import type { Incoming, Taken } from '../../domain/incoming.js'
import type { SubjectKind } from '../../domain/subjects.js'
import { deleted, knownAs, putAccount, putOpportunity, type Told } from '../../domain/taking.js'
import { formatInstant } from '../../lib/calendar.js'
import type { Instant } from '../../lib/instant.js'
import { given } from '../bulk.js'
import { toJson } from '../rows.js'
import { finish } from './finish.js'
import { loadAccounts, loadOpportunities, oneOf, type Work } from './work.js'

/** A change of a subject that history holds, or that the batch brings. */
interface Dated {
  fact: string
  at: Instant
}

/** A difference that an import noticed without knowing when it happened: a past change may tell. */
interface Undated extends Dated {
  seq: number
  learned_at: Instant
  from: string | null
  to: string | null
}

/** What is told of the past of one subject. */
interface Past {
  undated: Undated[]
  told: Dated[]
}

/** Takes past changes: rows of history, once each. They never change what a record is now, only what is counted from history. */
export async function takeChanges(work: Work, batch: readonly Incoming[]): Promise<Taken[]> {
  const texts = (name: SubjectKind) =>
    batch.flatMap(({ values }) => (typeof values[name] === 'string' ? (values[name] as string) : []))
  await loadOpportunities(work, texts('opportunity'))
  await loadAccounts(work, texts('account'))
  const pasts = {
    opportunity: await readPasts(work, 'opportunity', texts('opportunity')),
    account: await readPasts(work, 'account', texts('account')),
  }
  const read = batch.map((incoming) => readChange(work, incoming))
  for (const change of read) if (!('why' in change)) pasts[change.kind].get(change.id)?.told.push(change)
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
  const dated: (Told & { seq: number })[] = []
  const taken = read.map((change, i): Taken => {
    const line = batch[i]?.line ?? 0
    if ('why' in change) return { outcome: 'rejected', line, why: change.why }
    if (known.has(change.known_as)) return { outcome: 'unchanged', line, diverged: [], refused: [] }
    known.add(change.known_as)
    const { kind, id } = change
    const same = takeUndated(pasts[kind].get(id), change)
    if (same === undefined) work.history.push(change)
    else dated.push({ ...change, seq: same })
    work.recount[kind].add(id)
    if (change.fact === 'owner') work.reowned[kind].add(id)
    if (kind === 'account') putAccount(work, work.accounts.get(id)!)
    else putOpportunity(work, work.opportunities.get(id)!)
    return { outcome: 'new', line, diverged: [], refused: [] }
  })
  // What is past is not announced, whoever tells it.
  await finish({ ...work, bringing: { ...work.bringing, as: 'history' } }, () => date(work, dated))
  return taken
}

function readChange(work: Work, { values }: Incoming): Told | { why: string } {
  const { source, by, now } = work.bringing
  const kind: SubjectKind = typeof values.opportunity === 'string' ? 'opportunity' : 'account'
  const id = values[kind]
  if (typeof id !== 'string') return { why: 'It names neither an opportunity nor an account.' }
  const row = kind === 'account' ? work.accounts.get(id) : work.opportunities.get(id)
  if (!row) return { why: `There is no ${kind} "${id}".` }
  if (row.deleted_at !== null) return { why: deleted(kind, id) }
  const [fact, at, to] = [String(values.fact), Number(values.at), values.to ?? null]
  if (to === null && ['stage', 'status', 'bin'].includes(fact)) return { why: `It does not say to which ${fact}.` }
  if (at > now) {
    const say = (instant: Instant) => formatInstant(instant, work.meaning.vocabulary.calendar)
    return { why: `Its time, ${say(at)}, lies ahead of now, ${say(now)}: what is past is taken, not what is planned.` }
  }
  return {
    kind,
    id,
    fact,
    from: values.from ?? null,
    to,
    at,
    learned_at: now,
    by: typeof values.by === 'string' ? values.by : by,
    cause: null,
    known_as: knownAs(source, kind, id, fact, at, to),
  }
}

async function readPasts(work: Work, kind: SubjectKind, ids: readonly string[]): Promise<Map<string, Past>> {
  const rows = await work.tx
    .selectFrom('history')
    .select(['seq', 'id', 'fact', 'from', 'to', 'at', 'learned_at', 'by', 'known_as'])
    .where('kind', '=', kind)
    .where('id', 'in', oneOf(work.meaning.dialect, ids))
    .orderBy('seq')
    .execute()
  const pasts = new Map(ids.map((id): [string, Past] => [id, { undated: [], told: [] }]))
  const noticed = `import:${work.bringing.source}`
  for (const row of rows) {
    const past = pasts.get(row.id)
    past?.told.push(row)
    if (row.by === noticed && row.known_as === null && row.at === row.learned_at) past?.undated.push(row)
  }
  return pasts
}

/**
 * The noticed difference that this change explains: the first of the same values that was noticed after it happened. Where
 * the fact changed again in between, the difference is another change than this one.
 */
function takeUndated(past: Past | undefined, { fact, from, to, at }: Told): number | undefined {
  if (!past) return undefined
  const explains = (row: Undated) =>
    row.fact === fact &&
    row.to === toJson(to) &&
    (from === null || row.from === toJson(from)) &&
    row.learned_at >= at &&
    !past.told.some((one) => one !== row && one.fact === fact && one.at > at && one.at <= row.learned_at)
  const i = past.undated.findIndex(explains)
  return i < 0 ? undefined : past.undated.splice(i, 1)[0]?.seq
}

async function date(work: Work, dated: readonly (Told & { seq: number })[]): Promise<void> {
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
