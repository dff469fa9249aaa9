import type { Plan } from '../engine/plan.js'
import { type Permission, plan } from '../engine/run.js'
import type { Instant } from '../lib/instant.js'
import type { Program } from '../program/program.js'
import type { Store } from '../store/store.js'
import { withHeld } from './held.js'

/** A database under a program that stands in no store is number 0: then everything is assessed. */
export async function underStore(store: Store, program: Program): Promise<Program> {
  const inForce = await store.inForce()
  return { ...program, number: inForce?.digest === program.digest ? inForce.number : 0 }
}

/** What would happen now, and why, and all that limits hold; changes nothing and needs no program in force. */
export async function planNow(
  store: Store,
  program: Program,
  now: Instant,
  permission: Permission = {},
): Promise<Plan> {
  const last = await store.lastCommitAt()
  const numbered = await underStore(store, program)
  const everything = permission.everything || (last !== null && now < last)
  return withHeld(store, numbered, await plan(store, numbered, now, { ...permission, everything }))
}
