import { createHmac } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { NOW } from '../../intake/world.js'
import { databases } from '../../support/databases.js'
import { ENV, hooksOver } from './world.js'

describe.each(databases)('hooks of HubSpot on $name', (database) => {
  const here = hooksOver(database)
  const { post, states } = here

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
    expect(await here.w.rows('opportunities')).toMatchObject([
      {
        id: '41',
        stage: 'offer',
        status: 'open',
        amount: 1_500_000,
        close_date: '2026-03-31',
        stage_since: NOW - 1000,
      },
    ])
    expect(await here.w.rows('accounts')).toMatchObject([{ id: '9', name: 'Acme' }])
  })

  test('another attempt of the same event is known, another event of the same number is not', async () => {
    const one = change({ propertyName: 'amount', propertyValue: '1' })
    await post('hubspot', ...signed([one]))
    expect(await states('hubspot', ...signed([{ ...one, attemptNumber: 3 }]))).toEqual([200, 'repeated taken'])
    expect(await states('hubspot', ...signed([{ ...one, occurredAt: NOW, propertyValue: '2' }]))).toEqual([
      200,
      'taken',
    ])
    expect(await here.w.rows('opportunities')).toMatchObject([{ amount: 2000 }])
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
    expect(await here.w.rows('opportunities')).toMatchObject([{ amount: 2000, amount_high: 7000 }])
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
    expect(await here.w.rows('hooks')).toEqual([])
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
    expect(await here.w.rows('opportunities')).toMatchObject([{ amount: 7000 }])
  })

  test('more events than one request may hold are kept as one thing that is not understood', async () => {
    const many = Array.from({ length: 60_000 }, (_, i) => change({ eventId: i }))
    const { status, says } = await post('hubspot', ...signed(many))
    expect([status, says.events.map(({ reason }: { reason: string }) => reason)]).toEqual([
      200,
      ['It holds 60000 events, more than the 10000 that one request may hold.'],
    ])
    expect(await here.w.rows('hooks')).toHaveLength(1)
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
