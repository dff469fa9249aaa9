import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { Instant } from '../../lib/instant.js'
import type { SessionRow } from '../../sql/access.js'
import { IDLE, LASTS, type SignIn } from '../../store/access.js'
import type { Caller } from '../caller.js'
import type { ServerPorts } from '../ports.js'
import { everybody } from '../sight.js'
import { callerOfPerson } from './callers.js'
import type { AccessSettings } from './settings.js'
import { hashOf } from './tokens.js'

type Url = Pick<AccessSettings, 'url'>

const isSecure = ({ url }: Url): boolean => url?.startsWith('https:') ?? false

/** How cookies are set. With `__Host-` no other host, not even one below ours, can set them. */
export const cookieOptions = (settings: Url) =>
  ({
    path: '/',
    httpOnly: true,
    sameSite: 'Lax',
    secure: isSecure(settings),
    ...(isSecure(settings) ? { prefix: 'host' as const } : {}),
  }) as const

const NAME = 'linewalker'
const prefixOf = (settings: Url) => (isSecure(settings) ? ('host' as const) : undefined)

/** Reads a cookie that was set with `cookieOptions`; null where there is none. */
export const cookieIn = (c: Context, name: string, settings: Url): string | null => {
  const prefix = prefixOf(settings)
  return (prefix ? getCookie(c, name, prefix) : getCookie(c, name)) ?? null
}

/** The secret of the session that a browser sends; null without. */
export const sessionIn = (c: Context, settings: Url): string | null => cookieIn(c, NAME, settings) || null

/** The session of that secret, and the active person who is signed in there; null where nobody is. */
export async function sessionOf(
  secret: string,
  ports: ServerPorts,
): Promise<{ session: SessionRow; caller: Caller } | null> {
  const session = await ports.store.signedIn(hashOf(secret), ports.clock())
  if (!session) return null
  const person = (await everybody(ports)).get(session.person)
  const caller = person ? callerOfPerson(person) : null
  return caller && { session, caller }
}

/** A browser keeps the cookie for as long as the session lives if nobody uses it from now on; in seconds. */
const ageOf = (signedInAt: Instant, now: Instant): number => Math.floor(Math.min(IDLE, signedInAt + LASTS - now) / 1000)

/**
 * Gives a browser the cookie of its session again, so that it lives as long as the session does. For after the answer is made: what
 * signs in or out there has set the cookie already, and keeps the last word.
 */
export function renewCookie(c: Context, settings: Url, { at }: Pick<SessionRow, 'at'>, now: Instant): void {
  const secret = sessionIn(c, settings)
  const isSet = c.res.headers.getSetCookie().some((one) => one.split('=', 1)[0]?.endsWith(NAME))
  if (secret === null || isSet) return
  setCookie(c, NAME, secret, { ...cookieOptions(settings), maxAge: ageOf(at, now) })
  // No cache between may keep an answer with a secret in it.
  c.header('cache-control', 'no-store')
}

/** Forms of a session carry it; it tells nothing of the session's secret. */
export const formTokenOf = (secret: string): string => hashOf(`form ${secret}`)

/** Signs a person in: always with a new secret, whatever the browser had before. */
export async function signIn(
  c: Context,
  { store, secret, clock }: ServerPorts,
  settings: Url,
  { person, via }: Pick<SignIn, 'person' | 'via'>,
): Promise<void> {
  const before = sessionIn(c, settings)
  const fresh = secret(32)
  const now = clock()
  await store.signIn({ hash: hashOf(fresh), person, via, at: now }, before === null ? null : hashOf(before))
  setCookie(c, NAME, fresh, { ...cookieOptions(settings), maxAge: ageOf(now, now) })
}

/** Signs out whoever is signed in there. */
export async function signOut(c: Context, { store, clock }: ServerPorts, settings: Url): Promise<void> {
  const secret = sessionIn(c, settings)
  if (secret !== null) await store.signOut(hashOf(secret), clock())
  deleteCookie(c, NAME, cookieOptions(settings))
}
