import type { Settable } from '../../domain/effects.js'
import { type Heard, isLater, NOTHING_HEARD, TOLD } from '../../domain/heard.js'
import type { Bringing, RecordKind, Taken } from '../../domain/incoming.js'
import { WAKES_ALL } from '../../domain/wakes.js'
import type { SaidRow } from '../../sql/tables.js'
import { upsert } from '../bulk.js'
import { fromJson } from '../rows.js'
import type { Session, Tx } from '../session.js'
import { type TakenUnder, take } from '../take.js'
import { amendHistory, type Late, rowsWritten } from './amend.js'
import { type Heeded, initialOf, later, remember, type Weighed, WHOLE } from './remember.js'
import { readSaid } from './said.js'
import { loadAccounts, loadOpportunities, oneOf, startWork, type Work } from './work.js'

/** What became of it. `old`: something later is known of all that it says. `own`: what a rule did came back. */
export type Outcome =
  | { is: 'taken'; changed: boolean; refused: readonly string[] }
  | { is: 'nothing_new' | 'old' | 'own' }
  | { is: 'rejected'; why: string }

const ORDER: readonly RecordKind[] = ['people', 'accounts', 'contacts', 'opportunities', 'activities', 'changes']

/**
 * Takes what the events of one source say, within a write transaction, and answers for each in order. Of each field the latest
 * word counts, by the events' own time; what is older becomes history. So the same events end in the same facts in whatever
 * order and however often they come. Several of one record are taken in the order of their time.
 */
export async function takeHeard(
  tx: Tx,
  session: Pick<Session, 'dialect'>,
  heeded: readonly Heeded[],
  bringing: Bringing,
  under: TakenUnder,
): Promise<Outcome[]> {
  const outcomes = new Map<Heeded, Outcome>()
  for (const round of roundsOf(heeded)) {
    for (const record of ORDER) {
      const some = round.filter(({ incoming }) => incoming.record === record)
      if (some.length === 0) continue
      const taken = await takeRound({ tx, session, record, bringing, under }, some)
      for (const [i, one] of some.entries()) outcomes.set(one, taken[i] as Outcome)
    }
  }
  return heeded.map((one) => outcomes.get(one) as Outcome)
}

/** Rounds in which each record stands at most once, in the order of time. */
function roundsOf(heeded: readonly Heeded[]): Heeded[][] {
  const rounds: Heeded[][] = []
  const seen = new Map<string, number>()
  const inTime = [...heeded].sort((a, b) => (isLater([a.at, a.event], [b.at, b.event]) ? 1 : -1))
  for (const one of inTime) {
    const name = JSON.stringify([one.incoming.record, one.incoming.id])
    const n = seen.get(name) ?? 0
    seen.set(name, n + 1)
    const round = rounds[n] ?? []
    rounds[n] = round
    round.push(one)
  }
  return rounds
}

interface Round {
  tx: Tx
  session: Pick<Session, 'dialect'>
  record: RecordKind
  bringing: Bringing
  under: TakenUnder
}

async function takeRound(round: Round, some: readonly Heeded[]): Promise<Outcome[]> {
  const { tx, session, record, bringing, under } = round
  if (record === 'changes') {
    const taken = await take(tx, session, some.map(plain), bringing, under)
    return taken.map((one) => outcomeOf(one, true))
  }
  const work = startWork(tx, bringing, { ...under, dialect: session.dialect, wakes: WAKES_ALL })
  const ids = some.map(({ incoming }) => incoming.id)
  if (record === 'opportunities') await loadOpportunities(work, ids)
  if (record === 'accounts') await loadAccounts(work, ids)
  const present = presentOf(work, record)
  const weighed = await weigh(work, record, some)
  // One that says nothing of it but that there is such a record may make it.
  const applied = weighed.filter(({ own, fresh, late }) => !own && (hasAny(fresh) || !hasAny(late)))
  const batch = applied.map(({ incoming, fresh }) => ({ ...incoming, values: fresh }))
  const taken = new Map<Heeded, Taken>()
  for (const [i, one] of (await take(tx, session, batch, bringing, under)).entries()) taken.set(applied[i]!, one)
  await keepOwn(
    work,
    record,
    weighed.filter(({ own }) => own),
  )
  const written = await rowsWritten(work, record, ids)
  const outcomes = weighed.map((one) => {
    const said = taken.get(one)
    if (said) return outcomeOf(said, one.news.length > 0)
    return one.own ? ({ is: 'own' } as const) : ({ is: 'old' } as const)
  })
  const late: Late[] = []
  const heard = weighed.flatMap((one, i) => {
    if (outcomes[i]?.is === 'rejected') return []
    const before = present(one.incoming.id)
    const isWritten = (fact: string) => written.has(`${one.incoming.id}/${fact}`)
    const { next, amendments } = remember(one, before, isWritten, (fact) => initialOf(work, before, fact), bringing.now)
    late.push(...amendments)
    return [{ source: bringing.source, record, id: one.incoming.id, heard: JSON.stringify(next) }]
  })
  await upsert(tx, session, 'heard', ['source', 'record', 'id'], heard)
  const isDropped = (id: string, fact: string) =>
    late.some((one) => one.is === 'drop' && one.at === bringing.now && one.id === id && one.fact === fact)
  const dated = weighed.flatMap((one) =>
    (TOLD[record] ?? []).flatMap((fact) => {
      const seq = Object.hasOwn(one.fresh, fact) ? written.get(`${one.incoming.id}/${fact}`) : undefined
      return seq === undefined || isDropped(one.incoming.id, fact)
        ? []
        : [{ seq, id: one.incoming.id, fact, at: one.at, event: one.event, to: one.fresh[fact] ?? null }]
    }),
  )
  await amendHistory(round, dated, late)
  return ownAmong(work, record, weighed, outcomes)
}

const hasAny = (values: object) => Object.keys(values).length > 0
const plain = ({ incoming }: Heeded) => incoming

const outcomeOf = (taken: Taken, news: boolean): Outcome => {
  if (taken.outcome === 'rejected') return { is: 'rejected', why: taken.why }
  const changed = taken.outcome !== 'unchanged'
  if (!changed && !news && taken.refused.length === 0) return { is: 'nothing_new' }
  return { is: 'taken', changed, refused: taken.refused }
}

async function weigh(work: Work, record: RecordKind, some: readonly Heeded[]): Promise<Weighed[]> {
  const { tx, bringing, meaning } = work
  const ids = oneOf(
    meaning.dialect,
    some.map(({ incoming }) => incoming.id),
  )
  const rows = await tx
    .selectFrom('heard')
    .select(['id', 'heard'])
    .where('source', '=', bringing.source)
    .where('record', '=', record)
    .where('id', 'in', ids)
    .execute()
  const known = new Map(rows.map(({ id, heard }) => [id, JSON.parse(heard) as Heard]))
  const said = record === 'activities' ? null : await readSaid(work, record as SaidRow['record'], some.map(plain))
  return some.map((one) => {
    const { id, values } = one.incoming
    const heard = known.get(id) ?? NOTHING_HEARD
    const isFresh = (name: string) => !later(heard.clocks[name], [one.at, one.event])
    const fresh: Record<string, Settable> = {}
    const late: Record<string, Settable> = {}
    const whole = record === 'activities' ? isFresh(WHOLE) : null
    for (const [name, value] of Object.entries(values)) ((whole ?? isFresh(name)) ? fresh : late)[name] = value
    const before = said?.before(id) ?? null
    const news = Object.keys(fresh).filter((name) => before === null || before[name] !== fresh[name])
    return { ...one, heard, fresh, late, news }
  })
}

/** What an opportunity or account was before, by fact; undefined where there was none. */
function presentOf(work: Work, record: RecordKind) {
  const rows = new Map<string, object>(
    record === 'accounts' ? work.accounts : record === 'opportunities' ? work.opportunities : [],
  )
  return (id: string) => rows.get(id) as Record<string, Settable> | undefined
}

/** What the source says of Linewalker's own changes is known as said, and changes nothing. */
async function keepOwn(work: Work, record: RecordKind, own: readonly Weighed[]): Promise<void> {
  if (own.length === 0 || record === 'activities' || record === 'changes') return
  const said = await readSaid(work, record, own.map(plain))
  for (const { incoming, fresh } of own) said.keep(incoming.id, fresh)
  await said.write()
}

/** Of what changed nothing although it says something new: was it a rule that made the change? */
async function ownAmong(
  work: Work,
  record: RecordKind,
  weighed: readonly Weighed[],
  outcomes: readonly Outcome[],
): Promise<Outcome[]> {
  const kind = record === 'accounts' ? 'account' : record === 'opportunities' ? 'opportunity' : null
  const silent = weighed.filter((one, i) => one.news.length > 0 && isUnchanged(outcomes[i]))
  if (kind === null || silent.length === 0) return [...outcomes]
  const ids = silent.map(({ incoming }) => incoming.id)
  const rows = await work.tx
    .selectFrom('history')
    .select(['id', 'fact', 'to'])
    .where('kind', '=', kind)
    .where('id', 'in', oneOf(work.meaning.dialect, ids))
    .where('cause', 'is not', null)
    .execute()
  const made = new Set(rows.map(({ id, fact, to }) => JSON.stringify([id, fact, fromJson(to)])))
  const isOwn = ({ incoming, news, fresh }: Weighed) =>
    news.some((fact) => made.has(JSON.stringify([incoming.id, fact, fresh[fact] ?? null])))
  return weighed.map((one, i) => (silent.includes(one) && isOwn(one) ? { is: 'own' } : (outcomes[i] as Outcome)))
}

const isUnchanged = (outcome: Outcome | undefined) =>
  outcome?.is === 'taken' && !outcome.changed && outcome.refused.length === 0
