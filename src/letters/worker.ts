import { setImmediate as breathe } from 'node:timers/promises'
import type { People } from '../domain/vocabulary.js'
import { peopleUnder } from '../engine/snapshots.js'
import type { HttpGuard } from '../lib/http-guard.js'
import type { Instant } from '../lib/instant.js'
import type { Program } from '../program/program.js'
import type { LetterRow } from '../sql/telling.js'
import { StoppedError } from '../store/errors.js'
import type { Lane, LetterResult } from '../store/letters.js'
import type { Store } from '../store/store.js'
import { attempt, isRepeatable } from './channels/index.js'
import { unavailable, uncertain } from './outcome.js'
import { afterAttempt, type Patience } from './retry.js'
import { sealWith } from './seal.js'
import { channelOf, sendingOf } from './sending.js'

export interface WorkerOptions {
  store: Pick<
    Store,
    'claimLetters' | 'dueLanes' | 'people' | 'releaseLetters' | 'settleLetters' | 'stopped' | 'sweepLetters'
  >
  /** The program in force at that moment. */
  program: () => Program
  clock: () => Instant
  http: HttpGuard
  env: Readonly<Record<string, string | undefined>>
  /** The folder for letters that no SMTP server is named for. */
  outbox: string
  /** Hears what became of each attempt. */
  told?: (letter: LetterRow, result: LetterResult) => void
  /** Hears of what failed that is no matter of a letter, such as a database that is gone. */
  failed?: (error: unknown) => void
  /** Letters of one channel that are under way at once. */
  atOnce?: number
  /** Milliseconds: of an attempt, which ends then, hard; and for which a letter is claimed, which is longer. */
  timeout?: number
  lease?: number
  patience?: Patience
}

/** Delivers what is due. Each lane goes at its own pace. */
export interface Worker {
  /** Looks at what is due and begins to deliver it; returns when that has begun. */
  ring(): Promise<void>
  /** Resolves when nothing is under way. */
  idle(): Promise<void>
  /** Begins no attempt any more, and waits for those under way. */
  stop(): Promise<void>
}

/** How old what is known of people and of the kill switch may be, in milliseconds. */
const FRESH = 100

export function startWorker(options: WorkerOptions): Worker {
  const { store, program, clock, http, env, outbox, atOnce = 8, timeout = 40_000, lease = 60_000, patience } = options
  const lanes = new Map<string, { wake(): Promise<void> }>()
  const working = new Set<Promise<void>>()
  let ended = false

  const people = recently(async (): Promise<People> => peopleUnder(program(), await store.people()))
  const isStopped = recently(async () => (await store.stopped()) !== null)
  const settle = batched((results: readonly LetterResult[]) => store.settleLetters(results))

  async function deliver(letter: LetterRow): Promise<void> {
    const now = clock()
    const late = (letter.lease_until ?? 0) - now < timeout
    if (ended || late || (await isStopped())) return store.releaseLetters([letter], now)
    const spec = channelOf(letter, program())
    const known = letter.type === 'email' ? await people() : new Map()
    const wire = { http, env, outbox, now, patience: timeout }
    const outcome = typeof spec === 'string' ? unavailable(spec) : await attempt(sendingOf(letter, known), spec, wire)
    const result = afterAttempt({ ...letter, repeatable: isRepeatable(letter) }, outcome, clock(), patience)
    const written = settle(result).then(() => options.told?.(letter, result))
    if (isRepeatable(letter)) written.catch(fail)
    else await written
  }

  /** Works a lane until nothing in it is due. Letters that can be told apart are claimed ahead, all others one by one. */
  function openLane(lane: Lane) {
    const queue: LetterRow[] = []
    let asking: Promise<void> | null = null
    let hungry = 0
    let active = 0
    const claim = async () => {
      await breathe()
      const limit = isRepeatable(lane) ? atOnce * 4 : hungry
      hungry = 0
      const request = { ...lane, now: clock(), lease, limit, seal: sealWith(program()) }
      queue.push(...(await store.claimLetters(request)))
    }
    const next = async (): Promise<LetterRow | undefined> => {
      if (ended) return undefined
      if (queue.length > 0) return queue.shift()
      hungry += 1
      asking ??= claim().finally(() => {
        asking = null
      })
      await asking
      return queue.shift()
    }
    const work = async () => {
      for (let letter = await next(); letter; letter = await next()) await deliver(letter)
    }
    return {
      /** Sets as many to work as there is room for; returns when they have ended. */
      wake: async (): Promise<void> => {
        const idle = Array.from({ length: atOnce - active }, async () => {
          active += 1
          await work()
            .catch(fail)
            .finally(() => {
              active -= 1
            })
          if (active === 0 && queue.length > 0) await store.releaseLetters(queue.splice(0), clock())
        })
        await Promise.all(idle)
      },
    }
  }

  function start(lane: Lane): void {
    const name = JSON.stringify([lane.type, lane.channel])
    const open = lanes.get(name) ?? openLane(lane)
    lanes.set(name, open)
    const work = open
      .wake()
      .catch(fail)
      .finally(() => working.delete(work))
    working.add(work)
  }

  function fail(error: unknown): void {
    if (!(error instanceof StoppedError)) options.failed?.(error)
  }

  const lapsed = (letter: LetterRow): LetterResult =>
    afterAttempt(
      { ...letter, repeatable: isRepeatable(letter) },
      uncertain('Whoever sent it did not say in time what became of it.'),
      clock(),
      patience,
    )

  const idle = async () => {
    while (working.size > 0) await Promise.all(working)
    await settle.rest()
  }
  return {
    ring: async () => {
      if (ended) return
      const now = clock()
      await store.sweepLetters(now, lapsed)
      for (const lane of await store.dueLanes(now)) start(lane)
    },
    idle,
    stop: async () => {
      ended = true
      await idle()
    },
  }
}

/** Remembers an answer for a moment; by a timer, since the clock may stand still. */
function recently<T>(ask: () => Promise<T>): () => Promise<T> {
  let known: Promise<T> | null = null
  const forget = () => {
    known = null
  }
  return () => {
    if (!known) {
      known = ask()
      known.catch(forget)
      setTimeout(forget, FRESH).unref()
    }
    return known
  }
}

/** Collects what comes while a batch is being written into the next one. */
function batched<T>(write: (batch: readonly T[]) => Promise<void>) {
  let waiting: T[] = []
  let turn: Promise<void> = Promise.resolve()
  const flush = async () => {
    const batch = waiting
    waiting = []
    if (batch.length > 0) await write(batch)
  }
  const add = (one: T): Promise<void> => {
    waiting.push(one)
    if (waiting.length === 1) turn = turn.catch(() => undefined).then(flush)
    return turn
  }
  return Object.assign(add, { rest: () => turn.catch(() => undefined) })
}
