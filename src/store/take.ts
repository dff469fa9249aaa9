import type { Bringing, Incoming, RecordKind, Taken } from '../domain/incoming.js'
import type { People, Vocabulary } from '../domain/vocabulary.js'
import { WAKES_ALL, type Wakes } from '../domain/wakes.js'
import { digestInForce } from './in-force.js'
import type { Session, Tx } from './session.js'
import { takeAccounts } from './take/accounts.js'
import { takeActivities } from './take/activities.js'
import { takeChanges } from './take/changes.js'
import { takeOpportunities } from './take/opportunities.js'
import { takeContacts, takePeople } from './take/people.js'
import { startWork, type Work } from './take/work.js'

/** What a batch is read by: a program has all of it but the people, who matter only for what a stage requires of a person's change. */
export interface TakenUnder {
  vocabulary: Vocabulary
  /** Whom a change makes due beside its own subject. Left out: all of its family. */
  wakes?: Wakes
  people?: People
  /** Of that program. Where another one is in force, whose rules may read more, all of the family are due. */
  digest?: string
}

const TAKERS: Readonly<Record<RecordKind, (work: Work, batch: readonly Incoming[]) => Promise<Taken[]>>> = {
  people: takePeople,
  accounts: takeAccounts,
  contacts: takeContacts,
  opportunities: takeOpportunities,
  activities: takeActivities,
  changes: takeChanges,
}

/**
 * Takes a batch of records within a write transaction, and answers for each in order. Where `bringing.by` is
 * `import:SOURCE`, a fact changes only if the source says something else than it said last, what has happened is taken as it
 * is, and an illegal move to another bin is refused while the rest is taken. Anybody else's word is applied as it stands, or
 * rejected as a whole with the reason. Brought as `event`, activities and changes wait to be judged by event rules.
 */
export async function take(
  tx: Tx,
  session: Pick<Session, 'dialect'>,
  batch: readonly Incoming[],
  bringing: Bringing,
  { vocabulary, people, ...under }: TakenUnder,
): Promise<Taken[]> {
  const taken: Taken[] = []
  const wakes = await wakesUnder(tx, under)
  for (const run of runsOf(batch)) {
    const work = startWork(tx, bringing, { vocabulary, dialect: session.dialect, wakes, people })
    taken.push(...(await TAKERS[run[0]!.record](work, run)))
  }
  return taken
}

/** Whom changes wake under the program in force: all, where that is another one than what is brought is read by. */
export async function wakesUnder(tx: Tx, { wakes, digest }: Pick<TakenUnder, 'wakes' | 'digest'>): Promise<Wakes> {
  const inForce = await digestInForce(tx)
  return wakes && (inForce === null || inForce === digest) ? wakes : WAKES_ALL
}

/** Stretches of records of one kind, in the order given. */
function runsOf(batch: readonly Incoming[]): Incoming[][] {
  const runs: Incoming[][] = []
  for (const incoming of batch) {
    const run = runs.at(-1)
    if (run && run[0]?.record === incoming.record) run.push(incoming)
    else runs.push([incoming])
  }
  return runs
}
