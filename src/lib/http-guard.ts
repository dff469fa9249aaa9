import { lookup as systemLookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import { Agent, type Dispatcher, request } from 'undici'
import { isPublicAddress } from './addresses.js'

/** What goes out: one POST, with nothing of it repeated. */
export interface Outgoing {
  /** `http` or `https`. It may hold a secret and stands in no answer. */
  url: string
  headers: Readonly<Record<string, string>>
  body: string
  /** May it go to addresses that are not public: private, loopback, link-local? */
  allowPrivate: boolean
  /** Milliseconds after which it ends, hard, answer or not. */
  timeout: number
}

/** What came of it, in a sentence where no answer came. */
export type Reply =
  /** Text is the beginning of the body, of an answer that is not 2xx. */
  | { is: 'answer'; status: number; retryAfter: string | null; text: string }
  /** It may not be sent: the address is not public, or the URL is none. */
  | { is: 'forbidden'; why: string }
  /** It was surely not sent. */
  | { is: 'unreachable'; why: string }
  /** It may have arrived: it was being sent, and no answer came. */
  | { is: 'broken_off'; why: string }

export interface HttpGuard {
  /** Sends one request, follows no redirect, reads at most 64 KiB of the answer. Never throws. */
  post(outgoing: Outgoing): Promise<Reply>
  /** Lets go of open connections. */
  close(): Promise<void>
}

/** How names become addresses; a fake one in tests. */
export type Resolve = (host: string) => Promise<readonly string[]>

const MOST = 64 * 1024
const SHOWN = 2_000

const askSystem: Resolve = (host) =>
  new Promise((resolve, reject) => {
    systemLookup(host, { all: true, verbatim: true }, (error, found) =>
      error ? reject(error) : resolve(found.map(({ address }) => address)),
    )
  })

class NotPublic extends Error {}

/**
 * The only way out of the house over HTTP. The address is checked where it is used: an IP literal in the URL (a URL reads
 * every spelling of one), and each answer of the resolver in the very lookup of the connection.
 */
export function openHttpGuard({ resolve = askSystem }: { resolve?: Resolve } = {}): HttpGuard {
  const agentFor = (allowPrivate: boolean) =>
    new Agent({ connect: { lookup: lookupBy(resolve, allowPrivate), timeout: 20_000 }, keepAliveTimeout: 10_000 })
  const agents = { guarded: agentFor(false), open: agentFor(true) }
  return {
    post: async (outgoing) => {
      const target = readUrl(outgoing.url)
      if (typeof target === 'string') return { is: 'forbidden', why: target }
      const literal = target.hostname.replace(/^\[|\]$/g, '')
      if (!outgoing.allowPrivate && isIP(literal) && !isPublicAddress(literal)) return notPublic(literal)
      return send(target, outgoing, outgoing.allowPrivate ? agents.open : agents.guarded)
    },
    close: async () => {
      await Promise.all([agents.guarded.destroy(), agents.open.destroy()])
    },
  }
}

const notPublic = (address: string): Reply => ({
  is: 'forbidden',
  why: `The address ${address} is not public; "allow_private: true" in the channel would allow it.`,
})

function readUrl(text: string): URL | string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (!url || !/^https?:$/.test(url.protocol)) return 'Its URL is none: it should begin with https://.'
  if (url.username || url.password) return 'Its URL holds a name or a password before the host, which is not sent.'
  return url
}

/** One address that is not public among a name's answers is enough to refuse the name. */
const lookupBy =
  (resolve: Resolve, allowPrivate: boolean): LookupFunction =>
  (host, options, callback) => {
    resolve(host)
      .then((addresses) => {
        const bad = allowPrivate ? undefined : addresses.find((address) => !isPublicAddress(address))
        if (bad !== undefined) throw new NotPublic(bad)
        const all = addresses.map((address) => ({ address, family: isIP(address) }))
        const fitting = all.filter(({ family }) => !options.family || family === options.family)
        const [first] = fitting
        if (!first) throw Object.assign(new Error(`no address of ${host} is known`), { code: 'ENOTFOUND' })
        if (options.all) callback(null, fitting)
        else callback(null, first.address, first.family)
      })
      .catch((error: NodeJS.ErrnoException) => callback(error, ''))
  }

async function send(url: URL, { headers, body, timeout }: Outgoing, dispatcher: Agent): Promise<Reply> {
  const signal = AbortSignal.timeout(timeout)
  try {
    const answer = await request(url, { method: 'POST', headers: { ...headers }, body, dispatcher, signal })
    const { statusCode: status } = answer
    const retry = answer.headers['retry-after']
    const text = await beginning(answer.body, status).catch(() => '')
    return { is: 'answer', status, retryAfter: typeof retry === 'string' ? retry : null, text }
  } catch (error) {
    return whatHappened(error, signal, timeout)
  }
}

/** The answer stands with its status: a body too large or too slow is cut off. */
async function beginning(body: Dispatcher.ResponseData['body'], status: number): Promise<string> {
  if (status >= 200 && status < 300) {
    await body.dump({ limit: MOST })
    return ''
  }
  let text = ''
  for await (const chunk of body) {
    text += String(chunk)
    if (text.length >= SHOWN) break
  }
  return text.slice(0, SHOWN)
}

const NOT_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ERR_TLS\w*|CERT_\w+|DEPTH_ZERO\w+|SELF_SIGNED\w+|UNABLE_TO_\w+|EPROTO)$/

function whatHappened(error: unknown, signal: AbortSignal, timeout: number): Reply {
  const causes = error instanceof AggregateError ? [error, ...error.errors] : [error]
  const bad = causes.find((one) => one instanceof NotPublic)
  if (bad) return notPublic((bad as Error).message)
  if (signal.aborted) return { is: 'broken_off', why: `No answer came within ${timeout / 1000} seconds.` }
  const { message, code = '' } = error as NodeJS.ErrnoException
  const why = `${message || code}.`
  return NOT_SENT.test(code) ? { is: 'unreachable', why } : { is: 'broken_off', why }
}
