import type { Context, MiddlewareHandler } from 'hono'
import type { Instant } from '../../lib/instant.js'
import { isUseToNote } from '../../store/access.js'
import type { Caller } from '../caller.js'
import { STREAM_PATH } from '../document-stream.js'
import type { ServerEnv } from '../env.js'
import type { ServerPorts } from '../ports.js'
import { Refusal } from '../problem-details.js'
import { addressOf } from './address-of.js'
import { isLoopback } from './addresses.js'
import { LOCAL_ADMIN } from './callers.js'
import { type InPassing, inPassing } from './in-passing.js'
import { type Limiter, makeLimiter } from './limits.js'
import { checkForm, checkLocal, checkOrigin } from './same-origin.js'
import { formTokenOf, renewCookie, sessionIn, sessionOf } from './sessions.js'
import { type AccessSettings, hasLogins } from './settings.js'
import { callerOfToken } from './tokens.js'

/** Wrong tokens from one address. */
const GUESSES = { burst: 20, perMinute: 10 }
/** Requests of whoever proved nothing, from one address: pages to sign in at, and whether the server is up. */
const STRANGERS = { burst: 200, perMinute: 600 }
/** Webhooks from one address that were refused. */
const FORGED = { burst: 60, perMinute: 30 }
/** The text of a token of ours, as a CRM may bring it; what else is a bearer belongs to the CRM. */
const OURS = /^bearer +lw_/i

/**
 * Finds out who asks: by a token, by a session, or because there is nothing yet by which anybody could prove who they are.
 * Whoever sends no proof is let through as nobody. Whoever sends a wrong one is refused.
 */
export function authenticate(ports: ServerPorts, settings: AccessSettings): MiddlewareHandler<ServerEnv> {
  const witness: Witness = { guesses: makeLimiter(GUESSES), note: inPassing(ports.log) }
  const [strangers, forged] = [makeLimiter(STRANGERS), makeLimiter(FORGED)]
  const { requestsPerMinute } = settings
  const requests = makeLimiter({ burst: Math.max(1, requestsPerMinute / 10), perMinute: requestsPerMinute })
  return async (c, next) => {
    const now = ports.clock()
    // That the process answers does not hang on a database that may not.
    if (c.req.path === '/healthz') {
      limit(strangers, addressOf(c, settings), now)
      return next()
    }
    const isHook = c.req.path.startsWith('/hooks/')
    const caller = isHook
      ? await callerOfHook(c, ports, settings, witness)
      : await callerOf(c, ports, settings, witness)
    if (caller && caller !== LOCAL_ADMIN) limit(requests, caller.id, now)
    if (!caller && !isHook) limit(strangers, addressOf(c, settings), now)
    c.set('caller', caller)
    // Whoever only listens uses nothing: a browser opens a stream again by itself, for as long as the page is open.
    const session = c.req.path === STREAM_PATH ? undefined : c.get('session')
    const isKeptAlive = session !== undefined && isUseToNote(session, now)
    if (isKeptAlive) witness.note(session.hash, () => ports.store.sessionUsed(session, now))
    await next()
    // Whether that was written by then or not: a cookie that outlives its session opens nothing.
    if (isKeptAlive) renewCookie(c, settings, session, now)
    // Only what was refused is counted, so that a CRM is never slowed by what others send from where it is.
    if (isHook && REFUSED.includes(c.res.status)) limit(forged, addressOf(c, settings), now)
  }
}

const REFUSED: readonly number[] = [401, 403, 404]

/** What remembers, behind a request, that somebody guessed or was here. */
interface Witness {
  readonly guesses: Limiter
  readonly note: InPassing
}

const BLIND: Witness = { guesses: { take: () => 0 }, note: () => undefined }

/** What a CRM sends proves by itself from whom it is, as its source says. At a generic hook a token may prove it, too. */
const callerOfHook: typeof callerOf = async (c, ports, settings, witness) => {
  const header = c.req.header('authorization') ?? ''
  const isOurs = /^\/hooks\/generic(\/|$)/.test(c.req.path) && OURS.test(header)
  return isOurs ? byToken(c, header, ports, settings, witness) : undefined
}

/**
 * Who asked, looked up again while an answer is still being given: undefined where that is nobody any more. Counts and notes nothing.
 * Throws a StoreError where the database does not answer.
 */
export async function callerAgain(
  c: Context<ServerEnv>,
  ports: ServerPorts,
  settings: AccessSettings,
): Promise<Caller | undefined> {
  try {
    return await callerOf(c, ports, settings, BLIND)
  } catch (error) {
    if (error instanceof Refusal) return undefined
    throw error
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
  witness: Witness,
): Promise<Caller | undefined> {
  const header = c.req.header('authorization')
  if (header !== undefined && /^bearer\b/i.test(header)) return byToken(c, header, ports, settings, witness)
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
  { guesses, note }: Witness,
): Promise<Caller> {
  const now = clock()
  const [, text] = /^bearer +([\x21-\x7e]{1,200})$/i.exec(header) ?? []
  const caller = text === undefined ? 'That is no token.' : await callerOfToken(store, text, now, note)
  if (typeof caller !== 'string') return caller
  limit(guesses, addressOf(c, settings), now)
  const headers = { 'www-authenticate': 'Bearer realm="linewalker", error="invalid_token"' }
  throw new Refusal('not-signed-in', caller, {}, headers)
}

async function bySession(c: Context<ServerEnv>, ports: ServerPorts, settings: AccessSettings) {
  const secret = sessionIn(c, settings)
  const found = secret === null ? null : await sessionOf(secret, ports)
  if (secret === null || found === null) return undefined
  const token = formTokenOf(secret)
  checkOrigin(c, settings.url ?? '', 'refused')
  await checkForm(c, token)
  c.set('formToken', token)
  c.set('session', found.session)
  return found.caller
}
