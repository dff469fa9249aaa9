import type { Fact } from '../facts/fact.js'
import type { Path } from '../lib/problem.js'
import { operatorNamed } from './operators.js'
import type { Condition, Operand, Operator } from './tree.js'

/** A threshold that varies by a fact: a value of `by` chooses an operand or again a table; `else` also takes a missing fact. */
export interface Table {
  readonly is: 'table'
  readonly by: Fact
  readonly rows: readonly { readonly value: string | number | boolean; readonly then: Operand | Table }[]
  readonly else?: Operand | Table
  /** Where it stands in the rules: of a named one, there. */
  readonly written?: Path
}

/** A condition as written: with `not` and threshold tables. */
export type Written =
  | { readonly is: 'all'; readonly parts: readonly Written[] }
  | { readonly is: 'any'; readonly parts: readonly Written[] }
  | { readonly is: 'not'; readonly part: Written }
  | { readonly is: 'leaf'; readonly fact: Fact; readonly operator: Operator; readonly operand: Operand | Table }

/**
 * The normal form. First `not` is pushed down to the leaves, where every operator has its opposite; only then are tables
 * written out as `any` of (this key and this comparison). The other order would let a missing fact fire.
 */
export function normalForm(written: Written, negated = false): Condition {
  switch (written.is) {
    case 'not':
      return normalForm(written.part, !negated)
    case 'all':
    case 'any': {
      const parts = written.parts.map((part) => normalForm(part, negated))
      const is = (written.is === 'all') === negated ? 'any' : 'all'
      return parts.length === 1 ? (parts[0] as Condition) : { is, parts }
    }
    case 'leaf': {
      const operator = negated ? operatorNamed(written.operator.opposite, written.fact.kind) : written.operator
      return writeOut(written.fact, operator, written.operand)
    }
  }
}

function writeOut(fact: Fact, operator: Operator, operand: Operand | Table): Condition {
  if (operand.is !== 'table') return { is: 'leaf', fact, operator, operand }
  const { by, rows } = operand
  const keyIs = (name: 'is' | 'is_not', values: readonly (string | number | boolean)[]): Condition => ({
    is: 'leaf',
    fact: by,
    operator: operatorNamed(name, by.kind),
    operand: { is: 'values', values },
  })
  const parts: Condition[] = rows.map(({ value, then }) => ({
    is: 'all',
    parts: [keyIs('is', [value]), writeOut(fact, operator, then)],
  }))
  if (operand.else) {
    const missing: Condition = {
      is: 'leaf',
      fact: by,
      operator: operatorNamed('missing', by.kind),
      operand: { is: 'flag', flag: true },
    }
    const other: Condition =
      rows.length === 0
        ? { is: 'all', parts: [] }
        : {
            is: 'any',
            parts: [
              keyIs(
                'is_not',
                rows.map((row) => row.value),
              ),
              missing,
            ],
          }
    parts.push({ is: 'all', parts: [other, writeOut(fact, operator, operand.else)] })
  }
  return { is: 'any', parts, ...(operand.written && { written: operand.written }) }
}
