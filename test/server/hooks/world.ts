import { afterAll, beforeAll, beforeEach } from 'vitest'
import { hooksRoutes } from '../../../src/server/hooks.js'
import type { ServerPorts } from '../../../src/server/ports.js'
import { createServer } from '../../../src/server/server.js'
import type { StoreError } from '../../../src/store/errors.js'
import { hookProgram, keyPair } from '../../intake/hooks/world.js'
import { NOW, type World, world } from '../../intake/world.js'
import type { databases } from '../../support/databases.js'

export const rsa = keyPair('rsa')
export const ed25519 = keyPair('ed25519')
export const ENV = {
  RSA: rsa.publicKey,
  ED25519: ed25519.publicKey,
  HUBSPOT: 'hubspot secret',
  TOKEN: 'a-token',
  PIPE: 'p:w',
}

/** The locations of the examples that HighLevel publishes, and one of ours. */
const LOCATIONS = `[l-1, 0007BWpSzSwfiuSl0tR2, ve9EPM428h8vShlRW1KT, 0d48aEf7q67DAu134bpy, 0d48aEf7q67DAuXUxbpy,
      0dalah57827q67DAuXUxbpy, kF4NJ5gzRyQF2gKFD34G, l1C08ntBrFjLS0elLIYU, 6578278e879ad2646715ba9c]`

const OPPORTUNITIES = `
    accounts: { id: id, name: [companyName, name] }
    contacts: { id: id, account: id, name: name, email: email }
    opportunities:
      id: id
      name: name
      account: contactId
      stage: { column: pipelineStageId, map: { s-1: new, s-2: talks, s-3: offer }, else: talks }
      status: status
      amount: monetaryValue
      owner: assignedTo
      source: source
      created: dateAdded
    activities:
      kind: { column: [type, status], map: { InboundMessage: email, OutboundMessage: email, TaskComplete: call }, else: note }
      at: [dateAdded, appointment.dateAdded, createdAt]
      contact: [contactId, appointment.contactId, contactDetails.id]`

export const PROGRAM = hookProgram(`
sources:
  ghl:
    hook: { type: highlevel, location: ${LOCATIONS}, public_key: ["\${RSA}", "\${ED25519}"] }${OPPORTUNITIES}
  trusting:
    hook: { type: highlevel, location: ${LOCATIONS}, public_key: "\${RSA}", unguarded: true }${OPPORTUNITIES}
  agency:
    hook: { type: highlevel, company: [co-1, co-2], public_key: "\${RSA}" }${OPPORTUNITIES}
  narrowed:
    hook: { type: highlevel, location: [l-8, l-9], company: [co-1, co-2], public_key: "\${RSA}" }${OPPORTUNITIES}
  hub:
    hook: { type: hubspot, secret: "\${HUBSPOT}", url: "https://hooks.example.com/hooks/hubspot", milliseconds: [closedate] }
    opportunities:
      id: objectId
      stage: { column: dealstage, map: { appointmentscheduled: new, contractsent: offer, closedwon: closed } }
      status: { column: dealstage, map: { closedwon: won }, else: open }
      amount: amount
      close_date: closedate
    accounts: { id: objectId, name: name }
  force:
    hook: { type: salesforce, secret: "\${TOKEN}", organization: 00D000000000001, own: [Linewalker] }
    opportunities:
      id: Id
      name: Name
      account: AccountId
      amount: Amount
      stage: { column: StageName, map: { Prospecting: new, Proposal: offer, Closed Won: closed } }
      status: { column: StageName, map: { Closed Won: won }, else: open }
  pipe:
    hook: { type: pipedrive, user: linewalker, secret: "\${PIPE}", own: ["77"] }
    opportunities:
      id: id
      name: title
      amount: value
      status: status
      stage: { column: stage_id, map: { 1: new, 2: talks } }
      fields: { budget: custom_fields.abc.value }
  any:
    hook: { type: generic, secret: whsec_dGVzdCBzZWNyZXQgb2YgdGhlIHRlc3Rz }
    opportunities: { id: id, stage: stage }
  unset:
    hook: { type: generic, secret: "\${NOBODY_SET_THIS}" }
    opportunities: { id: id }
`)

/** A server with a hook of each kind over an empty database, in whichever test file asks for it. */
export function hooksOver(database: (typeof databases)[number]) {
  const here = {
    w: null as unknown as World,
    /** How often the loop was woken. */
    woken: 0,
    now: NOW,
    /** What the database answers that is to keep a hook; null where it keeps it. */
    failing: null as StoreError | null,
    post,
    states,
  }
  let app: ReturnType<typeof createServer>
  beforeAll(async () => {
    const w = await world(database, PROGRAM)
    here.w = w
    const store = {
      ...w.store,
      keepHook: ((...args) =>
        here.failing ? Promise.reject(here.failing) : w.store.keepHook(...args)) as typeof w.store.keepHook,
    }
    const silent = () => undefined
    const ports: ServerPorts = {
      store,
      rules: () => ({ program: PROGRAM, problems: [] }),
      clock: () => here.now,
      secret: (bytes) => 'x'.repeat(bytes),
      wake: () => {
        here.woken += 1
      },
      evaluate: () => Promise.reject(new Error('Nobody asked to evaluate.')),
      told: () => undefined,
      log: { info: silent, warn: silent, error: silent },
    }
    app = createServer(ports, { version: '0.0.0', at: [['/hooks', hooksRoutes(ports, ENV)]] })
  })
  beforeEach(async () => {
    await here.w.empty()
    Object.assign(here, { woken: 0, now: NOW, failing: null })
  })
  afterAll(() => here.w.close())

  /** Sends a request, and gives the status and what it says. */
  async function post(path: string, body: string | Buffer, headers: Record<string, string> = {}) {
    const answer = await app.request(`/hooks/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : new Uint8Array(body),
    })
    const text = await answer.text()
    const isJson = answer.headers.get('content-type')?.includes('json') ?? false
    return { status: answer.status, headers: answer.headers, text, says: isJson ? JSON.parse(text) : null }
  }
  /** The status, and what became of each event. */
  async function states(path: string, body: string, headers: Record<string, string>) {
    const { status, says } = await post(path, body, headers)
    return [
      status,
      ...(says.events ?? [says]).map((e: { state?: string; repeated?: boolean; reason?: string }) =>
        e.repeated ? `repeated ${e.state}` : (e.state ?? e.reason),
      ),
    ]
  }
  return here
}
