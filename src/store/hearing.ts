import type { Connections } from './connections.js'
import type { Session } from './session.js'

/** Hears that something was written: by this store, or elsewhere, by another process. */
export type Hear = (where: 'here' | 'elsewhere') => void

/** A session whose writes are heard, and how one listens. */
export interface Heard {
  session: Session
  /**
   * Calls back at once when something was written here, and soon when it was elsewhere (PostgreSQL tells; a SQLite file is looked
   * at each second); also where it is not sure that nothing was. Returns how one stops listening.
   */
  onChange(hear: Hear): () => void
}

/** Lets others hear of what a session writes. Nothing is asked of the database while nobody listens. */
export function heardOf(session: Session, { onChangeElsewhere }: Pick<Connections, 'onChangeElsewhere'>): Heard {
  const hearers = new Set<Hear>()
  let hush: (() => void) | null = null
  const tell: Hear = (where) => {
    for (const hear of hearers) hear(where)
  }
  const told =
    (write: Session['write']): Session['write'] =>
    async (closure) => {
      const result = await write(closure)
      tell('here')
      return result
    }
  return {
    session: { ...session, write: told(session.write), writeAlone: told(session.writeAlone) },
    onChange: (hear) => {
      hearers.add(hear)
      hush ??= onChangeElsewhere(() => tell('elsewhere'))
      return () => {
        if (!hearers.delete(hear) || hearers.size > 0) return
        hush?.()
        hush = null
      }
    },
  }
}
