import type { Context } from 'hono'
import { isPublicAddress } from '../../lib/addresses.js'
import { countedBy } from './addresses.js'
import type { AccessSettings } from './settings.js'

/** The part of a request of Node that tells who sent it; absent where a request came over no wire. */
interface Wire {
  incoming?: { socket?: { remoteAddress?: string } }
}

/**
 * By what a caller's address is counted. Where people reach the server over https a proxy stands before it, since it speaks
 * only http itself: then the address is what that proxy, not a client, said last.
 */
export function addressOf(c: Context, { url }: Pick<AccessSettings, 'url'>): string {
  const peer = ((c.env ?? {}) as Wire).incoming?.socket?.remoteAddress ?? 'unknown'
  const said = c.req.header('x-forwarded-for')?.split(',').at(-1)?.trim()
  const isBehindProxy = url?.startsWith('https:') && !isPublicAddress(peer)
  return countedBy(isBehindProxy && said ? said : peer)
}
