import { createHash } from 'node:crypto'
import { Hono } from 'hono'
import { loadRules } from '../../src/config/load.js'
import type { Instant } from '../../src/lib/instant.js'
import type { Program } from '../../src/program/program.js'
import { demand } from '../../src/server/access/callers.js'
import { access } from '../../src/server/access/index.js'
import { type AccessSettings, LOCAL } from '../../src/server/access/settings.js'
import { makeToken } from '../../src/server/access/tokens.js'
import type { Scope } from '../../src/server/caller.js'
import type { ServerEnv } from '../../src/server/env.js'
import type { ServerPorts } from '../../src/server/ports.js'
import { refusalOf, refused } from '../../src/server/problem-details.js'
import type { OpenOptions } from '../../src/store/connections.js'
import { openStore } from '../../src/store/open.js'
import type { Store } from '../../src/store/store.js'

export const NOW: Instant = Date.UTC(2026, 2, 16, 12)

const COMPANY = `
people:
  dana: { name: Dana Ruiz, email: dana@example.com, role: rep, manager: lee, team: west }
  lee: { name: Lee Park, email: lee@example.com, role: manager, team: west }
  kim: { name: Kim Roe, email: kim@example.com, role: rep, team: east }
  ola: { name: Ola <b>Berg</b>, email: ola@example.com, role: revops }
  ada: { name: Ada Moss, email: ada@example.com, role: admin }
  gone: { name: Gil Gone, email: gone@example.com, role: admin, active: false }
  una: { name: Una Noe, email: una@example.com }
  twin-1: { name: Twin One, email: twins@example.com, role: admin }
  twin-2: { name: Twin Two, email: twins@example.com, role: rep }
pipelines: { new-business: { stages: { discovery: {}, closed: {} } } }
`

const program = (): Program => {
  const { program, problems } = loadRules([{ path: 'rules/company.yaml', text: COMPANY }])
  if (!program) throw new Error(JSON.stringify(problems))
  return program
}

export interface World {
  store: Store
  ports: ServerPorts
  /** The instant at which every request comes; a test moves it. */
  at: { now: Instant }
  /** Moves it once all is written that was begun to be written in passing. */
  passTo(now: Instant): Promise<void>
  /** All that was logged, as text. */
  logged: string[]
  /** The secrets that were made, in order. */
  secrets: string[]
  /** A server that is asked without a socket. */
  serve(settings?: Partial<AccessSettings>): Hono<ServerEnv>
  /** Makes a token and gives its text. */
  token(
    name: string,
    scopes: readonly Scope[],
    but?: { team?: string | null; expires_at?: Instant | null },
  ): Promise<string>
  close(): Promise<void>
}

/** A company, a store (in memory, if nothing else is said) and secrets that differ, but are the same in every run. */
export async function openWorld(url = 'sqlite::memory:', options: OpenOptions = {}): Promise<World> {
  const store = await openStore(url, { create: true, now: NOW, ...options })
  const at = { now: NOW }
  const logged: string[] = []
  const secrets: string[] = []
  const under = program()
  const write = (of: unknown, says: string) => void logged.push(`${JSON.stringify(of)} ${says}`)
  const ports: ServerPorts = {
    store,
    rules: () => ({ program: under, problems: [] }),
    clock: () => at.now,
    secret: (bytes) => {
      const made = createHash('sha512')
        .update(`secret ${secrets.length}`)
        .digest()
        .subarray(0, bytes)
        .toString('base64url')
      secrets.push(made)
      return made
    },
    wake: () => void logged.push('woken'),
    evaluate: () => Promise.reject(new Error('nothing is evaluated here')),
    told: () => undefined,
    log: { info: write, warn: write, error: write },
  }
  return {
    store,
    ports,
    at,
    passTo: async (now) => {
      // Writes come one behind the other.
      await store.write(async () => undefined)
      at.now = now
    },
    logged,
    secrets,
    serve: (but = {}) => {
      const { first, routes } = access(ports, { ...LOCAL, ...but })
      const app = new Hono<ServerEnv>()
      for (const one of first) app.use(one)
      app.route('/', routes)
      app.get('/things', (c) => c.json({ by: demand(c.get('caller'), 'read').id }))
      app.post('/things', async (c) => {
        const { id } = demand(c.get('caller'), 'write')
        return c.json({ by: id, took: (await c.req.text()).length }, 201)
      })
      app.post('/plans', (c) => c.json({ by: demand(c.get('caller'), 'approve').id }))
      app.post('/everything', (c) => c.json({ by: demand(c.get('caller'), 'admin').id }))
      app.post('/api/v1/batches', async (c) => c.json({ took: (await c.req.text()).length }))
      app.get('/open', (c) => c.text('for all'))
      app.onError((error) => {
        const refusal = refusalOf(error)
        if (!refusal) throw error
        return refused(refusal)
      })
      return app
    },
    token: async (name, scopes, { team = null, expires_at = null } = {}) => {
      const { text, hash } = makeToken(ports.secret)
      await store.createToken({ name, hash, scopes, team, expires_at }, 'robin', NOW)
      return text
    },
    close: store.close,
  }
}
