import { type Condition, fold, leavesOf } from '../conditions/tree.js'
import type { Fact } from '../facts/fact.js'
import type { Program, Rule } from '../program/program.js'
import { absolute } from './writes.js'

/** The condition of a rule as one reads it of an opportunity of its account; null where that cannot be said. */
export function ofOpportunity({ facts }: Program, rule: Rule): Condition | null {
  const named = ({ name }: Fact) => facts.opportunity.get(absolute(rule.for, name))
  if (leavesOf(rule.when).some(({ fact }) => !named(fact))) return null
  return fold<Condition>(rule.when, {
    all: (parts) => ({ is: 'all', parts }),
    any: (parts) => ({ is: 'any', parts }),
    leaf: (leaf) => ({ ...leaf, fact: named(leaf.fact) ?? leaf.fact }),
  })
}
