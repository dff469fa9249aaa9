import { createHmac } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { takeWaitingHooks } from '../../src/intake/hooks/take-waiting.js'
import { hooksRoutes } from '../../src/server/hooks.js'
import type { ServerPorts } from '../../src/server/ports.js'
import { createServer } from '../../src/server/server.js'
import { StoreError } from '../../src/store/errors.js'
import { hookProgram, keyPair } from '../intake/hooks/world.js'
import { NOW, type World, world } from '../intake/world.js'
import { databases } from '../support/databases.js'
import { realData } from '../support/real-data.js'

const rsa = keyPair('rsa')
const ed25519 = keyPair('ed25519')
const ENV = { RSA: rsa.publicKey, ED25519: ed25519.publicKey, HUBSPOT: 'hubspot secret', TOKEN: 'a-token', PIPE: 'p:w' }

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

const PROGRAM = hookProgram(`
sources:
  ghl:
    hook: { type: highlevel, public_key: ["\${RSA}", "\${ED25519}"] }${OPPORTUNITIES}
  trusting:
    hook: { type: highlevel, public_key: "\${RSA}", unguarded: true }${OPPORTUNITIES}
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

describe.each(databases)('hooks over HTTP on $name', (database) => {
  let w: World
  let app: ReturnType<typeof createServer>
  let woken = 0
  let now = NOW
  let failing: StoreError | null = null
  beforeAll(async () => {
    w = await world(database, PROGRAM)
    const store = {
      ...w.store,
      keepHook: ((...args) =>
        failing ? Promise.reject(failing) : w.store.keepHook(...args)) as typeof w.store.keepHook,
    }
    const silent = () => undefined
    const ports: ServerPorts = {
      store,
      rules: () => ({ program: PROGRAM, problems: [] }),
      clock: () => now,
      secret: (bytes) => 'x'.repeat(bytes),
      wake: () => {
        woken += 1
      },
      evaluate: () => Promise.reject(new Error('Nobody asked to evaluate.')),
      told: () => undefined,
      log: { info: silent, warn: silent, error: silent },
    }
    app = createServer(ports, { version: '0.0.0', at: [['/hooks', hooksRoutes(ports, ENV)]] })
  })
  beforeEach(async () => {
    await w.empty()
    woken = 0
    now = NOW
    failing = null
  })
  afterAll(() => w.close())

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
  const states = async (path: string, body: string, headers: Record<string, string>) => {
    const { status, says } = await post(path, body, headers)
    return [
      status,
      ...(says.events ?? [says]).map((e: { state?: string; repeated?: boolean; reason?: string }) =>
        e.repeated ? `repeated ${e.state}` : (e.state ?? e.reason),
      ),
    ]
  }

  describe('HighLevel', () => {
    const opportunity = (more: object = {}) => ({
      type: 'OpportunityUpdate',
      id: 'o-1',
      name: 'Roof',
      contactId: 'c-1',
      pipelineStageId: 's-1',
      monetaryValue: 40.5,
      status: 'open',
      assignedTo: 'dana',
      webhookId: 'w-1',
      timestamp: new Date(NOW).toISOString(),
      ...more,
    })
    const signed = (payload: object, header = 'x-wh-signature', key = rsa) => {
      const body = JSON.stringify(payload)
      return [body, { [header]: key.sign(body) }] as const
    }

    test('a signed event is taken, and the loop woken', async () => {
      expect(await states('highlevel/ghl', ...signed(opportunity()))).toEqual([200, 'taken'])
      expect(await w.rows('opportunities')).toMatchObject([
        { id: 'o-1', name: 'Roof', account: 'c-1', stage: 'new', amount: 40_500, owner: 'dana' },
      ])
      expect(woken).toBe(1)
    })

    test('by RSA and by Ed25519, each under its own header', async () => {
      expect(await states('highlevel/ghl', ...signed(opportunity(), 'x-ghl-signature', ed25519))).toEqual([
        200,
        'taken',
      ])
      const crossed = await post('highlevel/ghl', ...signed(opportunity({ webhookId: 'w-2' }), 'x-ghl-signature', rsa))
      expect([crossed.status, crossed.says.reason]).toEqual([401, 'forged'])
    })

    test('without a signature, with another one, or over another body it is refused, and nothing is kept', async () => {
      const [body, headers] = signed(opportunity())
      for (const [sent, by] of [
        [body, {}],
        [body, { 'x-wh-signature': 'bm9uZQ==' }],
        [body, { 'x-wh-signature': '' }],
        [body.replace('40.5', '99'), headers],
        [body, { 'x-wh-signature': keyPair('rsa').sign(body) }],
      ] as [string, Record<string, string>][]) {
        const { status, says, headers: got } = await post('highlevel/ghl', sent, by)
        expect([status, says.type, says.reason]).toEqual([401, 'urn:linewalker:problem:not-signed-in', 'forged'])
        expect(got.get('content-type')).toBe('application/problem+json')
      }
      expect(await w.rows('hooks')).toEqual([])
      expect(await w.rows('opportunities')).toEqual([])
    })

    test.each([
      ['six minutes ago', -6],
      ['six minutes ahead', 6],
    ])('a timestamp of %s is refused', async (_, minutes) => {
      const timestamp = new Date(NOW + minutes * 60_000).toISOString()
      const { status, says } = await post('highlevel/ghl', ...signed(opportunity({ timestamp })))
      expect([status, says.reason]).toEqual([401, 'late'])
    })

    test('a repeated webhookId is known, and changes nothing', async () => {
      await post('highlevel/ghl', ...signed(opportunity()))
      const before = await w.rows('opportunities')
      expect(await states('highlevel/ghl', ...signed(opportunity({ monetaryValue: 1 })))).toEqual([
        200,
        'repeated taken',
      ])
      expect(await w.rows('opportunities')).toEqual(before)
      expect(woken).toBe(1)
    })

    test('without webhookId and timestamp it is refused, unless the source says that it takes such', async () => {
      const bare = signed(opportunity({ webhookId: undefined, timestamp: undefined }))
      const { status, says } = await post('highlevel/ghl', ...bare)
      expect([status, says.reason]).toEqual([401, 'unguarded'])
      for (const missing of [{ webhookId: undefined }, { timestamp: undefined }])
        expect((await post('highlevel/ghl', ...signed(opportunity(missing)))).status).toBe(401)
      expect(await states('highlevel/trusting', ...bare)).toEqual([200, 'taken'])
    })

    test('a change that is undone and done again is taken, also without ids', async () => {
      const stage = (pipelineStageId: string) =>
        signed(opportunity({ pipelineStageId, webhookId: undefined, timestamp: undefined }))
      for (const id of ['s-1', 's-2', 's-1', 's-2']) {
        now += 1000
        await post('highlevel/trusting', ...stage(id))
      }
      expect(await w.rows('opportunities')).toMatchObject([{ stage: 'talks' }])
    })

    test('both events of one change are one change, in either order', async () => {
      for (const types of [
        ['OpportunityStageUpdate', 'OpportunityUpdate'],
        ['OpportunityUpdate', 'OpportunityStageUpdate'],
      ]) {
        await w.empty()
        await post('highlevel/ghl', ...signed(opportunity({ timestamp: new Date(NOW - 60_000).toISOString() })))
        for (const [i, type] of types.entries())
          await post('highlevel/ghl', ...signed(opportunity({ type, pipelineStageId: 's-2', webhookId: `w-${i + 2}` })))
        expect((await w.rows('events')).map(({ change }) => change)).toEqual(['stage'])
        expect((await w.rows('history')).filter(({ fact }) => fact === 'stage')).toMatchObject([{ at: NOW }])
      }
    })

    test('a deletion deletes, what is nothing of ours is kept as not understood, and so is what is no JSON', async () => {
      await post('highlevel/ghl', ...signed(opportunity()))
      expect(
        await states('highlevel/ghl', ...signed(opportunity({ type: 'OpportunityDelete', webhookId: 'w-2' }))),
      ).toEqual([200, 'taken'])
      expect((await w.rows('opportunities'))[0]?.deleted_at).toBe(NOW)
      expect(
        await states('highlevel/ghl', ...signed(opportunity({ type: 'CampaignStatusUpdate', webhookId: 'w-3' }))),
      ).toEqual([200, 'not_understood'])
      const broken = '{"type": "Opport'
      expect(await states('highlevel/ghl', broken, { 'x-wh-signature': rsa.sign(broken) })).toEqual([
        200,
        'not_understood',
      ])
      expect((await w.rows('hooks')).map(({ body }) => body)).toContain(broken)
    })

    const sample = realData('highlevel/payloads/OpportunityCreate.json')
    test.runIf(sample !== undefined)(
      'every example of HighLevel is accepted when it is signed and guarded, and refused when it is not',
      async () => {
        const folder = join(sample!, '..')
        const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
        expect(files.length).toBeGreaterThanOrEqual(30)
        const become: Record<string, string> = {}
        for (const [i, file] of files.entries()) {
          const payload = JSON.parse(readFileSync(join(folder, file), 'utf8')) as object
          const guarded = { ...payload, webhookId: `w-${i}`, timestamp: new Date(NOW).toISOString() }
          const [, state] = await states('highlevel/ghl', ...signed(guarded))
          become[file] = String(state)
          expect((await post('highlevel/ghl', JSON.stringify(guarded))).status).toBe(401)
          expect((await post('highlevel/ghl', ...signed(payload))).status).toBe(401)
          const late = { ...guarded, timestamp: new Date(NOW - 301_000).toISOString() }
          expect((await post('highlevel/ghl', ...signed(late))).status).toBe(401)
          expect(await states('highlevel/ghl', ...signed(guarded))).toEqual([200, `repeated ${state}`])
          expect((await post('highlevel/trusting', ...signed(payload))).status).toBe(200)
        }
        expect(become).toMatchObject({ 'OpportunityCreate.json': 'taken', 'ContactCreate.json': 'taken' })
        expect([...new Set(Object.values(become))].sort()).toEqual(['not_understood', 'refused', 'taken'])
        expect((await w.store.hooks({ source: 'ghl' })).length).toBe(files.length)
      },
    )
  })

  describe('HubSpot', () => {
    const change = (more: object) => ({
      eventId: 100,
      subscriptionId: 1,
      portalId: 2,
      appId: 3,
      occurredAt: NOW - 60_000,
      subscriptionType: 'deal.propertyChange',
      attemptNumber: 0,
      objectId: 41,
      changeSource: 'CRM_UI',
      ...more,
    })
    const signed = (events: object, at = NOW, url = 'https://hooks.example.com/hooks/hubspot') => {
      const body = JSON.stringify(events)
      const signature = createHmac('sha256', ENV.HUBSPOT).update(`POST${url}${body}${at}`).digest('base64')
      return [body, { 'x-hubspot-signature-v3': signature, 'x-hubspot-request-timestamp': String(at) }] as const
    }

    test('a batch of properties makes a deal, in whatever order they happened', async () => {
      const events = [
        change({ eventId: 3, occurredAt: NOW - 1000, propertyName: 'dealstage', propertyValue: 'contractsent' }),
        change({
          eventId: 2,
          occurredAt: NOW - 2000,
          propertyName: 'dealstage',
          propertyValue: 'appointmentscheduled',
        }),
        change({ eventId: 1, occurredAt: NOW - 3000, subscriptionType: 'deal.creation' }),
        change({ eventId: 4, propertyName: 'amount', propertyValue: '1500.00' }),
        change({ eventId: 5, propertyName: 'closedate', propertyValue: '1775001600000' }),
        change({
          eventId: 6,
          objectId: 9,
          subscriptionType: 'company.propertyChange',
          propertyName: 'name',
          propertyValue: 'Acme',
        }),
      ]
      expect(await states('hubspot', ...signed(events))).toEqual([200, ...Array(6).fill('taken')])
      expect(await w.rows('opportunities')).toMatchObject([
        {
          id: '41',
          stage: 'offer',
          status: 'open',
          amount: 1_500_000,
          close_date: '2026-03-31',
          stage_since: NOW - 1000,
        },
      ])
      expect(await w.rows('accounts')).toMatchObject([{ id: '9', name: 'Acme' }])
    })

    test('another attempt of the same event is known, another event of the same number is not', async () => {
      const one = change({ propertyName: 'amount', propertyValue: '1' })
      await post('hubspot', ...signed([one]))
      expect(await states('hubspot', ...signed([{ ...one, attemptNumber: 3 }]))).toEqual([200, 'repeated taken'])
      expect(await states('hubspot', ...signed([{ ...one, occurredAt: NOW, propertyValue: '2' }]))).toEqual([
        200,
        'taken',
      ])
      expect(await w.rows('opportunities')).toMatchObject([{ amount: 2000 }])
    })

    test('what comes after the later is history', async () => {
      await post(
        'hubspot',
        ...signed([change({ eventId: 2, occurredAt: NOW, propertyName: 'amount', propertyValue: '2' })]),
      )
      await post(
        'hubspot',
        ...signed([change({ eventId: 1, occurredAt: NOW - 1, propertyName: 'amount', propertyValue: '7' })]),
      )
      expect(await w.rows('opportunities')).toMatchObject([{ amount: 2000, amount_high: 7000 }])
    })

    test('refused: another secret, another address, an old or missing timestamp', async () => {
      const one = [change({ propertyName: 'amount', propertyValue: '1' })]
      const [body, headers] = signed(one)
      const { 'x-hubspot-request-timestamp': _, ...without } = headers
      for (const [sent, reason] of [
        [{ ...headers, 'x-hubspot-signature-v3': 'AAAA' }, 'forged'],
        [{ ...headers, 'x-hubspot-request-timestamp': String(NOW + 1) }, 'forged'],
        [without, 'forged'],
        [signed(one, NOW, 'https://elsewhere.example.com/hooks/hubspot')[1], 'forged'],
        [signed(one, NOW - 301_000)[1], 'late'],
      ] as [Record<string, string>, string][]) {
        const { status, says } = await post('hubspot', body, sent)
        expect([status, says.reason]).toEqual([401, reason])
      }
      expect(await w.rows('hooks')).toEqual([])
    })

    test('one event among others that is odd is kept with its reason, and the others are taken', async () => {
      const odd = [change({ propertyName: 'amount', propertyValue: '7' }), 'odd', { objectId: 3 }, null]
      const { status, says } = await post('hubspot', ...signed(odd))
      const reason = 'An event of HubSpot has an objectId and a subscriptionType.'
      expect([status, ...says.events.map((e: { state: string; reason?: string }) => e.reason ?? e.state)]).toEqual([
        200,
        'taken',
        reason,
        reason,
        reason,
      ])
      expect(await w.rows('opportunities')).toMatchObject([{ amount: 7000 }])
    })

    test('more events than one request may hold are kept as one thing that is not understood', async () => {
      const many = Array.from({ length: 60_000 }, (_, i) => change({ eventId: i }))
      const { status, says } = await post('hubspot', ...signed(many))
      expect([status, says.events.map(({ reason }: { reason: string }) => reason)]).toEqual([
        200,
        ['It holds 60000 events, more than the 10000 that one request may hold.'],
      ])
      expect(await w.rows('hooks')).toHaveLength(1)
    })

    test('what it does not map, or sends of other kinds, is kept with the reason', async () => {
      const events = [
        change({ subscriptionType: 'deal.merge' }),
        change({ subscriptionType: 'contact.creation', eventId: 2 }),
      ]
      const { says } = await post('hubspot', ...signed(events))
      expect(says.events.map(({ reason }: { reason: string }) => reason)).toEqual([
        'Nothing is taken from deal.merge.',
        'The source hub does not map contacts.',
      ])
    })
  })

  describe('Salesforce', () => {
    const XML = { 'content-type': 'text/xml; charset=UTF-8' }
    const notification = (id: string, fields: Record<string, string>) => `<Notification><Id>${id}</Id>
      <sObject xsi:type="sf:Opportunity" xmlns:sf="urn:sobject.enterprise.soap.sforce.com">
      ${Object.entries(fields)
        .map(([name, text]) => `<sf:${name}>${text}</sf:${name}>`)
        .join('')}</sObject></Notification>`
    const message = (
      notifications: string,
      organization = '00D000000000001AAA',
    ) => `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
 <soapenv:Body><notifications xmlns="http://soap.sforce.com/2005/09/outbound">
  <OrganizationId>${organization}</OrganizationId><ActionId>04k1</ActionId><SessionId xsi:nil="true"/>
  ${notifications}
 </notifications></soapenv:Body></soapenv:Envelope>`

    test('a message of a hundred notifications is acknowledged and taken', async () => {
      const all = Array.from({ length: 100 }, (_, i) =>
        notification(`04l${i}`, { Id: `006${i}`, Name: `A &amp; B ${i}`, StageName: 'Proposal', Amount: '12.5' }),
      )
      const { status, text, headers } = await post('salesforce?token=a-token', message(all.join('')), XML)
      expect(status).toBe(200)
      expect(headers.get('content-type')).toBe('text/xml; charset=utf-8')
      expect(text).toContain('<Ack>true</Ack>')
      const rows = await w.rows('opportunities')
      expect(rows).toHaveLength(100)
      expect(rows.find(({ id }) => id === '0067')).toMatchObject({ name: 'A & B 7', stage: 'offer', amount: 12_500 })
      const again = await post('salesforce?token=a-token', message(all.slice(0, 3).join('')), XML)
      expect(again.text).toContain('<Ack>true</Ack>')
      expect(await w.rows('hooks')).toHaveLength(1)
    })

    test('a message that was changed later wins over one that comes after it', async () => {
      const at = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString()
      await post(
        'salesforce?token=a-token',
        message(notification('n2', { Id: '1', StageName: 'Proposal', LastModifiedDate: at(-1) })),
        XML,
      )
      await post(
        'salesforce?token=a-token',
        message(notification('n1', { Id: '1', StageName: 'Prospecting', LastModifiedDate: at(-2) })),
        XML,
      )
      expect(await w.rows('opportunities')).toMatchObject([{ stage: 'offer' }])
    })

    test('refused: no token, a wrong one, another organization; nothing is kept', async () => {
      const body = message(notification('n1', { Id: '1', StageName: 'Proposal' }))
      const stranger = message(notification('n1', { Id: '1' }), '00D000000000002')
      for (const [path, sent] of [
        ['salesforce', body],
        ['salesforce?token=b-token', body],
        ['salesforce?token=a-token', stranger],
      ] as const) {
        const { status, says } = await post(path, sent, XML)
        expect([status, says.reason]).toEqual([401, 'forged'])
      }
      expect(await w.rows('hooks')).toEqual([])
    })

    test('entities are not expanded, document types not read, broken and deep messages kept as not understood', async () => {
      const bodies = [
        `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>${message(notification('n1', { Id: '&b;' })).replace(/^<\?xml.*\?>/, '')}`,
        '<soapenv:Envelope>',
        `${'<a>'.repeat(5000)}${'</a>'.repeat(5000)}`,
        '<a/>',
      ]
      for (const body of bodies) {
        const { status, text } = await post('salesforce?token=a-token', body, XML)
        expect([status, text.includes('<Ack>true</Ack>')]).toEqual([200, true])
      }
      const kept = await w.store.hooks({})
      expect(kept.map(({ state }) => state)).toEqual(Array(4).fill('not_understood'))
      expect(JSON.stringify(kept)).not.toContain('root:')
      expect(await w.rows('opportunities')).toEqual([])
    })

    test('one notification or change event that is odd is kept with its reason, and the others are taken', async () => {
      const good = notification('n1', { Id: '1', StageName: 'Proposal' })
      await post('salesforce?token=a-token', message(`${good}<Notification><Id>n2</Id></Notification>`), XML)
      expect((await w.store.hooks({})).map(({ state, reason }) => reason ?? state).sort()).toEqual([
        'A Notification has an Id and an sObject.',
        'taken',
      ])
      const header = { entityName: 'Opportunity', changeType: 'CREATE', transactionKey: 't', commitTimestamp: NOW }
      const changes = [
        { ChangeEventHeader: { ...header, recordIds: ['2'] }, StageName: 'Proposal' },
        { ChangeEventHeader: header },
        7,
      ]
      const { says } = await post('salesforce', JSON.stringify(changes), { authorization: 'Bearer a-token' })
      expect(says.events.map((e: { state: string; reason?: string }) => e.reason ?? e.state)).toEqual([
        'taken',
        'The ChangeEventHeader names no recordIds.',
        'A change event of Salesforce has a ChangeEventHeader with an entityName.',
      ])
      expect(await w.rows('opportunities')).toHaveLength(2)
    })

    test('a body nested without end is kept as not understood', async () => {
      const body = `${'{"data":'.repeat(50_000)}1${'}'.repeat(50_000)}`
      const { status, says } = await post('salesforce', body, { authorization: 'Bearer a-token' })
      expect([status, says.events]).toMatchObject([
        200,
        [{ state: 'not_understood', reason: 'The body is nested more than 64 levels deep.' }],
      ])
      expect(await w.rows('hooks')).toMatchObject([{ body }])
    })

    test('a change event says what changed; the one that Linewalker made changes nothing', async () => {
      const event = (n: number, header: object, fields: object) => ({
        data: {
          payload: {
            ChangeEventHeader: {
              entityName: 'Opportunity',
              recordIds: ['0061'],
              changeType: 'UPDATE',
              transactionKey: `t${n}`,
              sequenceNumber: 1,
              commitTimestamp: NOW - 60_000 + n,
              ...header,
            },
            ...fields,
          },
        },
      })
      const events = [
        event(
          1,
          { changeType: 'CREATE', recordIds: ['0061', '0062'] },
          { StageName: 'Prospecting', Name: 'Roof', Amount: 10 },
        ),
        event(2, {}, { StageName: 'Proposal', Name: null, Amount: null }),
        event(3, { nulledFields: ['Amount'] }, { Amount: null }),
        event(4, { changeOrigin: 'com/salesforce/api/rest/60.0;client=Linewalker' }, { StageName: 'Closed Won' }),
        event(5, { changeType: 'DELETE', recordIds: ['0062'] }, {}),
        event(6, { changeType: 'GAP_UPDATE' }, {}),
      ]
      const bearer = { authorization: 'Bearer a-token' }
      const become = await states('salesforce', JSON.stringify(events), bearer)
      expect(become).toEqual([200, 'taken', 'taken', 'taken', 'taken', 'own', 'taken', 'not_understood'])
      const rows = await w.rows('opportunities')
      expect(rows.find(({ id }) => id === '0061')).toMatchObject({
        stage: 'offer',
        name: 'Roof',
        amount: null,
        status: 'open',
      })
      expect(rows.find(({ id }) => id === '0062')?.deleted_at).toBe(NOW)
    })
  })

  describe('Pipedrive', () => {
    const basic = (user = 'linewalker', password = ENV.PIPE) => ({
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
    })
    const event = (action: string, data: object | null, meta: object = {}, previous: object | null = null) =>
      JSON.stringify({
        meta: {
          action,
          entity: 'deal',
          entity_id: '7',
          id: `0f8fad5b-d9cb-469f-a165-${action}`,
          timestamp: new Date(NOW - 1000).toISOString(),
          user_id: '5',
          version: '2.0',
          attempt: 1,
          ...meta,
        },
        data,
        previous,
      })

    test('a deal is made, changed, and deleted, each event once', async () => {
      const made = event('create', { id: 7, title: 'Roof', value: 100.5, status: 'open', stage_id: 1 })
      expect(await states('pipedrive', made, basic())).toEqual([200, 'taken'])
      const changed = event(
        'change',
        { id: 7, title: 'Roof', value: 100.5, status: 'open', stage_id: 2, custom_fields: { abc: { value: 9 } } },
        { timestamp: new Date(NOW).toISOString() },
        { stage_id: 1 },
      )
      expect(await states('pipedrive', changed, basic())).toEqual([200, 'taken'])
      expect(await states('pipedrive', changed.replace('"attempt":1', '"attempt":2'), basic())).toEqual([
        200,
        'repeated taken',
      ])
      expect(await w.rows('opportunities')).toMatchObject([
        { id: '7', stage: 'talks', amount: 100_500, fields: '{"budget":9000}' },
      ])
      expect(await states('pipedrive', event('delete', null, {}, { id: 7 }), basic())).toEqual([200, 'taken'])
      expect((await w.rows('opportunities'))[0]?.deleted_at).toBe(NOW)
    })

    test('a change by the user that Linewalker is there changes nothing here', async () => {
      await post('pipedrive', event('create', { id: 7, status: 'open', stage_id: 1 }), basic())
      const own = event(
        'change',
        { id: 7, status: 'open', stage_id: 2 },
        { user_id: 77, timestamp: new Date(NOW).toISOString() },
      )
      expect(await states('pipedrive', own, basic())).toEqual([200, 'own'])
      expect(await w.rows('opportunities')).toMatchObject([{ stage: 'new' }])
    })

    test('refused: no password, or another one', async () => {
      const body = event('create', { id: 7 })
      for (const headers of [{}, basic('linewalker', 'x'), basic('x'), { authorization: 'Basic ???' }] as Record<
        string,
        string
      >[])
        expect((await post('pipedrive', body, headers)).says.reason).toBe('forged')
    })
  })

  describe('anything else', () => {
    const SECRET = 'whsec_dGVzdCBzZWNyZXQgb2YgdGhlIHRlc3Rz'
    const signed = (body: string, id = 'msg_1', at = NOW) => ({
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at / 1000)),
      'webhook-signature': `v1,AAAA ${new Webhook(SECRET).sign(id, new Date(at), body)}`,
    })
    const cloud = (id: string, data: object, time = new Date(NOW).toISOString()) => ({
      specversion: '1.0',
      id,
      source: '/shop',
      type: 'deal',
      time,
      data,
    })

    test('plain JSON, CloudEvents one by one and in batches', async () => {
      const plain = JSON.stringify({
        type: 'deal',
        timestamp: new Date(NOW).toISOString(),
        data: { id: 'a', stage: 'talks' },
      })
      expect(await states('generic/any', plain, signed(plain))).toEqual([200, 'taken'])
      const one = JSON.stringify(cloud('1', { id: 'b', stage: 'talks' }))
      expect(
        await states('generic/any', one, { ...signed(one, 'msg_2'), 'content-type': 'application/cloudevents+json' }),
      ).toEqual([200, 'taken'])
      const batch = JSON.stringify([cloud('2', { id: 'c', stage: 'talks' }), cloud('1', { id: 'b', stage: 'offer' })])
      expect(
        await states('generic/any', batch, {
          ...signed(batch, 'msg_3'),
          'content-type': 'application/cloudevents-batch+json; charset=utf-8',
        }),
      ).toEqual([200, 'taken', 'repeated taken'])
      expect((await w.rows('opportunities')).map(({ id, stage }) => `${id} ${stage}`).sort()).toEqual([
        'a talks',
        'b talks',
        'c talks',
      ])
    })

    test('one of a batch that is no CloudEvent, or has an endless or unstorable id, keeps nobody back', async () => {
      const deal = (id: string, at: string) => cloud(id, { id: at, stage: 'talks' })
      const long = Array.from({ length: 2000 }, (_, i) => `${(i * 7919) % 10_007}-`).join('')
      const batch = JSON.stringify([deal('1', 'a'), { specversion: '1.0' }, deal(long, 'b'), deal('\u0000', 'c')])
      const { status, says } = await post('generic/any', batch, {
        ...signed(batch),
        'content-type': 'application/cloudevents-batch+json',
      })
      expect(status).toBeLessThan(300)
      expect(says.events[1].reason).toBe('A CloudEvent has an id, a source and a type.')
      expect((await w.rows('opportunities')).map(({ id }) => id).sort()).toEqual(['a', 'b', 'c'])
    })

    test('many at once, some of them twice, end where the last one leads', async () => {
      const stages = ['new', 'talks', 'offer', 'closed', 'talks', 'offer', 'new', 'offer']
      const bodies = stages.map((stage, i) =>
        JSON.stringify(cloud(String(i), { id: 'b', stage }, new Date(NOW - 60_000 + i).toISOString())),
      )
      const answers = await Promise.all(
        [...bodies, ...bodies].map((body, i) => post('generic/any', body, signed(body, `msg_${i}`))),
      )
      expect(answers.map(({ status }) => status).filter((status) => status !== 200 && status !== 202)).toEqual([])
      await takeWaitingHooks(w.store, PROGRAM, NOW)
      expect(await w.rows('opportunities')).toMatchObject([{ stage: 'offer', stage_since: NOW - 60_000 + 7 }])
      const changes = (await w.rows('history')).filter(({ fact }) => fact === 'stage').sort((a, b) => a.at - b.at)
      expect(changes.map(({ to }) => JSON.parse(to ?? ''))).toEqual(stages.slice(1))
    })

    test('refused: unsigned, another body, late', async () => {
      const body = JSON.stringify({ id: 'a' })
      for (const [headers, reason] of [
        [{}, 'forged'],
        [signed('{}'), 'forged'],
        [{ ...signed(body), 'webhook-id': 'msg_9' }, 'forged'],
        [signed(body, 'msg_1', NOW - 301_000), 'late'],
      ] as [Record<string, string>, string][])
        expect((await post('generic/any', body, headers)).says.reason).toBe(reason)
    })

    test('bytes that are no text are kept as they came', async () => {
      const bytes = Buffer.from([0, 0xff, 0xfe, 123])
      const id = 'msg_1'
      const timestamp = String(NOW / 1000)
      const signature = createHmac('sha256', Buffer.from(SECRET.slice(6), 'base64'))
        .update(`${id}.${timestamp}.`)
        .update(bytes)
        .digest('base64')
      const { says } = await post('generic/any', bytes, {
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': `v1,${signature}`,
      })
      expect(says.events).toMatchObject([{ state: 'not_understood', reason: 'The body is no text.' }])
      expect(await w.rows('hooks')).toMatchObject([{ encoding: 'base64', body: bytes.toString('base64') }])
    })

    test('a database that cannot keep it is 503, and says when to come again', async () => {
      const body = JSON.stringify({ id: 'a', stage: 'talks' })
      failing = new StoreError('busy', 'The database is busy.')
      const { status, headers } = await post('generic/any', body, signed(body))
      expect([status, headers.get('retry-after')]).toEqual([503, '1'])
      failing = null
      expect(await states('generic/any', body, signed(body))).toEqual([200, 'taken'])
    })

    test('what is kept and not taken is taken later', async () => {
      const body = JSON.stringify({ id: 'a', stage: 'talks' })
      await post('generic/any', body, signed(body))
      await w.store.replayHooks({ source: 'any' })
      expect((await w.store.hooks({}))[0]?.state).toBe('waiting')
      await takeWaitingHooks(w.store, PROGRAM, NOW)
      expect((await w.store.hooks({}))[0]?.state).toBe('taken')
    })

    test('a hook that nobody set up is not there, or not yet', async () => {
      for (const path of ['nothing', 'generic', 'generic/nobody', 'hubspot/any', 'highlevel'])
        expect((await post(path, '{}')).status).toBe(404)
      const { status, text } = await post('generic/unset', '{}')
      expect(status).toBe(503)
      expect(text).not.toContain('NOBODY_SET_THIS')
    })
  })
})
