import { printKey } from '../domain/findings.js'
import { type SubjectRef, subjectName } from '../domain/subjects.js'
import type { People } from '../domain/vocabulary.js'
import { DAY } from '../lib/civil.js'
import type { Instant } from '../lib/instant.js'
import type { Program, Rule } from '../program/program.js'
import { brokenPlan } from './broken.js'
import { planFamily } from './family.js'
import { counts, farEnough, largestRule, overLimit, totalsOf } from './limits.js'
import type { FamilyPlan, FamilyState, HeldRule, Intent, Plan } from './plan.js'
import { quietly } from './quiet.js'
import { peopleUnder } from './snapshots.js'
import type { CommitReport, EngineStore, FormerProgram, Hear, Quiet, SettleRun, Sighted } from './store.js'

/** What is told of a run on its way to whoever waits for its end. */
export interface Watching {
  /** Called now and then with the number of subjects assessed so far. */
  onProgress?: (assessed: number) => void
  /** Called now and then, while a plan is carried out, with how many of its families are done. */
  onCommit?: (families: number, all: number) => void
}

/** What a person grants a run beyond its rules. */
export interface Permission extends Watching {
  /** Printed keys that were held and are approved: they do not count against the limits. */
  permits?: ReadonlySet<string>
  /** Printed keys whose effects are withheld for good. */
  baseline?: ReadonlySet<string>
  /** Rules whose holding ends with this run. */
  released?: ReadonlySet<string>
  /** Of a saved plan: printed key → digest of effects. Only what stands in both is done. */
  only?: ReadonlyMap<string, string>
  /** Nothing is done but what `permits` has, and what follows from it. */
  alone?: boolean
  /** Printed keys that another run has carried out: their steps are taken as done. */
  done?: ReadonlySet<string>
  /** Assess everything, whatever is due. */
  everything?: boolean
  /** Left out: yes. Where nothing is acted on (a replay of the past) nobody is told why, and no witness is asked. */
  explains?: boolean
  /** Only these families, whoever else is due. */
  among?: readonly SubjectRef[]
}

/** All that the planning of one family needs beside the family. */
export interface FamilyRun {
  program: Program
  people: People
  now: Instant
  /** Rules that a limit holds. */
  held: Pick<ReadonlyMap<string, unknown>, 'has'>
  permits: ReadonlySet<string>
  baseline: ReadonlySet<string>
  only: ReadonlyMap<string, string> | null
  alone: boolean
  everything: boolean
  /** Whether the witness is asked, and it is told why. */
  explains: boolean
  /** When this rule was edited since the program of that number judged it; null where it was not. */
  editedAt: (rule: Rule, program: number) => Instant | null
  /** Whether what the rule's verdict rests on was edited since the program of that number judged it. */
  isReworded: (rule: Rule, program: number) => boolean
  /** Printed keys that another run has carried out: their steps are taken as done. */
  done: ReadonlySet<string>
}
/** Of so many subjects with which nothing is to be done a watcher is told at once. */
const TOLD = 1_000

/** What would happen now, and why: select what is due, decide, plan the whole chain, hold what is over a limit. Writes nothing. */
export async function plan(
  store: EngineStore,
  program: Program,
  now: Instant,
  permission: Permission = {},
): Promise<Plan> {
  const people = peopleUnder(program, await store.people())
  const held = await stillHeld(store, program, permission.released ?? new Set())
  const run: FamilyRun = {
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
  let families: FamilyPlan[] = []
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
  let counting = countingOf(families, run)
  // Where nothing counts nobody asks what was spent.
  const spent = counting.length === 0 ? null : await store.spent(now - DAY)
  const sizes = spent && (await store.sizes(farEnough(counting, spent, program.limits)))
  while (spent && sizes) {
    const over = overLimit(counting, spent, sizes, program.limits)
    const rule = over && largestRule(counting, over.which)
    if (!over || !rule) break
    held.set(rule, over.why)
    families = await planAgain(store, run, families, rule)
    counting = countingOf(families, run)
  }
  return {
    at: now,
    program: { number: program.number, digest: program.digest },
    families,
    held: heldRules(families, held),
    totals: totalsOf(intentsOf(families)),
    assessed,
  }
}

/** Why a rule is held of which an earlier run held something. */
export const STILL_HELD = 'held since an earlier run, until a person approves'

const NONE: ReadonlySet<string> = new Set()
const intentsOf = (families: readonly FamilyPlan[]): Intent[] => families.flatMap((family) => family.intents)

/** What counts against the limits: what a person permitted does not. */
const countingOf = (families: readonly FamilyPlan[], { permits }: FamilyRun): Intent[] =>
  intentsOf(families).filter((one) => counts(one) && !(permits.size > 0 && permits.has(printKey(one.key))))

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

/** Plans the families again in which the rule does something; they are read anew, so that not all that was read is kept. */
async function planAgain(
  store: EngineStore,
  run: FamilyRun,
  families: readonly FamilyPlan[],
  rule: string,
): Promise<FamilyPlan[]> {
  const theirs = new Set(families.filter(({ intents }) => intents.some((intent) => intent.rule === rule)))
  const refs = [...theirs].map(({ family }) => family)
  const again = new Map<string, FamilyPlan>()
  for await (const state of store.due(run.now, run.program.number, refs)) {
    const { plan } = await planOrPark(state, run)
    again.set(subjectName(plan.family), plan)
  }
  return families.flatMap((one) => (theirs.has(one) ? (again.get(subjectName(one.family)) ?? []) : one))
}

/** A rule was edited at the coming into force of the first program since in which it says something else; `now` where that is not in force. */
export function edits(
  former: readonly FormerProgram[],
  program: Program,
  now: Instant,
): Pick<FamilyRun, 'editedAt' | 'isReworded'> {
  const numbered = (number: number) => former.find((one) => one.number === number)
  return {
    editedAt: (rule, number) => {
      if (number === program.number || numbered(number)?.rules[rule.id] === rule.digest) return null
      return former.find((one) => one.number > number && one.rules[rule.id] === rule.digest)?.since ?? now
    },
    isReworded: (rule, number) => {
      const bases = numbered(number)?.bases ?? {}
      return number !== program.number && (bases[rule.id] ?? bases[rule.was ?? '']) !== rule.basis
    },
  }
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

/** A rule stays held from run to run until a person approves, or an edit of it drops what was held. */
async function stillHeld(
  store: EngineStore,
  program: Program,
  released: ReadonlySet<string>,
): Promise<Map<string, string>> {
  const held = new Map<string, string>()
  for (const [id, digest] of await store.heldRules()) {
    const rule = program.rules.find((r) => r.id === id)
    if (rule?.digest === digest && !released.has(id)) held.set(id, STILL_HELD)
  }
  return held
}

async function planOrPark(state: FamilyState, run: FamilyRun): Promise<{ plan: FamilyPlan; assessed: number }> {
  try {
    return await planFamily(state, run)
  } catch (error) {
    return { plan: brokenPlan(state, run, error as Error), assessed: 0 }
  }
}

function heldRules(families: readonly FamilyPlan[], held: ReadonlyMap<string, string>): HeldRule[] {
  return [...held].flatMap(([rule, why]) => {
    const intents = families.flatMap((family) => family.held.filter((intent) => intent.rule === rule))
    return intents.length > 0 ? [{ rule, why, intents, totals: totalsOf(intents) }] : []
  })
}
