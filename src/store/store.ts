import type { Connections } from './connections.js'
import type { Session } from './session.js'

/** The store: what the rooms to its right ask of the database. */
export interface Store extends Session {
  /** Where it is, for sentences to people. */
  readonly place: string
  /** A number that changes when another process has written. */
  changesElsewhere(): Promise<number>
  close(): Promise<void>
}

/** Puts the parts of the store together over opened connections. */
export const assemble = (connections: Connections, session: Session): Store => ({
  ...session,
  place: connections.place,
  changesElsewhere: connections.changesElsewhere,
  close: connections.close,
})
