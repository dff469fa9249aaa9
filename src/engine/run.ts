import type { People } from '../domain/vocabulary.js'
import type { Instant } from '../lib/instant.js'
import type { Program } from '../program/program.js'
import { planOrPark } from './broken.js'
import { edits } from './edits.js'
import { heldRules, holdWhatIsOver, stillHeld } from './hold-rules.js'
import { totalsOf } from './limits.js'
import type { Permission, Watching } from './permission.js'
import type { FamilyPlan, Plan } from './plan.js'
import { quietly } from './quiet.js'
import { peopleUnder } from './snapshots.js'
import type { CommitReport, EngineStore, Hear, Quiet, SettleRun, Sighted } from './store.js'

export type { Permission, Watching } from './permission.js'

/** Of so many subjects with which nothing is to be done a watcher is told at once. */
const TOLD = 1_000
const NONE: ReadonlySet<string> = new Set()

/** What would happen now, and why: select what is due, decide, plan the whole chain, hold what is over a limit. Writes nothing. */
export async function plan(
  store: EngineStore,
  program: Program,
  now: Instant,
  permission: Permission = {},
): Promise<Plan> {
  const people = peopleUnder(program, await store.people())
  const held = await stillHeld(store, program, permission.released ?? new Set())
  const run = {
    program,
    people,
    now,
    held,
    permits: permission.permits ?? NONE,
    baseline: permission.baseline ?? NONE,
    done: permission.done ?? NONE,
    only: permission.only ?? null,
    alone: permission.alone ?? false,
    everything: permission.everything ?? false,
    explains: permission.explains ?? true,
    ...edits(await store.programs(), program, now),
  }
  const families: FamilyPlan[] = []
  let assessed = 0
  const passing = { program, people, now }
  const quiet = (seen: Sighted) => {
    const left = quietly(passing, seen)
    if (left) assessed += 1
    if (left && assessed % TOLD === 0) permission.onProgress?.(assessed)
    return left
  }
  for await (const state of store.due(
    now,
    program.number,
    permission.among ?? (run.everything ? 'all' : 'due'),
    quiet,
  )) {
    const one = await planOrPark(state, run)
    assessed += one.assessed
    families.push(one.plan)
    permission.onProgress?.(assessed)
  }
  const fitting = await holdWhatIsOver(store, run, families)
  return {
    at: now,
    program: { number: program.number, digest: program.digest },
    families: fitting,
    held: heldRules(fitting, held),
    totals: totalsOf(fitting.flatMap(({ intents }) => intents)),
    assessed,
  }
}

/**
 * Stores what is reckoned of all that is due and with which nothing is to be done, so that a plan has only the others to look
 * at: `hear` is told the family of each of these. Returns how many were settled, at once where the store says it at once.
 */
export function settle<Counted extends number | Promise<number>>(
  store: { settle?(run: SettleRun, quietUnder: (imported: People) => Quiet, hear?: Hear): Counted },
  program: Program,
  now: Instant,
  { hear, onProgress }: Pick<Watching, 'onProgress'> & { hear?: Hear | undefined } = {},
): Counted | 0 {
  let looked = 0
  const quietUnder = (imported: People) => {
    const run = { program, people: peopleUnder(program, imported), now, settles: true }
    return (seen: Sighted) => {
      looked += 1
      if (looked % TOLD === 0) onProgress?.(looked)
      return quietly(run, seen)
    }
  }
  return store.settle?.({ now, program: program.number }, quietUnder, hear) ?? 0
}

/** Carries a plan out: families whole or not at all; those that moved since are left out and still due. */
export function commit(
  store: EngineStore,
  planned: Plan,
  { permits = NONE, onCommit }: Pick<Permission, 'permits' | 'onCommit'> = {},
): Promise<CommitReport> {
  const { at, program, families } = planned
  return store.commit(families, { now: at, program: program.number, approved: permits, ...(onCommit && { onCommit }) })
}
