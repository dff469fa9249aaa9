import type { Context, MiddlewareHandler } from 'hono'
import type { Instant } from '../../lib/instant.js'
import type { Caller } from '../caller.js'
import type { ServerEnv } from '../env.js'
import type { ServerPorts } from '../ports.js'
import { Refusal } from '../problem-details.js'
import { addressOf } from './address-of.js'
import { isLoopback } from './addresses.js'
import { LOCAL_ADMIN } from './callers.js'
import { type Limiter, makeLimiter } from './limits.js'
import { checkForm, checkLocal, checkOrigin } from './same-origin.js'
import { formTokenOf, personOf, sessionIn } from './sessions.js'
import { type AccessSettings, hasLogins } from './settings.js'
import { callerOfToken } from './tokens.js'

/** Wrong tokens from one address. */
const GUESSES = { burst: 20, perMinute: 10 }

/**
 * Finds out who asks: by a token, by a session, or because there is nothing yet by which anybody could prove who they are.
 * Who sends nothing is let through as nobody; who sends something wrong is refused.
 */
export function authenticate(ports: ServerPorts, settings: AccessSettings): MiddlewareHandler<ServerEnv> {
  const guesses = makeLimiter(GUESSES)
  const { requestsPerMinute } = settings
  const requests = makeLimiter({ burst: Math.max(1, requestsPerMinute / 10), perMinute: requestsPerMinute })
  return async (c, next) => {
    // What a CRM sends proves by itself from whom it is, by what its source says.
    if (c.req.path.startsWith('/hooks/')) return next()
    const now = ports.clock()
    const caller = await callerOf(c, ports, settings, guesses)
    if (caller && caller !== LOCAL_ADMIN) limit(requests, caller.id, now)
    c.set('caller', caller)
    await next()
  }
}

/** Refuses with 429 and the seconds to wait. */
export function limit(limiter: Limiter, key: string, now: Instant): void {
  const seconds = limiter.take(key, now)
  if (seconds === 0) return
  const headers = { 'retry-after': String(seconds) }
  throw new Refusal('too-many-requests', `That was too often; try again in ${seconds} s.`, {}, headers)
}

async function callerOf(
  c: Context<ServerEnv>,
  ports: ServerPorts,
  settings: AccessSettings,
  guesses: Limiter,
): Promise<Caller | undefined> {
  const header = c.req.header('authorization')
  if (header !== undefined && /^bearer\b/i.test(header)) return byToken(c, header, ports, settings, guesses)
  if (hasLogins(settings)) return bySession(c, ports, settings)
  if (!isLoopback(settings.host) || (await ports.store.hasTokens())) return undefined
  checkLocal(c)
  return LOCAL_ADMIN
}

async function byToken(
  c: Context<ServerEnv>,
  header: string,
  { store, clock }: ServerPorts,
  settings: AccessSettings,
  guesses: Limiter,
): Promise<Caller> {
  const now = clock()
  const [, text] = /^bearer +([\x21-\x7e]{1,200})$/i.exec(header) ?? []
  const caller = text === undefined ? 'That is no token.' : await callerOfToken(store, text, now)
  if (typeof caller !== 'string') return caller
  limit(guesses, addressOf(c, settings), now)
  const headers = { 'www-authenticate': 'Bearer realm="linewalker", error="invalid_token"' }
  throw new Refusal('not-signed-in', caller, {}, headers)
}

async function bySession(c: Context<ServerEnv>, ports: ServerPorts, settings: AccessSettings) {
  const secret = sessionIn(c, settings)
  const caller = secret === null ? null : await personOf(secret, ports)
  if (secret === null || caller === null) return undefined
  const token = formTokenOf(secret)
  checkOrigin(c, settings.url ?? '', 'refused')
  await checkForm(c, token)
  c.set('formToken', token)
  return caller
}
