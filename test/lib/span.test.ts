import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatElapsed, formatSpan, MAX_COUNT, meantSpan, parseSpan, SPAN_UNITS } from '../../src/lib/span.js'

describe('parseSpan', () => {
  it.each([
    ['90 minutes', 90, 'minute'],
    ['36 hours', 36, 'hour'],
    ['4 business hours', 4, 'business_hour'],
    ['1 business hour', 1, 'business_hour'],
    ['14 days', 14, 'day'],
    ['1 day', 1, 'day'],
    ['3 business days', 3, 'business_day'],
    ['2 weeks', 2, 'week'],
    ['1 month', 1, 'month'],
    ['1 quarter', 1, 'quarter'],
    ['1 year', 1, 'year'],
    ['0 days', 0, 'day'],
    ['  3   business   days ', 3, 'business_day'],
    ['1 days', 1, 'day'],
    ['100000 days', 100_000, 'day'],
  ])('reads "%s"', (text, count, unit) => {
    expect(parseSpan(text)).toEqual({ count, unit })
  })

  it.each([
    '',
    '14',
    'days',
    '14days',
    '14 Days',
    '-1 days',
    '+1 days',
    '1.5 days',
    '1e3 days',
    '14 dais',
    '14 business weeks',
    '14 business',
    '1 day 2 hours',
    '100001 days',
    '999999999999 days',
    'one day',
    '14 days.',
  ])('refuses "%s"', (text) => {
    expect(parseSpan(text)).toBeUndefined()
  })

  it('reads back what formatSpan writes', () => {
    const span = fc.record({ count: fc.nat({ max: MAX_COUNT }), unit: fc.constantFrom(...SPAN_UNITS) })
    fc.assert(
      fc.property(span, (given) => {
        expect(parseSpan(formatSpan(given))).toEqual(given)
      }),
      { seed: 1 },
    )
  })

  it('writes one in the singular', () => {
    expect(formatSpan({ count: 1, unit: 'business_day' })).toBe('1 business day')
    expect(formatSpan({ count: 0, unit: 'week' })).toBe('0 weeks')
    expect(formatSpan({ count: 2, unit: 'quarter' })).toBe('2 quarters')
  })
})

it.each([
  [0, 'less than a minute'],
  [59_999, 'less than a minute'],
  [60_000, '1 minute'],
  [3 * 60_000 + 59_999, '3 minutes'],
  [5.9 * 3_600_000, '5 hours'],
  [86_400_000 - 1, '23 hours'],
  [86_400_000, '1 day'],
  [16.7 * 86_400_000, '16 days'],
  [400 * 86_400_000, '400 days'],
  [-2 * 86_400_000, '2 days'],
])('says of %d ms "%s"', (milliseconds, words) => {
  expect(formatElapsed(milliseconds)).toBe(words)
})

describe('meantSpan', () => {
  it.each([
    ['3 dais', '3 days'],
    ['3d', '3 days'],
    ['3Days', '3 days'],
    ['3 working days', '3 business days'],
    ['2-weeks', '2 weeks'],
    ['three days', '3 days'],
    ['1.5 days', '36 hours'],
    ['1,5 hours', '90 minutes'],
    ['0.5 years', '6 months'],
    ['1 buisness day', '1 business day'],
    ['1,000 days', '1000 days'],
    ['12,345 minutes', '12345 minutes'],
    ['0,125 days', '3 hours'],
    ['3 weekday', '3 business days'],
    ['3 weekdays', '3 business days'],
    ['1 work day', '1 business day'],
    ['2 bds', '2 business days'],
    ['2 working-hours', '2 business hours'],
    ['3 businessdays', '3 business days'],
    ['5 calendar days', '5 days'],
  ])('of "%s" guesses "%s"', (text, meant) => {
    expect(meantSpan(text)).toBe(meant)
  })

  it.each([
    '3 days',
    '14',
    'soon',
    '3 fortnights',
    '1.5 business days',
    '1.3 weeks',
    '3 m',
    '200000 dais',
    '1.000 days',
    '1,00,0 days',
    '200,000 days',
    '3 weekends',
    '30 seconds',
    'constructor 3',
  ])('of "%s" guesses nothing', (text) => {
    expect(meantSpan(text)).toBeUndefined()
  })
})
