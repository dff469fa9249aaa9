import type { FactKind } from '../facts/fact.js'
import { describeOperand } from './operands.js'
import type { Operand, Operator } from './tree.js'

/** How a pair of opposites differs: the rest is the same, because time turns both at once. */
export interface Pair {
  names: readonly [name: string, opposite: string]
  written: readonly [boolean, boolean]
  summaries: readonly [string, string]
  words: readonly [string, string]
  kinds: readonly FactKind[]
  takes: readonly Operand['is'][]
  holds: Operator['holds']
  flips: NonNullable<Operator['flips']>
  /** Of the first of the two alone. */
  notBefore?: NonNullable<Operator['notBefore']>
  /** The opposites imply one another the other way round. */
  implies?: NonNullable<Operator['implies']>
  sql: readonly [Operator['sql'], Operator['sql']]
}

/** Both operators of a pair. */
export const pair = ({
  names,
  written,
  summaries,
  words,
  kinds,
  takes,
  holds,
  flips,
  notBefore,
  implies,
  sql,
}: Pair): Operator[] =>
  ([0, 1] as const).map((i) => ({
    name: names[i],
    written: written[i],
    kinds,
    opposite: names[1 - i] as string,
    takes,
    summary: summaries[i],
    holds: i === 0 ? holds : (...question) => !holds(...question),
    flips,
    ...(notBefore && i === 0 ? { notBefore } : {}),
    ...(implies ? { implies: i === 0 ? implies : (operand: Operand, other: Operand) => implies(other, operand) } : {}),
    sql: sql[i],
    words: (operand, kind) => `${words[i]} ${describeOperand(operand, kind)}`,
  }))
