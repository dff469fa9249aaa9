import { describe, expect, test } from 'vitest'
import { DAY } from '../../src/lib/civil.js'
import { databases } from '../support/databases.js'
import { callerOf, NOON, openBench } from './support.js'

const CALL = { kind: 'call', at: '2026-03-19T10:00Z', opportunity: 'OPP-1' }
const DEAL = { name: 'Pumps', stage: 'discovery', owner: 'dana', account: 'acme' }

describe.each(databases)('a call with an idempotency key, on $name', (database) => {
  test('made again it is answered as before, and done once', async () => {
    const { json, store, setNow, as } = await openBench(database)
    const key = { 'idempotency-key': 'k-1', prefer: 'wait' }
    const first = await json('PUT', '/opportunities/OPP-1', DEAL, key)
    const again = await json('PUT', '/opportunities/OPP-1', DEAL, key)
    expect([again.status, again.body]).toEqual([first.status, first.body])
    expect(first.status).toBe(201)
    expect(first.body.evaluated.done).toHaveLength(1)
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'))
    const other = await json('PUT', '/opportunities/OPP-1', { ...DEAL, name: 'Pipes' }, key)
    expect([other.status, other.body.type]).toEqual([422, 'urn:linewalker:problem:key-reused'])
    as(callerOf({ id: 'token:other' }))
    expect((await json('PUT', '/opportunities/OPP-1', { ...DEAL, name: 'Pipes' }, key)).status).toBe(200)
    as(callerOf())
    setNow(NOON + DAY + 1)
    expect((await json('PUT', '/opportunities/OPP-1', { ...DEAL, name: 'Valves' }, key)).status).toBe(200)
    expect((await store.opportunity('OPP-1'))?.name).toBe('Valves')
  })

  test('many at once are one', async () => {
    const { json, store } = await openBench(database)
    await json('PUT', '/opportunities/OPP-1', DEAL)
    const all = await Promise.all(
      Array.from({ length: 8 }, () => json('POST', '/activities', { ...CALL, id: 'a-1' }, { 'idempotency-key': 'k' })),
    )
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([202]))
    expect(all.filter(({ body }) => body.outcome === 'new')).toHaveLength(8)
    expect((await store.audit()).filter(({ of }) => of === 'activities/a-1')).toHaveLength(1)
  })

  test('one that is refused leaves its key free, one that has not ended does not', async () => {
    const { json, store, now, setNow } = await openBench(database)
    const key = { 'idempotency-key': 'k-1' }
    expect((await json('PUT', '/opportunities/OPP-1', { ...DEAL, stage: 'x' }, key)).status).toBe(422)
    expect((await json('PUT', '/opportunities/OPP-1', DEAL, key)).status).toBe(202)
    expect((await json('POST', '/silences', { comment: 'x' }, { 'idempotency-key': 'k-2' })).status).toBe(422)
    const silence = { owner: 'dana', comment: 'x' }
    expect((await json('POST', '/silences', silence, { 'idempotency-key': 'k-2' })).status).toBe(201)
    expect((await json('POST', '/silences', silence, { 'idempotency-key': 'k-2' })).status).toBe(201)
    expect((await json('GET', '/silences')).body.silences).toHaveLength(1)
    await store.beginRequest({ caller: 'token:test', key: 'k-5', digest: await digestOf(json, store) }, now())
    const half = await json('POST', '/batches', [], { 'idempotency-key': 'k-5' })
    expect([half.status, half.body.type]).toEqual([409, 'urn:linewalker:problem:still-under-way'])
    setNow(NOON + 299_000)
    expect((await json('POST', '/batches', [], { 'idempotency-key': 'k-5' })).status).toBe(409)
    setNow(NOON + 301_000)
    const whole = await json('POST', '/batches', [], { 'idempotency-key': 'k-5' })
    expect([whole.status, whole.headers.get('idempotency-replayed')]).toEqual([202, null])
    const told = await json('POST', '/batches', [], { 'idempotency-key': 'k-5' })
    expect([told.status, told.headers.get('idempotency-replayed')]).toEqual([202, 'true'])
  })

  test('keys are forgotten after a day, by the loop', async () => {
    const { json, store, now, setNow } = await openBench(database)
    expect(await store.nextKeysForgotten()).toBeNull()
    await json('PUT', '/opportunities/OPP-1', DEAL, { 'idempotency-key': 'k-1' })
    setNow(NOON + DAY)
    await json('PUT', '/opportunities/OPP-2', DEAL, { 'idempotency-key': 'k-2' })
    expect(await store.nextKeysForgotten()).toBe(NOON + DAY + 3_600_000)
    await store.forgetKeys(now() + 1)
    expect(await store.nextKeysForgotten()).toBe(NOON + 2 * DAY + 3_600_000)
  })

  test('one that fails by a mistake of ours leaves its key free at once', async () => {
    const { json, store } = await openBench(database)
    const works = store.silence
    store.silence = () => Promise.reject(new Error('a mistake of ours'))
    const wish = { owner: 'dana', comment: 'x' }
    const key = { 'idempotency-key': 'k' }
    expect((await json('POST', '/silences', wish, key)).status).toBe(500)
    store.silence = works
    const again = await json('POST', '/silences', wish, key)
    expect([again.status, again.headers.get('idempotency-replayed')]).toEqual([201, null])
  })

  test('changes at once share transactions, and one that is refused takes no other with it', async () => {
    const { json, store } = await openBench(database)
    const wishes = Array.from({ length: 12 }, (_, i) =>
      json(
        'PUT',
        `/opportunities/OPP-${i}`,
        { ...DEAL, account: null, stage: i % 4 === 3 ? 'nowhere' : 'discovery' },
        {
          prefer: 'wait',
        },
      ),
    )
    const told = await Promise.all(wishes)
    expect(told.map(({ status }) => status)).toEqual(told.map((_, i) => (i % 4 === 3 ? 422 : 201)))
    expect((await store.counts()).opportunities).toBe(9)
    for (const [i, { status, body }] of told.entries())
      if (status === 201) expect(body.evaluated.done).toMatchObject([{ subject: { id: `OPP-${i}` } }])
  })
})

/** The digest under which the server knows an empty batch. */
async function digestOf(
  json: Awaited<ReturnType<typeof openBench>>['json'],
  store: Awaited<ReturnType<typeof openBench>>['store'],
) {
  await json('POST', '/batches', [], { 'idempotency-key': 'probe' })
  const { rows } = await store.read(async (tx) => ({
    rows: await tx.selectFrom('requests').select('digest').where('key', '=', 'probe').execute(),
  }))
  return rows[0]?.digest ?? ''
}
