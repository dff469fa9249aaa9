import { isLoopback } from './addresses.js'

/** An OpenID Connect provider, and who we are to it. */
export interface OpenIdSettings {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
}

/** How callers prove who they are. */
export interface AccessSettings {
  /** The address on which the server listens. */
  readonly host: string
  /** Where people reach it, without a slash at the end; null where nobody signs in. */
  readonly url: string | null
  /** Do people sign in by a link that they are sent by email? */
  readonly links: boolean
  readonly openid: OpenIdSettings | null
  /** So many requests a minute may a caller make, in the long run; a tenth of it at once on top. */
  readonly requestsPerMinute: number
}

/** The settings of a server on this machine alone. */
export const LOCAL: AccessSettings = {
  host: '127.0.0.1',
  url: null,
  links: false,
  openid: null,
  requestsPerMinute: 6_000,
}

const OPENID = ['LINEWALKER_OIDC_ISSUER', 'LINEWALKER_OIDC_CLIENT_ID', 'LINEWALKER_OIDC_CLIENT_SECRET'] as const

/** Reads the settings from an environment; what is wrong with them is a list of sentences. */
export function readAccessSettings(
  env: Readonly<Record<string, string | undefined>>,
  host: string,
): AccessSettings | readonly string[] {
  const wrong: string[] = []
  const url = env.LINEWALKER_URL ? readUrl(env.LINEWALKER_URL, 'LINEWALKER_URL', wrong) : null
  if (url !== null && new URL(url).pathname !== '/') {
    wrong.push(
      'LINEWALKER_URL has a path: give the server a host name of its own, such as https://pipeline.example.com.',
    )
  }
  const given = OPENID.filter((name) => env[name])
  const missing = OPENID.filter((name) => !env[name])
  if (given.length > 0 && missing.length > 0) wrong.push(`${given[0]} is set, but ${missing.join(' and ')} not.`)
  if (given.length > 0 && url === null && !env.LINEWALKER_URL) {
    wrong.push('LINEWALKER_URL is not set: the provider must be told where people come back to.')
  }
  const [issuer = '', clientId = '', clientSecret = ''] = OPENID.map((name) => env[name])
  const openid =
    given.length === OPENID.length ? { issuer: readUrl(issuer, OPENID[0], wrong) ?? '', clientId, clientSecret } : null
  const links = env.LINEWALKER_LOGIN_LINKS || (openid ? 'no' : 'yes')
  if (links !== 'yes' && links !== 'no') wrong.push('LINEWALKER_LOGIN_LINKS is "yes" or "no".')
  if (wrong.length > 0) return wrong
  return { ...LOCAL, host, url, links: url !== null && links === 'yes', openid }
}

function readUrl(text: string, name: string, wrong: string[]): string | null {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    wrong.push(`${name} is no address such as https://pipeline.example.com.`)
    return null
  }
  if (url.protocol === 'http:' && !isLoopback(url.host)) {
    wrong.push(`${name} begins with http: what proves who people are may only travel over https.`)
    return null
  }
  return url.href.replace(/\/$/, '')
}

/** Can anybody prove to this server who they are, other than by a token? */
export const hasLogins = ({ links, openid }: Pick<AccessSettings, 'links' | 'openid'>): boolean =>
  links || openid !== null
