import { setImmediate as breathe } from 'node:timers/promises'
import type { Key } from '../domain/findings.js'
import { subjectName } from '../domain/subjects.js'
import { changesAnything, type FamilyPlan, listsOf } from '../engine/plan.js'
import type { CommitReport, CommitRun } from '../engine/store.js'
import type { Instant } from '../lib/instant.js'
import { ProgramMovedError } from './errors.js'
import type { Session, Tx } from './session.js'
import { checkRunning, readSetting, writeSetting } from './settings.js'
import { bumpSeen, stillSeen } from './versions.js'
import { writeIntents, writePlans } from './write-plans.js'

/** Rows that plans write in one transaction, about: 20 ms, and under 50 on a busy machine. A family is never split. */
const ROWS = 1_500

/**
 * Carries out families whole or not at all, in the order given. A family that moved since it was read is left out and
 * reported; so is one of which a key was carried out before. Throws StoppedError or ProgramMovedError before the
 * transaction in which it finds out; what was committed before that stands.
 *
 * What only reckons (due, score, health) does not bump a family's version: it is derived from rows that do, two runs that
 * read the same rows may write it in any order, and a reader's plan is not made stale by it.
 */
export async function commit(session: Session, families: readonly FamilyPlan[], run: CommitRun): Promise<CommitReport> {
  const report = { stale: [] as string[], committed: 0, already_done: [] as Key[] }
  for (const group of grouped(families)) {
    const taken = await commitGroup(session, group, run)
    report.stale.push(...taken.stale)
    report.committed += taken.committed
    report.already_done.push(...taken.already_done)
    run.onCommit?.(report.committed + report.stale.length, families.length)
    await breathe()
  }
  return report
}

/** Keys of a group that were carried out before: its transaction is given up, and done again without their families. */
class KeysTaken extends Error {
  constructor(
    readonly families: ReadonlySet<string>,
    readonly keys: readonly Key[],
  ) {
    super('Keys were carried out before.')
  }
}

async function commitGroup(session: Session, group: readonly FamilyPlan[], run: CommitRun) {
  const already_done: Key[] = []
  const left = new Set<string>()
  for (;;) {
    const plans = group.filter((plan) => !left.has(subjectName(plan.family)))
    try {
      const stale = await session.write((tx) => writeGroup(tx, session, plans, run))
      const out = group.map((plan) => subjectName(plan.family)).filter((name) => left.has(name) || stale.has(name))
      return { stale: out, committed: group.length - out.length, already_done }
    } catch (error) {
      if (!(error instanceof KeysTaken)) throw error
      for (const name of error.families) left.add(name)
      already_done.push(...error.keys)
    }
  }
}

/** Returns the names of the families that are stale. */
async function writeGroup(
  tx: Tx,
  session: Session,
  plans: readonly FamilyPlan[],
  run: CommitRun,
): Promise<Set<string>> {
  await checkMayCommit(tx, run.program)
  const fresh = new Set([
    ...(await bumpSeen(tx, session, plans.filter(changesAnything))),
    ...(await stillSeen(
      tx,
      session,
      plans.filter((plan) => !changesAnything(plan)),
    )),
  ])
  const standing = plans.filter((plan) => fresh.has(subjectName(plan.family)))
  const taken = await writeIntents(tx, session, standing, run)
  if (taken.keys.length > 0) throw new KeysTaken(taken.families, taken.keys)
  await writePlans(tx, session, standing, run)
  if (standing.length > 0) await noteCommit(tx, run.now)
  return new Set(plans.map((plan) => subjectName(plan.family)).filter((name) => !fresh.has(name)))
}

/** Remembers the instant of the last run. */
export async function noteCommit(tx: Tx, now: Instant): Promise<void> {
  const last = (await readSetting(tx, 'last_commit_at')) as Instant | null
  if (last === null || last < now) await writeSetting(tx, 'last_commit_at', now)
}

/** Throws where the kill switch is on, or another program is in force. */
export async function checkMayCommit(tx: Tx, mine: number): Promise<void> {
  await checkRunning(tx)
  const row = await tx
    .selectFrom('programs')
    .select((e) => e.fn.max('number').as('number'))
    .executeTakeFirst()
  const inForce = row?.number ?? null
  if ((inForce ?? 0) !== mine) throw new ProgramMovedError(mine, inForce)
}

const weight = (plan: FamilyPlan): number =>
  listsOf(plan).reduce((sum, list) => sum + list.length, 1 + plan.reckonings.length)

function* grouped(families: readonly FamilyPlan[]): Generator<FamilyPlan[]> {
  let group: FamilyPlan[] = []
  let rows = 0
  for (const plan of families) {
    const more = weight(plan)
    if (group.length > 0 && rows + more > ROWS) {
      yield group
      group = []
      rows = 0
    }
    group.push(plan)
    rows += more
  }
  if (group.length > 0) yield group
}
