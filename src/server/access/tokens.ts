import { createHash } from 'node:crypto'
import type { Instant } from '../../lib/instant.js'
import { isSame } from '../../lib/is-same.js'
import { isUseToNote, type Token } from '../../store/access.js'
import type { Store } from '../../store/store.js'
import { type Caller, SCOPES, type Scope } from '../caller.js'
import type { InPassing } from './in-passing.js'

/** Scanners for secrets know our tokens by it. */
const PREFIX = 'lw_'

/** Of 256 random bits a plain SHA-256 is enough: nobody can try them all, so that a slow hash would protect nothing more. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')

/** The text of a new token, to be shown once, and the hash that is kept of it. `secret` gives random bytes as base64url. */
export function makeToken(secret: (bytes: number) => string): { text: string; hash: string } {
  const text = `${PREFIX}${secret(32)}`
  return { text, hash: hashOf(text) }
}

const isScope = (name: string): name is Scope => SCOPES.includes(name as Scope)

/** Why a token opens nothing, in a sentence; null where it does. */
export function whyNot({ revoked_at, expires_at }: Token, now: Instant): string | null {
  if (revoked_at !== null) return 'The token was revoked.'
  return expires_at !== null && expires_at <= now ? 'The token has expired.' : null
}

/** The caller behind the text of a token, or in a sentence why there is none. That it was used is noted. */
export async function callerOfToken(
  store: Pick<Store, 'tokenOf' | 'tokenUsed'>,
  text: string,
  now: Instant,
  note: InPassing,
): Promise<Caller | string> {
  const hash = hashOf(text)
  const token = await store.tokenOf(hash)
  if (!token || !isSame(token.hash, hash)) return 'There is no such token.'
  const why = whyNot(token, now)
  if (why !== null) return why
  if (isUseToNote(token, now)) note(hash, () => store.tokenUsed(token, now))
  return {
    id: `token:${token.name}`,
    scopes: new Set(token.scopes.filter(isScope)),
    sees: token.team === null ? { is: 'everything' } : { is: 'team', team: token.team },
    by: 'token',
  }
}
