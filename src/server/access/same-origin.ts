import type { Context } from 'hono'
import { isSame } from '../../lib/is-same.js'
import { mediaType } from '../body.js'
import type { ServerEnv } from '../env.js'
import { Refusal } from '../problem-details.js'
import { isLoopback } from './addresses.js'

const SAFE = ['GET', 'HEAD', 'OPTIONS']

/** From where a browser says that a request comes: our own pages, elsewhere, or it says nothing. */
type From = 'here' | 'elsewhere' | 'unsaid'

/** Browsers say it by `Sec-Fetch-Site` where they trust the connection, by `Origin` everywhere; others say neither. */
function cameFrom(c: Context, own: string): From {
  const site = c.req.header('sec-fetch-site')
  if (site !== undefined) return site === 'same-origin' || site === 'none' ? 'here' : 'elsewhere'
  const origin = c.req.header('origin')
  if (origin === undefined) return 'unsaid'
  return origin === own ? 'here' : 'elsewhere'
}

export const isSafe = (c: Context): boolean => SAFE.includes(c.req.method)

/** Refuses a change that another website asks a browser for. What says nothing is refused too, if it must come from a browser. */
export function checkOrigin(c: Context, own: string, unsaid: 'refused' | 'allowed'): void {
  if (isSafe(c)) return
  const from = cameFrom(c, own)
  if (from === 'here' || (from === 'unsaid' && unsaid === 'allowed')) return
  throw new Refusal('not-allowed', 'Another website asked for this: changes are only taken from our own pages.')
}

const JSON_TYPES = /^application\/(json|x-ndjson|[a-z0-9.-]+\+json)$/
const FORM_TYPES = ['application/x-www-form-urlencoded', 'multipart/form-data']

/** A change in a session is JSON, which no form can send, or carries the form token of that session. */
export async function checkForm(c: Context<ServerEnv>, token: string): Promise<void> {
  if (isSafe(c)) return
  const type = mediaType(c.req.header('content-type')) ?? ''
  if (JSON_TYPES.test(type)) return
  const given = c.req.header('x-form-token') ?? (FORM_TYPES.includes(type) ? await tokenInForm(c) : '')
  if (isSame(given, token)) return
  throw new Refusal('not-allowed', 'The form has no token, or one of another session: load the page again.')
}

async function tokenInForm(c: Context): Promise<string> {
  const { form_token } = await c.req.parseBody().catch(() => ({ form_token: '' }))
  return typeof form_token === 'string' ? form_token : ''
}

const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via']

/**
 * Refuses who is not on this machine though the connection is: a website whose name was made to lead here (its `Host` is its
 * own), a proxy that speaks for others, another website's form.
 */
export function checkLocal(c: Context): void {
  const host = c.req.header('host') ?? ''
  if (!isLoopback(host)) {
    throw new Refusal('not-allowed', 'While there is no token and no login, this server answers only to localhost.')
  }
  if (FORWARDED.some((name) => c.req.header(name) !== undefined)) {
    throw new Refusal('not-allowed', 'While there is no token and no login, this server answers to no proxy.')
  }
  checkOrigin(c, `http://${host}`, 'allowed')
}
