import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import type { SignIn } from '../../store/access.js'
import { IDLE } from '../../store/access.js'
import type { Caller } from '../caller.js'
import type { ServerPorts } from '../ports.js'
import { callerOfPerson } from './callers.js'
import { peopleOf } from './people.js'
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

/** The active person who is signed in there; null where nobody is. */
export async function personOf(secret: string, ports: ServerPorts): Promise<Caller | null> {
  const session = await ports.store.signedIn(hashOf(secret), ports.clock())
  if (!session) return null
  const person = (await peopleOf(ports)).get(session.person)
  return person ? callerOfPerson(person) : null
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
  await store.signIn({ hash: hashOf(fresh), person, via, at: clock() }, before === null ? null : hashOf(before))
  setCookie(c, NAME, fresh, { ...cookieOptions(settings), maxAge: IDLE / 1000 })
}

/** Signs out whoever is signed in there. */
export async function signOut(c: Context, { store, clock }: ServerPorts, settings: Url): Promise<void> {
  const secret = sessionIn(c, settings)
  if (secret !== null) await store.signOut(hashOf(secret), clock())
  deleteCookie(c, NAME, cookieOptions(settings))
}
