import { describe, expect, test } from 'vitest'
import { type Duration, quantile, survival } from '../../src/lib/survival.js'
import { chance } from '../support/chance.js'

/** Weeks in remission under 6-mercaptopurine (Freireich et al. 1963), the example of every textbook; + goes on. */
const REMISSIONS = '6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+'
const durations: Duration[] = REMISSIONS.split(' ').map((text) => ({
  length: Number.parseInt(text, 10),
  ended: !text.endsWith('+'),
}))

describe('the product-limit estimate', () => {
  test('is that of the textbook', () => {
    const steps = survival(durations)
    expect(steps.map(({ at, atRisk, ended }) => [at, atRisk, ended])).toEqual([
      [6, 21, 3],
      [7, 17, 1],
      [10, 15, 1],
      [13, 12, 1],
      [16, 11, 1],
      [22, 7, 1],
      [23, 6, 1],
    ])
    const shares = [0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482]
    const errors = [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]
    for (const [i, { share, variance }] of steps.entries()) {
      expect(share).toBeCloseTo(shares[i] as number, 4)
      expect(share * Math.sqrt(variance)).toBeCloseTo(errors[i] as number, 4)
    }
  })

  test('its median is 23 weeks, from 13 on; an end is not known', () => {
    expect(quantile(survival(durations), 0.5)).toEqual({ at: 23, from: 13, to: null })
  })

  test('says nothing of what it does not reach', () => {
    expect(quantile(survival(durations), 0.9)).toBeNull()
    expect(survival([])).toEqual([])
    expect(quantile([], 0.5)).toBeNull()
  })

  test('without anything that goes on it is the plain share', () => {
    const steps = survival([1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((length) => ({ length, ended: true })))
    expect(quantile(steps, 0.9)?.at).toBe(9)
    expect(quantile(steps, 1)?.at).toBe(10)
  })

  test('its interval holds the truth at least as often as it says, a third being censored', () => {
    const random = chance(20_260_302)
    const exponential = (mean: number) => -mean * Math.log(random.int(1, 1_000_000) / 1_000_000)
    const truth = -20 * Math.log(0.1)
    let held = 0
    const RUNS = 1_000
    for (let run = 0; run < RUNS; run += 1) {
      const sample = Array.from({ length: 150 }, (): Duration => {
        const [length, watched] = [exponential(20), exponential(60)]
        return { length: Math.min(length, watched), ended: length <= watched }
      })
      const found = quantile(survival(sample), 0.9)
      if (found && (found.from ?? 0) <= truth && truth <= (found.to ?? Number.POSITIVE_INFINITY)) held += 1
    }
    expect(held / RUNS).toBeGreaterThan(0.93)
    expect(held / RUNS).toBeLessThan(0.985)
  })
})
