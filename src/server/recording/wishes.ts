import type { Incoming, Taken } from '../../domain/incoming.js'
import { refuseMove } from '../../domain/legality.js'
import type { SubjectKind, SubjectRef } from '../../domain/subjects.js'
import type { People } from '../../domain/vocabulary.js'
import { peopleUnder } from '../../engine/snapshots.js'
import { readSaid, type Said } from '../../intake/record.js'
import type { Program } from '../../program/program.js'
import { audit } from '../../store/audit.js'
import { contactsNamed, familyOfEach, isKnown, livingRows, peopleNamed } from '../../store/pages/named.js'
import type { Tx } from '../../store/session.js'
import type { Store } from '../../store/store.js'
import { take } from '../../store/take.js'
import type { Circumstances } from '../operation.js'
import { notFound, Refusal } from '../problem-details.js'
import { refuseAll, unknownNames } from './names.js'
import { refuseUnseen, refuseUnseenRecord } from './sight.js'
import { type Versioned, versionOf } from './version.js'

/** A record as a caller wants it to be. */
export interface Wish {
  said: Said
  /** It has to be there already. */
  mustExist?: boolean
  /** It has to be as one of these versions; null where it only has to be there. */
  ifMatch?: readonly string[] | null
  /** It may not be there yet. */
  mustBeNew?: boolean
  /** An account is to move from the bin in which it is: it does not just arrive. */
  moves?: boolean
}

/** What became of a wish that was taken. */
export interface Granted {
  outcome: 'new' | 'changed' | 'unchanged'
  id: string
  /** Null of activities and changes. */
  version: string | null
}

/** Who asks, and what they see. */
export type Asking = Pick<Circumstances, 'program' | 'caller' | 'now'> & {
  store: Store
  people: People
  owners: string[] | null
}

/** What is needed to know before anything is written. */
type Rows = ReadonlyMap<string, Versioned>

const SINGULAR: Partial<Record<Said['record'], string>> = {
  opportunities: 'opportunity',
  accounts: 'account',
  contacts: 'contact',
  people: 'person',
}
const KINDS: Partial<Record<Said['record'], SubjectKind>> = { opportunities: 'opportunity', accounts: 'account' }

/**
 * Takes what is wished for within a write transaction, each by itself: one that is refused changes nothing, and the others
 * are taken. Answers in the order asked, each with the family that it touched.
 */
export async function takeWishes(
  tx: Tx,
  asking: Asking,
  wishes: readonly Wish[],
): Promise<{ results: (Granted | Refusal)[]; families: (SubjectRef | null)[] }> {
  const results: (Granted | Refusal)[] = []
  // Whoever sees only some records is asked one by one: an earlier line may make what a later one names.
  const steps = asking.owners === null ? [wishes] : wishes.map((wish) => [wish])
  for (const step of steps) results.push(...(await takeStep(tx, asking, step, results.length)))
  const written = results.flatMap((result, i) =>
    result instanceof Refusal || result.outcome === 'unchanged'
      ? []
      : [{ record: (wishes[i] as Wish).said.record, id: result.id, outcome: result.outcome }],
  )
  await writeDown(tx, asking, written)
  const families = written.length > 0 ? await familyOfEach(tx, asking.store, written) : new Map()
  const familyOf = (result: Granted | Refusal, i: number): SubjectRef | null =>
    result instanceof Refusal ? null : (families.get(`${(wishes[i] as Wish).said.record}/${result.id}`) ?? null)
  return { results, families: results.map(familyOf) }
}

async function takeStep(
  tx: Tx,
  asking: Asking,
  wishes: readonly Wish[],
  first: number,
): Promise<(Granted | Refusal)[]> {
  const { program, people, store, caller, now, owners } = asking
  const before = await rowsBefore(tx, asking, wishes)
  const read: (Incoming | Refusal)[] = []
  for (const [i, wish] of wishes.entries()) {
    const hidden = await hiddenFrom(tx, asking, wish)
    const incoming = hidden ?? (await refuseKnown(tx, asking, wish)) ?? readWish(wish, first + i + 1, asking, before)
    const unseen =
      incoming instanceof Refusal || owners === null ? null : await refuseUnseen(tx, store, incoming, owners)
    read.push(unseen ?? incoming)
  }
  const batch = read.filter((one): one is Incoming => !(one instanceof Refusal))
  const { vocabulary, wakes, digest } = program
  const bringing = { source: caller.id, as: 'event' as const, by: caller.id, now }
  const taken = await take(tx, store, batch, bringing, { vocabulary, wakes, people, digest })
  const after = await rowsOf(tx, asking, batch)
  let next = 0
  return read.map((one) => {
    if (one instanceof Refusal) return one
    const became = taken[next++] as Taken
    if (became.outcome === 'rejected') return refusalOf(became.why, one, asking, before)
    const row = after.get(`${one.record}/${one.id}`)
    return { outcome: became.outcome, id: one.id, version: row ? versionOf(row) : null }
  })
}

/** The refusal of a wish for a new record where there is one. */
async function refuseKnown(tx: Tx, { people }: Asking, { mustBeNew, said: { record, id } }: Wish) {
  if (!mustBeNew || id === undefined) return null
  const isThere = (record === 'people' && people.has(id)) || (await isKnown(tx, record, id))
  return isThere ? new Refusal('version-moved', `There is one already, with the id "${id}".`) : null
}

const hiddenFrom = async (tx: Tx, { store, owners }: Asking, { said }: Wish): Promise<Refusal | null> =>
  owners === null ? null : refuseUnseenRecord(tx, store, said, owners)

function readWish(
  { said, mustExist, ifMatch, moves }: Wish,
  line: number,
  { program, people, owners }: Asking,
  before: Rows,
): Incoming | Refusal {
  const row = said.id === undefined ? undefined : before.get(`${said.record}/${said.id}`)
  if (mustExist && !row) return notFound(SINGULAR[said.record] ?? said.record, said.id ?? '')
  if (ifMatch !== undefined) {
    const version = row ? versionOf(row) : null
    if (version === null || (ifMatch !== null && !ifMatch.includes(version)))
      return new Refusal(
        'version-moved',
        version === null ? 'There is none any more.' : 'It has changed since it was read; read it again.',
        { version },
        version === null ? {} : { etag: `"${version}"` },
      )
  }
  const illegal = moves && row ? illegalMove(row, said.values.bin, program) : null
  if (illegal) return illegal
  const present = row && 'owner' in row ? row.owner : null
  const unknown = unknownNames(said, program.vocabulary, { people, owners, present })
  const read = readSaid(said, program.vocabulary, line)
  const refusal = refuseAll(unknown, 'wrong' in read ? read.wrong : [])
  return refusal ?? (read as Incoming)
}

/** Of what is to be compared with what is there: those with conditions, accounts that are to move, and what names an unseen owner. */
async function rowsBefore(tx: Tx, asking: Asking, wishes: readonly Wish[]): Promise<Rows> {
  const isUnseen = (owner: unknown) => owner !== undefined && asking.owners?.includes(String(owner)) === false
  const wanted = wishes.filter(
    ({ mustExist, ifMatch, said: { values } }) =>
      mustExist || ifMatch !== undefined || values.bin !== undefined || isUnseen(values.owner),
  )
  return rowsOf(
    tx,
    asking,
    wanted.flatMap(({ said: { record, id } }) => (id === undefined ? [] : { record, id })),
  )
}

/** The rows of records that there are, by record and id; a person is as the rules and data together have it. */
async function rowsOf(
  tx: Tx,
  { store, program }: Asking,
  records: readonly Pick<Incoming, 'record' | 'id'>[],
): Promise<Rows> {
  const rows = new Map<string, Versioned>()
  const idsOf = (record: Said['record']) => records.filter((one) => one.record === record).map(({ id }) => id)
  for (const [record, kind] of [
    ['opportunities', 'opportunity'],
    ['accounts', 'account'],
  ] as const)
    for (const [id, row] of await livingRows(tx, store, kind, idsOf(record))) rows.set(`${record}/${id}`, row)
  for (const [id, row] of await contactsNamed(tx, store, idsOf('contacts'))) rows.set(`contacts/${id}`, row)
  const people = idsOf('people')
  const known = people.length === 0 ? null : peopleUnder(program, await peopleNamed(tx, store, people))
  for (const id of people) {
    const person = known?.get(id)
    if (person) rows.set(`people/${id}`, person)
  }
  return rows
}

/** Why the store rejected a record, as a problem: of a move that is not allowed with those that are. */
function refusalOf(why: string, { record, id, values }: Incoming, { program }: Asking, before: Rows): Refusal {
  const row = before.get(`${record}/${id}`)
  const illegal = row ? illegalMove(row, values.bin, program) : null
  if (illegal) return illegal
  return / was deleted, and stays so/.test(why) ? new Refusal('conflict', why) : new Refusal('rejected-record', why)
}

function illegalMove(row: Versioned, to: unknown, { vocabulary }: Program): Refusal | null {
  const line = vocabulary.assemblyLine
  if (!('bin' in row) || typeof to !== 'string' || !line?.bins.has(to)) return null
  const refusal = refuseMove(line, row.bin, to)
  return refusal && new Refusal('illegal-move', refusal.why, { from: row.bin, to, allowed: refusal.allowed })
}

/** What leaves no row of history says in the audit who wrote it. */
async function writeDown(
  tx: Tx,
  { caller, now }: Asking,
  written: readonly { record: Said['record']; id: string; outcome: string }[],
): Promise<void> {
  for (const { record, id, outcome } of written) {
    if (KINDS[record]) continue
    await audit(tx, { at: now, by: caller.id, act: 'record', of: `${record}/${id}`, detail: { outcome } })
  }
}
