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
      await rollBack(tx)
      ended.set(job, () => job.reject(error))
    }
  }

  /** The first goes without a way back: what it throws ends the transaction, which is its alone then. */
  async function turn(first: Job<Tx>): Promise<void> {
    let joined: Job<Tx>[] = []
    let ended = new Map<Job<Tx>, () => void>()
    try {
      await transact(async (tx) => {
        ended = new Map()
        const value = await first.closure(tx)
        ended.set(first, () => first.resolve(value))
        // Whoever joined before the transaction was tried again joins again.
        for (const job of joined) await join(tx, job, ended)
        while (joined.length + 1 < MOST && waiting.length > 0) {
          const job = waiting.shift() as Job<Tx>
          joined.push(job)
          await join(tx, job, ended)
        }
      })
      for (const end of ended.values()) end()
    } catch (error) {
      const mine = ended.has(first)
      first.reject(error)
      // Nobody has joined one that failed by itself; where the commit failed it failed for all.
      if (mine) for (const job of joined) job.reject(error)
      else waiting.unshift(...joined)
    }
    joined = []
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
