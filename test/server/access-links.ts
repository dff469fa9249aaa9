import { expect } from 'vitest'
import type { AccessSettings } from '../../src/server/access/settings.js'
import { type Browser, fieldsIn } from './access-browser.js'
import type { World } from './access-world.js'

export const HOME = 'https://pipeline.example.com'

/** A server that others reach, where people sign in by a link. */
export const LINKS: Partial<AccessSettings> = { host: '0.0.0.0', url: HOME, links: true }

/** The letters as they go out. */
export const lettersOf = ({ store }: World) =>
  store.read((tx) => tx.selectFrom('letters').selectAll().orderBy('id').execute())

/** The login link in a letter, as a path of ours. */
export function linkIn(body: string): string {
  const link = new URL(/https:\/\/\S+/.exec(body)?.[0] ?? '')
  expect(link.origin).toBe(HOME)
  return link.pathname + link.search
}

/** Asks for a link and reads it in the mail. */
export async function linkFor(world: World, who: Browser, email: string, to?: string): Promise<string> {
  const known = new Set((await lettersOf(world)).map(({ id }) => id))
  await who.submit('/login', { email, ...(to === undefined ? {} : { to }) })
  const fresh = (await lettersOf(world)).find(({ id }) => !known.has(id))
  return linkIn(fresh?.body ?? '')
}

/** Asks for a link, opens it and presses the button. */
export async function signIn(world: World, who: Browser, email: string, to?: string): Promise<Response> {
  const page = await (await who.get(await linkFor(world, who, email, to))).text()
  return who.submit('/login/link', fieldsIn(page))
}

/** Who the server says is signed in. */
export const me = async (who: Browser) => (await who.get('/me')).json()
