import type { RawBuilder } from 'kysely'
import type { Fact, FactKind, FactValue } from '../facts/fact.js'
import type { Calendar, Period } from '../lib/calendar.js'
import type { Instant } from '../lib/instant.js'
import type { Path } from '../lib/problem.js'
import type { Span } from '../lib/span.js'
import type { Dialect } from '../sql/dialect.js'

/** What a fact is compared with. Lists of values come sorted as written; periods move with the clock. */
export type Operand =
  | { readonly is: 'values'; readonly values: readonly FactValue[] }
  | { readonly is: 'number'; readonly number: number }
  | { readonly is: 'range'; readonly from: number; readonly to: number }
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'span'; readonly span: Span; readonly times?: number }
  | { readonly is: 'date'; readonly date: string }
  | { readonly is: 'periods'; readonly periods: readonly Period[] }
  | { readonly is: 'flag'; readonly flag: boolean }

/** The instant and the calendar in which a comparison is made. */
export interface Clock {
  readonly now: Instant
  readonly calendar: Calendar
}

/** One way of comparing a fact. Both it and its opposite are false on a missing fact (but `missing` itself). */
export interface Operator {
  /** As written in rules, or a name of its own for an opposite that nobody writes (`outside`). */
  readonly name: string
  /** True where users may write it. */
  readonly written: boolean
  /** Kinds of fact it compares. */
  readonly kinds: readonly FactKind[]
  readonly opposite: string
  /** What its operand must be. */
  readonly takes: readonly Operand['is'][]
  readonly summary: string
  /** Is it so of a fact that is missing? Left out: no. */
  ofMissing?(operand: Operand): boolean
  /** Is it so, of a value that is known? `stopped` is the instant at which an elapsed fact stopped. */
  holds(value: FactValue, operand: Operand, clock: Clock, kind: FactKind, stopped: Instant | null): boolean
  /** The next instant at which time alone changes the answer while the value stays; left out: never. */
  flips?(value: FactValue, operand: Operand, clock: Clock, kind: FactKind, stopped: Instant | null): Instant
  /** Makes of an operand what tells cheaply an instant before which it is surely not so of a value; left out: nobody knows. */
  notBefore?(operand: Operand): (value: FactValue, calendar: Calendar) => Instant
  /** Is it so, and will it be, of no value but those of which it is so with the other operand? Left out: nobody knows. */
  implies?(operand: Operand, other: Operand): boolean
  sql(value: RawBuilder<unknown>, operand: Operand, clock: Clock, kind: FactKind, dialect: Dialect): RawBuilder<boolean>
  /** For people: `over 14 days`. */
  words(operand: Operand, kind: FactKind): string
}

export interface Leaf {
  readonly is: 'leaf'
  readonly fact: Fact
  readonly operator: Operator
  readonly operand: Operand
}

/**
 * The normal form: no `not`, no threshold tables. `all` of nothing holds, `any` of nothing does not. What a table of the rules
 * became, line by line, says where that is `written`: it has no meaning of its own.
 */
export type Condition =
  | { readonly is: 'all'; readonly parts: readonly Condition[] }
  | { readonly is: 'any'; readonly parts: readonly Condition[]; readonly written?: Path }
  | Leaf

export const ALWAYS: Condition = { is: 'all', parts: [] }
export const NEVER_SO: Condition = { is: 'any', parts: [] }

/** A reading of a condition: what each kind of node means. */
export interface Reading<T> {
  all(parts: T[]): T
  any(parts: T[]): T
  leaf(leaf: Leaf): T
}

/** Walks a condition once; every reading is a fold. */
export function fold<T>(condition: Condition, reading: Reading<T>): T {
  if (condition.is === 'leaf') return reading.leaf(condition)
  const parts = condition.parts.map((part) => fold(part, reading))
  return condition.is === 'all' ? reading.all(parts) : reading.any(parts)
}

const texts = new WeakMap<Leaf, string>()

/** What a leaf asks, as text: leaves of one table of facts that ask the same have the same. */
export function sameLeaf(leaf: Leaf): string {
  const known = texts.get(leaf)
  if (known !== undefined) return known
  const text = JSON.stringify([leaf.fact.name, leaf.operator.name, leaf.operand])
  texts.set(leaf, text)
  return text
}

/** What a condition asks, as text, as far as the order of its parts goes. */
export const sameCondition = (condition: Condition): string =>
  fold<string>(condition, {
    all: (parts) => `all(${parts.join()})`,
    any: (parts) => `any(${parts.join()})`,
    leaf: sameLeaf,
  })

/** The leaves in order: the order of every list of observed values. */
export const leavesOf = (condition: Condition): Leaf[] =>
  fold<Leaf[]>(condition, { all: (p) => p.flat(), any: (p) => p.flat(), leaf: (leaf) => [leaf] })
