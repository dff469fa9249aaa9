import { normalForm, type Written } from '../conditions/normal-form.js'
import { OPERATORS, operatorFor, operatorsOf } from '../conditions/operators.js'
import type { Condition } from '../conditions/tree.js'
import type { Fact, FactKind } from '../facts/fact.js'
import { isMap } from '../lib/maps.js'
import { meantWithin } from '../lib/period.js'
import type { Complaint, Path } from '../lib/problem.js'
import { factNamed, hintFor, type Scope, shown } from './checking.js'
import { comparisonMeant, meantComparison } from './comparisons.js'
import { readOperand } from './operands.js'

/** Reads a condition into its normal form. Null where it complained. */
export function readCondition(value: unknown, scope: Scope, path: Path): Condition | null {
  const written = readWritten(value, scope, path)
  return written && normalForm(written)
}

/** Reads a condition as it is written, with `not` and tables: a map of which every line must hold. */
export function readWritten(value: unknown, scope: Scope, path: Path): Written | null {
  const { complain } = scope.checking
  if (!isMap(value)) {
    const hint = Array.isArray(value) ? 'Take the dashes out, or put the list behind "any" or "all".' : undefined
    const found = Array.isArray(value) ? 'a list' : shown(value)
    complain({ path, message: `A condition is a map from facts to what they must be, not ${found}.`, hint })
    return null
  }
  const lines = Object.entries(value)
  if (lines.length === 0) {
    complain({ path, message: 'A condition cannot be empty.', hint: 'Say what must hold, such as { status: open }.' })
    return null
  }
  return together(lines.map(([word, line]) => readLine(word, line, scope, [...path, word])))
}

function together(parts: readonly (Written | null)[]): Written | null {
  if (!parts.every((part) => part !== null)) return null
  return parts.length === 1 ? (parts[0] as Written) : { is: 'all', parts }
}

function readLine(word: string, value: unknown, scope: Scope, path: Path): Written | null {
  if (word === 'not') {
    const part = readWritten(value, scope, path)
    return part && { is: 'not', part }
  }
  if (word === 'all' || word === 'any') return readList(word, value, scope, path)
  const fact = factNamed(word, scope, path)
  return fact && readFact(fact, value, scope, path)
}

function readList(word: 'all' | 'any', value: unknown, scope: Scope, path: Path): Written | null {
  const { complain } = scope.checking
  if (!Array.isArray(value)) {
    complain({ path, message: `"${word}" takes a list of conditions.`, hint: `${word}: [{ … }, { … }]` })
    return null
  }
  if (value.length === 0) {
    complain({ path, message: `"${word}" cannot be empty.`, hint: `${word}: [{ … }, { … }]` })
    return null
  }
  const parts = value.map((part, i) => readWritten(part, scope, [...path, i]))
  return parts.every((part) => part !== null) ? { is: word, parts } : null
}

/** What is compared with a plain value or a list: nothing of a clock, a day or an instant. */
const EXAMPLES: Partial<Record<FactKind, string>> = {
  elapsed: '{ over: 14 days }',
  date: '{ before: today }, { in: this quarter } or { within_next: 14 days }',
  instant: '{ within_last: 14 days } or { before: 2026-03-31 }',
}

function readFact(fact: Fact, value: unknown, scope: Scope, path: Path): Written | null {
  const { complain } = scope.checking
  if (value === null || value === undefined) {
    complain({ path, message: `${fact.name} needs a value.`, hint: 'Write { missing: true } for "is not known".' })
    return null
  }
  if (!isMap(value)) {
    const isFreeText = fact.kind === 'text' && !fact.choices?.length
    const meant = typeof value === 'string' && !isFreeText ? meantComparison(value, fact.kind) : undefined
    if (meant) {
      const message = `${fact.name} cannot be compared with ${shown(value)}: an operator is a word, in a map.`
      complain({ path, message, hint: `Write ${meant}.` })
      return null
    }
    if (operatorFor(fact.kind, 'is')) return readComparison(fact, 'is', value, scope, path)
    const within = typeof value === 'string' && fact.kind !== 'elapsed' ? meantWithin(value) : undefined
    const hint = `Write ${within ?? EXAMPLES[fact.kind] ?? 'an operator'}.`
    complain({ path, message: `${fact.name} cannot be compared with ${shown(value)} alone.`, hint })
    return null
  }
  const lines = Object.entries(value)
  if (lines.length === 0) {
    complain({ path, message: `${fact.name} needs an operator.`, hint: listed(fact) })
    return null
  }
  return together(lines.map(([name, operand]) => readComparison(fact, name, operand, scope, [...path, name])))
}

function readComparison(fact: Fact, name: string, value: unknown, scope: Scope, path: Path): Written | null {
  const operator = operatorFor(fact.kind, name)
  if (!operator) {
    scope.checking.complain({ path, at: 'key', ...noOperator(fact, name, value) })
    return null
  }
  const operand = readOperand(fact, operator, value, scope, path)
  return operand && { is: 'leaf', fact, operator, operand }
}

const namesOf = (fact: Fact): string[] => [...new Set(operatorsOf(fact.kind).map((operator) => operator.name))]
const listed = (fact: Fact): string => `It takes ${namesOf(fact).join(', ')}.`

function noOperator(fact: Fact, name: string, value: unknown): Pick<Complaint, 'message' | 'hint'> {
  const meant = comparisonMeant(name, value, fact.kind)
  const write = meant && `Write ${meant}.`
  if (OPERATORS.some((operator) => operator.written && operator.name === name)) {
    const message = `"${name}" does not compare ${fact.name}, whose kind is ${fact.kind}.`
    return { message, hint: write ?? listed(fact) }
  }
  const hint = write ?? hintFor(name, namesOf(fact)) ?? listed(fact)
  return { message: `There is no operator "${name}".`, hint }
}
