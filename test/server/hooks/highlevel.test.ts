import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { keyPair } from '../../intake/hooks/world.js'
import { NOW } from '../../intake/world.js'
import { databases } from '../../support/databases.js'
import { realData } from '../../support/real-data.js'
import { ed25519, hooksOver, rsa } from './world.js'

describe.each(databases)('hooks of HighLevel on $name', (database) => {
  const here = hooksOver(database)
  const { post, states } = here

  const opportunity = (more: object = {}) => ({
    type: 'OpportunityUpdate',
    locationId: 'l-1',
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
    expect(await here.w.rows('opportunities')).toMatchObject([
      { id: 'o-1', name: 'Roof', account: 'c-1', stage: 'new', amount: 40_500, owner: 'dana' },
    ])
    expect(here.woken).toBe(1)
  })

  test('by RSA and by Ed25519, each under its own header', async () => {
    expect(await states('highlevel/ghl', ...signed(opportunity(), 'x-ghl-signature', ed25519))).toEqual([200, 'taken'])
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
    expect(await here.w.rows('hooks')).toEqual([])
    expect(await here.w.rows('opportunities')).toEqual([])
  })

  test('a genuine event of another location, or of none, is refused, and nothing is kept', async () => {
    for (const locationId of ['l-2', '', undefined, null, ['l-1'], { id: 'l-1' }]) {
      const { status, says } = await post('highlevel/ghl', ...signed(opportunity({ locationId, companyId: 'l-1' })))
      expect([status, says.reason, says.detail]).toEqual([
        401,
        'forged',
        'It comes from another location or company of HighLevel.',
      ])
    }
    const bare = { locationId: 'l-2', webhookId: undefined, timestamp: undefined }
    expect((await post('highlevel/trusting', ...signed(opportunity(bare)))).says.reason).toBe('forged')
    expect(await here.w.rows('hooks')).toEqual([])
  })

  test('where the source names a company, events of any of its locations are taken, and none of another company', async () => {
    const sent = async (more: object) => (await post('highlevel/agency', ...signed(opportunity(more)))).status
    expect(await sent({ locationId: 'l-7', companyId: 'co-2' })).toBe(200)
    expect(await sent({ companyId: 'co-1', locationId: undefined, webhookId: 'w-2' })).toBe(200)
    expect(await sent({ locationId: 'l-7', companyId: 'co-3', webhookId: 'w-3' })).toBe(401)
    expect(await sent({ locationId: 'co-1', webhookId: 'w-4' })).toBe(401)
    expect(await here.w.rows('hooks')).toHaveLength(2)
  })

  test('where it names locations too, these narrow the company: what an event says of either must be ours', async () => {
    const sent = async (from: object, webhookId: string) =>
      (await post('highlevel/narrowed', ...signed(opportunity({ locationId: undefined, ...from, webhookId })))).status
    expect(await sent({ locationId: 'l-9', companyId: 'co-2' }, 'both')).toBe(200)
    expect(await sent({ locationId: 'l-8' }, 'location')).toBe(200)
    expect(await sent({ companyId: 'co-1' }, 'company')).toBe(200)
    expect(await sent({ altType: 'location', altId: 'l-9', companyId: 'co-1' }, 'invoice')).toBe(200)
    expect(await sent({ locationId: 'l-7', companyId: 'co-2' }, 'another location')).toBe(401)
    expect(await sent({ locationId: 'l-9', companyId: 'co-3' }, 'another company')).toBe(401)
    expect(await sent({}, 'none')).toBe(401)
    expect(await here.w.rows('hooks')).toHaveLength(4)
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
    const before = await here.w.rows('opportunities')
    expect(await states('highlevel/ghl', ...signed(opportunity({ monetaryValue: 1 })))).toEqual([200, 'repeated taken'])
    expect(await here.w.rows('opportunities')).toEqual(before)
    expect(here.woken).toBe(1)
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
      here.now += 1000
      await post('highlevel/trusting', ...stage(id))
    }
    expect(await here.w.rows('opportunities')).toMatchObject([{ stage: 'talks' }])
  })

  test('both events of one change are one change, in either order', async () => {
    for (const types of [
      ['OpportunityStageUpdate', 'OpportunityUpdate'],
      ['OpportunityUpdate', 'OpportunityStageUpdate'],
    ]) {
      await here.w.empty()
      await post('highlevel/ghl', ...signed(opportunity({ timestamp: new Date(NOW - 60_000).toISOString() })))
      for (const [i, type] of types.entries())
        await post('highlevel/ghl', ...signed(opportunity({ type, pipelineStageId: 's-2', webhookId: `w-${i + 2}` })))
      expect((await here.w.rows('events')).map(({ change }) => change)).toEqual(['stage'])
      expect((await here.w.rows('history')).filter(({ fact }) => fact === 'stage')).toMatchObject([{ at: NOW }])
    }
  })

  test('a deletion deletes, what is nothing of ours is kept as not understood, and so is what is no JSON', async () => {
    await post('highlevel/ghl', ...signed(opportunity()))
    expect(
      await states('highlevel/ghl', ...signed(opportunity({ type: 'OpportunityDelete', webhookId: 'w-2' }))),
    ).toEqual([200, 'taken'])
    expect((await here.w.rows('opportunities'))[0]?.deleted_at).toBe(NOW)
    expect(
      await states('highlevel/ghl', ...signed(opportunity({ type: 'CampaignStatusUpdate', webhookId: 'w-3' }))),
    ).toEqual([200, 'not_understood'])
    const broken = '{"type": "Opport'
    expect(await states('highlevel/ghl', broken, { 'x-wh-signature': rsa.sign(broken) })).toEqual([
      200,
      'not_understood',
    ])
    expect((await here.w.rows('hooks')).map(({ body }) => body)).toContain(broken)
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
      expect((await here.w.store.hooks({ source: 'ghl' })).length).toBe(files.length)
    },
  )
})
