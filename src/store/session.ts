import { setTimeout as pause } from 'node:timers/promises'
import { type Kysely, sql, type Transaction } from 'kysely'
import type { Dialect } from '../sql/dialect.js'
import type { Database } from '../sql/tables.js'
import type { Claim, Connections } from './connections.js'
import { StoreError } from './errors.js'
import { groupCommits } from './grouped.js'
import { checkVersion } from './migrations/version.js'

export type Tx = Transaction<Database>

/** What one statement is asked of: a transaction, or a connection. */
export type Asked = Kysely<Database>

/** What every part of the store works with: transactions that write, transactions that read, and the dialect. */
export interface Session {
  readonly dialect: Dialect
  /**
   * Runs the closure in one write transaction; the same closure is run again, a bounded number of times, when another process was
   * in the way, so it must only depend on what it reads through `tx`. Never await anything else within it.
   */
  write<T>(closure: (tx: Tx) => Promise<T>): Promise<T>
  /** The same, while nobody else writes: for what belongs to no family, such as the program in force. */
  writeAlone<T>(closure: (tx: Tx) => Promise<T>): Promise<T>
  /** Runs the closure over one consistent snapshot. Do not write within it, and do not call `write`. */
  read<T>(closure: (tx: Tx) => Promise<T>): Promise<T>
  /** The same for a single statement, which is a snapshot by itself: without a transaction around it, it takes a third. */
  ask<T>(closure: (db: Asked) => Promise<T>): Promise<T>
}

/** Runs in company; whoever lost so many waits until it is alone, so that many who write one family all come through. */
const TOGETHER = 2

/** How long to rest before the next run, after so many. */
export type Rest = (runs: number) => Promise<void>

const LONGEST_REST = 400
const longerEachTime: Rest = (runs) => pause(Math.min(25 * 2 ** runs, LONGEST_REST))

/** Runs an attempt as often as connections allow while it fails because another process is in the way. */
export async function insist<T>(
  attempt: (run: number) => Promise<T>,
  { isBusy, runs }: Pick<Connections, 'isBusy' | 'runs'>,
  rest = longerEachTime,
): Promise<T> {
  for (let run = 1; ; run += 1) {
    try {
      return await attempt(run)
    } catch (error) {
      if (run === runs || !isBusy(error)) throw error
      await rest(run)
    }
  }
}

/** A session over opened connections. */
export function openSession(connections: Connections, rest?: Rest): Session {
  const { dialect, writer, reader, claim, explain, place } = connections
  const speak = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      throw explain(error) ?? error
    }
  }
  const transact = <T>(closure: (tx: Tx) => Promise<T>, how: Claim): Promise<T> => {
    if (!writer) throw new StoreError('read_only', `The database ${place} was opened for reading only.`)
    const once = (run: number) =>
      writer
        .transaction()
        .setIsolationLevel('repeatable read')
        .execute(async (tx) => {
          await claim(tx, run > TOGETHER ? 'alone' : how)
          await checkVersion(tx, place)
          return closure(tx)
        })
    return insist(once, connections, rest)
  }
  const grouped = groupCommits<Tx>({
    transact: (work) => transact(work, 'together'),
    savepoint: async (tx) => void (await sql`savepoint joined`.execute(tx)),
    release: async (tx) => void (await sql`release joined`.execute(tx)),
    rollBack: async (tx) => {
      await sql`rollback to joined`.execute(tx)
      await sql`release joined`.execute(tx)
    },
  })
  const writeAs =
    (how: Claim): Session['write'] =>
    (closure) =>
      speak(connections.writesAlone ? grouped(closure) : transact(closure, how))
  const snapshot = () => reader.transaction().setIsolationLevel('repeatable read').setAccessMode('read only')
  return {
    dialect,
    write: writeAs('together'),
    writeAlone: writeAs('alone'),
    read: (closure) => speak(insist(() => snapshot().execute(closure), connections, rest)),
    ask: (closure) => speak(insist(() => closure(reader), connections, rest)),
  }
}
