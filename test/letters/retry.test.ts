import { expect, test } from 'vitest'
import { delivered, refused, unavailable, uncertain } from '../../src/letters/outcome.js'
import { afterAttempt } from '../../src/letters/retry.js'

const NOW = 1_000_000
const after = (attempt: number, outcome = unavailable('It answered 503.'), repeatable = true) =>
  afterAttempt({ id: 'a', attempt, repeatable }, outcome, NOW)

test('thirty seconds doubling to six hours, ten attempts', () => {
  const waits = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => ((after(n).next_at ?? 0) - NOW) / 1000)
  expect(waits).toEqual([30, 60, 120, 240, 480, 960, 1920, 3840, 7680])
  expect(
    afterAttempt({ id: 'a', attempt: 30, repeatable: true }, unavailable('x'), NOW, {
      first: 30_000,
      longest: 21_600_000,
      attempts: 40,
    }).next_at,
  ).toBe(NOW + 21_600_000)
  expect(after(10)).toEqual({
    id: 'a',
    attempt: 10,
    state: 'dead',
    next_at: null,
    reason: 'Given up after 10 attempts: It answered 503.',
  })
})

test('ten more where a person asked again', () => {
  expect(after(11)).toMatchObject({ state: 'waiting', next_at: NOW + 30_000 })
  expect(after(20)).toMatchObject({ state: 'dead' })
})

test('Retry-After is respected, up to a day, and never makes it sooner', () => {
  const wait = (retryAfter: number) => (after(1, unavailable('429', retryAfter)).next_at ?? 0) - NOW
  expect([wait(120_000), wait(1_000), wait(1e15)]).toEqual([120_000, 30_000, 86_400_000])
})

test('a refusal is never tried again; what may have arrived only where a copy can be told', () => {
  expect(after(1, refused('550'))).toMatchObject({ state: 'dead', next_at: null })
  expect(after(1, uncertain('Silence.'), false)).toMatchObject({
    state: 'uncertain',
    reason: 'Silence. It may have arrived.',
  })
  expect(after(1, uncertain('Silence.'), true)).toMatchObject({ state: 'waiting', next_at: NOW + 30_000 })
  expect(after(3, delivered('Written.'))).toEqual({
    id: 'a',
    attempt: 3,
    state: 'delivered',
    next_at: null,
    reason: 'Written.',
  })
})
