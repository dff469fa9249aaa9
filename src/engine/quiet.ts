import type { Account, Opportunity } from '../domain/subjects.js'
import type { People } from '../domain/vocabulary.js'
import { NOT_ASSESSED, type Snapshot } from '../facts/fact.js'
import { type Instant, NEVER } from '../lib/instant.js'
import type { Program } from '../program/program.js'
import { glance, scoreOf } from './assess.js'
import { nextPlanned } from './judge.js'
import type { Reckoning } from './plan.js'
import type { Sighted } from './store.js'
import { MOST_FLIPS } from './walk.js'

/** What quiet subjects are judged by. */
export interface QuietRun {
  program: Program
  people: People
  now: Instant
}

/**
 * What an assessment leaves on a subject with which nothing is to be done: nothing hangs on it, and no rule holds now or held
 * on the way from when it was due. Null where there may be something to do: then its family is planned. It allocates little,
 * for it is asked of every subject that is due, and of most of them there is no more to say.
 */
export function quietly({ program, people, now }: QuietRun, seen: Sighted): Reckoning | null {
  if (seen.involved) return null
  const row: Opportunity | Account = seen.opportunity ?? (seen.account as Account)
  for (let at = since(program, seen, row, now), flips = 0; at < now; flips += 1) {
    const stands = glance(program, snapshotAt(program, people, seen, at))
    if (stands === null || flips > MOST_FLIPS) return null
    at = stands
  }
  const snapshot = snapshotAt(program, people, seen, now)
  const stands = glance(program, snapshot)
  if (stands === null) return null
  const { score, health, levels, qualification } = snapshot.assessed
  // An account whose score moved may wake its opportunities.
  if (!seen.opportunity && program.readsAccount && score !== row.score) return null
  const until = Math.min(stands, nextPlanned(snapshot, now))
  const due = until === NEVER ? null : until
  return { subject: { kind: snapshot.kind, id: row.id }, due, score, health, levels, qualification }
}

/** Where a subject that is assessed late is taken up: at its due, or where it changed last. */
function since(program: Program, { account }: Sighted, row: Opportunity | Account, now: Instant): Instant {
  if (row.due_program !== program.number || row.due === null || row.due > now) return now
  const changed = Math.max(row.last_change, account?.last_change ?? row.last_change)
  return Math.max(row.due, changed)
}

/** A snapshot that looks for the account's other opportunities only when it is asked for them. */
class Light implements Snapshot {
  assessed = NOT_ASSESSED
  accountAssessed: Snapshot['accountAssessed'] = null
  constructor(
    readonly kind: Snapshot['kind'],
    readonly now: Instant,
    readonly vocabulary: Snapshot['vocabulary'],
    readonly people: People,
    readonly account: Account | null,
    readonly opportunity: Opportunity | null,
    readonly seen: Sighted,
  ) {}
  get opportunities() {
    return this.seen.opportunities
  }
}

function snapshotAt(program: Program, people: People, seen: Sighted, now: Instant): Snapshot {
  const { vocabulary } = program
  const { account, opportunity } = seen
  const snapshot = new Light(
    opportunity ? 'opportunity' : 'account',
    now,
    vocabulary,
    people,
    account,
    opportunity,
    seen,
  )
  if (opportunity && account && program.readsAccount && program.scoring.account.length > 0) {
    snapshot.accountAssessed = scoreOf(program, new Light('account', now, vocabulary, people, account, null, seen))
  }
  return snapshot
}
