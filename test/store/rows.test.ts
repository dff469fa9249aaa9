import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Account, Opportunity } from '../../src/domain/subjects.js'
import { DAY } from '../../src/lib/civil.js'
import { upsert } from '../../src/store/bulk.js'
import * as rows from '../../src/store/rows.js'
import type { Store } from '../../src/store/store.js'
import { databases, shareStore } from '../support/databases.js'
import { account, NOW, opportunity } from '../support/plans.js'

const text = fc.oneof(
  fc.constantFrom(
    '',
    '%',
    '_',
    "O'Neill",
    '"quoted"',
    '\\',
    'É',
    'é',
    'ß',
    'Ünïcode 🦊',
    'a\nb',
    '1',
    'null',
    '[1]',
    '{}',
    ' x ',
  ),
  fc.string({ unit: 'grapheme' }).filter((s) => !s.includes('\u0000')),
)
const orNull = <T>(a: fc.Arbitrary<T>) => fc.option(a, { nil: null })
const money = fc.integer({ min: -(2 ** 52), max: 2 ** 52 })
const instant = fc.integer({ min: -DAY * 40_000, max: DAY * 40_000 })
const field = fc.oneof(
  text,
  money,
  fc.boolean(),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
)
const fields = fc.dictionary(fc.constantFrom('a', 'B', 'a.b', '"', "'", '$', 'é'), field, { noNullPrototype: true })

const opportunities: fc.Arbitrary<Opportunity> = fc
  .record({
    name: orNull(text),
    reason: orNull(text),
    amount: orNull(money),
    close_date: orNull(fc.constantFrom('2026-03-31', '0999-01-01')),
    fields,
    stage_since_known: fc.boolean(),
    due: orNull(instant),
    score: orNull(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }).map((n) => n + 0)),
    health: fc.constantFrom(null, 'healthy' as const, 'poor' as const),
    qualification: orNull(fc.array(text)),
    levels: fc.constantFrom<Opportunity['levels'][]>(
      {},
      { age: { level: 'poor' as const, value: null, threshold: '180 days', facts: ['age'] } },
    ),
    deleted_at: orNull(instant),
  })
  .map((but) => opportunity('o', but))

const accounts: fc.Arbitrary<Account> = fc
  .record({ name: orNull(text), bin: text, fields, bin_since_known: fc.boolean(), owner_since: orNull(instant) })
  .map((but) => account('a', but))

describe.each(databases)('rows on $name', ({ place }) => {
  let store: Store
  shareStore(place, (opened) => {
    store = opened
  })

  it('come back as they were written, whatever is in them', async () => {
    await fc.assert(
      fc.asyncProperty(opportunities, accounts, async (o, a) => {
        await store.write(async (tx) => {
          await upsert(tx, store, 'opportunities', ['id'], [rows.opportunities.encode(o)])
          await upsert(tx, store, 'accounts', ['id'], [rows.accounts.encode(a)])
        })
        expect(await store.opportunity('o')).toEqual(o)
        expect(await store.account('a')).toEqual(a)
      }),
      { seed: 7, numRuns: 200 },
    )
  })

  it('are the same whether written one by one or many at once', async () => {
    const many = fc.sample(opportunities, { seed: 3, numRuns: 50 }).map((o, i) => ({ ...o, id: `many-${i}` }))
    await store.write(async (tx) => {
      for (const o of many) await tx.insertInto('opportunities').values(rows.opportunities.encode(o)).execute()
    })
    const before = await Promise.all(many.map((o) => store.opportunity(o.id)))
    await store.write((tx) => upsert(tx, store, 'opportunities', ['id'], many.map(rows.opportunities.encode)))
    expect(await Promise.all(many.map((o) => store.opportunity(o.id)))).toEqual(before)
    expect(before).toEqual(many)
  })

  it('are found by exactly their text: capitals, accents, wildcards and quotes are nothing special', async () => {
    const ids = ['x', 'X', 'é', 'e', '%', '_', "'", '', 'a b', 'z']
    await store.write(async (tx) => {
      for (const id of ids)
        await tx
          .insertInto('accounts')
          .values(rows.accounts.encode(account(`t${id}`)))
          .execute()
    })
    for (const id of ids) expect((await store.account(`t${id}`))?.id).toBe(`t${id}`)
    expect(await store.findSubject('t%')).toEqual(['account'])
    expect(await store.findSubject('tÉ')).toEqual([])
    const order: string[] = []
    for await (const { family } of store.due(NOW, 0))
      if (family.account?.id.startsWith('t')) order.push(family.account.id)
    expect(order).toEqual([...ids.map((id) => `t${id}`)].sort())
  })

  it('keep the key of an event rule apart from a number', () => {
    for (const episode of [1, 'evt-1', '007', '', 'a/b']) {
      const key = ['rule', 'account', 'x', episode, 'open'] as const
      expect(rows.keys.decode(rows.keys.encode(key))).toEqual(key)
    }
  })
})
