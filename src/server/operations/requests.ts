import type { MiddlewareHandler } from 'hono'
import { routePath } from 'hono/route'
import type { ServerEnv } from '../env.js'
import type { ServerPorts } from '../ports.js'

/**
 * Logs each request with its number, its route and who asked; never a query, a header or a body, which may hold secrets.
 * `timer` gives milliseconds since some moment.
 */
export const logRequests =
  ({ log }: Pick<ServerPorts, 'log'>, timer: () => number): MiddlewareHandler<ServerEnv> =>
  async (c, next) => {
    const begun = timer()
    await next()
    const { status } = c.res
    const of = {
      request: c.get('requestId'),
      method: c.req.method,
      route: routePath(c, -1),
      status,
      ms: Math.round(timer() - begun),
      ...(c.get('caller') ? { caller: c.get('caller')?.id } : {}),
    }
    if (status >= 500) log.error(of, 'request')
    else log.info(of, 'request')
  }
