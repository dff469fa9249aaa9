import { type Context, Hono } from 'hono'
import { resolveSecrets, secretsIn } from '../config/secrets.js'
import { HOOK_KINDS } from '../intake/hooks/kinds.js'
import { receive } from '../intake/hooks/receive.js'
import { takeWaitingHooks } from '../intake/hooks/take-waiting.js'
import { oneAtATime } from '../lib/in-rounds.js'
import type { Program } from '../program/program.js'
import { HOOK_TYPES, type HookSettings, type HookType } from '../program/sections/hooks.js'
import { demand } from './access/callers.js'
import { mediaType } from './body.js'
import type { Caller } from './caller.js'
import type { ServerEnv } from './env.js'
import type { ServerPorts } from './ports.js'
import { Refusal } from './problem-details.js'
import { checkSeesEverything } from './sight.js'

type Environment = Readonly<Record<string, string | undefined>>

/** One request takes so many slices of what waits. The loop takes the rest, so that no CRM waits for what others sent. */
const SLICES = 3

/**
 * Where CRMs send what happens: `POST /TYPE`, or `POST /TYPE/SOURCE` where several sources are of one type. A request proves by
 * itself who it is from, is kept before it is understood, and is answered 2xx once it is kept, whatever it says.
 */
export function hooksRoutes(ports: ServerPorts, env: Environment): Hono<ServerEnv> {
  const app = new Hono<ServerEnv>()
  // One after the other: two that take at once would only be in each other's way.
  const turn = oneAtATime()
  const takeInTurn = () =>
    turn(async () => {
      const taken = await takeWaitingHooks(ports.store, ports.rules().program, ports.clock(), SLICES)
      if (taken > 0) ports.wake()
    })
  const take = (c: Context<ServerEnv>) => answer(c, ports, env, takeInTurn)
  app.post('/:type', take)
  app.post('/:type/:source', take)
  return app
}

async function answer(
  c: Context<ServerEnv>,
  ports: ServerPorts,
  env: Environment,
  take: () => Promise<void>,
): Promise<Response> {
  const { name, settings } = sourceOf(ports.rules().program, c.req.param('type') ?? '', c.req.param('source'))
  const request = {
    method: c.req.method,
    url: c.req.url,
    header: (header: string) => c.req.header(header),
    body: Buffer.from(await c.req.arrayBuffer()),
    now: ports.clock(),
  }
  const isProven = isByToken(settings, c.get('caller'))
  const received = receive(name, isProven ? settings : withSecrets(settings, name, env, ports), request, isProven)
  if ('is' in received) {
    ports.log.warn({ source: name, because: received.is, why: received.why }, 'a webhook was refused')
    throw new Refusal('not-signed-in', received.why, { reason: received.is })
  }
  const { hook, events } = received
  const fresh = await ports.store.keepHook(hook, events)
  if (fresh.size > 0) {
    await take().catch((error: unknown) => {
      // It is kept: the loop takes it.
      ports.log.warn({ source: name, error: String(error) }, 'a webhook waits')
      ports.wake()
    })
  }
  const become = await ports.store.hooks({ source: name, ids: events.map(({ id }) => id) })
  const states = new Map(become.map((event) => [event.id, event]))
  const xml = HOOK_KINDS[settings.type].answer
  if (xml && mediaType(c.req.header('content-type'))?.endsWith('xml')) {
    return c.body(xml.body, 200, { 'content-type': xml.type, 'cache-control': 'no-store' })
  }
  const told = events.map(({ id }) => {
    const { state = 'waiting', reason = null } = states.get(id) ?? {}
    return { id, state, repeated: !fresh.has(id), ...(reason === null ? {} : { reason }) }
  })
  c.header('cache-control', 'no-store')
  return c.json({ source: name, events: told }, told.some(({ state }) => state === 'waiting') ? 202 : 200)
}

/** Did a token prove who sends it? A token counts at generic hooks only; it needs the scope, and may not be confined to a team. */
function isByToken({ type }: HookSettings, caller: Caller | undefined): boolean {
  if (type !== 'generic' || !caller) return false
  checkSeesEverything({ caller: demand(caller, 'hooks') }, 'What a hook brings')
  return true
}

/** The source that is meant, and how its hook is set up. Whoever asks is nobody yet, and learns no names. */
function sourceOf(
  { sections }: Program,
  type: string,
  source: string | undefined,
): { name: string; settings: HookSettings } {
  const nothing = new Refusal('not-found', 'There is no such hook.')
  if (!HOOK_TYPES.includes(type as HookType)) throw nothing
  const all = Object.entries(sections.sources ?? {}).flatMap(([name, { hook }]) =>
    hook?.type === type && (source === undefined || source === name) ? [{ name, settings: hook }] : [],
  )
  const [only, another] = all
  if (!only) throw nothing
  if (another) throw new Refusal('not-found', 'Several sources are of this type: the name of one stands behind it.')
  return only
}

/** The settings with what the environment holds. Where something is not set there nobody can prove who they are yet: 503, not 401. */
function withSecrets(settings: HookSettings, source: string, env: Environment, { log }: ServerPorts): HookSettings {
  const unset = secretsIn(JSON.stringify(settings)).filter((name) => !env[name])
  if (unset.length > 0) {
    log.error({ source, unset }, 'a webhook cannot be verified: its secret is not set in the environment')
    throw new Refusal('unavailable', 'The hook is not set up yet.', {}, { 'retry-after': '60' })
  }
  return fill(settings, env) as HookSettings
}

function fill(value: unknown, env: Environment): unknown {
  if (typeof value === 'string') return resolveSecrets(value, env).text
  if (Array.isArray(value)) return value.map((one) => fill(one, env))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fill(one, env)]))
}
