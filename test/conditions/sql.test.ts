import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toSql } from '../../src/conditions/sql.js'
import { type Condition, leavesOf } from '../../src/conditions/tree.js'
import { verdict } from '../../src/conditions/verdict.js'
import { inWords } from '../../src/conditions/words.js'
import type { SubjectKind } from '../../src/domain/subjects.js'
import type { Snapshot } from '../../src/facts/fact.js'
import { factsFor } from '../../src/facts/table.js'
import { type Chance, chance } from '../support/chance.js'
import { randomCondition } from '../support/conditions.js'
import { databases } from '../support/databases.js'
import { randomAccount, randomNow, randomOpportunity, snapshot } from '../support/subjects.js'
import { randomVocabulary } from '../support/vocabularies.js'
import { openWorld, type World } from './world.js'

const seeds = fc.noShrink(fc.integer({ min: 0, max: 0x7fffffff }))

function randomWorld(at: Chance) {
  const vocabulary = randomVocabulary(at)
  const now = randomNow(at, vocabulary)
  const accounts = at.times(6, (n) => randomAccount(at, now, vocabulary, { id: `a${n}` }))
  const opportunities = at.times(16, (n) =>
    randomOpportunity(at, now, vocabulary, {
      id: `o${n}`,
      account: at.maybe(0.3, () => at.pick(accounts).id),
      deleted_at: at.often(0.1) ? now : null,
    }),
  )
  const living = (id: string | null) => opportunities.filter((o) => o.account === id && o.deleted_at === null)
  const subjects: Record<SubjectKind, Map<string, Snapshot>> = {
    account: new Map(
      accounts.map((a) => [a.id, snapshot(vocabulary, now, { account: a, opportunities: living(a.id) })]),
    ),
    opportunity: new Map(
      opportunities.map((o) => [
        o.id,
        snapshot(vocabulary, now, {
          account: accounts.find((a) => a.id === o.account) ?? null,
          opportunities: o.account === null ? [] : living(o.account),
          opportunity: o,
        }),
      ]),
    ),
  }
  return { vocabulary, now, subjects, rows: { accounts, opportunities } }
}

const FROM = {
  account: sql`accounts as a`,
  opportunity: sql`opportunities as o left join accounts as a on a.id = o.account`,
}
const ID = { account: sql`a.id`, opportunity: sql`o.id` }

const asStored = (value: unknown) => (typeof value === 'boolean' ? Number(value) : value)

describe.each(databases)('SQL on $name', ({ place }) => {
  let tables: World
  beforeAll(async () => {
    tables = await openWorld(place())
  })
  afterAll(() => tables.close())

  it('reads every fact as the snapshot does', async () => {
    let known = 0
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const { vocabulary, now, subjects, rows: all } = randomWorld(chance(seed))
        await tables.fill(all)
        for (const kind of ['account', 'opportunity'] as const) {
          const reading = tables.reading(kind, vocabulary, now)
          for (const fact of factsFor(kind, vocabulary).values()) {
            const rows = await tables.run(
              sql`select ${ID[kind]} as id, ${fact.sql(reading)} as value from ${FROM[kind]}`,
            )
            expect(rows.length).toBe(subjects[kind].size)
            for (const { id, value } of rows) {
              const read = fact.read(subjects[kind].get(String(id))!)
              if (asStored(read) !== value)
                expect.fail(`${kind} ${id}, ${fact.name}: read ${JSON.stringify(read)}, SQL ${JSON.stringify(value)}`)
              if (read !== null) known += 1
            }
          }
        }
      }),
      { seed: 20260303, numRuns: 15 },
    )
    expect(known).toBeGreaterThan(5_000)
  })

  it('answers as the verdict does, and only where a fact is loose for more', async () => {
    let cases = 0
    let held = 0
    let more = 0
    await fc.assert(
      fc.asyncProperty(seeds, async (seed) => {
        const at = chance(seed)
        const { vocabulary, now, subjects, rows: all } = randomWorld(at)
        await tables.fill(all)
        const ask = async (kind: SubjectKind, condition: Condition) => {
          const query = toSql(condition, tables.reading(kind, vocabulary, now))
          const rows = await tables.run(sql`select ${ID[kind]} as id, ${query} as holds from ${FROM[kind]}`)
          const loose = leavesOf(condition).some((leaf) => leaf.fact.loose)
          for (const { id, holds } of rows) {
            const subject = subjects[kind].get(String(id))!
            const expected = verdict(condition, subject).holds
            cases += 1
            if (expected) held += 1
            if (!expected && Number(holds) === 1 && loose) more += 1
            else if (holds === null || Number(holds) !== Number(expected))
              expect.fail(`${kind} ${id} is ${expected}, in SQL ${holds}: ${inWords(condition)}`)
          }
        }
        for (const kind of ['account', 'opportunity'] as const) {
          const facts = factsFor(kind, vocabulary)
          const samples = [...subjects[kind].values()]
          for (let n = 0; n < 30; n += 1) await ask(kind, randomCondition(at, facts, at.pick(samples), at.int(0, 3)))
        }
      }),
      { seed: 20260304, numRuns: 25 },
    )
    expect(cases).toBeGreaterThan(2_000)
    expect(held / cases).toBeGreaterThan(0.1)
    expect(more / cases).toBeLessThan(0.02)
  })
})
