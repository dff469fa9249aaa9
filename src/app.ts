import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { isRulesFile, loadRules } from './config/load.js'
import { findingKey, printKey } from './domain/findings.js'
import type { Incoming, Taken } from './domain/incoming.js'
import type { Intent, Plan } from './engine/plan.js'
import { commit, type Permission, plan } from './engine/run.js'
import { peopleUnder } from './engine/snapshots.js'
import { readSaid, type Said } from './intake/record.js'
import { formatInstant } from './lib/calendar.js'
import type { Instant } from './lib/instant.js'
import type { Problem } from './lib/problem.js'
import type { Program } from './program/program.js'
import { StoreError } from './store/errors.js'
import type { Process } from './store/in-force.js'
import type { Store } from './store/store.js'
import { take } from './store/take.js'

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
  const paths = entries
    .filter((e) => e.isFile())
    .map((e) => join(e.parentPath, e.name))
    .filter(isRulesFile)
    .sort()
  const files = await Promise.all(
    paths.map(async (path) => ({ path: shown(dir, path), text: await readFile(path, 'utf8') })),
  )
  return { ...loadRules(files), files: files.map(({ path }) => path) }
}

const shown = (dir: string, path: string) => join(dir, relative(dir, path)).split(sep).join('/')

/** A database under a program that stands in no store is number 0: then everything is assessed. */
export async function underStore(store: Store, program: Program): Promise<Program> {
  const inForce = await store.inForce()
  return { ...program, number: inForce?.digest === program.digest ? inForce.number : 0 }
}

/** What would happen now, and why; changes nothing and needs no program in force. */
export async function planNow(
  store: Store,
  program: Program,
  now: Instant,
  permission: Permission = {},
): Promise<Plan> {
  const last = await store.lastCommitAt()
  const numbered = await underStore(store, program)
  return plan(store, numbered, now, {
    ...permission,
    everything: permission.everything || (last !== null && now < last),
  })
}

/**
 * Records what happened: changes of records and activities, as events that rules may listen to, all or none. Answers for each
 * in order; where one is rejected nothing is written. `by` is a person's id or the name of a program.
 */
export async function record(
  store: Store,
  program: Program,
  said: readonly Said[],
  { by, now }: { by: string; now: Instant },
): Promise<Taken[]> {
  const { vocabulary, readsAccount } = program
  const read = said.map((one, i) => readSaid(one, vocabulary, i + 1))
  const rejected = (i: number): Taken | null => {
    const one = read[i] as (typeof read)[number]
    return 'rejected' in one ? { outcome: 'rejected', line: i + 1, why: one.rejected } : null
  }
  if (read.some((_, i) => rejected(i))) return read.map((_, i) => rejected(i) ?? notTaken(i + 1))
  const people = peopleUnder(program, await store.people())
  const bringing = { source: by, as: 'event' as const, by, now }
  try {
    return await store.write(async (tx) => {
      const taken = await take(tx, store, read as Incoming[], bringing, { vocabulary, readsAccount, people })
      if (taken.some((one) => one.outcome === 'rejected')) throw new NotTaken(taken)
      return taken
    })
  } catch (error) {
    if (error instanceof NotTaken)
      return error.taken.map((one) => (one.outcome === 'rejected' ? one : notTaken(one.line)))
    throw error
  }
}

/** Gives up a transaction of which a record was rejected. */
class NotTaken extends Error {
  constructor(readonly taken: readonly Taken[]) {
    super('A record was rejected.')
  }
}

const notTaken = (line: number): Taken => ({
  outcome: 'rejected',
  line,
  why: 'Another record of the same call was rejected.',
})

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
  store: Store,
  program: Program,
  now: Instant,
  process: Process,
  permission: Permission = {},
): Promise<Applied> {
  const last = await store.lastCommitAt()
  if (last !== null && now < last) {
    const { calendar } = program.vocabulary
    throw new StoreError(
      'too_early',
      `The last run was at ${formatInstant(last, calendar)}; what lies before it cannot be applied any more. Plan at any instant.`,
    )
  }
  const rules = Object.fromEntries(program.rules.map((rule) => [rule.id, rule.digest]))
  const number = await store.bringIntoForce({ digest: program.digest, rules }, process, now)
  const numbered = { ...program, number }
  try {
    const first = await plan(store, numbered, now, permission)
    const done: Intent[] = []
    let current = first
    const elsewhere = new Set<string>()
    let stale: readonly string[] = []
    for (let round = 1; ; round += 1) {
      const report = await commit(store, current, permission.permits)
      const left = new Set(report.stale)
      done.push(
        ...current.families.filter((f) => !left.has(`${f.family.kind}/${f.family.id}`)).flatMap((f) => f.intents),
      )
      stale = report.stale
      for (const key of report.already_done) elsewhere.add(printKey(key))
      if (stale.length === 0 || round === ROUNDS) break
      current = await plan(store, numbered, now, { ...permission, done: elsewhere })
    }
    const stands = new Set(first.families.flatMap((f) => f.intents.map((intent) => printKey(intent.key))))
    return {
      plan: first,
      done,
      stale,
      noLonger: [...(permission.only?.keys() ?? [])].filter((key) => !stands.has(key)),
      notPermitted: first.families.flatMap((f) => f.not_permitted),
    }
  } finally {
    await store.release(process)
  }
}

/** Approves what limits hold, of the rules named or of all: those very intents are carried out, planned afresh. */
export async function approve(
  store: Store,
  program: Program,
  now: Instant,
  process: Process,
  rules: readonly string[],
): Promise<Applied> {
  const { keys, released } = await heldKeys(store, rules)
  return apply(store, program, now, process, { permits: keys, released, everything: true })
}

/** Opens what limits hold and withholds its effects for good; the next episode acts. */
export async function baseline(
  store: Store,
  program: Program,
  now: Instant,
  process: Process,
  rules: readonly string[],
): Promise<Applied> {
  const { keys, released } = await heldKeys(store, rules)
  return apply(store, program, now, process, { permits: keys, baseline: keys, released, everything: true })
}

/** The keys of all that a limit holds: of findings the opening, of moves and events the hold itself. */
async function heldKeys(store: Store, rules: readonly string[]) {
  const findings = (await store.heldByRule()).flatMap((held) => held.findings).map((f) => findingKey(f, 'open'))
  const holds = (await store.holds()).filter((hold) => hold.reason === 'over_limit').map((hold) => hold.key)
  const keys = [...findings, ...holds].filter(([rule]) => rules.length === 0 || rules.includes(rule))
  return { keys: new Set(keys.map(printKey)), released: new Set(keys.map(([rule]) => rule)) }
}
