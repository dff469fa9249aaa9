import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ACTIONS } from '../../src/actions/index.js'
import { OPERATORS } from '../../src/conditions/operators.js'
import { compile } from '../../src/program/compile.js'
import type { Rules } from '../../src/program/sections/index.js'
import { programOf, rulesOf } from './company.js'

const { facts } = programOf('rules: {}')
const WORDS = [
  ...facts.opportunity.keys(),
  ...facts.account.keys(),
  ...OPERATORS.map((operator) => operator.name),
  ...ACTIONS.flatMap((action) => [action.name, ...Object.keys((action.options as { shape?: object }).shape ?? {})]),
  'all',
  'any',
  'not',
  'by',
  'else',
  'late',
  'constructor',
  '__proto__x',
  'toString',
  '',
  '.',
  'fields.',
  'team.',
  'team.west',
]
const VALUES = [
  null,
  true,
  false,
  0,
  14,
  -1,
  1.5,
  1e300,
  'open',
  'dana',
  'owner',
  'closed',
  '14 days',
  '3 business days',
  'expected',
  '2 x expected',
  '0 x expected',
  '20%',
  '50,000',
  'today',
  'this quarter',
  '2026-02-30',
  '2026-03-01',
  'late',
  '{{ name }}',
  '{{ nmae | upcaes',
  '{% if %}',
  'deals',
  'constructor',
  '',
]

const anything = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(...VALUES),
    fc.array(tie('node'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...WORDS), tie('node'), { maxKeys: 3 }),
  ),
})).node

const map = fc.dictionary(fc.constantFrom(...WORDS), anything, { maxKeys: 3 })

test('whatever stands in a condition, an action or a threshold, it is told and never thrown', () => {
  const base = rulesOf('rules: {}')
  fc.assert(
    fc.property(map, map, anything, fc.constantFrom('opportunity', 'account'), (when, action, threshold, kind) => {
      const rules = {
        ...base,
        thresholds: { late: threshold },
        health: { indicators: { age: { poor: threshold }, sad: { when, level: 'poor' } } },
        rules: { q: { for: kind, when, then: [action] } },
      } as Rules
      const { program, complaints } = compile(rules)
      expect(program === null).toBe(complaints.length > 0)
      for (const { path, message } of complaints) {
        expect(message).toMatch(/^["A-Z0-9_a-z].*\.$/s)
        expect(path.length).toBeGreaterThan(1)
      }
    }),
    { seed: 20260302, numRuns: 400 },
  )
})
