import type { MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import type { ServerEnv } from '../env.js'
import type { ServerPorts } from '../ports.js'
import type { AccessSettings } from './settings.js'

/** What answers programs, in JSON: no browser shows it. */
const isForPrograms = (path: string): boolean => path.startsWith('/api/v1/')

/** Gives every page a nonce for its own scripts. */
export const giveNonce =
  ({ secret }: Pick<ServerPorts, 'secret'>): MiddlewareHandler<ServerEnv> =>
  async (c, next) => {
    if (!isForPrograms(c.req.path)) c.set('nonce', secret(16))
    c.set('formToken', null)
    await next()
  }

const nonce = (c: { get(name: string): string }) => `'nonce-${c.get('nonce')}'`

/**
 * What browsers are told with every answer: nothing but our own, scripts and styles only from us or with the nonce of the
 * page, in no frame; of what answers programs, nothing at all. The referrer stays with us, and must not be `no-referrer`: then
 * forms would come without an origin. Headers that a handler has set stand.
 */
export const headers = ({ url }: Pick<AccessSettings, 'url'>): MiddlewareHandler<ServerEnv> => {
  const rest: Options = {
    overwrite: false,
    permissionsPolicy: { camera: [], geolocation: [], microphone: [] },
    referrerPolicy: 'same-origin',
    strictTransportSecurity: url?.startsWith('https:') ? 'max-age=15552000' : false,
    xFrameOptions: 'DENY',
  }
  const pages = secureHeaders({ ...rest, contentSecurityPolicy: PAGES }) as MiddlewareHandler
  const programs = secureHeaders({ ...rest, contentSecurityPolicy: NOTHING }) as MiddlewareHandler
  return (c, next) => (isForPrograms(c.req.path) ? programs : pages)(c, next)
}

type Options = NonNullable<Parameters<typeof secureHeaders>[0]>

const NOTHING: Options['contentSecurityPolicy'] = { defaultSrc: ["'none'"], frameAncestors: ["'none'"] }

const PAGES: Options['contentSecurityPolicy'] = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'", nonce],
  styleSrc: ["'self'", nonce],
  imgSrc: ["'self'", 'data:'],
  fontSrc: ["'self'"],
  connectSrc: ["'self'"],
  manifestSrc: ["'self'"],
  formAction: ["'self'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
}
