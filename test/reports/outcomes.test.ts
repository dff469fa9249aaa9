import { describe, expect, test } from 'vitest'
import { compareOutcomes, type Outcome } from '../../src/reports/outcomes.js'
import { chance } from '../support/chance.js'

const DAY = 86_400_000

/** One that spent so many days in each stage, then closed. */
function outcome(id: string, won: boolean, days: Readonly<Record<string, number>>): Outcome {
  let at = 0
  const stays = Object.entries(days).map(([stage, n]) => {
    const from = at
    at += n * DAY
    return { pipeline: 'main', stage, from, to: at, left: true }
  })
  return { id, won, created: 0, closed: at, stays }
}
const all = (...list: Outcome[]) => new Map(list.map((one) => [one.id, one]))

describe('flagged against others at equal stage and age', () => {
  test('the base rate is weighted as the flagged are spread', () => {
    const early = { discovery: 20 }
    const late = { discovery: 10, proposal: 60 }
    const others = [
      ...Array.from({ length: 10 }, (_, i) => outcome(`early${i}`, i < 2, early)),
      ...Array.from({ length: 10 }, (_, i) => outcome(`late${i}`, i < 8, late)),
    ]
    const flagged = [outcome('a', false, late), outcome('b', true, late), outcome('c', false, early)]
    const found = compareOutcomes(all(...others, ...flagged), [
      { id: 'a', at: 40 * DAY },
      { id: 'b', at: 40 * DAY },
      { id: 'c', at: 15 * DAY },
    ])
    // Proposal at 40 days: 8 of 10 were won. Discovery at 15 days: all 20 came through, 10 were won.
    expect(found).toMatchObject({ n: 3, won: 1, others: 20, unmatched: 0 })
    expect(found.rate).toBeCloseTo(1 / 3)
    expect(found.base).toBeCloseTo((2 * 0.8 + 0.5) / 3)
    expect(found.lift?.is).toBeCloseTo(1 / 3 / 0.7)
    expect(found.lift?.from).toBeLessThan(found.lift?.is as number)
  })

  test('counts each once, by its first flag; what was flagged only after it closed, or is open, does not count', () => {
    const outcomes = all(outcome('a', true, { discovery: 20 }), outcome('x', true, { discovery: 20 }))
    const flags = [
      { id: 'a', at: 5 * DAY },
      { id: 'a', at: 9 * DAY },
      { id: 'unknown', at: 5 * DAY },
    ]
    expect(compareOutcomes(outcomes, flags)).toMatchObject({ n: 1, won: 1, others: 1 })
    expect(compareOutcomes(outcomes, [{ id: 'a', at: 30 * DAY }])).toMatchObject({ n: 0, rate: null, lift: null })
  })

  test('who has nobody to compare with is said, not guessed', () => {
    const outcomes = all(outcome('a', true, { proposal: 20 }), outcome('x', true, { discovery: 20 }))
    expect(compareOutcomes(outcomes, [{ id: 'a', at: 5 * DAY }])).toEqual({
      ...{ n: 0, won: 0, others: 0, unmatched: 1, byAgeAlone: 0, rate: null, base: null, lift: null },
    })
  })

  test('a flag that says nothing has a lift of 1 within its interval, about 95 times of 100', () => {
    const random = chance(5)
    let held = 0
    for (let run = 0; run < 400; run += 1) {
      const outcomes = random.times(300, (i) =>
        outcome(`o${i}`, random.often(0.4), { discovery: random.int(5, 50), proposal: random.int(5, 90) }),
      )
      const flags = outcomes.filter(() => random.often(0.3)).map(({ id }) => ({ id, at: random.int(1, 30) * DAY }))
      const { lift } = compareOutcomes(all(...outcomes), flags)
      if (lift && lift.from <= 1 && 1 <= lift.to) held += 1
    }
    expect(held / 400).toBeGreaterThan(0.92)
    expect(held / 400).toBeLessThan(0.99)
  })
})
