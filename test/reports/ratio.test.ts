import { describe, expect, test } from 'vitest'
import { mayBeChance, type Ratio, ratioOf, type Share } from '../../src/reports/outcomes/ratio.js'
import { chance } from '../support/chance.js'

const share = (won: number, size: number): Share => ({ is: won / size, size })

describe('a ratio of two shares', () => {
  test('of two large samples has the interval of the logarithm (Katz et al. 1978)', () => {
    const { is, from, to } = ratioOf(share(3_000, 10_000), share(4_000, 10_000), 0) as Ratio
    const spread = Math.exp(1.959964 * Math.sqrt(0.7 / 3_000 + 0.6 / 4_000))
    expect(is).toBeCloseTo(0.75)
    expect(from).toBeCloseTo(0.75 / spread, 3)
    expect(to).toBeCloseTo(0.75 * spread, 3)
  })

  test('against a share that is known is the interval of Wilson', () => {
    const sure = { is: 1, size: 1e12 }
    // Wilson of 0 of 10: 0 to 0.2775; of 10 of 10: 0.7225 to 1.
    expect(ratioOf(share(0, 10), sure, 0)?.to).toBeCloseTo(0.2775, 4)
    expect(ratioOf(share(10, 10), sure, 0)?.from).toBeCloseTo(0.7225, 4)
    expect(ratioOf(share(10, 10), sure, 0)?.to).toBeCloseTo(1, 4)
  })

  test('the other way round is its inverse, and it lies within; what both share makes it narrower', () => {
    const random = chance(11)
    for (let run = 0; run < 500; run += 1) {
      const one = (): Share => {
        const size = random.int(1, 40)
        return share(random.int(0, size), size)
      }
      const [a, b] = [one(), one()]
      const found = ratioOf(a, b, 0)
      const inverse = ratioOf(b, a, 0)
      expect(found === null).toBe(a.is === 0 && b.is === 0)
      if (!found || !inverse) continue
      expect(1 / (found.to ?? Number.POSITIVE_INFINITY)).toBeCloseTo(inverse.from, 9)
      if (found.is === null) continue
      expect(found.from).toBeLessThanOrEqual(found.is + 1e-12)
      expect(found.to).toBeGreaterThanOrEqual(found.is - 1e-12)
      const closer = ratioOf(a, b, 0.4) as Ratio
      expect(closer.from).toBeGreaterThanOrEqual(found.from - 1e-12)
      expect(closer.to).toBeLessThanOrEqual((found.to as number) + 1e-12)
    }
  })

  test('may be chance where its interval, as it reads, has 1 in it', () => {
    expect([0.994, 0.996, 1.004].map((to) => mayBeChance({ is: 0.9, from: 0.8, to }))).toEqual([false, true, true])
    expect([0.5, 1.2].map((from) => mayBeChance({ is: null, from, to: null }))).toEqual([true, false])
  })
})
