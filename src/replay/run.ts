import type { Finding, FindingRef, Hold } from '../domain/findings.js'
import type { FamilyPlan, HeldRule, Intent, Overruled } from '../engine/plan.js'
import { commit, plan, settle } from '../engine/run.js'
import { type Instant, NEVER } from '../lib/instant.js'
import type { Program } from '../program/program.js'
import type { Letter } from './telling.js'
import type { Became, Change, Manner, World } from './world.js'

/** A change with its instant and how it is taken. */
export interface Timed extends Manner {
  change: Change
}

/** What happened, in order of time; `at` is when. What a run does is told before the world shows it. */
export type Happened =
  /** A change was taken, or rejected with its reason. */
  | { is: 'taken'; at: Instant; change: Change; became: Became }
  /** A rule or a move takes a step; its effects are carried out. */
  | { is: 'intent'; at: Instant; intent: Intent; family: FamilyPlan }
  /** A finding became what it is now: pending, open, held, resolved, or with its clocks and snoozes moved. */
  | { is: 'finding'; at: Instant; finding: Finding }
  /** A finding that was pending or held is none any more. */
  | { is: 'forgotten'; at: Instant; finding: FindingRef }
  /** An effect lost its slot to another of the same link. */
  | { is: 'overruled'; at: Instant; overruled: Overruled }
  /** What the rules forbid was not done; there is a hold too. */
  | { is: 'refused'; at: Instant; refusal: NonNullable<FamilyPlan['refusals']>[number] }
  /** Whoever is due is about to be judged, as the world stands now. */
  | { is: 'looking'; at: Instant }
  /** Something could not be done yet: refused, over a limit, a failing text, … */
  | { is: 'hold'; at: Instant; hold: Hold }
  /** A limit holds a rule, with what it would have done in this run. */
  | { is: 'held'; at: Instant; held: HeldRule }
  /** A letter goes out. */
  | { is: 'letter'; at: Instant; letter: Letter }

export interface ReplayOptions {
  /** In order of time; those before `from` are taken at their instants, and judged for the first time at `from`. */
  changes?: readonly Timed[]
  from: Instant
  /** The last instant; what is due at it still happens. */
  to: Instant
  on?: (happened: Happened) => void
  /** Whether notices are gathered into letters (left out: yes). Rule tests and witnesses need none. */
  letters?: boolean
  /** Whether the witness is asked of what is done, and intents say why (left out: yes). Which findings there are is the same. */
  explains?: boolean
  /** Ends the replay before the next instant: Ctrl-C. What happened so far stands. */
  signal?: AbortSignal
}

/** What a replay did. */
export interface Replayed {
  /** Changes that were taken or rejected. */
  changes: number
  /** Instants at which somebody was due. */
  runs: number
  /** Subjects with which nothing was to be done, counted as often as they were looked at. */
  quiet: number
  /** Subjects that were assessed in plans. */
  assessed: number
  /** The instant up to which everything has happened. */
  upTo: Instant
}

/** So many instants without a breath, so that a signal and a progress bar get their turn. */
const BREATH = 512

/**
 * Lives through a stretch of time: takes each change at its instant, and in between evaluates whoever is due at the very instant
 * at which a verdict may change, through the engine's own `settle`, `plan` and `commit`. Changes of one instant are taken
 * together. The program must be in force in the world. The cost of a change does not depend on the size of the world.
 */
export async function replay(world: World, program: Program, options: ReplayOptions): Promise<Replayed> {
  const { changes = [], from, to, on, letters = true, explains = true, signal } = options
  const done: Replayed = { changes: 0, runs: 0, quiet: 0, assessed: 0, upTo: from }
  const running: Running = { world, program, explains, on, done }
  let breaths = 0
  for (let at = from; at <= to && !signal?.aborted; ) {
    takeUpTo(running, changes, at)
    const due = world.nextDue()
    // Most of the time nobody is left for a plan: to await nothing would take as long as to take a change.
    if (due !== null && due <= at && settleAll(running, at)) await planRest(running, at)
    if (letters) for (const letter of gather(world, at)) on?.({ is: 'letter', at, letter })
    done.upTo = at
    const next = earliest(world, changes[done.changes]?.at ?? NEVER, letters)
    if (next <= at) throw new Error(`Nothing moves on at ${new Date(at).toISOString()}: somebody stays due.`)
    if (++breaths % BREATH === 0) await new Promise<void>((resolve) => setImmediate(resolve))
    at = next
  }
  if (!signal?.aborted) done.upTo = to
  return done
}

interface Running {
  world: World
  program: Program
  explains: boolean
  on: ReplayOptions['on']
  done: Replayed
}

function takeUpTo({ world, on, done }: Running, changes: readonly Timed[], upTo: Instant): void {
  for (let timed = changes[done.changes]; timed && timed.at <= upTo; timed = changes[done.changes]) {
    const became = world.take(timed.change, timed)
    done.changes += 1
    on?.({ is: 'taken', at: timed.at, change: timed.change, became })
  }
}

/** Leaves those with whom nothing is to be done; true where somebody is still due. */
function settleAll({ world, program, on, done }: Running, at: Instant): boolean {
  done.runs += 1
  on?.({ is: 'looking', at })
  done.quiet += settle(world, program, at)
  const left = world.nextDue()
  return left !== null && left <= at
}

async function planRest({ world, program, explains, on, done }: Running, at: Instant): Promise<void> {
  const planned = await plan(world, program, at, { explains })
  done.assessed += planned.assessed
  if (on) for (const family of planned.families) tell(family, at, on)
  if (on) for (const held of planned.held) on({ is: 'held', at, held })
  await commit(world, planned)
}

function tell(family: FamilyPlan, at: Instant, on: NonNullable<ReplayOptions['on']>): void {
  for (const intent of family.intents) on({ is: 'intent', at, intent, family })
  for (const finding of family.findings) on({ is: 'finding', at, finding })
  for (const finding of family.forgotten) on({ is: 'forgotten', at, finding })
  for (const refusal of family.refusals ?? []) on({ is: 'refused', at, refusal })
  for (const overruled of family.overruled) on({ is: 'overruled', at, overruled })
  for (const hold of family.holds) on({ is: 'hold', at, hold })
}

const gather = (world: World, at: Instant): Letter[] => {
  const next = world.nextGathering()
  const exact = world.lettersOut()
  return next !== null && next <= at ? [...exact, ...world.gather(at)] : exact
}

function earliest(world: World, change: Instant, letters: boolean): Instant {
  const due = world.nextDue() ?? NEVER
  const telling = letters ? (world.nextGathering() ?? NEVER) : NEVER
  return Math.min(due, telling, change)
}
