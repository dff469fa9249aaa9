import { afterEach } from 'vitest'
import { loadRules } from '../../src/config/load.js'
import type { SubjectRef } from '../../src/domain/subjects.js'
import type { Program } from '../../src/program/program.js'
import { carryOut } from '../../src/scheduler/carry-out.js'
import type { Caller, Scope, Sight } from '../../src/server/caller.js'
import type { ServerPorts } from '../../src/server/ports.js'
import { createServer } from '../../src/server/server.js'
import type { OpenOptions } from '../../src/store/connections.js'
import { openStore } from '../../src/store/open.js'
import type { Store } from '../../src/store/store.js'
import { type Database, databases } from '../support/databases.js'

/** A small company: a pipeline, an assembly line, rules that find, move and tell, people of two teams. */
export const RULES = `
people:
  dana: { name: Dana Ruiz, email: dana@example.com, role: rep, manager: lee, team: west }
  lee: { name: Lee Park, email: lee@example.com, role: manager, team: west }
  eve: { name: Eve Stone, email: eve@example.com, role: rep, manager: ola, team: east }
  ola: { name: Ola Berg, email: ola@example.com, role: manager, team: east }
fields:
  opportunity: { budget: { type: money }, competitor: { type: choice, of: [acme, globex] }, signed: { type: flag } }
  account: { employees: { type: number } }
pipelines:
  new-business:
    stages:
      discovery: { expected: 14 days }
      proposal: { expected: 21 days, requires: [amount] }
      negotiation: { expected: 14 days }
      closed: { statuses: [won, lost, abandoned] }
activities: { touches: [call, email], others: [payment, web-visit] }
assembly_line:
  starts_in: cold
  bins:
    cold: { label: Cold, group: input }
    working: { label: Working, group: working }
    active-opportunity: { label: Active Opportunity, group: working }
    bad-fit: { label: Bad Fit, group: avoid }
  moves:
    - { from: cold, to: working }
    - { from: working, to: [cold, bad-fit] }
    - { from: [cold, working], to: active-opportunity, when: { open_opportunities: { at_least: 3 } } }
    - { from: bad-fit, to: cold }
health:
  when: { status: open }
  indicators:
    time_since_activity: { at_risk: 7 days, poor: 14 days }
    no_next_step: { when: { next_step: { missing: true } }, level: at_risk }
views:
  open-ones: { title: Open ones, for: opportunity, when: { status: open }, columns: [name, owner, amount, health], sort: [-amount] }
  accounts: { title: Accounts, for: account, columns: [name, owner, bin] }
rules:
  quiet-proposal:
    for: opportunity
    when: { status: open, stage: proposal, time_since_activity: { over: 14 days } }
    severity: at_risk
    then: [{ create_task: { title: "Call about {{ name }}", due: 2 business days } }, { notify: owner }]
  no-amount:
    for: opportunity
    when: { status: open, amount: { missing: true } }
    then: [{ create_task: { title: "Say what {{ name }} is worth" } }]
  won-thanks:
    for: opportunity
    event: { change: status }
    when: { status: won }
    then: [{ set_field: { next_step: Say thank you } }]
`

export const programOf = (text: string): Program => {
  const { program, problems } = loadRules([{ path: 'rules.yaml', text }])
  if (!program) throw new Error(problems.map(({ place, message }) => `${place.line}: ${message}`).join('\n'))
  return program
}

export const EVERYTHING: Sight = { is: 'everything' }

export const callerOf = (over: Partial<Caller> & { may?: readonly Scope[] } = {}): Caller => ({
  id: over.id ?? 'token:test',
  scopes: new Set(over.may ?? ['read', 'write', 'hooks', 'approve', 'admin']),
  sees: over.sees ?? EVERYTHING,
  by: over.by ?? 'token',
})

const cleanups: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
})

export interface Bench {
  store: Store
  program: Program
  /** What was written to the log as an error. */
  errors: Readonly<Record<string, unknown>>[]
  /** How often the loop was woken. */
  woken(): number
  setNow(at: number): void
  now(): number
  as(caller: Caller | null): void
  /** Asks the server; a body that is neither text nor bytes is sent as JSON. */
  ask(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>
  json(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Told>
  /** Does what a round of the loop does. */
  walk(): Promise<void>
}

/** An answer, read. */
export interface Told {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: what a test reads of an answer is for it to say
  body: any
  headers: Headers
}

export const NOON = Date.UTC(2026, 2, 20, 12)

/** A server over a fresh database, without a socket. */
export async function openBench(
  database: Database = databases[0] as Database,
  rules = RULES,
  options: OpenOptions = {},
): Promise<Bench> {
  const place = database.place()
  const store = await openStore(place.url, { create: true, ...options })
  cleanups.push(
    () => place.remove(),
    () => store.close(),
  )
  let now = NOON
  let caller: Caller | null = callerOf()
  let wakes = 0
  let secrets = 0
  const errors: Readonly<Record<string, unknown>>[] = []
  const bare = programOf(rules)
  const me = () => ({ id: 'test', command: 'test', clock: now })
  const number = await store.bringIntoForce({ digest: bare.digest, rules: {} }, me(), now)
  const program = { ...bare, number }
  const ports: ServerPorts = {
    store,
    rules: () => ({ program, problems: [] }),
    clock: () => now,
    secret: (bytes) => `${++secrets}`.padStart(bytes, '0'),
    wake: () => {
      wakes += 1
    },
    evaluate: (families: readonly SubjectRef[]) => carryOut(store, program, now, { among: families }),
    told: () => undefined,
    log: { info: () => undefined, warn: () => undefined, error: (of) => errors.push(of) },
  }
  const app = createServer(ports, {
    version: '0.0.0',
    first: [
      async (c, next) => {
        c.set('caller', caller ?? undefined)
        await next()
      },
    ],
  })
  const ask: Bench['ask'] = async (method, path, body, headers = {}) => {
    const isSentAsIs = typeof body === 'string' || body === undefined || body instanceof Uint8Array
    const sent = isSentAsIs ? body : JSON.stringify(body)
    const type: Record<string, string> = sent === undefined ? {} : { 'content-type': 'application/json' }
    return app.request(path.startsWith('/api') ? path : `/api/v1${path}`, {
      method,
      headers: { ...type, ...headers },
      ...(sent === undefined ? {} : { body: sent }),
    })
  }
  return {
    store,
    program,
    errors,
    woken: () => wakes,
    now: () => now,
    setNow: (at) => {
      now = at
    },
    as: (next) => {
      caller = next
    },
    ask,
    json: async (...asked) => {
      const answer = await ask(...asked)
      const text = await answer.text()
      return { status: answer.status, body: text === '' ? null : JSON.parse(text), headers: answer.headers }
    },
    walk: async () => {
      await carryOut(store, program, now)
    },
  }
}
