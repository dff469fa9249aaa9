import { beforeAll, describe, expect, test } from 'vitest'
import type { Life } from '../../src/domain/life.js'
import { DAY } from '../../src/lib/civil.js'
import { joinPast, noPast, notePast } from '../../src/reports/outcomes/past-facts.js'
import { NOW, readLives } from '../replay/example-company.js'
import { databases } from '../support/databases.js'

describe('what families say of how they ended', () => {
  let lives: Life[]
  beforeAll(async () => {
    const [sqlite] = databases
    if (!sqlite) throw new Error('There is no database.')
    lives = (await readLives(sqlite.place())).lives
  }, 60_000)
  const pastOf = (known: number, judgedUntil: number) => {
    const past = noPast()
    notePast(past, lives, known, judgedUntil)
    return past
  }

  test('is known up to now of all that began while somebody was judged, and nobody is another one after that', () => {
    const last = NOW - 200 * DAY
    const [then, now, all] = [pastOf(last, last), pastOf(NOW, last), pastOf(NOW, NOW)]
    expect(then.outcomes.size).toBeGreaterThan(0)
    expect(now.outcomes.size).toBeGreaterThan(then.outcomes.size)
    expect(all.outcomes.size).toBeGreaterThan(now.outcomes.size)
    for (const [id, one] of then.outcomes) expect(now.outcomes.get(id)).toEqual(one)
    const outcomes = [...now.outcomes.values()]
    expect(outcomes.some(({ closed }) => closed > last)).toBe(true)
    expect(outcomes.flatMap(({ stays }) => stays).every(({ to }) => to <= last + 1)).toBe(true)
    expect(outcomes.every(({ created }) => created <= last)).toBe(true)
    for (const [id, { won, closed }] of now.outcomes) expect(all.outcomes.get(id)).toMatchObject({ won, closed })
  })

  test('names how many begin with the first that is known of them', () => {
    const unknown = lives.slice(0, 3).map((life) => ({
      ...life,
      family: {
        ...life.family,
        opportunities: life.family.opportunities.slice(0, 1).map((one) => ({ ...one, created: null })),
      },
    }))
    const [past, other] = [noPast(), noPast()]
    notePast(past, unknown, NOW, NOW)
    const n = unknown.filter(({ family }) => family.opportunities.length > 0).length
    expect(n).toBeGreaterThan(0)
    expect(past).toMatchObject({ uncreated: n, outcomes: new Map() })
    joinPast(other, past)
    joinPast(other, past)
    expect(other.uncreated).toBe(2 * n)
  })
})
