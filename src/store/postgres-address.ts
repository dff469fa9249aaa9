import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import pg from 'pg'
import { StoreError } from './errors.js'

/** How a PostgreSQL is reached. */
export interface Address {
  readonly config: pg.ClientConfig
  /** For sentences to people: without its password. */
  readonly place: string
  readonly user: string
  readonly database: string
  readonly hasPassword: boolean
  /** Goes on without SSL where the server has none. */
  readonly prefersSsl: boolean
}

const SIGNS = 'In a user, password or name "@" is written %40, "/" %2F, "#" %23, "?" %3F, ":" %3A and "%" %25.'
const MODES = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full', 'no-verify']
/** Stands where an address leaves out its host behind a user, which URLs may not. */
const NO_HOST = 'host.invalid'

/**
 * Reads `postgres://USER:PASSWORD@HOST:PORT/NAME?sslmode=…`. What it leaves out is as pg has it (PGHOST, PGUSER and so on). Every part
 * is decoded, also signs that URLs reserve. SSL that is required is always verified, as pg does it; what is only preferred is not.
 * Throws a StoreError that says what is wrong with the address, without its password.
 */
export function addressOf(text: string): Address {
  const url = urlOf(text)
  const { user, password, host, port, ...said } = Object.fromEntries(url.searchParams)
  const reads = {
    user: user || decoded(url.username) || undefined,
    password: password || decoded(url.password) || undefined,
    host: host || (url.hostname === NO_HOST ? '' : decoded(url.hostname).replace(/^\[(.+)\]$/, '$1')) || undefined,
    database: decoded(url.pathname.slice(1)) || undefined,
    port: portOf(port || url.port),
  }
  const { sslmode, sslcert, sslkey, sslrootcert, ssl: _, uselibpqcompat, ...others } = said
  // Nobody listens in on a socket of this machine: PostgreSQL has no SSL there.
  const ssl = reads.host?.startsWith('/') ? false : sslOf(said)
  const given = Object.entries(reads).filter(([, value]) => value !== undefined)
  const config: pg.ClientConfig = {
    ...others,
    ...Object.fromEntries(given),
    ...(ssl === undefined ? {} : { ssl }),
    connectionTimeoutMillis: 20_000,
  }
  const client = new pg.Client(config)
  // pg's types promise a user; there is none where neither the address nor the environment names one.
  const name = client.user as string | undefined
  const at = `${client.host.includes(':') ? `[${client.host}]` : client.host}:${client.port}`
  const database = client.database ?? name ?? ''
  if (!name) {
    throw wrong(
      `postgres://${at}/${encodeURIComponent(database)} names no user, and neither PGUSER nor USER does.`,
      'postgres://USER@HOST/NAME',
    )
  }
  return {
    config,
    place: `postgres://${encodeURIComponent(name)}@${at}/${encodeURIComponent(database)}`,
    user: name,
    database,
    hasPassword: Boolean(client.password),
    prefersSsl: ssl !== false && (sslmode === 'prefer' || sslmode === 'allow'),
  }
}

const wrong = (why: string, instead = 'postgres://USER@HOST/NAME', cause?: unknown) =>
  new StoreError('unknown_url', `This is no address of a database: ${why} Write ${instead}.`, cause)

function urlOf(text: string): URL {
  const [, authority, rest = ''] = /^[^:]*:\/\/([^/?#]*)(.*)$/s.exec(text) ?? []
  if (authority === undefined) throw wrong('there is no // behind its first colon.')
  const path = rest.split('?')[0] as string
  if ((!authority.includes('@') && path.includes('@')) || rest.includes('#')) {
    throw wrong(`a sign in it ends the host too early. ${SIGNS}`, 'such signs so')
  }
  try {
    return new URL(text)
  } catch {
    try {
      return new URL(text.replace(`//${authority}`, () => `//${authority.replace(/@(?=:|$)/, `@${NO_HOST}`)}`))
    } catch {
      const port = /:([^:@\]]*)$/.exec(authority)?.[1]
      if (rest.includes('@')) throw wrong(`a sign in it ends the host too early. ${SIGNS}`, 'such signs so')
      if (port !== undefined && !isPort(port))
        throw wrong(`what stands behind the last colon of its host is no port. ${SIGNS}`)
      throw wrong('its host cannot be read.')
    }
  }
}

const isPort = (text: string) => /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535

function portOf(text: string): number | undefined {
  if (text === '') return undefined
  if (!isPort(text)) throw wrong('its port is no number from 1 to 65535.', 'postgres://USER@HOST:5432/NAME')
  return Number(text)
}

/** A percent sign that encodes nothing is one. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replace(/%(?![0-9a-f]{2})/gi, '%25'))
  } catch {
    return text
  }
}

type Said = Readonly<Record<string, string>>

function sslOf(said: Said): boolean | ConnectionOptions | undefined {
  const { sslmode: mode, ssl, sslrootcert } = said
  const files = Object.fromEntries(
    (['sslcert', 'sslkey', 'sslrootcert'] as const).flatMap((name) => {
      const file = said[name]
      return file === undefined || file === 'system' ? [] : [[KEYS[name], contentOf(name, file)]]
    }),
  )
  if (mode !== undefined && !MODES.includes(mode)) {
    throw wrong(`there is no sslmode "${mode}"; there is ${MODES.join(', ')}.`, 'sslmode=require or leave it out')
  }
  if (mode === undefined && sslrootcert === undefined && Object.keys(files).length === 0) {
    if (ssl === undefined) return undefined
    if (ssl === 'no-verify') return { rejectUnauthorized: false }
    return ssl !== '0' && ssl !== 'false'
  }
  if (mode === 'disable') return false
  // As libpq has it, for who asks for that: a certificate of anybody, or one of the named authority for any host.
  const asLibpq = said.uselibpqcompat === 'true'
  const trusts =
    ['allow', 'prefer', 'no-verify'].includes(mode ?? '') || (asLibpq && mode === 'require' && !sslrootcert)
  const anyHost = asLibpq && sslrootcert !== undefined && (mode === 'require' || mode === 'verify-ca')
  return {
    ...files,
    ...(trusts ? { rejectUnauthorized: false } : {}),
    ...(anyHost ? { checkServerIdentity: () => undefined } : {}),
  }
}

const KEYS = { sslcert: 'cert', sslkey: 'key', sslrootcert: 'ca' } as const

function contentOf(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw wrong(`the file ${file} that its ${name} names cannot be read (${code}).`, 'another', error)
  }
}
