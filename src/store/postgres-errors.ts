import { StoreError, type StoreProblem } from './errors.js'
import { NAMES } from './migrations/version.js'
import type { Address } from './postgres-address.js'

const codeOf = (error: unknown): string => {
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'string' ? code : ''
}

/** Whether the same transaction, run again, may succeed: a serialization failure, a deadlock, a lock that was waited for. */
export const isBusy = (error: unknown): boolean => /^(40001|40P01|55P03|55006)$/.test(codeOf(error))

/** A connection that is cut between two statements: the next statement on it says so. */
export const connectionCut = (): void => undefined

/** Of an address, what sentences about it say. */
export type Reached = Pick<Address, 'place' | 'user' | 'database' | 'hasPassword'> & {
  /** In which its tables are, as soon as that is known. */
  schema?: string
}

const CUT = /^(57P0[125]|08(?!P01)\w{3}|25P03|ECONNRESET|EPIPE)$/
const CUT_SAYS = /^(Connection terminated|Client (has encountered|was closed)|terminating connection)/
const UNREACHABLE = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)$/
const CERTIFICATE = /^(CERT_|UNABLE_TO_|ERR_TLS_CERT_|DEPTH_ZERO_|SELF_SIGNED_)/

type Sentence = (at: Reached, message: string) => string

const BY_CODE: readonly [RegExp, StoreProblem, Sentence][] = [
  [
    /^(40001|40P01|55P03|55006)$/,
    'busy',
    ({ place }) => `The database ${place} is in use by another process that does not let go of it.`,
  ],
  [
    /^53300$/,
    'busy',
    ({ place }) =>
      `The PostgreSQL of ${place} has no connection left for one more. Run it again later, or have max_connections raised.`,
  ],
  [
    /^(57014|25P04)$/,
    'busy',
    ({ place, user }) =>
      `The PostgreSQL of ${place} broke a statement off, because it took too long or somebody cancelled it; what was not finished is not written. Run it again, or "alter role ${named(user)} set statement_timeout = 0".`,
  ],
  [
    UNREACHABLE,
    'unreachable',
    ({ place }, message) =>
      `No PostgreSQL answers at ${place} (${message}). Is it running, and are host and port right?`,
  ],
  [
    /^57P03$/,
    'unreachable',
    ({ place }, message) => `The PostgreSQL of ${place} takes nobody in just now (${message}). Run it again later.`,
  ],
  [/^(22021|22P05)$/, 'refused', () => 'A text holds a character that no text may hold.'],
  [CERTIFICATE, 'unreachable', ({ place }, message) => whyNotTrusted(place, message)],
  [
    /^28P01$/,
    'wrong_password',
    ({ place, hasPassword }) =>
      hasPassword
        ? `The PostgreSQL of ${place} does not accept this password.`
        : `The PostgreSQL of ${place} wants a password, and none was given. Set PGPASSWORD, or write postgres://USER:PASSWORD@HOST/NAME.`,
  ],
  [
    /^28000$/,
    'no_rights',
    ({ place }, message) =>
      `The PostgreSQL of ${place} does not let you in: ${message}. Name another user, or have whoever runs it let this one in.`,
  ],
  [/^3D000$/, 'absent', ({ place }) => `There is no database at ${place}; import something first.`],
  [/^57P04$/, 'absent', ({ place }) => `The database ${place} was dropped while it was worked with.`],
  [/^42501$/, 'no_rights', (at, message) => whyNoRight(at, message)],
  [/^3F000$/, 'no_rights', (at) => noSchema(at)],
  [
    /^25006$/,
    'read_only',
    ({ place }) =>
      `The database ${place} may only be read, not written. Is it a standby, or default_transaction_read_only on? Name the one that takes writes.`,
  ],
  [
    /^(53100|53200|53400)$/,
    'full',
    ({ place }) =>
      `There is no room left for the database ${place}; what was not finished is not written. Run it again when there is.`,
  ],
  [/^XX00[12]$/, 'unreadable', ({ place }) => `The database ${place} is damaged. ${RESTORE}`],
  [
    /^58\w{3}$/,
    'unreadable',
    ({ place }, message) => `The PostgreSQL of ${place} cannot read or write its files: ${message}.`,
  ],
  [
    /^(42P07|42710)$/,
    'foreign',
    ({ place }, message) => `The database at ${place} belongs to another program (${message}). Name another one.`,
  ],
  [
    CUT,
    'cut',
    ({ place }) => `The connection to ${place} was cut; what was not finished is not written. Run it again.`,
  ],
]

const RESTORE = 'Restore a backup of it (pg_restore).'

/** What PostgreSQL's and the network's codes mean to a person; null for what is our own mistake. */
export function explainPostgres(error: unknown, at: Reached): StoreError | null {
  if (error instanceof StoreError) return null
  const message = messageOf(error)
  const code = codeOf(error)
  const known = (word: string) => BY_CODE.find(([pattern]) => pattern.test(word))
  const found =
    known(code) ??
    (noSocket(error) || /^timeout e/.test(message) ? known('ECONNREFUSED') : undefined) ??
    (/^SASL/.test(message) ? known('28P01') : undefined) ??
    (CUT_SAYS.test(message) ? known('ECONNRESET') : undefined)
  if (found) return new StoreError(found[1], found[2](at, message || code), error)
  const says = otherwise(code, message, at.place)
  return says === null ? null : new StoreError(...says, error)
}

/** The same of a connection that did not come about: nothing of that is our mistake. */
export function explainConnecting(error: unknown, at: Reached): StoreError {
  const [message, explained] = [messageOf(error), explainPostgres(error, at)]
  const { place } = at
  if (message === NO_SSL) {
    return new StoreError(
      'unreachable',
      `The PostgreSQL of ${place} has no SSL, which its sslmode asks for. Have it turned on there, or write sslmode=prefer.`,
      error,
    )
  }
  const isForeign = explained === null && codeOf(error) === ''
  if (isForeign || (explained?.problem === 'cut' && !/^\d/.test(codeOf(error)))) {
    return new StoreError(
      'unreachable',
      `What answers at ${place} hangs up before it has said that it is a PostgreSQL (${message}). Is the port right? If it has only just started, run it again.`,
      error,
    )
  }
  return (
    explained ??
    new StoreError('unreachable', `The PostgreSQL of ${place} does not take the connection: ${message}.`, error)
  )
}

/** What pg says where a server has no SSL. */
export const NO_SSL = 'The server does not support SSL connections'

/** Of a user to whom no schema of this search_path is open in which there could be tables. */
export function noSchema({ place, user, database }: Reached, path = ''): string {
  // Names in it are quoted as SQL has them.
  const [schema = 'public'] = (path.match(/"(?:[^"]|"")*"|[^\s,"]+/g) ?? []).filter((name) => name !== '"$user"')
  return `In the database ${place} there is no schema to write to: none that search_path names is there and yours to use. Its owner may say, in ${named(database)}: create schema if not exists ${schema}; grant usage, create on schema ${schema} to ${named(user)}.`
}

/** What only its words tell: the same codes stand for mistakes of ours. */
function otherwise(code: string, message: string, place: string): [StoreProblem, string] | null {
  if (code === '55000' && message.includes('accepting connections'))
    return [
      'no_rights',
      `The database ${place} takes no connections. "alter database … allow_connections true" lets it.`,
    ]
  const isGone = code === '42P01' || code === '42703'
  if (isGone && (message.match(/\w+/g) ?? []).some((word) => NAMES.has(word)))
    return ['unreadable', `The database ${place} is not whole: ${message}. ${RESTORE}`]
  return null
}

function whyNotTrusted(place: string, message: string): string {
  return `The certificate of the PostgreSQL of ${place} is not trusted (${message}). Name its authority with sslrootcert=FILE, or write sslmode=no-verify to take any.`
}

function whyNoRight({ place, user, database, schema: ours = 'public' }: Reached, message: string): string {
  const to = named(user)
  const schema = /\bschema (.+)$/.exec(message)?.[1]
  const grant = /must be owner/.test(message)
    ? 'Run it as the owner'
    : schema
      ? `Its owner may say: grant usage, create on schema ${named(schema)} to ${to}`
      : /database/.test(message)
        ? `Its owner may say: grant connect, create on database ${named(database)} to ${to}`
        : `Its owner may say: grant select, insert, update, delete on all tables in schema ${named(ours)} to ${to} (select is enough to read)`
  return `You have no right to do this in the database ${place}: ${message}. ${grant}.`
}

/** A name as SQL has it. */
const named = (name: string): string => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : pgQuoted(name))
const pgQuoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** A socket that is not there, or not ours to open: the same codes mean files elsewhere. */
const noSocket = (error: unknown): boolean =>
  /^(ENOENT|EACCES)$/.test(codeOf(error)) && (error as { syscall?: string }).syscall === 'connect'
