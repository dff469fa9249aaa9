import type { Store } from '../../store/store.js'
import { isLoopback } from './addresses.js'
import { type AccessSettings, hasLogins } from './settings.js'

/** Whether the server may be opened, and what there is to say about it to whoever opens it. */
export type MayListen = { may: true; says: string } | { may: false; why: string }

/** Nothing is opened to others before anybody can prove who they are. */
export async function mayListen(store: Pick<Store, 'hasTokens'>, settings: AccessSettings): Promise<MayListen> {
  const { host, url } = settings
  const tokens = await store.hasTokens()
  if (tokens || hasLogins(settings)) {
    const ways = [tokens && 'by a token', hasLogins(settings) && `by signing in at ${url}/login`].filter(Boolean)
    return { may: true, says: `Callers prove who they are ${ways.join(' or ')}.` }
  }
  if (isLoopback(host)) {
    return {
      may: true,
      says: 'There is no token and no login: whoever calls from this machine is the administrator "local". "linewalker token create" ends that.',
    }
  }
  return {
    may: false,
    why: `Nobody could prove who they are, and ${host} can be reached from other machines: create a token ("linewalker token create"), or let people sign in (LINEWALKER_URL).`,
  }
}
