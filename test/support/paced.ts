import type { KyselyPlugin } from 'kysely'
import pg from 'pg'
import { openSession, type Session } from '../../src/store/session.js'
import { assemble, type Store } from '../../src/store/store.js'
import type { Place } from './databases.js'
import type { Pace } from './turns.js'

/** A real store that stops before each transaction, after each statement, and where it rests before it tries again. */
export interface PacedStore {
  store: Store
  /** Whom it obeys; nobody: it runs freely. */
  pace: Pace | null
  close(): Promise<void>
}

/** Opens a paced store; the database knows it by its name. Where there is one writer at a time it asks for the lock first. */
export async function openPaced(place: Place, name: string): Promise<PacedStore> {
  const connections = await place.connect(name)
  const paced: PacedStore = { store: null as unknown as Store, pace: null, close: connections.close }
  const stop: Pace['stop'] = (wish) => paced.pace?.stop(wish) ?? Promise.resolve()
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      await stop()
      return result
    },
  }
  const session = openSession(
    {
      ...connections,
      writer: connections.writer?.withPlugin(plugin) ?? null,
      reader: connections.reader.withPlugin(plugin),
    },
    () => stop(),
  )
  const oneWriter = session.dialect.name === 'sqlite'
  const gated = (write: Session['write']): Session['write'] =>
    oneWriter
      ? async (closure) => {
          await stop('lock')
          return write(closure).finally(() => paced.pace?.free())
        }
      : async (closure) => {
          await stop()
          return write(closure)
        }
  paced.store = assemble(connections, {
    ...session,
    write: gated(session.write),
    writeAlone: gated(session.writeAlone),
    read: async (closure) => {
      await stop()
      return session.read(closure)
    },
  })
  return paced
}

/** Tells who waits for whom inside of the database: of SQLite nobody does, who has no lock does not begin. */
export interface Watch {
  waiting(): Promise<ReadonlySet<string>>
  close(): Promise<void>
}

const NOBODY: ReadonlySet<string> = new Set()

export async function openWatch({ url }: Place): Promise<Watch> {
  if (url.startsWith('sqlite:')) return { waiting: async () => NOBODY, close: async () => undefined }
  const client = new pg.Client(url)
  await client.connect()
  return {
    waiting: async () => {
      const { rows } = await client.query(
        `select application_name as name from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      )
      return new Set(rows.map((row) => row.name as string))
    },
    close: () => client.end(),
  }
}
