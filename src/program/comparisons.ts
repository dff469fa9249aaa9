import { operatorFor } from '../conditions/operators.js'
import type { FactKind } from '../facts/fact.js'

/** What operators are called elsewhere. `empty` and its like are no comparison: what they ask is `missing`. */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  over: ['>', 'greater_than', 'gt', 'more_than', 'above', 'larger_than', 'older_than', 'longer_than', 'exceeds'],
  at_least: ['>=', '≥', 'greater_than_or_equal', 'gte', 'minimum', 'min', 'not_less_than'],
  under: ['<', 'less_than', 'lt', 'fewer_than', 'below', 'lower_than', 'smaller_than', 'newer_than', 'shorter_than'],
  at_most: ['<=', '≤', 'less_than_or_equal', 'lte', 'maximum', 'max', 'up_to', 'not_more_than'],
  is: ['=', '==', 'equals', 'equal', 'equal_to', 'eq', 'in', 'one_of', 'any_of'],
  is_not: ['!=', '<>', '≠', 'not', 'not_equal', 'not_equals', 'ne', 'not_in', 'none_of'],
  before: ['<', 'earlier_than', 'until', 'less_than', 'lt'],
  on_or_after: ['>', '>=', 'after', 'since', 'later_than', 'from', 'greater_than', 'gt', 'gte'],
  in: ['is', 'on', 'during', 'equals', '=', '=='],
  contains: ['includes', 'like', 'has'],
  starts_with: ['begins_with', 'begins'],
}
/** Of a clock there is no instant at which it is exactly so long: what is `over` is `at_least` as well. */
const OF_CLOCKS: Readonly<Record<string, string>> = { at_least: 'over', at_most: 'under' }

/** The operator of this kind of fact that goes by another name elsewhere; undefined where nobody knows one. */
export function operatorMeant(word: string, kind: FactKind): string | undefined {
  const name = word
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_')
  for (const [operator, words] of Object.entries(ELSEWHERE)) {
    if (name !== operator && !words.includes(name)) continue
    const meant = kind === 'elapsed' ? (OF_CLOCKS[operator] ?? operator) : operator
    if (operatorFor(kind, meant)) return meant
  }
  return undefined
}

const SIGN = /^\s*(>=|<=|<>|!=|==|[<>=≥≤≠])\s*(\S.*?)\s*$/

/** What `>5000` would be as a map: `{ over: 5000 }`. Undefined where the text does not begin with such a sign. */
export function meantComparison(text: string, kind: FactKind = 'number'): string | undefined {
  const [, sign = '', written = ''] = SIGN.exec(text) ?? []
  const operator = operatorMeant(sign, kind)
  const value = /^\d{1,3}(,\d{3})+(\.\d+)?$/.test(written) ? written.replaceAll(',', '') : written
  return operator && `{ ${operator}: ${value} }`
}
