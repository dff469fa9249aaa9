import { createHmac } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'
import { takeWaitingHooks } from '../../../src/intake/hooks/take-waiting.js'
import { StoreError } from '../../../src/store/errors.js'
import { NOW } from '../../intake/world.js'
import { databases } from '../../support/databases.js'
import { hooksOver, PROGRAM } from './world.js'

describe.each(databases)('hooks of anything else on $name', (database) => {
  const here = hooksOver(database)
  const { post, states } = here

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
    expect((await here.w.rows('opportunities')).map(({ id, stage }) => `${id} ${stage}`).sort()).toEqual([
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
    expect((await here.w.rows('opportunities')).map(({ id }) => id).sort()).toEqual(['a', 'b', 'c'])
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
    await takeWaitingHooks(here.w.store, PROGRAM, NOW)
    expect(await here.w.rows('opportunities')).toMatchObject([{ stage: 'offer', stage_since: NOW - 60_000 + 7 }])
    const changes = (await here.w.rows('history')).filter(({ fact }) => fact === 'stage').sort((a, b) => a.at - b.at)
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
    expect(await here.w.rows('hooks')).toMatchObject([{ encoding: 'base64', body: bytes.toString('base64') }])
  })

  test('a database that cannot keep it is 503, and says when to come again', async () => {
    const body = JSON.stringify({ id: 'a', stage: 'talks' })
    here.failing = new StoreError('busy', 'The database is busy.')
    const { status, headers } = await post('generic/any', body, signed(body))
    expect([status, headers.get('retry-after')]).toEqual([503, '1'])
    here.failing = null
    expect(await states('generic/any', body, signed(body))).toEqual([200, 'taken'])
  })

  test('what is kept and not taken is taken later', async () => {
    const body = JSON.stringify({ id: 'a', stage: 'talks' })
    await post('generic/any', body, signed(body))
    await here.w.store.replayHooks({ source: 'any' })
    expect((await here.w.store.hooks({}))[0]?.state).toBe('waiting')
    await takeWaitingHooks(here.w.store, PROGRAM, NOW)
    expect((await here.w.store.hooks({}))[0]?.state).toBe('taken')
  })

  test('a hook that nobody set up is not there, or not yet', async () => {
    for (const path of ['nothing', 'generic', 'generic/nobody', 'hubspot/any', 'highlevel'])
      expect((await post(path, '{}')).status).toBe(404)
    const { status, text } = await post('generic/unset', '{}')
    expect(status).toBe(503)
    expect(text).not.toContain('NOBODY_SET_THIS')
  })
})
