import type { Known } from '../store/requests.js'
import type { Answer, Asked, RequestKey } from './operation.js'
import { Refusal } from './problem-details.js'

/** The header that says that an answer was given before. */
const REPLAYED = { 'idempotency-replayed': 'true' }

/** What an idempotency key must look like: 1 to 255 printable characters. */
const KEY = /^[\x21-\x7e][\x20-\x7e]{0,254}$/

/** The key of a call, with the digest of what it asks; null where it has none. Throws a Refusal where it is none. */
export function keyOf(header: string | undefined, caller: string, digest: () => string): RequestKey | null {
  if (header === undefined) return null
  if (!KEY.test(header))
    throw new Refusal('malformed-request', 'Idempotency-Key takes 1 to 255 printable characters, such as a UUID.')
  return { caller, key: header, digest: digest() }
}

/**
 * The answer of an earlier call with the same key; null where this one is the first. Throws a Refusal where the key names
 * another request, or the earlier call has not ended.
 */
export function answerBefore(known: Known): Answer | null {
  if (known.is === 'new') return null
  if (known.is === 'another_request')
    throw new Refusal('key-reused', 'This idempotency key was used for another request; take a new one.')
  if (known.is === 'under_way')
    throw new Refusal(
      'still-under-way',
      'A call with this idempotency key has begun and not ended. If it was broken off, the key can be used again five minutes after it began.',
      {},
      { 'retry-after': '2' },
    )
  const answer = JSON.parse(known.answer) as Answer
  return { ...answer, headers: { ...answer.headers, ...REPLAYED } }
}

/**
 * Runs a call whose effect has transactions of its own, at most once for its key. A call that is refused frees the key, and so
 * does one that cannot be done now or fails by a mistake of ours (5xx): made again it does what is left to do. The key of one
 * that was broken off is free again after five minutes.
 */
export async function runOnce({ key, ports, now }: Asked, run: () => Promise<Answer>): Promise<Answer> {
  if (!key) return run()
  const before = answerBefore(await ports.store.beginRequest(key, now))
  if (before) return before
  let answer: Answer
  try {
    answer = await run()
  } catch (error) {
    await ports.store.freeRequest(key).catch(() => undefined)
    throw error
  }
  await ports.store.endRequest(key, JSON.stringify(answer))
  return answer
}
