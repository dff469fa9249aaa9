import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { isRulesFile, loadRules } from './config/index.js'
import type { Intent, Plan } from './engine/plan.js'
import { commit, type Permission, plan } from './engine/run.js'
import type { Problem } from './lib/problem.js'
import type { Instant } from './lib/instant.js'
import type { Program } from './program/program.js'
import type { Store } from './store/store.js'

/** What a folder of rules says: a program, or the problems that stand in its way. */
export interface RulesFolder {
  program: Program | null
  problems: Problem[]
  warnings: Problem[]
  files: readonly string[]
}

/** Reads every `*.yaml` and `*.yml` of a folder and its sub-folders, but tests. Paths in problems begin with the folder as given. */
export async function loadFolder(dir: string): Promise<RulesFolder> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  const paths = entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name)).filter(isRulesFile).sort()
  const files = await Promise.all(paths.map(async (path) => ({ path: shown(dir, path), text: await readFile(path, 'utf8') })))
  return { ...loadRules(files), files: files.map(({ path }) => path) }
}

const shown = (dir: string, path: string) => join(dir, relative(dir, path)).split(sep).join('/')

/** Under which name and since when a process works; it keeps other programs out while it is alive. */
export interface Worker {
  id: string
  command: string
}

/** A database under a program that stands in no store is number 0: then everything is assessed. */
export async function underStore(store: Store, program: Program): Promise<Program> {
  const inForce = await store.inForce()
  return { ...program, number: inForce?.digest === program.digest ? inForce.number : 0 }
}

/** What would happen now, and why; changes nothing and needs no program in force. */
export async function planNow(store: Store, program: Program, now: Instant, permission: Permission = {}): Promise<Plan> {
  const last = await store.lastCommit()
  const numbered = await underStore(store, program)
  return plan(store, numbered, now, { ...permission, everything: permission.everything || (last !== null && now < last) })
}

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

const ROUNDS = 3

/**
 * Plans and commits. Families that somebody else moved meanwhile are planned again, a few times. Throws a StoreError where
 * a live process holds another program, the kill switch is on, or `now` lies before the last commit.
 */
export async function apply(
  store: Store, program: Program, now: Instant, worker: Worker, permission: Permission = {},
): Promise<Applied> {
  const number = await store.bringIntoForce(program, worker, now)
  const numbered = { ...program, number }
  try {
    const first = await plan(store, numbered, now, permission)
    const done: Intent[] = []
    let current = first
    let stale: readonly string[] = []
    for (let round = 1; ; round += 1) {
      const report = await commit(store, current, permission.permits)
      const left = new Set(report.stale)
      done.push(...current.families.filter((f) => !left.has(`${f.family.kind}/${f.family.id}`)).flatMap((f) => f.intents))
      stale = report.stale
      if (stale.length === 0 || round === ROUNDS) break
      current = await plan(store, numbered, now, permission)
    }
    const stands = new Set(first.families.flatMap((f) => f.intents.map((intent) => intent.key.join('/'))))
    return {
      plan: first, done, stale,
      noLonger: [...(permission.only?.keys() ?? [])].filter((key) => !stands.has(key)),
      notPermitted: first.families.flatMap((f) => f.not_permitted),
    }
  } finally {
    await store.release(worker)
  }
}

/** Approves what limits hold, of the rules named or of all: those very intents are carried out, planned afresh. */
export async function approve(store: Store, program: Program, now: Instant, worker: Worker, rules: readonly string[]): Promise<Applied> {
  const { keys, released } = await heldKeys(store, rules)
  return apply(store, program, now, worker, { permits: keys, released, everything: true })
}

/** Opens what limits hold and withholds its effects for good; the next episode acts. */
export async function baseline(store: Store, program: Program, now: Instant, worker: Worker, rules: readonly string[]): Promise<Applied> {
  const { keys, released } = await heldKeys(store, rules)
  return apply(store, program, now, worker, { permits: keys, baseline: keys, released, everything: true })
}

async function heldKeys(store: Store, rules: readonly string[]) {
  const held = (await store.heldIntents()).filter((one) => rules.length === 0 || rules.includes(one.key[0]))
  return { keys: new Set(held.map((one) => one.key.join('/'))), released: new Set(held.map((one) => one.key[0])) }
}
