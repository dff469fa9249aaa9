import { type Context, Hono } from 'hono'
import { MINUTE } from '../../lib/civil.js'
import { mediaType, readBody, textOf } from '../body.js'
import type { ServerEnv } from '../env.js'
import type { ServerPorts } from '../ports.js'
import { Refusal } from '../problem-details.js'
import { everybody } from '../sight.js'
import { addressOf } from './address-of.js'
import { limit } from './authenticate.js'
import { loginLetter } from './letter.js'
import { makeLimiter } from './limits.js'
import { failedPage, linkPage, SENT, sentPage, type Useless, uselessPage } from './pages.js'
import { landing, localPath } from './paths.js'
import { personWithEmail, signedInName } from './people.js'
import { checkOrigin } from './same-origin.js'
import { signIn } from './sessions.js'
import type { AccessSettings } from './settings.js'
import { hashOf } from './tokens.js'

/** How long a login link is good. */
const GOOD_FOR = 15 * MINUTE
/** How often one address may ask for a link, or try one. */
const ASKING = { burst: 10, perMinute: 1 }
const TRYING = { burst: 20, perMinute: 5 }

/** What is wrong with a link, for who opened it. */
const NO_GOOD = {
  used: { title: 'This link was used already', says: 'A link is good for one use.' },
  expired: { title: 'This link has expired', says: 'A link is good for 15 minutes.' },
  unknown: { title: 'There is no such link', says: 'Look whether it was copied whole.' },
} as const

const whole = ({ title, says }: Useless): string => `${title}. ${says}`

/** Signing in by a link that comes by email: `POST /login`, `GET` and `POST /login/link`. */
export function linkRoutes(ports: ServerPorts, settings: AccessSettings): Hono<ServerEnv> {
  const { store, clock } = ports
  const asking = makeLimiter(ASKING)
  const trying = makeLimiter(TRYING)
  const routes = new Hono<ServerEnv>()
  /** Whoever is signed in already has lost nothing by it, and goes on. */
  const noGood = async (c: Context<ServerEnv>, is: keyof typeof NO_GOOD, to: string) => {
    const name = await signedInName(c, ports)
    return name === null ? failedPage(c, whole(NO_GOOD[is])) : uselessPage(c, NO_GOOD[is], name, landing(to))
  }
  routes.post('/login', async (c) => {
    checkOrigin(c, settings.url ?? '', 'allowed')
    limit(asking, addressOf(c, settings), clock())
    const isForm = mediaType(c.req.header('content-type')) !== 'application/json'
    const { email = '', to } = isForm ? await formOf(c) : await jsonOf(c)
    await sendLink(ports, settings, email, localPath(to))
    return isForm ? sentPage(c, localPath(to)) : c.json({ says: SENT }, 202)
  })
  routes.get('/login/link', async (c) => {
    limit(trying, addressOf(c, settings), clock())
    const { key = '', to } = c.req.query()
    const link = await store.readLink(hashOf(key), clock())
    if (link.is !== 'good') return noGood(c, link.is, localPath(to))
    const person = (await everybody(ports)).get(link.person)
    if (!person?.active) return failedPage(c, whole(NO_GOOD.unknown))
    return linkPage(c, person.name ?? person.id, key, localPath(to))
  })
  routes.post('/login/link', async (c) => {
    checkOrigin(c, settings.url ?? '', 'refused')
    limit(trying, addressOf(c, settings), clock())
    const { key = '', to } = await formOf(c)
    const link = await store.useLink(hashOf(key), clock())
    if (link.is !== 'good') return noGood(c, link.is, localPath(to))
    const person = (await everybody(ports)).get(link.person)
    if (!person?.active) return failedPage(c, whole(NO_GOOD.unknown))
    await signIn(c, ports, settings, { person: person.id, via: 'link' })
    return c.redirect(landing(localPath(to)), 303)
  })
  return routes
}

/** Does the same for an address of nobody, but for the letter. */
async function sendLink(ports: ServerPorts, { url }: AccessSettings, email: string, to: string): Promise<void> {
  const { store, clock, secret, wake, log } = ports
  const now = clock()
  const person = await personWithEmail(ports, email)
  const key = secret(32)
  const hash = hashOf(key)
  const link = `${url}/login/link?${new URLSearchParams({ key, ...(to === '/' ? {} : { to }) })}`
  const letter = person ? loginLetter(person, link, hash.slice(0, 16), now) : null
  await store.keepLink({ hash, person: person?.id ?? null, at: now, expires_at: now + GOOD_FOR }, letter)
  log.info(
    { person: person?.id ?? null },
    person ? 'a login link goes out' : 'a login link was asked for by nobody known',
  )
  wake()
}

type Given = Readonly<Record<string, string | undefined>>

const texts = (value: object): Given =>
  Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))

async function formOf(c: Context): Promise<Given> {
  return texts(await c.req.parseBody().catch(() => ({})))
}

async function jsonOf(c: Context): Promise<Given> {
  const value = readBody(textOf(await c.req.arrayBuffer()), 'application/json', [])
  if (typeof value === 'object' && value !== null) return texts(value)
  throw new Refusal('malformed-request', 'Send {"email": "…"}.')
}
