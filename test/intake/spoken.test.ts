import { expect, test } from 'vitest'
import { spokenOf } from '../../src/intake/spoken.js'

test('of a record that is spoken of twice the first row is told where the second says something else', () => {
  const spoken = spokenOf()
  expect(spoken('a', 'blue', 2)).toBeNull()
  expect(spoken('b', 'red', 3)).toBeNull()
  expect(spoken('a', 'blue', 4)).toBeNull()
  expect(spoken('a', 'green', 5)).toBe(2)
  expect(spoken('a', 'blue', 6)).toBeNull()
  expect(spoken('b', 'blue', 7)).toBe(3)
})

test('many thousand records stay apart, and each remembers its first row', () => {
  const spoken = spokenOf()
  const ids = Array.from({ length: 50_000 }, (_, n) => `opportunity-${n}`)
  const first = ids.filter((id, n) => spoken(id, `says ${n % 7}`, n + 2) !== null)
  expect(first).toEqual([])
  const same = ids.filter((id, n) => spoken(id, `says ${n % 7}`, 100_000 + n) !== null)
  expect(same).toEqual([])
  const wrong = ids.filter((id, n) => spoken(id, `says ${(n + 1) % 7}`, 200_000 + n) !== n + 2)
  expect(wrong).toEqual([])
})
