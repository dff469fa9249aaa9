import { expect, test } from 'vitest'
import { meantComparison } from '../../src/program/comparisons.js'
import { complaintsOf } from './company.js'

const told = (line: string): string[] => complaintsOf(`rules: { quiet: { for: opportunity, when: { ${line} } } }`)

test.each([
  ['amount: { ">": "5,000" }', 'amount: { over: 5000 }'],
  ['amount: ">5,000"', 'amount: { over: 5000 }'],
  ['amount: { gte: "1,250.50" }', 'amount: { at_least: 1250.50 }'],
  ['amount: { in: [1, "2,000"] }', 'amount: { is: [1, 2000] }'],
  ['stage: { one_of: [proposal, discovery] }', 'stage: { is: [proposal, discovery] }'],
  ['name: { equals: "Acme, Inc" }', 'name: { is: "Acme, Inc" }'],
  ['age: { at_least: 3 days }', 'age: { over: 3 days }'],
  ['age: { ">": "1,000 days" }', 'age: { over: 1000 days }'],
  ['age: { older_than: 2d }', 'age: { over: 2 days }'],
  ['close_date: { ">": 2026-03-31 }', 'close_date: { on_or_after: 2026-04-01 }'],
  ['close_date: { after: this quarter }', 'close_date: { on_or_after: next quarter }'],
  ['close_date: { after: tomorrow }', 'close_date: { on_or_after: day+2 }'],
  ['close_date: { since: 2026-03-31 }', 'close_date: { on_or_after: 2026-03-31 }'],
  ['close_date: { at_least: today }', 'close_date: { on_or_after: today }'],
  ['close_date: { "<": 2026-03-31 }', 'close_date: { before: 2026-03-31 }'],
  ['close_date: { until: 2026-02-28 }', 'close_date: { before: 2026-03-01 }'],
  ['close_date: { "<=": today }', 'close_date: { before: day+1 }'],
  ['close_date: "<= 2026-12-31"', 'close_date: { before: 2027-01-01 }'],
  ['created: { up_to: last month }', 'created: { before: this month }'],
  ['close_date: { is: 2026-03-31 }', 'close_date: { on_or_after: 2026-03-31, before: 2026-04-01 }'],
  ['close_date: { is: current quarter }', 'close_date: { in: this quarter }'],
  ['close_date: { is: [this quarter, next quarter] }', 'close_date: { in: [this quarter, next quarter] }'],
  ['close_date: { in: next 2 weeks }', 'close_date: { within_next: 2 weeks }'],
  ['close_date: { is: past 30 days }', 'close_date: { within_last: 30 days }'],
  ['close_date: next 2 weeks', 'close_date: { within_next: 2 weeks }'],
])('{ %s } is told to be written { %s }, which loads', (line, meant) => {
  const [fact] = line.split(':')
  const [complaint, ...more] = told(line)
  expect([complaint, more]).toEqual([expect.stringMatching(/ {2}Write \{ .+ \}\.$/), []])
  expect(`${fact}: ${complaint?.split('  Write ')[1]}`).toBe(`${meant}.`)
  expect(told(meant)).toEqual([])
})

test.each([
  ['close_date: { after: the fair }', 'Write { on_or_after: … } (that day too).'],
  ['close_date: { until: the fair }', 'Write { before: … } (without that day).'],
  ['close_date: { since: the fair }', 'Write { on_or_after: … }.'],
])('of { %s }, whose day nobody knows: %s', (line, hint) => {
  expect(told(line)).toEqual([expect.stringContaining(hint)])
})

test.each([
  'created: { newer_than: 14 days }',
  'created: { ">": 14 days }',
  'close_date: { is: the fair }',
  'name: { over: 5 }',
  'age: { in: [3 days] }',
])('of { %s } nothing is guessed', (line) => {
  expect(told(line)).toEqual([expect.stringContaining('It takes ')])
})

test('where the kind is not known the value says it', () => {
  expect(meantComparison('> 2026-03-31')).toBe('{ on_or_after: 2026-04-01 }')
  expect(meantComparison('<= 14 days')).toBe('{ under: 14 days }')
  expect(meantComparison('= open')).toBe('{ is: open }')
  expect(meantComparison('5000')).toBeUndefined()
})
