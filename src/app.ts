import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { isRulesFile, type Loaded, loadRules } from './config/load.js'
import type { Incoming, Taken } from './domain/incoming.js'
import type { Permission, Watching } from './engine/run.js'
import { peopleUnder } from './engine/snapshots.js'
import { readSaid, type Said } from './intake/record.js'
import type { HttpGuard } from './lib/http-guard.js'
import type { Instant } from './lib/instant.js'
import type { Problem } from './lib/problem.js'
import type { Program } from './program/program.js'
import type { Rules } from './program/sections/index.js'
import { type Applied, carryOut } from './scheduler/carry-out.js'
import type { LoopEvent } from './scheduler/events.js'
import { withHeld } from './scheduler/held.js'
import type { Loop } from './scheduler/loop.js'
import type { LoopOptions } from './scheduler/open.js'
import { permissionTo, type Release } from './scheduler/release.js'
import { tooEarly } from './scheduler/too-early.js'
import { ListenError } from './server/listen-error.js'
import type { Serving } from './server/serve.js'
import { broughtBy, type Process } from './store/in-force.js'
import type { Store } from './store/store.js'
import { take } from './store/take.js'

export { planNow, underStore } from './scheduler/plan-now.js'
export type { Applied }

/** What a folder of rules says: a program, or the problems that stand in its way. */
export interface RulesFolder {
  program: Program | null
  problems: Problem[]
  files: readonly string[]
  /** As written and merged; null where there is a problem. */
  rules: Rules | null
  /** A complaint of these rules as a problem with its place. */
  locate: Loaded['locate']
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
  const { vocabulary, wakes } = program
  const read = said.map((one, i) => readSaid(one, vocabulary, i + 1))
  const rejected = (i: number): Taken | null => {
    const one = read[i] as (typeof read)[number]
    return 'rejected' in one ? { outcome: 'rejected', line: i + 1, why: one.rejected } : null
  }
  if (read.some((_, i) => rejected(i))) return read.map((_, i) => rejected(i) ?? notTaken(i + 1))
  const people = peopleUnder(program, await store.people())
  const bringing = { source: by, as: 'event' as const, by, now }
  const under = { vocabulary, wakes, people, digest: program.digest }
  try {
    return await store.write(async (tx) => {
      const taken = await take(tx, store, read as Incoming[], bringing, under)
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
  if (last !== null && now < last) throw tooEarly(last, program)
  const number = await store.bringIntoForce(broughtBy(program), process, now)
  const numbered = { ...program, number }
  try {
    const applied = await carryOut(store, numbered, now, permission)
    return { ...applied, plan: await withHeld(store, numbered, applied.plan) }
  } finally {
    await store.release(process)
  }
}

/** What a person ends that limits hold: of the rules named, or of all where none is. */
export interface ReleaseRequest {
  store: Store
  program: Program
  now: Instant
  process: Process
  rules: readonly string[]
  watching?: Watching
}

/** Approves what limits hold: those very intents and what follows from them are carried out, planned afresh. */
export const approve = (request: ReleaseRequest): Promise<Applied> => release('approve', request)

/** Opens what limits hold, and whatever the rules named find now, and withholds the effects for good; the next episode acts. */
export const baseline = (request: ReleaseRequest): Promise<Applied> => release('baseline', request)

async function release(what: Release, request: ReleaseRequest): Promise<Applied> {
  const { store, program, now, process, rules, watching } = request
  const permission = await permissionTo(what, store, program, now, rules)
  return apply(store, program, now, process, { ...watching, ...permission })
}

// What delivers is loaded where something is delivered: HTTP, mail and pictures would double the start of every command.

/** Starts the loop that walks, gathers and delivers; throws ProgramHeldError where a living process holds another program. */
export const openLoop = async (options: LoopOptions): Promise<Loop> =>
  (await import('./scheduler/open.js')).openLoop(options)

/** For a loop: tells its events as the log of a server does, each a line of JSON with the time of the clock. */
export async function logEvents(
  write: (line: string) => void,
  clock: () => Instant,
): Promise<(event: LoopEvent) => void> {
  const { openLog, logEvent } = await import('./server/operations/log.js')
  const lines = openLog({ write }, clock)
  return (event) => logEvent(lines, event)
}

/** Does once what a loop would do now, and waits until every letter that is due had its attempt. */
export const goRound = async (options: LoopOptions): Promise<void> =>
  (await import('./scheduler/open.js')).goRound(options)

/** The only way out of the house over HTTP; close it at the end. */
export const openHttpGuard = async (): Promise<HttpGuard> => (await import('./lib/http-guard.js')).openHttpGuard()

/** Where the server is opened, and who hears what it says. */
export interface ServeRequest extends Omit<LoopOptions, 'tell'> {
  host: string
  /** 0 is any that is free. */
  port: number
  /** Of this package. */
  version: string
  /** `json`: every request and event is a line of JSON; `text`: events are told, and what goes wrong is complained of. */
  log:
    | { as: 'json'; write(line: string): void }
    | { as: 'text'; complain(text: string): void; tell(event: LoopEvent): void }
}

/**
 * Opens the server: API, hooks, and the loop beside them. Throws a ListenError where it may not or cannot be opened there, and
 * ProgramHeldError where a living process works under other rules.
 */
export async function serve(request: ServeRequest): Promise<Serving> {
  const { host, env, clock, log } = request
  const [{ openServer }, { openLog, openComplaints, logEvent }, { readAccessSettings }] = await Promise.all([
    import('./server/serve.js'),
    import('./server/operations/log.js'),
    import('./server/access/settings.js'),
  ])
  const access = readAccessSettings(env, host)
  if (!('host' in access)) throw new ListenError(access.join(' '))
  const lines = log.as === 'json' ? openLog(log, clock) : openComplaints(log.complain)
  return openServer({
    ...request,
    access,
    log: lines,
    tell: log.as === 'json' ? (event) => logEvent(lines, event) : log.tell,
    secret: (bytes) => randomBytes(bytes).toString('base64url'),
    timer: () => performance.now(),
  })
}
