import { setImmediate as breathe } from 'node:timers/promises'

/** A transaction in which several closures run one after the other, each with a way back to where it began. */
export interface Grouping<Tx> {
  /** Runs the closure in one transaction, and commits it; throws where it cannot be committed. */
  transact(work: (tx: Tx) => Promise<void>): Promise<void>
  savepoint(tx: Tx): Promise<void>
  release(tx: Tx): Promise<void>
  rollBack(tx: Tx): Promise<void>
}

interface Job<Tx> {
  closure(tx: Tx): Promise<unknown>
  resolve(value: unknown): void
  reject(error: unknown): void
}

/** What one of several did made the database give up what all of them did. */
class GivenUp extends Error {
  constructor(
    readonly job: unknown,
    readonly why: unknown,
  ) {
    super('The transaction was given up.')
  }
}

/** Milliseconds after which nobody more comes in: others wait for the lock, and nothing else of this process runs. */
const LONG = 20
/** So many at most share a commit. */
const MOST = 64

/**
 * Where one connection writes, whoever comes while another is writing shares its commit: that costs as much for fifty as for one,
 * since it waits for the disk. Each is answered after the commit, as if it had come after the one before; one that fails takes
 * back what it did and nothing else. Where the commit itself fails all are tried again, or fail, together.
 */
export function groupCommits<Tx>({ transact, savepoint, release, rollBack }: Grouping<Tx>) {
  const waiting: Job<Tx>[] = []
  let working = false

  /** Runs one closure behind others in the same transaction; what it throws is its own. */
  async function join(tx: Tx, job: Job<Tx>, ended: Map<Job<Tx>, () => void>): Promise<void> {
    await savepoint(tx)
    try {
      const value = await job.closure(tx)
      await release(tx)
      ended.set(job, () => job.resolve(value))
    } catch (error) {
      // Where there is no way back the database has given up the transaction itself: then that is what went wrong.
      await rollBack(tx).catch(() => {
        throw new GivenUp(job, error)
      })
      ended.set(job, () => job.reject(error))
    }
  }

  /** The first goes without a way back: what it throws ends the transaction, which is its alone then. */
  async function turn(first: Job<Tx>): Promise<void> {
    const joined: Job<Tx>[] = []
    let ended = new Map<Job<Tx>, () => void>()
    try {
      await transact(async (tx) => {
        ended = new Map()
        const end = performance.now() + LONG
        const value = await first.closure(tx)
        ended.set(first, () => first.resolve(value))
        // Whoever joined before the transaction was tried again joins again.
        for (const job of joined) await join(tx, job, ended)
        while (joined.length + 1 < MOST && waiting.length > 0 && performance.now() < end) {
          const job = waiting.shift() as Job<Tx>
          joined.push(job)
          await join(tx, job, ended)
        }
      })
      for (const end of ended.values()) end()
    } catch (error) {
      // Whose own work ended it for all is told so; the others come again, without it.
      const culprit = error instanceof GivenUp ? (error.job as Job<Tx>) : ended.has(first) ? null : first
      const all = [first, ...joined]
      if (culprit) {
        culprit.reject(error instanceof GivenUp ? error.why : error)
        waiting.unshift(...all.filter((job) => job !== culprit))
      } else for (const job of all) job.reject(error)
    }
  }

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      // A transaction lets nobody in before it ends: whoever is at the door already comes in first.
      await breathe()
      await turn(waiting.shift() as Job<Tx>)
    }
    working = false
  }

  return <T>(closure: (tx: Tx) => Promise<T>): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      waiting.push({ closure, resolve: resolve as (value: unknown) => void, reject })
      if (working) return
      working = true
      void work()
    })
}
