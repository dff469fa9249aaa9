import { operatorNamed } from '../../conditions/operators.js'
import { type Condition, fold, type Leaf } from '../../conditions/tree.js'
import type { Fact } from '../../facts/fact.js'

/** That nothing is known of a fact, or that something is. */
export const missingIs = (fact: Fact, flag: boolean): Leaf => ({
  is: 'leaf',
  fact,
  operator: operatorNamed('missing', fact.kind),
  operand: { is: 'flag', flag },
})

/** That a fact is one of these values. */
export const valueIs = (fact: Fact, values: readonly (string | number | boolean)[]): Leaf => ({
  is: 'leaf',
  fact,
  operator: operatorNamed('is', fact.kind),
  operand: { is: 'values', values },
})

export const all = (...parts: Condition[]): Condition => ({ is: 'all', parts })
export const any = (...parts: Condition[]): Condition => ({ is: 'any', parts })

/** The condition that holds exactly where the other does not: a comparison also fails on a missing fact. */
export const failing = (condition: Condition): Condition =>
  fold<Condition>(condition, {
    all: (parts) => ({ is: 'any', parts }),
    any: (parts) => ({ is: 'all', parts }),
    leaf: (leaf) => {
      const opposite: Leaf = { ...leaf, operator: operatorNamed(leaf.operator.opposite, leaf.fact.kind) }
      return leaf.operator.ofMissing ? opposite : any(opposite, missingIs(leaf.fact, true))
    },
  })
