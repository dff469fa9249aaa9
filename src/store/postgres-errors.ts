import { StoreError, type StoreProblem } from './errors.js'

const codeOf = (error: unknown): string => {
  const { code } = (error ?? {}) as { code?: unknown }
  return typeof code === 'string' ? code : ''
}

/** Whether the same transaction, run again, may succeed: a serialization failure, a deadlock, a lock that was waited for. */
export const isBusy = (error: unknown): boolean => /^(40001|40P01|55P03|55006)$/.test(codeOf(error))

/** A connection that is cut between two statements: the next statement on it says so. */
export const connectionCut = (): void => undefined

const CUT = /^(57P0[123]|08\w{3}|25P03|ECONNRESET|EPIPE)$/
const CUT_SAYS = /^(Connection terminated|Client (has encountered|was closed)|terminating connection)/
const UNREACHABLE = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)$/

type Sentence = (place: string, message: string) => string

const BY_CODE: readonly [RegExp, StoreProblem, Sentence][] = [
  [
    /^(40001|40P01|55P03|55006)$/,
    'busy',
    (at) => `The database ${at} is in use by another process that does not let go of it.`,
  ],
  [/^53300$/, 'busy', (at) => `The PostgreSQL of ${at} has no connection left for one more.`],
  [UNREACHABLE, 'unreachable', (at, message) => `No PostgreSQL answers at ${at} (${message}).`],
  [/^28P01$/, 'wrong_password', (at) => `The PostgreSQL of ${at} does not accept this password.`],
  [/^28000$/, 'no_rights', (at, message) => `The PostgreSQL of ${at} does not let you in: ${message}.`],
  [/^3D000$/, 'absent', (at) => `There is no database at ${at}; import something first.`],
  [/^42501$/, 'no_rights', (at, message) => `You have no right to do this in the database ${at}: ${message}.`],
  [/^25006$/, 'read_only', (at) => `The database ${at} may only be read, not written.`],
  [/^(53100|53200)$/, 'full', (at) => `There is no room left for the database ${at}.`],
  [/^XX00[12]$/, 'unreadable', (at) => `The database ${at} is damaged.`],
  [CUT, 'cut', (at) => `The connection to ${at} was cut; what was not finished is not written. Run it again.`],
]

/** What PostgreSQL's and the network's codes mean to a person; null for what is our own mistake. */
export function explainPostgres(error: unknown, place: string): StoreError | null {
  if (error instanceof StoreError) return null
  const message = error instanceof Error ? error.message : String(error)
  const code = codeOf(error)
  const known = (word: string) => BY_CODE.find(([pattern]) => pattern.test(word))
  const found =
    known(code) ??
    (noSocket(error) || /^timeout e/.test(message) ? known('ECONNREFUSED') : undefined) ??
    (/^SASL/.test(message) ? known('28P01') : undefined) ??
    (CUT_SAYS.test(message) ? known('ECONNRESET') : undefined)
  return found ? new StoreError(found[1], found[2](place, message || code), error) : null
}

/** A socket that is not there, or not ours to open: the same codes mean files elsewhere. */
const noSocket = (error: unknown): boolean =>
  /^(ENOENT|EACCES)$/.test(codeOf(error)) && (error as { syscall?: string }).syscall === 'connect'
