import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatPeriod, meantPeriod, meantWithin, PERIOD_UNITS, parsePeriod } from '../../src/lib/period.js'

describe('parsePeriod', () => {
  it.each([
    ['today', 'day', 0],
    ['this week', 'week', 0],
    ['last month', 'month', -1],
    ['next quarter', 'quarter', 1],
    ['  this   year ', 'year', 0],
    ['quarter+2', 'quarter', 2],
    ['month-1', 'month', -1],
    ['day+7', 'day', 7],
    ['year-0', 'year', 0],
  ])('reads "%s"', (text, unit, offset) => {
    expect(parsePeriod(text)).toStrictEqual({ unit, offset })
  })

  it.each([
    '',
    'week',
    'this',
    'this day',
    'next today',
    'this fortnight',
    'thisweek',
    'quarter + 2',
    'quarter+',
    'quarter+1.5',
    'quarters+1',
    'Quarter+1',
    'month-999999',
    'constructor+1',
  ])('refuses "%s"', (text) => {
    expect(parsePeriod(text)).toBeUndefined()
  })

  it('reads back what formatPeriod writes', () => {
    const period = fc.record({ unit: fc.constantFrom(...PERIOD_UNITS), offset: fc.integer({ min: -9, max: 9 }) })
    fc.assert(
      fc.property(period, ({ unit, offset }) => {
        const given = { unit, offset: offset + 0 }
        expect(parsePeriod(formatPeriod(given))).toStrictEqual(given)
      }),
      { seed: 2, numRuns: 300 },
    )
  })

  it('prefers words', () => {
    expect(formatPeriod({ unit: 'quarter', offset: 1 })).toBe('next quarter')
    expect(formatPeriod({ unit: 'quarter', offset: 2 })).toBe('quarter+2')
    expect(formatPeriod({ unit: 'day', offset: 1 })).toBe('day+1')
    expect(formatPeriod({ unit: 'day', offset: 0 })).toBe('today')
  })
})

it.each([
  ['tomorrow', 'day+1'],
  ['Yesterday', 'day-1'],
  ['this quater', 'this quarter'],
  ['next_month', 'next month'],
  ['quarter + 2', 'quarter+2'],
  ['months-1', 'month-1'],
  ['today', undefined],
  ['quarter+2', undefined],
  ['current quarter', 'this quarter'],
  ['previous month', 'last month'],
  ['Coming weeks', 'next week'],
  ['current quater', 'this quarter'],
  ['next day', 'day+1'],
  ['current day', 'today'],
  ['tommorow', 'day+1'],
  ['monday', undefined],
  ['nest quarter', undefined],
  ['final quarter', undefined],
  ['next 2 weeks', undefined],
  ['next weekend', undefined],
  ['soon', undefined],
  ['', undefined],
])('of "%s" meantPeriod guesses %s', (text, meant) => {
  expect(meantPeriod(text)).toBe(meant)
})

it.each([
  ['next 2 weeks', '{ within_next: 2 weeks }'],
  ['last 30 days', '{ within_last: 30 days }'],
  ['Past 3 months', '{ within_last: 3 months }'],
  ['coming 14d', '{ within_next: 14 days }'],
  ['next two weeks', '{ within_next: 2 weeks }'],
  ['this 2 weeks', undefined],
  ['next week', undefined],
  ['next 2 moons of mars', undefined],
])('of "%s" meantWithin guesses %s', (text, meant) => {
  expect(meantWithin(text)).toBe(meant)
})
