import { describe, expect, test } from 'vitest'
import { outcomeCells, sayLift } from '../../src/reports/outcomes/lift-words.js'
import type { Lift } from '../../src/reports/outcomes/matching.js'
import { ratioOf } from '../../src/reports/outcomes/ratio.js'

function liftOf([n, won]: [number, number], [m, wonOfOthers]: [number, number], more: Partial<Lift> = {}): Lift {
  const [rate, base] = [won / n, wonOfOthers / m]
  return {
    ...{ n, won, others: m, unmatched: 0, unmatchedWon: 0, closedBefore: 0, byAgeAlone: 0, rate, base },
    lift: ratioOf({ is: rate, size: n }, { is: base, size: m }, 0),
    ...more,
  }
}
const cells = (lift: Lift) => outcomeCells(lift).map(({ text }) => text)
const THEM = 'of others that reached that age in that stage without being found'

describe('what is said of won and lost', () => {
  test('always has an interval, or says that there are too few', () => {
    expect(sayLift('quiet', liftOf([11, 11], [16, 13]))).toBe(
      `What quiet found was won in 100 % against 81 % ${THEM} (n = 11, 16 others; ratio 1.23, 95 %: 0.89 to 1.75: it may be chance).`,
    )
    expect(sayLift('quiet', liftOf([2, 0], [4, 1]))).toBe(
      `What quiet found was won in 0 % against 25 % ${THEM} (n = 2, 4 others; ratio 0.00, 95 %: at most 4.57: it may be chance).`,
    )
    expect(sayLift('quiet', liftOf([5, 2], [4, 0]))).toBe(
      `What quiet found was won in 40 % against 0 % ${THEM} (n = 5, 4 others; ratio unknown, 95 %: at least 0.58: it may be chance).`,
    )
    expect(sayLift('quiet', liftOf([90, 60], [80, 0]))).toMatch(/; ratio unknown, 95 %: at least \d+\.\d\d\)\.$/)
    expect(sayLift('quiet', liftOf([2, 0], [1, 0]))).toBe(
      `What quiet found was won in 0 % against 0 % ${THEM} (n = 2, 1 other; too few were won to say whether it is chance).`,
    )
  })

  test('in a table is the share of all that were closed later, however few can be compared', () => {
    const few = liftOf([4, 2], [2, 2], { unmatched: 207, unmatchedWon: 94 })
    expect(cells(few)).toEqual(['45 %', '211', '0.50 ?'])
    expect(sayLift('quiet', few)).toMatch(/ 207 more have nobody to compare with, and do not count here\.$/)
    const none = { ...few, n: 0, won: 0, unmatched: 211, unmatchedWon: 96, rate: null, base: null, lift: null }
    expect(cells(none)).toEqual(['45 %', '211', 'none'])
    expect(cells(liftOf([44, 9], [192, 100]))).toEqual(['20 %', '44', '0.39'])
    expect(cells(liftOf([5, 2], [4, 0]))).toEqual(['40 %', '5', 'over 0.58 ?'])
    expect(cells(liftOf([2, 0], [4, 0]))).toEqual(['0 %', '2', '?'])
  })
})
