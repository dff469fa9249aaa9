import type { Table } from '../conditions/normal-form.js'
import type { Operand } from '../conditions/tree.js'
import type { Fact } from '../facts/fact.js'
import { factsFor } from '../facts/table.js'
import { unknownFact } from '../facts/unknown.js'
import { isMap } from '../lib/maps.js'
import { nearest } from '../lib/nearest.js'
import type { Path } from '../lib/problem.js'
import { meantSpan, parseSpan, SPAN_PATTERN, type Span } from '../lib/span.js'
import { aKind, type Checking, factNamed, hintFor, type Scope, shown } from './checking.js'
import { NUMBER, readNumber, withoutCommas } from './numbers.js'
import { readChoice } from './values.js'

/** A number, a span, `2 x expected` or a table of them, before it is known what it is compared with. */
export type Threshold =
  | { readonly is: 'number'; readonly number: number; readonly percent: boolean }
  | { readonly is: 'span'; readonly span: Span }
  | { readonly is: 'expected'; readonly times: number }
  | {
      readonly is: 'table'
      readonly by: string
      readonly rows: readonly { key: string; value: string | number | boolean; then: Threshold }[]
      readonly else?: Threshold
      readonly written: Path
    }

/** Finds the fact of a table's `by`; null where it complained. */
type ByFact = (name: string, path: Path) => Fact | null

/** Reads the section. A name whose threshold is wrong stands for null. */
export function readThresholds(checking: Checking): Map<string, Threshold | null> {
  const { vocabulary, rules, complain } = checking
  const byFact: ByFact = (name, path) => {
    const fact = factsFor('opportunity', vocabulary).get(name) ?? factsFor('account', vocabulary).get(name)
    const known = [...factsFor('opportunity', vocabulary).keys(), ...factsFor('account', vocabulary).keys()]
    if (!fact)
      complain({ path, message: `There is no fact "${name}".`, unknown: unknownFact(name), hint: hintFor(name, known) })
    return fact ?? null
  }
  return new Map(
    Object.entries(rules.thresholds ?? {}).map(([name, value]) => [
      name,
      readThreshold(value, byFact, checking, ['thresholds', name], `The threshold ${name}`),
    ]),
  )
}

/** Reads a threshold in place. `what` begins the sentence of a problem: `"over" of time_in_stage`. */
export function readThreshold(
  value: unknown,
  byFact: ByFact,
  checking: Checking,
  path: Path,
  what: string,
): Threshold | null {
  if (isMap(value)) return readTable(value, byFact, checking, path, what)
  const read = readPlain(value)
  if (read) return read
  const commas = withoutCommas(value)
  const span = typeof value === 'string' ? meantSpan(value) : undefined
  checking.complain({
    path,
    message: `${what} takes a number, a span such as "14 days" or a table, not ${shown(value)}.`,
    hint: commas
      ? `Write ${commas}, without commas.`
      : span
        ? { meant: span }
        : hintFor(value, checking.thresholds.keys()),
  })
  return null
}

const PERCENT = /^\s*(\d+(?:\.\d+)?)\s*%\s*$/
const EXPECTED = /^\s*(?:(?!0\s*x)(\d+)\s*x\s+)?expected\s*$/

/** The texts that `readPlain` takes, and nothing else, as the sources of regular expressions: for schemas. */
export const PLAIN_PATTERNS: readonly string[] = [NUMBER.source, PERCENT.source, EXPECTED.source, SPAN_PATTERN]

/** A number, a percentage, a span or `2 x expected`; null for anything else. */
export function readPlain(value: unknown): Threshold | null {
  const number = readNumber(value)
  if (number !== null) return { is: 'number', number, percent: false }
  if (typeof value !== 'string') return null
  const percent = PERCENT.exec(value)
  if (percent) return { is: 'number', number: Number(percent[1]), percent: true }
  const expected = EXPECTED.exec(value)
  if (expected) return { is: 'expected', times: Number(expected[1] ?? 1) }
  const span = parseSpan(value)
  return span ? { is: 'span', span } : null
}

function readTable(
  { by, ...lines }: Record<string, unknown>,
  byFact: ByFact,
  checking: Checking,
  path: Path,
  what: string,
): Threshold | null {
  if (typeof by !== 'string') {
    const near = nearest('by', Object.keys(lines))
    const message = `A table of thresholds needs "by": the fact by which it varies.`
    checking.complain({
      path,
      message,
      hint: near && near !== 'else' ? `"${near}" stands where "by" may be meant.` : undefined,
    })
    return null
  }
  const fact = byFact(by, [...path, 'by'])
  if (!fact) return null
  if (!['text', 'choice', 'number', 'money', 'flag'].includes(fact.kind)) {
    const message = `A table cannot vary by ${by}, whose kind is ${fact.kind}: it has no values to name.`
    checking.complain({ path: [...path, 'by'], message })
    return null
  }
  const rows: { key: string; value: string | number | boolean; then: Threshold }[] = []
  let other: Threshold | undefined
  const entries = Object.entries(lines)
  let fine = entries.length > 0
  if (!fine) checking.complain({ path, message: 'A table of thresholds needs a line besides "by".' })
  for (const [key, line] of entries) {
    const value = key === 'else' ? key : readChoice(key, fact, checking, [...path, key], 'key')
    const then = value === null ? null : readThreshold(line, byFact, checking, [...path, key], what)
    if (value === null || then === null) fine = false
    else if (key === 'else') other = then
    else rows.push({ key, value, then })
  }
  return fine ? { is: 'table', by, rows, else: other, written: path } : null
}

/** What a fact is compared with: as numbers (money in thousandths) or as spans. */
type ToOperand = (plain: Exclude<Threshold, { is: 'table' }>, path: Path) => Operand | Table | null

/** Fits a threshold to what it is compared with; null where it complained. A named one is complained of where it is used. */
export function fitThreshold(
  threshold: Threshold,
  toOperand: ToOperand,
  scope: Scope,
  path: Path,
  named: boolean,
): Operand | Table | null {
  if (threshold.is !== 'table') return toOperand(threshold, path)
  const by = scope.facts.get(threshold.by)
  if (!by) {
    const message = `This threshold varies by ${threshold.by}, which is no fact of ${aKind(scope.kind)}.`
    const unknown = unknownFact(threshold.by)
    scope.checking.complain({ path, message, ...(unknown.kind === 'fact' ? {} : { unknown }) })
    return null
  }
  if (!factNamed(threshold.by, scope, named ? path : [...path, 'by'], 'value')) return null
  const rows: { value: string | number | boolean; then: Operand | Table }[] = []
  for (const { key, value, then } of threshold.rows) {
    const fitted = fitThreshold(then, toOperand, scope, named ? path : [...path, key], named)
    // One problem tells enough of a named table: its lines are of one kind.
    if (!fitted && named) return null
    if (fitted) rows.push({ value, then: fitted })
  }
  const other =
    threshold.else && fitThreshold(threshold.else, toOperand, scope, named ? path : [...path, 'else'], named)
  if (rows.length < threshold.rows.length || other === null) return null
  return { is: 'table', by, rows, else: other, written: threshold.written }
}
