import { describe, expect, test } from 'vitest'
import { NOW } from '../../intake/world.js'
import { databases } from '../../support/databases.js'
import { ENV, hooksOver } from './world.js'

describe.each(databases)('hooks of Pipedrive on $name', (database) => {
  const here = hooksOver(database)
  const { post, states } = here

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
    expect(await here.w.rows('opportunities')).toMatchObject([
      { id: '7', stage: 'talks', amount: 100_500, fields: '{"budget":9000}' },
    ])
    expect(await states('pipedrive', event('delete', null, {}, { id: 7 }), basic())).toEqual([200, 'taken'])
    expect((await here.w.rows('opportunities'))[0]?.deleted_at).toBe(NOW)
  })

  test('a change by the user that Linewalker is there changes nothing here', async () => {
    await post('pipedrive', event('create', { id: 7, status: 'open', stage_id: 1 }), basic())
    const own = event(
      'change',
      { id: 7, status: 'open', stage_id: 2 },
      { user_id: 77, timestamp: new Date(NOW).toISOString() },
    )
    expect(await states('pipedrive', own, basic())).toEqual([200, 'own'])
    expect(await here.w.rows('opportunities')).toMatchObject([{ stage: 'new' }])
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
