import { describe, expect, test } from 'vitest'
import { isWithinItsAge, orderly, withinItsAge } from '../../src/analysis/satisfy/clocks.js'
import type { Cube } from '../../src/analysis/satisfy/cube.js'
import { picksOf } from '../../src/analysis/satisfy/picks.js'
import { newAccount, newOpportunity } from '../../src/domain/change.js'

const NOW = 1_000
const cubeOf = (tried: Record<string, (number | null)[]>): Cube =>
  new Map(
    Object.entries(tried).map(([name, values]) => [name, { leaves: [], values: { tried: values, impossible: false } }]),
  )
const deal = (created: number | null, stage_since: number) => ({
  ...newOpportunity('d', 'main', 'first', NOW),
  created,
  stage_since,
  status_since: NOW,
})

describe('clocks run no longer than there is anything', () => {
  test.each([
    [500, 500, true],
    [500, 499, false],
    [null, 1, true],
  ])('created at %s and in its stage since %s: %s', (created, since, isFine) => {
    const account = { ...newAccount('a', 'cold', NOW), created: 1 }
    expect(isWithinItsAge({ account, opportunities: [deal(created, since)] })).toBe(isFine)
    expect(isWithinItsAge({ account: null, opportunities: [deal(NOW, NOW), deal(created, since)] })).toBe(isFine)
  })

  test('a row of which nothing is asked of its age is made as old as its clocks', () => {
    const row = withinItsAge(deal(500, 200), '', picksOf(cubeOf({ time_in_stage: [200] })))
    expect(row).toMatchObject({ created: 200, stage_since: 200 })
  })

  test('one whose age is asked has its free clocks set to it, and those asked stay', () => {
    const free = withinItsAge(deal(500, 200), '', picksOf(cubeOf({ created: [500] })))
    expect(free).toMatchObject({ created: 500, stage_since: 500 })
    const asked = withinItsAge(deal(500, 200), '', picksOf(cubeOf({ created: [500], time_in_stage: [200] })))
    expect(asked).toMatchObject({ created: 500, stage_since: 200 })
    expect(isWithinItsAge({ account: null, opportunities: [asked] })).toBe(false)
  })

  test('one that is in order already is left alone', () => {
    const row = deal(200, 500)
    expect(withinItsAge(row, '', picksOf(cubeOf({ created: [200] })))).toBe(row)
  })
})

describe('orderly', () => {
  test('gives the positions of the oldest age, of the latest clocks, and of both', () => {
    const cube = cubeOf({ created: [null, 700, 300, 5_000], time_in_stage: [400, null, 900, 2_000], amount: [1] })
    expect(orderly(cube, NOW)).toEqual([
      new Map([['created', 2]]),
      new Map([['time_in_stage', 2]]),
      new Map([
        ['created', 2],
        ['time_in_stage', 2],
      ]),
    ])
  })

  test('of each side by itself, and only where both an age and a clock are asked', () => {
    expect(orderly(cubeOf({ created: [1], 'account.time_in_bin': [1] }), NOW)).toEqual([])
    expect(orderly(cubeOf({ created: [null, 2_000], time_in_stage: [1] }), NOW)).toEqual([])
    expect(orderly(cubeOf({ 'account.created': [9], 'account.time_in_bin': [3, 8] }), NOW)[2]).toEqual(
      new Map([
        ['account.created', 0],
        ['account.time_in_bin', 1],
      ]),
    )
  })
})
