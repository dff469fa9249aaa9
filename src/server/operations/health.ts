import { Hono } from 'hono'
import { StoreError } from '../../store/errors.js'
import type { ServerEnv } from '../env.js'
import type { ServerPorts } from '../ports.js'
import { sayOutside } from '../problem-details.js'

/** What the server knows of the loop that runs beside it. */
export interface LoopState {
  /** Why the loop ended by itself; null while it runs. */
  ended(): string | null
  /** Is the server about to close? Nothing new should be sent to it. */
  closing(): boolean
}

/**
 * `/healthz`: the process answers. `/readyz`: it can also do its work: the database answers under the schema that it knows,
 * its program is in force, the loop runs; 503 with what is wrong otherwise.
 */
export function healthRoutes({ store, rules, clock, log }: ServerPorts, loop: LoopState): Hono<ServerEnv> {
  const app = new Hono<ServerEnv>()
  app.get('/healthz', (c) => c.json({ status: 'ok' }, 200, NOT_KEPT))
  app.get('/readyz', async (c) => {
    const wrong = await whatIsWrong()
    return c.json(
      { status: wrong.length === 0 ? 'ready' : 'not ready', wrong },
      wrong.length === 0 ? 200 : 503,
      NOT_KEPT,
    )
  })

  async function whatIsWrong(): Promise<string[]> {
    const wrong: string[] = []
    if (loop.closing()) wrong.push('The server is about to close.')
    const ended = loop.ended()
    if (ended !== null) wrong.push(ended)
    try {
      const inForce = await store.inForce()
      if (inForce?.digest !== rules().program.digest) wrong.push('Another program is in force.')
      const last = await store.lastCommitAt()
      if (last !== null && last - clock() > SKEW)
        wrong.push('The clock lies before the last run: nothing is walked until then.')
    } catch (error) {
      wrong.push(error instanceof StoreError ? sayOutside(error.problem) : 'The database does not answer.')
      log.warn({ error: error instanceof Error ? error.message : String(error) }, 'the database cannot serve')
    }
    return wrong
  }
  return app
}

/** Clocks of two machines may differ by so many milliseconds. */
const SKEW = 60_000

const NOT_KEPT = { 'cache-control': 'no-store' }
