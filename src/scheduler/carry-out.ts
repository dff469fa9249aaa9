import { printKey } from '../domain/findings.js'
import { byFamily, eachOnce, type SubjectRef, subjectName } from '../domain/subjects.js'
import type { Intent, Plan } from '../engine/plan.js'
import { commit, type Permission, plan, settle, type Watching } from '../engine/run.js'
import { DAY } from '../lib/civil.js'
import { digest } from '../lib/digest.js'
import type { Instant } from '../lib/instant.js'
import type { Program } from '../program/program.js'
import { StoreError } from '../store/errors.js'
import type { Store } from '../store/store.js'

/** What a run did. */
export interface Applied {
  plan: Plan
  /** Carried out, in order. */
  done: Intent[]
  /** Families that moved while the run worked, even after it tried again: still due. */
  stale: readonly string[]
  /** Of a saved plan: keys that no longer stand as they were permitted. */
  noLonger: readonly string[]
  /** Keys that stand now and that the saved plan did not have. */
  notPermitted: readonly string[]
}

/** How often families that moved are planned again, and how often a plan is made anew under which something moved. */
const ROUNDS = 3
const PLANS = 20

/**
 * Settles what is quiet, then plans and commits the rest (of the families named, that alone), under a program that is in force.
 * Families that somebody else moved meanwhile are planned again, a few times. Throws where the kill switch is on or another
 * program came into force, and a StoreError where others write so often that nothing can be planned.
 */
export async function carryOut(
  store: Store,
  program: Program,
  now: Instant,
  permission: Permission = {},
): Promise<Applied> {
  const { settled, loud } = await settleQuiet(store, program, now, permission)
  const first = await steadyPlan(store, program, now, { ...permission, ...behind(settled, permission) }, loud)
  if (!first) throw new StoreError('busy', 'Others wrote all the while it was being planned; nothing was carried out.')
  const done: Intent[] = []
  let current: Plan = first
  const elsewhere = new Set<string>()
  let stale: readonly string[] = []
  for (let round = 1; ; round += 1) {
    const report = await commit(store, current, permission)
    const left = new Set(report.stale)
    done.push(...current.families.filter((f) => !left.has(subjectName(f.family))).flatMap((f) => f.intents))
    stale = report.stale
    for (const key of report.already_done) elsewhere.add(printKey(key))
    if (stale.length === 0 || round === ROUNDS) break
    const again = await steadyPlan(store, program, current.at, { ...permission, done: elsewhere })
    if (!again) break
    current = again
  }
  return {
    plan: first,
    done,
    stale,
    noLonger: permission.only ? noLongerStands(first, permission.only) : [],
    notPermitted: first.families.flatMap((f) => f.not_permitted),
  }
}

function noLongerStands({ families }: Plan, permitted: ReadonlyMap<string, unknown>): string[] {
  const stands = new Set(families.flatMap(({ intents }) => intents.map(({ key }) => printKey(key))))
  return [...permitted.keys()].filter((key) => !stands.has(key))
}

/** Settles what is quiet; `loud` are the families of the rest, in their order, null where others are asked for than those that are due. */
async function settleQuiet(
  store: Store,
  program: Program,
  now: Instant,
  { among, everything, onProgress }: Permission,
): Promise<{ settled: number; loud: readonly SubjectRef[] | null }> {
  if (among) return { settled: 0, loud: null }
  const loud: SubjectRef[] = []
  const hear = everything ? undefined : (family: SubjectRef) => loud.push(family)
  const settled = await settle(store, program, now, { hear, ...(onProgress && { onProgress }) })
  return { settled, loud: everything ? null : eachOnce(loud).sort(byFamily) }
}

/** Whoever watches is told how many were assessed with those that were settled before. */
const behind = (settled: number, { onProgress }: Watching): Watching =>
  onProgress ? { onProgress: (assessed) => onProgress(settled + assessed) } : {}

/**
 * A plan that rests on what was so all the while; null where others wrote each time that one was made. It is made again where
 * one of these changed meanwhile:
 *
 * - the people: who is told was read before the families, so that their versions do not show it;
 * - what was spent, where something is held: what another run commits meanwhile would count twice;
 * - the last commit, where it lies after this instant: the next plan is of that one, since time does not go back for a family.
 *
 * `loud` are the families of whoever is due at `now` with which something is to be done, where that is known. After the first
 * plan it is not known any more.
 */
async function steadyPlan(
  store: Store,
  program: Program,
  now: Instant,
  permission: Permission,
  loud: readonly SubjectRef[] | null = null,
): Promise<Plan | null> {
  let at = now
  let asked = loud ? { ...permission, among: loud } : permission
  for (let n = 0; n < PLANS; n += 1) {
    const people = await store.people()
    const before = await store.intentsSince(at - DAY)
    const planned = await plan({ ...store, people: async () => people }, program, at, asked)
    const last = await store.lastCommitAt()
    const moved = last !== null && last > at
    const counted = planned.held.length === 0 || (await store.intentsSince(at - DAY)) === before
    if (!moved && counted && digest([...(await store.people())]) === digest([...people])) return planned
    if (moved) at = last
    asked = permission
  }
  return null
}
