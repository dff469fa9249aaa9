import { sql } from 'kysely'
import type { Session, Tx } from './session.js'

interface Waiting {
  run(tx: Tx): Promise<void>
  done(): void
  failed(error: unknown): void
}

/** So many share one transaction at most: about 50 ms of writes. */
const MOST = 64

/** Thrown within a shared transaction: undoes only what its own closure wrote, the others go on. */
export type IsOwn = (error: unknown) => boolean

/**
 * Write transactions that are shared by those who wait at the same time: one commit, and one waiting for the disk, for all of
 * them. What `isOwn` says of an error undoes its own part alone; after another error each is run again by itself.
 */
export function groupedOf(session: Session) {
  let waiting: Waiting[] = []
  let working = false

  async function work(): Promise<void> {
    working = true
    while (waiting.length > 0) {
      const group = waiting.slice(0, MOST)
      waiting = waiting.slice(MOST)
      const alone = group.length > 1 && (await attempt(group)) ? [] : group
      for (const one of alone) await attempt([one], true)
    }
    working = false
  }

  async function attempt(group: readonly Waiting[], last = group.length === 1): Promise<boolean> {
    try {
      await session.write(async (tx) => {
        for (const { run } of group) await run(tx)
      })
    } catch (error) {
      if (last) for (const { failed } of group) failed(error)
      return false
    }
    for (const { done } of group) done()
    return true
  }

  return {
    /** Runs the closure in a write transaction that it may share; as with `write`, it may be run again. */
    writeGrouped: <T>(closure: (tx: Tx) => Promise<T>, isOwn: IsOwn): Promise<T> =>
      new Promise<T>((resolve, reject) => {
        let result: { value: T } | { error: unknown } | undefined
        waiting.push({
          run: async (tx) => {
            await sql`savepoint own_part`.execute(tx)
            try {
              result = { value: await closure(tx) }
            } catch (error) {
              if (!isOwn(error)) throw error
              result = { error }
              await sql`rollback to savepoint own_part`.execute(tx)
            }
            await sql`release savepoint own_part`.execute(tx)
          },
          done: () => {
            if (result && 'value' in result) resolve(result.value)
            else reject(result?.error)
          },
          failed: reject,
        })
        if (!working) void work()
      }),
  }
}
