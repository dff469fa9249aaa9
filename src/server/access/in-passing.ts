import { unlessBusy } from '../../store/errors.js'
import type { Log } from '../ports.js'

/** Begins a write that no request waits for; while one of that key is under way no other is begun. */
export type InPassing = (key: string, write: () => Promise<unknown>) => void

/**
 * Writes that are worth making, not worth waiting for: that a token or a session was used. Where the database takes none, that
 * is written with a later request; any other failure is logged.
 */
export function inPassing(log: Log): InPassing {
  const underWay = new Set<string>()
  return (key, write) => {
    if (underWay.has(key)) return
    underWay.add(key)
    void write()
      .catch(unlessBusy)
      .catch((error: unknown) =>
        log.error({ error: String(error) }, 'that somebody was here could not be written down'),
      )
      .finally(() => underWay.delete(key))
  }
}
