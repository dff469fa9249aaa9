import type { MiddlewareHandler } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import type { ServerEnv } from '../env.js'
import type { ServerPorts } from '../ports.js'
import type { AccessSettings } from './settings.js'

/** Gives every answer a nonce for its own scripts. */
export const giveNonce =
  ({ secret }: Pick<ServerPorts, 'secret'>): MiddlewareHandler<ServerEnv> =>
  async (c, next) => {
    c.set('nonce', secret(16))
    c.set('formToken', null)
    await next()
  }

const nonce = (c: { get(name: string): string }) => `'nonce-${c.get('nonce')}'`

/**
 * What browsers are told with every answer: nothing but our own, scripts and styles only from us or with the nonce of the
 * answer, in no frame. The referrer stays with us, and must not be `no-referrer`: then forms would come without an origin.
 * Headers that a handler has set stand.
 */
export const headers = ({ url }: Pick<AccessSettings, 'url'>): MiddlewareHandler<ServerEnv> =>
  secureHeaders({
    overwrite: false,
    contentSecurityPolicy: {
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
    },
    permissionsPolicy: { camera: [], geolocation: [], microphone: [] },
    referrerPolicy: 'same-origin',
    strictTransportSecurity: url?.startsWith('https:') ? 'max-age=15552000' : false,
    xFrameOptions: 'DENY',
  }) as MiddlewareHandler
