import { resolveSecrets } from '../../config/secrets.js'
import type { Reply } from '../../lib/http-guard.js'
import type { Instant } from '../../lib/instant.js'
import { delivered, type Outcome, quoted, refused, unavailable, uncertain } from '../outcome.js'
import type { Wire } from './channel.js'

/** Posts JSON to the URL of a channel, its secrets filled in for that moment, and says what the answer means. */
export async function postTo(
  { url, allow_private }: { url: string; allow_private?: boolean | undefined },
  headers: Readonly<Record<string, string>>,
  body: string,
  { env, http, now, patience }: Wire,
): Promise<Outcome> {
  const { text, unset } = resolveSecrets(url, env)
  if (unset.length > 0) return unavailable(notSet(unset))
  const reply = await http.post({
    url: text,
    headers: { 'content-type': 'application/json', 'user-agent': 'Linewalker', ...headers },
    body,
    allowPrivate: allow_private ?? false,
    timeout: patience,
  })
  return meaningOf(reply, now)
}

/** The sentence for names of the environment that nothing stands behind. */
export const notSet = (names: readonly string[]): string =>
  `${names.join(' and ')} ${names.length === 1 ? 'is' : 'are'} not set in the environment.`

/** 2xx is delivered; a time-out, 408, 425, 429 and 5xx mean later; any other answer is a refusal. */
function meaningOf(reply: Reply, now: Instant): Outcome {
  if (reply.is === 'forbidden') return refused(reply.why)
  if (reply.is === 'unreachable') return unavailable(`It was not reached: ${quoted(reply.why)}`)
  if (reply.is === 'broken_off') return uncertain(quoted(reply.why))
  const { status, text, retryAfter } = reply
  if (status >= 200 && status < 300) return delivered()
  const said = text === '' ? '' : ` "${quoted(text)}"`
  if (status >= 300 && status < 400) return refused(`It answered ${status}: redirects are not followed.`)
  const later = status >= 500 || [408, 425, 429].includes(status)
  const why = `It answered ${status}${said}.`
  return later ? unavailable(why, readRetryAfter(retryAfter, now)) : refused(why)
}

/** Seconds, or an HTTP date, as milliseconds from now; null where it is neither. */
export function readRetryAfter(text: string | null, now: Instant): number | null {
  if (text === null) return null
  if (/^\s*\d{1,9}\s*$/.test(text)) return Number(text) * 1000
  const at = Date.parse(text)
  return Number.isNaN(at) ? null : Math.max(0, at - now)
}
