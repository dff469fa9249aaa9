import type { Instant } from '../lib/instant.js'
import { ProgramMovedError, StoppedError } from '../store/errors.js'
import type { LoopEvent } from './events.js'

/** Work that comes up at instants: subjects that are due, notices to gather, digests to write. */
export interface Station {
  readonly name: string
  /** When there is something to do: now or earlier is at once, null never. */
  next(now: Instant): Promise<Instant | null>
  work(now: Instant): Promise<void>
}

export interface LoopPorts {
  clock: () => Instant
  /** In the order in which a round does their work. */
  stations: readonly Station[]
  /** Letters go at their own pace: a round only rings for those that are due. */
  letters: { ring(): Promise<void>; next(after: Instant): Promise<Instant | null>; stop(): Promise<void> }
  /**
   * Takes new rules into force, if there are any: between rounds, never within one. Resolves to the instant at which to try
   * again what could not be adopted, null where there is nothing to try.
   */
  adoptRules(now: Instant): Promise<Instant | null>
  /** A number that changes when another process has written. */
  changesElsewhere(): Promise<number>
  /** Is the kill switch on? */
  stopped(): Promise<{ by: string; at: Instant } | null>
  /** Says that the process lives; false where another program came into force. */
  heartbeat(): Promise<boolean>
  tell(event: LoopEvent): void
  /** Milliseconds: the longest sleep, and the shortest time between two rounds. */
  longest?: number
  shortest?: number
}

export interface Loop {
  /** Something has changed: go round soon. */
  wake(): void
  /** Ends it cleanly: what is under way is finished, nothing is begun. */
  stop(): Promise<void>
  /** Resolves when it has ended: it was asked to, or another program came into force. */
  readonly ended: Promise<'asked' | 'other_program'>
}

const LONGEST = 30_000
const SHORTEST = 50
const BEAT = 20_000

/**
 * Sleeps until the earliest instant at which there is something to do, at most 30 seconds, does it, and goes round again.
 * Rounds never overlap. After a sleep in which nothing came due it looks further only if another process has written.
 */
export function startLoop(ports: LoopPorts): Loop {
  const { clock, stations, letters, tell, longest = LONGEST, shortest = SHORTEST } = ports
  let ending: 'asked' | 'other_program' | null = null
  let interrupt: () => void = () => undefined
  let poked = true
  /** It pauses between two rounds; nothing but the end cuts that short. */
  let pausing = false
  let saidStopped = false

  /** A station that failed, or is due again as soon as it has worked, rests longer each time. */
  const rests = new Map<Station, { length: number; until: Instant }>()
  const rest = (station: Station, now: Instant) => {
    const length = Math.min((rests.get(station)?.length ?? shortest) * 2, longest)
    rests.set(station, { length, until: now + length })
  }
  const isResting = (station: Station, now: Instant) => {
    const { until = 0, length = 0 } = rests.get(station) ?? {}
    // Where the clock was set back a rest is over at once, instead of lasting for as long as that.
    return until > now && until - now <= length
  }

  const sleep = (milliseconds: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, Math.max(0, milliseconds))
      interrupt = () => {
        clearTimeout(timer)
        resolve()
      }
    })

  async function visit(station: Station): Promise<Instant | null> {
    const now = clock()
    const due = await station.next(now)
    if (due === null || due > now) {
      rests.delete(station)
      return due
    }
    if (isResting(station, now)) return rests.get(station)?.until ?? now
    await station.work(now)
    const again = await station.next(now)
    if (again === null || again > now) rests.delete(station)
    else rest(station, now)
    return again === null || again > now ? again : (rests.get(station)?.until ?? now)
  }

  /** Does all that is due, and returns when there is something to do next; null where nothing is in sight. */
  async function round(): Promise<Instant | null> {
    // Whatever becomes of new rules, those in force go on.
    const nexts = [
      await safely(
        'the rules',
        () => ports.adoptRules(clock()),
        () => undefined,
      ),
    ]
    const stopped = await ports.stopped()
    if (stopped && !saidStopped) tell({ is: 'stopped', ...stopped })
    if (!stopped && saidStopped) tell({ is: 'resumed' })
    saidStopped = stopped !== null
    if (stopped) return nexts[0] ?? null
    for (const station of stations) {
      if (ending) return null
      nexts.push(
        await safely(
          station.name,
          () => visit(station),
          () => rest(station, clock()),
        ),
      )
    }
    nexts.push(await safely('letters', ringAndLook, () => undefined))
    const known = nexts.filter((next) => next !== null)
    return known.length === 0 ? null : Math.min(...known)
  }

  const ringAndLook = async () => {
    await letters.ring()
    return letters.next(clock())
  }

  /** Work that fails is told and keeps nothing else back; it is tried again after a rest. */
  async function safely(
    what: string,
    work: () => Promise<Instant | null>,
    failed: () => void,
  ): Promise<Instant | null> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof ProgramMovedError) ending = 'other_program'
      else if (!(error instanceof StoppedError)) tell({ is: 'failed', what, error })
      failed()
      return clock() + 1_000
    }
  }

  const beat = setInterval(() => {
    ports.heartbeat().then(
      (mine) => {
        if (mine) return
        ending ??= 'other_program'
        interrupt()
      },
      (error: unknown) => tell({ is: 'failed', what: 'the heartbeat', error }),
    )
  }, BEAT)

  async function run(): Promise<'asked' | 'other_program'> {
    let seen = Number.NaN
    let next: Instant | null = null
    while (!ending) {
      const heard = await ports.changesElsewhere().catch(() => Number.NaN)
      if (poked || heard !== seen || (next !== null && next <= clock())) {
        poked = false
        seen = heard
        next = await safely('a round', round, () => undefined)
        pausing = true
        if (!ending) await sleep(shortest)
        pausing = false
      }
      if (ending || poked) continue
      await sleep(Math.min(longest, next === null ? longest : next - clock()))
    }
    clearInterval(beat)
    await letters.stop()
    return ending
  }

  const ended = run()
  return {
    wake: () => {
      poked = true
      if (!pausing) interrupt()
    },
    stop: async () => {
      ending ??= 'asked'
      interrupt()
      await ended
    },
    ended,
  }
}
