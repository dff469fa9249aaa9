import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { columnsUnder, lists, wholeRows } from '../../src/store/lists.js'
import * as rows from '../../src/store/rows.js'
import type { Store } from '../../src/store/store.js'
import { databases, shareStore } from '../support/databases.js'
import { account, opportunity, put } from '../support/plans.js'

/** Amounts that no index holds: their order is made after the rows were found. */
const THREE = [
  opportunity('low', { account: 'acme', amount: 1, name: '🦊 "den"', score: 0.1 + 0.2 }),
  opportunity('high', { account: 'acme', amount: 2 ** 53 - 1, name: null, score: -0.5 }),
  opportunity('middle', { account: null, amount: 20, name: '', fields: { nda: true, tags: 'a, b' } }),
]

describe.each(databases)('rows as lists of cells on $name', (database) => {
  let store: Store

  shareStore(database.place, async (opened) => {
    store = opened
    await put(store, [account('acme', { segment: 'smb' })], THREE)
  })

  const ask = (columns: readonly (readonly [string, string])[], from: ReturnType<typeof sql>) =>
    store.read((tx) => lists(tx, store, columns, from))

  it('come in the order that is asked for, whatever index leads to them, and no more of them', async () => {
    const from = sql`from opportunities as o order by o.amount desc limit 2`
    expect(await ask([['o', 'id']], from)).toEqual([['high'], ['middle']])
    expect(await ask([['o', 'id']], sql`from opportunities as o order by o.amount limit 1 offset 1`)).toEqual([
      ['middle'],
    ])
    expect(await ask([['o', 'id']], sql`from opportunities as o where o.amount < 0`)).toEqual([])
  })

  it('keep columns of one name apart, and say what was not joined', async () => {
    const from = sql`from opportunities as o left join accounts as a on a.id = o.account order by o.id`
    const columns = [...columnsUnder('o', ['id', 'name']), ...columnsUnder('a', ['id', 'segment'])]
    expect(await ask(columns, from)).toEqual([
      ['high', null, 'acme', 'smb'],
      ['low', '🦊 "den"', 'acme', 'smb'],
      ['middle', '', null, null],
    ])
  })

  it('are whole rows again, the same as were written', async () => {
    const found = await store.read((tx) =>
      wholeRows(tx, store, 'opportunities', 'o', sql`from opportunities as o order by o.amount`),
    )
    const [low, high, middle] = THREE
    expect(found.map(rows.opportunities.decode)).toEqual([low, middle, high])
  })

  it('of a statement that fails halfway leave nothing for the next one', async () => {
    const overflows = sql`abs(case when o.id = 'middle' then -9223372036854775807 - 1 else o.amount end) > 0`
    await expect(ask([['o', 'id']], sql`from opportunities as o where ${overflows}`)).rejects.toThrow()
    expect(await ask([['o', 'id']], sql`from opportunities as o order by o.id`)).toEqual([
      ['high'],
      ['low'],
      ['middle'],
    ])
  })
})
