import { forgetOldHooks, nextHookWork, takeWaitingHooks } from '../intake/hooks/take-waiting.js'
import { sendDigests } from '../letters/digests.js'
import { gatherNotices } from '../letters/gather.js'
import { startWorker, type WorkerOptions } from '../letters/worker.js'
import type { HttpGuard } from '../lib/http-guard.js'
import type { Instant } from '../lib/instant.js'
import type { Program } from '../program/program.js'
import { broughtBy, type Process } from '../store/in-force.js'
import type { Store } from '../store/store.js'
import { openAdopter, type WatchedRules } from './adopt.js'
import { carryOut } from './carry-out.js'
import { type LoopEvent, walked } from './events.js'
import { type Loop, type Station, startLoop } from './loop.js'
import { tooEarly } from './too-early.js'
import { watchRules } from './watch.js'

export interface LoopOptions {
  store: Store
  program: Program
  process: Pick<Process, 'id' | 'command'>
  clock: () => Instant
  http: HttpGuard
  env: Readonly<Record<string, string | undefined>>
  /** The folder for letters that no SMTP server is named for. */
  outbox: string
  tell(event: LoopEvent): void
  /** The folder of rules to watch, and how it is read; null where the rules stay as they are. */
  rules: WatchedRules | null
  letters?: Pick<WorkerOptions, 'atOnce' | 'timeout' | 'lease' | 'patience'>
  /** Milliseconds, as of the loop. */
  longest?: number
  shortest?: number
}

/** What a round consists of, under the program in force. */
async function prepare(options: LoopOptions, again: () => void, isEarly: (last: Instant, program: Program) => void) {
  const { store, clock, tell, http, env, outbox } = options
  const me = (): Process => ({ ...options.process, clock: clock() })
  const bring = async (program: Program): Promise<Program> => ({
    ...program,
    number: await store.bringIntoForce(broughtBy(program), me(), clock()),
  })
  let program = await bring(options.program)
  /** What waits since other rules were in force is looked at again. */
  let anew = new Set(['notices', 'digests'])

  const subjects: Station = {
    name: 'the walk',
    next: () => store.nextDue(program.number),
    work: async (now) => {
      const last = await store.lastCommitAt()
      if (last !== null && now < last) return isEarly(last, program)
      tell(walked(await carryOut(store, program, now)))
    },
  }
  const notices: Station = {
    name: 'the notices',
    next: async (now) => (anew.has('notices') ? now : store.nextGathering()),
    work: async (now) => {
      const { letters } = await gatherNotices(store, program, now)
      anew.delete('notices')
      if (letters.length > 0) tell({ is: 'gathered', letters: letters.length, of: 'notices' })
    },
  }
  const digests: Station = {
    name: 'the digests',
    next: async (now) => (anew.has('digests') ? now : store.nextDigest()),
    work: async (now) => {
      const letters = await sendDigests(store, program, now)
      anew.delete('digests')
      if (letters.length > 0) tell({ is: 'gathered', letters: letters.length, of: 'digests' })
    },
  }
  const worker = startWorker({
    store,
    program: () => program,
    clock,
    http,
    env,
    outbox,
    ...options.letters,
    told: (letter, result) => {
      tell({ is: 'letter', letter, result })
      // What is to be tried again is due at an instant that the loop does not know yet.
      if (result.state === 'waiting') again()
    },
    failed: (error) => tell({ is: 'failed', what: 'the letters', error }),
  })
  const hooks: Station = {
    name: 'the hooks',
    next: () => nextHookWork(store, program),
    work: async (now) => {
      await takeWaitingHooks(store, program, now)
      await forgetOldHooks(store, program, now)
    },
  }
  const log: Station = {
    name: 'the log',
    next: store.nextForgetting,
    work: async (now) => {
      await store.forgetAnnouncements(now)
    },
  }
  const keys: Station = { name: 'the keys of requests', next: store.nextKeysForgotten, work: store.forgetKeys }
  return {
    stations: [hooks, subjects, notices, digests, log, keys],
    worker,
    heartbeat: () => store.heartbeat(me(), program.number),
    /** Takes other rules into force; false where they say what those in force say. */
    adopt: async (next: Program): Promise<boolean> => {
      if (next.digest === program.digest) return false
      program = await bring(next)
      anew = new Set(['notices', 'digests'])
      tell({ is: 'rules_changed', number: program.number })
      return true
    },
  }
}

/**
 * Brings the program into force and starts the loop that walks, gathers and delivers. Throws ProgramHeldError where a living
 * process works under another program.
 */
export async function openLoop(options: LoopOptions): Promise<Loop> {
  const { store, tell, rules, clock, longest, shortest } = options
  const { stations, worker, heartbeat, adopt } = await prepare(
    options,
    () => loop.wake(),
    (last) => tell({ is: 'clock_back', last }),
  )
  const adopter = rules && openAdopter({ rules, adopt, tell })

  const loop = startLoop({
    clock,
    stations,
    letters: { ring: worker.ring, next: store.nextLetter, stop: worker.stop },
    adoptRules: async (now) => (adopter ? adopter.adoptRules(now) : null),
    changesElsewhere: store.changesElsewhere,
    stopped: store.stopped,
    heartbeat,
    tell,
    ...(longest === undefined ? {} : { longest }),
    ...(shortest === undefined ? {} : { shortest }),
  })
  const noteChange = () => {
    adopter?.noteChange()
    loop.wake()
  }
  const watch = rules && (await watchRules(rules.folder, noteChange))
  const deafen = store.onChange((where) => {
    if (where === 'elsewhere') loop.wake()
  })
  const ended = loop.ended.finally(async () => {
    deafen()
    await watch?.close()
    await store.release(options.process)
  })
  const stop = async () => {
    await loop.stop()
    await ended
  }
  return { wake: loop.wake, stop, ended }
}

/** How often a round may find something due again as soon as it is done. */
const TURNS = 10

/**
 * Does once what a loop would do now, and waits until every letter that is due had its attempt. What fails keeps nothing else
 * back: the first error is thrown at the end, others are told.
 */
export async function goRound(options: LoopOptions): Promise<void> {
  const { store, clock, tell } = options
  const { stations, worker } = await prepare(
    options,
    () => undefined,
    (last, program) => {
      throw tooEarly(last, program)
    },
  )
  const failures: unknown[] = []
  const visit = async ({ next, work }: Station) => {
    for (let turn = 0; turn < TURNS; turn += 1) {
      const due = await next(clock())
      if (due === null || due > clock()) break
      await work(clock())
    }
  }
  try {
    for (const station of stations) {
      await visit(station).catch((error: unknown) => {
        if (failures.push(error) > 1) tell({ is: 'failed', what: station.name, error })
      })
    }
    await worker.ring()
    await worker.idle()
    if (failures.length > 0) throw failures[0]
  } finally {
    await worker.stop()
    await store.release(options.process)
  }
}
