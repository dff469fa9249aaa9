import { expect, it } from 'vitest'
import { operatorNamed } from '../../src/conditions/operators.js'
import type { Operand } from '../../src/conditions/tree.js'
import { explainTree } from '../../src/conditions/words.js'
import { becauseOf } from '../../src/engine/because.js'
import { factsFor } from '../../src/facts/table.js'
import { treeLines } from '../../src/reports/explain/words.js'
import { chance } from '../support/chance.js'
import { opportunity, snapshot } from '../support/subjects.js'
import { randomVocabulary } from '../support/vocabularies.js'

const vocabulary = { ...randomVocabulary(chance(1)), touches: ['call'] }
const facts = factsFor('opportunity', vocabulary)
const deal = opportunity({ stage: 'proposal', name: 'known', pushes: 3, next_step: null, amount: 10_000 })

const values = (...of: string[]): Operand => ({ is: 'values', values: of })
const number = (n: number): Operand => ({ is: 'number', number: n })
const flag = (of: boolean): Operand => ({ is: 'flag', flag: of })

it.each<[string, string, Operand, because: string, line: string]>([
  ['touches', 'at_most', number(10), 'touches at most 10 (0)', 'touches at most 10: 0'],
  ['pushes', 'at_least', number(3), 'pushes at least 3 (3)', 'pushes at least 3: 3'],
  ['pushes', 'over', number(3), 'pushes is 3', 'pushes over 3: 3'],
  [
    'stage',
    'is',
    values('discovery', 'proposal'),
    'stage is discovery or proposal (proposal)',
    'stage is discovery or proposal: proposal',
  ],
  ['stage', 'is', values('proposal'), 'stage is proposal', 'stage is proposal'],
  ['stage', 'is_not', values('proposal'), 'stage is proposal', 'stage is not proposal'],
  ['stage', 'is_not', values('closed'), 'stage is not closed (proposal)', 'stage is not closed: proposal'],
  ['name', 'missing', flag(false), 'name is known (known)', 'name is known: known'],
  ['next_step', 'missing', flag(true), 'next step is missing', 'next step is missing'],
  ['next_step', 'missing', flag(false), 'next step is missing', 'next step is known: missing'],
])('of "%s" with %s the value is told unless it is said already', (name, operator, operand, because, line) => {
  const fact = facts.get(name)!
  const leaf = { is: 'leaf' as const, fact, operator: operatorNamed(operator, fact.kind), operand }
  const subject = snapshot(vocabulary, 0, { opportunity: deal })
  expect(becauseOf(leaf, subject)).toBe(because)
  expect(treeLines(explainTree(leaf, subject)).map(({ text }) => text)).toEqual([line])
})
