import type { Chance } from './chance.js'

/** Where an actor stops: at any place, or where it asks for a lock that only one may have. */
export type Wish = 'turn' | 'lock'

/** What an actor calls at each step; it resolves when its turn comes. */
export interface Pace {
  stop(wish?: Wish): Promise<void>
  /** Gives the lock back. */
  free(): void
}

/** How an actor ended: with a value, or with an error. */
export type Ended = { value: unknown } | { error: Error }

interface Actor {
  name: string
  state: 'ready' | 'running' | 'ended'
  wish: Wish
  go: () => void
  /** Resolves when it stops the next time, or ends. */
  arrival: Promise<void>
  arrived: () => void
  ended: Ended | null
}

/** Milliseconds after which an actor that was let go is suspected to wait for another one inside of the database. */
const PATIENCE = 4

/**
 * Lets actors run one at a time, each from stop to stop, in the order that chance gives; some orders change often, others
 * seldom. An actor that `waiting` names waits inside of the database for another one, which goes on meanwhile. Resolves when
 * all have ended.
 */
export async function interleave(
  chance: Chance,
  acts: Readonly<Record<string, (pace: Pace) => Promise<unknown>>>,
  waiting: () => Promise<ReadonlySet<string>>,
): Promise<Record<string, Ended>> {
  let owner: Actor | null = null
  const actors = Object.entries(acts).map(([name, act]) => {
    const actor = begin(name)
    const pace: Pace = {
      stop: (wish = 'turn') =>
        new Promise((resolve) => {
          actor.state = 'ready'
          actor.wish = wish
          actor.go = resolve
          actor.arrived()
        }),
      free: () => {
        if (owner === actor) owner = null
      },
    }
    const end = (ended: Ended) => {
      actor.state = 'ended'
      actor.ended = ended
      actor.arrived()
    }
    pace
      .stop()
      .then(() => act(pace))
      .then((value) => end({ value }))
      .catch((error: Error) => end({ error }))
    return actor
  })
  const constancy = chance.pick([0, 0.5, 0.8, 0.95])
  let last: Actor | undefined
  for (;;) {
    const ready = actors.filter((a) => a.state === 'ready' && (a.wish === 'turn' || owner === null))
    const running = actors.filter((a) => a.state === 'running')
    if (ready.length === 0 && running.length === 0) break
    if (ready.length === 0) {
      await Promise.race(running.map((a) => a.arrival))
      continue
    }
    const next: Actor = last && ready.includes(last) && chance.often(constancy) ? last : chance.pick(ready)
    last = next
    if (next.wish === 'lock') owner = next
    letGo(next)
    await settled(next, waiting)
    for (const other of running) {
      if (other.state === 'running' && !(await waiting()).has(other.name)) await settled(other, waiting)
    }
  }
  return Object.fromEntries(actors.map((a) => [a.name, a.ended as Ended]))
}

function begin(name: string): Actor {
  const nothing = () => undefined
  return {
    name,
    state: 'ready',
    wish: 'turn',
    go: nothing,
    arrival: Promise.resolve(),
    arrived: nothing,
    ended: null,
  }
}

function letGo(actor: Actor): void {
  actor.state = 'running'
  actor.arrival = new Promise((resolve) => {
    actor.arrived = resolve
  })
  actor.go()
}

/** Resolves when the actor stops, ends, or is known to wait inside of the database. */
async function settled(actor: Actor, waiting: () => Promise<ReadonlySet<string>>): Promise<void> {
  while (actor.state === 'running') {
    await Promise.race([actor.arrival, new Promise((resolve) => setTimeout(resolve, PATIENCE))])
    if (actor.state === 'running' && (await waiting()).has(actor.name)) return
  }
}
