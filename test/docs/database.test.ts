import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { openStore } from '../../src/index.js'
import { COLUMNS } from '../../src/store/migrations/index.js'
import { databases } from '../support/databases.js'
import { blocksOf, textOf } from './pages.js'

const rows = [...textOf('docs/database.md').matchAll(/^\| `(\w+)` \| (.*?) \| (.*) \|$/gm)].map(
  ([, table, is, knowing]) => ({ table: table as keyof typeof COLUMNS, is, knowing: knowing as string }),
)

describe('the page about the tables', () => {
  it('tells of every table, once, and of no other', () => {
    expect(rows.map(({ table }) => table).sort()).toEqual(Object.keys(COLUMNS).sort())
  })

  it('names columns that there are', () => {
    const named = rows.flatMap(({ table, knowing }) =>
      [...knowing.matchAll(/`(\w+)`/g)].map(([, column]) => ({ table, column: column as string })),
    )
    expect(named.length).toBeGreaterThan(30)
    const wrong = named.filter(({ table, column }) => !COLUMNS[table].some(({ name }) => name === column))
    expect(wrong).toEqual([])
  })
})

describe.each(databases)('its questions on $name', ({ place }) => {
  it('are answered', async () => {
    const { url, remove } = place()
    const store = await openStore(url, { create: true })
    const questions = blocksOf('docs/database.md').filter(({ lang }) => lang === 'sql')
    expect(questions).toHaveLength(3)
    for (const { text } of questions) {
      const answer = store.read((tx) => sql.raw(text.trim().replace(/;$/, '')).execute(tx))
      expect((await answer).rows).toEqual([])
    }
    await store.close()
    await remove()
  })
})
