import { Hono } from 'hono'
import { deleteCookie, setCookie } from 'hono/cookie'
import * as openid from 'openid-client'
import type { ServerEnv } from '../env.js'
import type { ServerPorts } from '../ports.js'
import { addressOf } from './address-of.js'
import { limit } from './authenticate.js'
import { makeLimiter } from './limits.js'
import { failedPage } from './pages.js'
import { landing, localPath } from './paths.js'
import { personWithEmail } from './people.js'
import { cookieIn, cookieOptions, signIn } from './sessions.js'
import type { AccessSettings, OpenIdSettings } from './settings.js'

/** What a browser keeps while its person is at the provider. */
interface UnderWay {
  state: string
  nonce: string
  verifier: string
  to: string
}

const COOKIE = 'linewalker-login'
/** Seconds that signing in at the provider may take. */
const PATIENCE = 600
/** Seconds that the provider may take for an answer. */
const TIMEOUT = 10
const TRYING = { burst: 30, perMinute: 10 }

/** Signing in at an OpenID Connect provider, by code with PKCE: `GET /login/openid` and `GET /oidc/callback`. */
export function openidRoutes(ports: ServerPorts, settings: AccessSettings, provider: OpenIdSettings): Hono<ServerEnv> {
  const { clock, secret, log } = ports
  const discovered = onceDone(() => discover(provider))
  const trying = makeLimiter(TRYING)
  const back = `${settings.url}/oidc/callback`
  const options = cookieOptions(settings)
  const routes = new Hono<ServerEnv>()
  const failed = (error: unknown) => log.warn({ error: whatFailed(error) }, 'signing in at the provider failed')

  routes.get('/login/openid', async (c) => {
    limit(trying, addressOf(c, settings), clock())
    const under: UnderWay = {
      state: secret(32),
      nonce: secret(32),
      verifier: secret(32),
      to: localPath(c.req.query('to')),
    }
    try {
      const url = openid.buildAuthorizationUrl(await discovered(), {
        redirect_uri: back,
        scope: 'openid email',
        state: under.state,
        nonce: under.nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(under.verifier),
        code_challenge_method: 'S256',
      })
      const value = Buffer.from(JSON.stringify(under)).toString('base64url')
      setCookie(c, COOKIE, value, { ...options, maxAge: PATIENCE })
      return c.redirect(url.href, 303)
    } catch (error) {
      failed(error)
      return failedPage(c, 'The provider cannot be reached just now. Try again later.', 503)
    }
  })

  routes.get('/oidc/callback', async (c) => {
    limit(trying, addressOf(c, settings), clock())
    const under = read(cookieIn(c, COOKIE, settings))
    deleteCookie(c, COOKIE, options)
    if (!under) return failedPage(c, 'This browser did not begin to sign in here, or took too long. Begin again.')
    let email: string | null
    try {
      email = await verifiedEmail(await discovered(), new URL(`${back}${new URL(c.req.url).search}`), under)
    } catch (error) {
      failed(error)
      return failedPage(c, 'The provider did not let you in, or its answer was not for this browser. Begin again.')
    }
    if (email === null) return failedPage(c, 'The provider did not vouch for an email address of yours.')
    const person = await personWithEmail(ports, email)
    if (!person) return failedPage(c, 'Nobody who is active here has the email address that the provider gave.')
    await signIn(c, ports, settings, { person: person.id, via: 'openid' })
    return c.redirect(landing(localPath(under.to)), 303)
  })
  return routes
}

/** Asks once; what failed is asked again the next time. */
function onceDone<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | null = null
  return () => {
    asked ??= ask().catch((error: unknown) => {
      asked = null
      throw error
    })
    return asked
  }
}

/** Settings let an issuer over http pass only on this machine. */
function discover({ issuer, clientId, clientSecret }: OpenIdSettings): Promise<openid.Configuration> {
  const execute = [openid.enableNonRepudiationChecks]
  if (issuer.startsWith('http:')) execute.push(openid.allowInsecureRequests)
  return openid.discovery(new URL(issuer), clientId, clientSecret, undefined, { execute, timeout: TIMEOUT })
}

/** The address that the provider vouches for; null where it vouches for none. Throws where its answer is not for `under`. */
async function verifiedEmail(config: openid.Configuration, url: URL, under: UnderWay): Promise<string | null> {
  const tokens = await openid.authorizationCodeGrant(config, url, {
    pkceCodeVerifier: under.verifier,
    expectedState: under.state,
    expectedNonce: under.nonce,
    idTokenExpected: true,
  })
  const claims = tokens.claims()
  if (!claims) return null
  const said = claims.email === undefined ? await openid.fetchUserInfo(config, tokens.access_token, claims.sub) : claims
  return typeof said.email === 'string' && said.email_verified === true ? said.email : null
}

function read(cookie: string | null): UnderWay | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(cookie ?? '', 'base64url').toString())
    const { state, nonce, verifier, to } = value as Record<string, unknown>
    const isText = (one: unknown): one is string => typeof one === 'string' && one !== ''
    return isText(state) && isText(nonce) && isText(verifier) && isText(to) ? { state, nonce, verifier, to } : null
  } catch {
    return null
  }
}

/** A word or two for the log: what the provider said in full may hold secrets. */
const whatFailed = (error: unknown): string => {
  const { code, error: said, name } = error as { code?: unknown; error?: unknown; name?: unknown }
  return (
    [said, code, name].find((one) => typeof one === 'string' && /^[\w .-]{1,80}$/.test(one))?.toString() ?? 'unknown'
  )
}
