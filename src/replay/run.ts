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

/** What happened, in order of time; `at` is when. */
export type Happened =
  /** A change was taken, or rejected with its reason. */
  | { is: 'taken'; at: Instant; change: Change; became: Became }
  /** A rule or a move took a step; its effects are carried out. */
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
  changes?: Iterable<Timed> | AsyncIterable<Timed>
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
  const { from, to, on = () => undefined, letters = true, explains = true, signal } = options
  const done: Replayed = { changes: 0, runs: 0, quiet: 0, assessed: 0, upTo: from }
  const running: Running = { world, program, explains, on, done }
  const changes = iterate(options.changes ?? [])
  let coming = await changes.next()
  let breaths = 0

  /** Takes what comes up to an instant; nothing is asynchronous while a source gives at once. */
  const takeUpTo = async (at: Instant) => {
    while (!coming.done && coming.value.at <= at) {
      const { change, at } = coming.value
      const became = world.take(change, coming.value)
      done.changes += 1
      on({ is: 'taken', at, change, became })
      const next = changes.next()
      coming = next instanceof Promise ? await next : next
    }
  }

  await takeUpTo(from)
  for (let at = from, isFirst = true; at <= to && !signal?.aborted; isFirst = false) {
    if (!isFirst) await takeUpTo(at)
    const due = world.nextDue()
    if (due !== null && due <= at) await run(running, at)
    if (letters) for (const letter of gather(world, at)) on({ is: 'letter', at, letter })
    done.upTo = at
    const next = earliest(world, coming.done ? NEVER : coming.value.at, letters)
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
  on: (happened: Happened) => void
  done: Replayed
}

async function run({ world, program, explains, on, done }: Running, at: Instant): Promise<void> {
  done.runs += 1
  on({ is: 'looking', at })
  done.quiet += await settle(world, program, at)
  const left = world.nextDue()
  if (left === null || left > at) return
  const planned = await plan(world, program, at, { explains })
  await commit(world, planned)
  done.assessed += planned.assessed
  for (const family of planned.families) tell(family, at, on)
  for (const held of planned.held) on({ is: 'held', at, held })
}

function tell(family: FamilyPlan, at: Instant, on: (happened: Happened) => void): void {
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

type Given<T> = IteratorResult<T, unknown>

/** Both kinds of sources as one that answers at once where it can. */
function iterate<T>(source: Iterable<T> | AsyncIterable<T>): { next(): Given<T> | Promise<Given<T>> } {
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
}
