import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { bodyAtMost, MIB } from '../body.js'
import type { Caller } from '../caller.js'
import type { ServerEnv } from '../env.js'
import type { ServerPorts } from '../ports.js'
import { Refusal } from '../problem-details.js'
import { authenticate, callerAgain } from './authenticate.js'
import { giveNonce, headers } from './headers.js'
import { loginRoutes } from './login.js'
import type { AccessSettings } from './settings.js'

/**
 * Who may: `createServer(ports, { first: [...], at: [['/', routes]] })`. What every request passes first sets headers, a
 * page's nonce for scripts, limits, and `caller`, which is undefined where nobody proved who they are; each operation must ask for
 * its scope by `demand(c.get('caller'), scope)`. The routes are `/login`, `/logout`, `/oidc/callback` and `/me`.
 */
export function access(ports: ServerPorts, settings: AccessSettings): Access {
  const [small, large] = [bodyAtMost(MIB), bodyAtMost(10 * MIB)]
  const limited: MiddlewareHandler<ServerEnv> = (c, next) =>
    c.req.path.startsWith('/api/v1/') ? large(c, next) : small(c, next)
  const routes = new Hono<ServerEnv>()
  routes.get('/me', (c) => {
    const caller = c.get('caller')
    if (!caller) throw new Refusal('not-signed-in', 'Nobody is signed in.')
    const { id, scopes, sees, by } = caller
    c.header('cache-control', 'no-store')
    return c.json({ id, scopes: [...scopes], sees, by, form_token: c.get('formToken') })
  })
  routes.route('/', loginRoutes(ports, settings))
  return {
    first: [giveNonce(ports), headers(settings), limited, authenticate(ports, settings)],
    routes,
    again: (c) => callerAgain(c, ports, settings),
  }
}

export interface Access {
  readonly first: readonly MiddlewareHandler<ServerEnv>[]
  readonly routes: Hono<ServerEnv>
  /** Who asked, looked up again while an answer is still being given; undefined where that is nobody any more. */
  again(c: Context<ServerEnv>): Promise<Caller | undefined>
}
