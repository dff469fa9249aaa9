import { describe, expect, test } from 'vitest'
import { NOW } from '../../intake/world.js'
import { databases } from '../../support/databases.js'
import { hooksOver } from './world.js'

describe.each(databases)('hooks of Salesforce on $name', (database) => {
  const here = hooksOver(database)
  const { post, states } = here

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
    const rows = await here.w.rows('opportunities')
    expect(rows).toHaveLength(100)
    expect(rows.find(({ id }) => id === '0067')).toMatchObject({ name: 'A & B 7', stage: 'offer', amount: 12_500 })
    const again = await post('salesforce?token=a-token', message(all.slice(0, 3).join('')), XML)
    expect(again.text).toContain('<Ack>true</Ack>')
    expect(await here.w.rows('hooks')).toHaveLength(1)
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
    expect(await here.w.rows('opportunities')).toMatchObject([{ stage: 'offer' }])
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
    expect(await here.w.rows('hooks')).toEqual([])
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
    const kept = await here.w.store.hooks({})
    expect(kept.map(({ state }) => state)).toEqual(Array(4).fill('not_understood'))
    expect(JSON.stringify(kept)).not.toContain('root:')
    expect(await here.w.rows('opportunities')).toEqual([])
  })

  test('one notification or change event that is odd is kept with its reason, and the others are taken', async () => {
    const good = notification('n1', { Id: '1', StageName: 'Proposal' })
    await post('salesforce?token=a-token', message(`${good}<Notification><Id>n2</Id></Notification>`), XML)
    expect((await here.w.store.hooks({})).map(({ state, reason }) => reason ?? state).sort()).toEqual([
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
    expect(await here.w.rows('opportunities')).toHaveLength(2)
  })

  test('a body nested without end is kept as not understood', async () => {
    const body = `${'{"data":'.repeat(50_000)}1${'}'.repeat(50_000)}`
    const { status, says } = await post('salesforce', body, { authorization: 'Bearer a-token' })
    expect([status, says.events]).toMatchObject([
      200,
      [{ state: 'not_understood', reason: 'The body is nested more than 64 levels deep.' }],
    ])
    expect(await here.w.rows('hooks')).toMatchObject([{ body }])
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
    const rows = await here.w.rows('opportunities')
    expect(rows.find(({ id }) => id === '0061')).toMatchObject({
      stage: 'offer',
      name: 'Roof',
      amount: null,
      status: 'open',
    })
    expect(rows.find(({ id }) => id === '0062')?.deleted_at).toBe(NOW)
  })
})
