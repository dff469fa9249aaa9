import type { FactKind } from '../facts/fact.js'
import { PLAIN_OPERATORS } from './plain-operators.js'
import { TIME_OPERATORS } from './time-operators.js'
import type { Operator } from './tree.js'

/** Every way of comparing a fact, written or not. A new one is a row in one of the two lists. */
export const OPERATORS: readonly Operator[] = [...PLAIN_OPERATORS, ...TIME_OPERATORS]

const byKind = new Map<FactKind, Map<string, Operator>>()
for (const operator of OPERATORS)
  for (const kind of operator.kinds) {
    if (!byKind.has(kind)) byKind.set(kind, new Map())
    byKind.get(kind)?.set(operator.name, operator)
  }

/** The operators that users may write of such a fact. */
export const operatorsOf = (kind: FactKind): Operator[] =>
  [...(byKind.get(kind)?.values() ?? [])].filter((operator) => operator.written)

/** The operator that a user writes so; undefined where there is none for such a fact. */
export function operatorFor(kind: FactKind, name: string): Operator | undefined {
  const operator = byKind.get(kind)?.get(name)
  return operator?.written ? operator : undefined
}

/** The operator of that name, written or not. Throws where there is none: that is a bug of ours. */
export function operatorNamed(name: string, kind: FactKind): Operator {
  const operator = byKind.get(kind)?.get(name)
  if (!operator) throw new Error(`There is no operator ${name} of ${kind}.`)
  return operator
}
