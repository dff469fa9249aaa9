import type { Account, Opportunity, SubjectRef } from '../domain/subjects.js'
import type { People } from '../domain/vocabulary.js'
import { reads } from '../domain/wakes.js'
import { NOT_ASSESSED, type Snapshot } from '../facts/fact.js'
import { type Instant, NEVER } from '../lib/instant.js'
import type { Program } from '../program/program.js'
import { glance, scoreOf } from './assess.js'
import { nextPlanned } from './judge.js'
import type { Reckoning } from './plan.js'
import type { Sighted } from './store.js'
import { MOST_FLIPS, NO_PROGRAM } from './walk.js'

/** What quiet subjects are judged by. */
export interface QuietRun {
  program: Program
  people: People
  now: Instant
  /** Whether what it leaves is stored before the rest is planned. */
  settles?: boolean
}

/**
 * What an assessment leaves on a subject with which nothing is to be done: nothing hangs on it, and no rule holds now or held
 * on the way from when it was due. Null where there may be something to do: then its family is planned. It allocates little,
 * for it is asked of every subject that is due, and of most of them there is no more to say.
 */
export function quietly(run: QuietRun, seen: Sighted): Reckoning | null {
  if (seen.involved) return null
  const { program, now } = run
  const row: Opportunity | Account = seen.opportunity ?? (seen.account as Account)
  for (let at = since(run, row), flips = 0; at < now; flips += 1) {
    const stands = glance(program, lightSnapshot(run, seen, at))
    if (stands === null || flips > MOST_FLIPS) return null
    at = stands
  }
  const snapshot = lightSnapshot(run, seen, now)
  // Whoever reads the score of an account is judged in the plan in which that moves.
  if (run.settles && (snapshot.accountAssessed?.score ?? null) !== scoreRead(run, seen)) return null
  const stands = glance(program, snapshot)
  if (stands === null) return null
  const { score, health, levels, qualification } = snapshot.assessed
  // An account whose score moved may wake its opportunities.
  if (!seen.opportunity && reads(program.wakes, 'score') && score !== row.score) return null
  const until = Math.min(stands, nextPlanned(snapshot, now))
  const due = until === NEVER ? null : until
  const again = row.due_program === run.program.number
  return { subject: { kind: snapshot.kind, id: row.id }, again, due, score, health, levels, qualification }
}

/** The family of a subject that is looked at. */
export const familySighted = ({ account, opportunity }: Sighted): SubjectRef =>
  account ? { kind: 'account', id: account.id } : { kind: 'opportunity', id: opportunity?.id as string }

const scoreRead = ({ program }: QuietRun, { opportunity, account }: Sighted): number | null =>
  opportunity && account && readsScores(program) ? account.score : null

const readsScores = ({ wakes, scoring }: Program): boolean => reads(wakes, 'score') && scoring.account.length > 0

/** Where a subject that is assessed late is taken up: at its due, or where it changed last. */
function since({ program, now }: QuietRun, row: Opportunity | Account): Instant {
  const { due, due_program } = row
  if (due_program !== program.number || due_program === NO_PROGRAM || due === null || due > now) return now
  return Math.max(due, row.last_change)
}

/** A snapshot that looks for the account's other opportunities only when it is asked for them. Fields are declared only: to define them takes longer than all the rest. */
class LightSnapshot {
  declare kind: Snapshot['kind']
  declare now: Instant
  declare vocabulary: Snapshot['vocabulary']
  declare people: People
  declare account: Account | null
  declare opportunity: Opportunity | null
  declare assessed: Snapshot['assessed']
  declare accountAssessed: Snapshot['accountAssessed']
  declare seen: Sighted
  constructor({ program, people }: QuietRun, seen: Sighted, opportunity: Opportunity | null, now: Instant) {
    this.kind = opportunity ? 'opportunity' : 'account'
    this.now = now
    this.vocabulary = program.vocabulary
    this.people = people
    this.account = seen.account
    this.opportunity = opportunity
    this.assessed = NOT_ASSESSED
    this.accountAssessed = null
    this.seen = seen
  }
  get opportunities() {
    return this.seen.opportunities
  }
}

function lightSnapshot(run: QuietRun, seen: Sighted, now: Instant): Snapshot {
  const { program } = run
  const snapshot = new LightSnapshot(run, seen, seen.opportunity, now)
  if (seen.opportunity && seen.account && readsScores(program)) {
    snapshot.accountAssessed = scoreOf(program, new LightSnapshot(run, seen, null, now))
  }
  return snapshot
}
