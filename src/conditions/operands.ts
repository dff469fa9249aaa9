import type { FactKind, FactValue } from '../facts/fact.js'
import type { Period } from '../lib/calendar.js'
import { formatPeriod } from '../lib/period.js'
import { formatSpan, type Span } from '../lib/span.js'
import type { Operand } from './tree.js'

const wrong = (operand: Operand, expected: string): never => {
  throw new Error(`An operator that takes ${expected} was given ${operand.is}.`)
}

// Each takes the operand apart; they throw on another one, which the checks of the rules have refused before.
export const valuesIn = (o: Operand): readonly FactValue[] => (o.is === 'values' ? o.values : wrong(o, 'values'))
export const numberIn = (o: Operand): number => (o.is === 'number' ? o.number : wrong(o, 'a number'))
export const rangeIn = (o: Operand) => (o.is === 'range' ? o : wrong(o, 'a range'))
export const textIn = (o: Operand): string => (o.is === 'text' ? o.text : wrong(o, 'a text'))
export const flagIn = (o: Operand): boolean => (o.is === 'flag' ? o.flag : wrong(o, 'a flag'))
export const periodsIn = (o: Operand): readonly Period[] => (o.is === 'periods' ? o.periods : wrong(o, 'periods'))

/** The numbers of an operand: on each of them, and between any two, a comparison with it gives every number the same answer. */
export const numbersIn = (o: Operand): readonly number[] =>
  o.is === 'number'
    ? [o.number]
    : o.is === 'range'
      ? [o.from, o.to]
      : o.is === 'values'
        ? o.values.filter((value) => typeof value === 'number')
        : []

const multiplied = new WeakMap<Operand, Span>()

/** The span with its `times` reckoned in: always the same object for the same operand. */
export function spanIn(operand: Operand): Span {
  if (operand.is !== 'span') return wrong(operand, 'a span')
  if (operand.times === undefined || operand.times === 1) return operand.span
  const known = multiplied.get(operand)
  if (known) return known
  const span = { unit: operand.span.unit, count: operand.span.count * operand.times }
  multiplied.set(operand, span)
  return span
}

/** A number with its thousands set apart, at most three places behind the point: `12,000.5`. */
export const formatNumber = (n: number): string => NUMBERS.format(n)
// Made once: it takes longer to make one than to say all the numbers of a plan.
const NUMBERS = new Intl.NumberFormat('en-US', { maximumFractionDigits: 3 })

const comparable = (value: FactValue, kind: FactKind): string => {
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (typeof value === 'string') return value === '' ? '""' : value
  return formatNumber(kind === 'money' ? value / 1000 : value)
}

/** What a fact is compared with, as people read it: `14 days`, `10,000`, `open or won`. */
export function describeOperand(operand: Operand, kind: FactKind): string {
  switch (operand.is) {
    case 'values':
      return operand.values.map((value) => comparable(value, kind)).join(' or ')
    case 'number':
      return comparable(operand.number, kind)
    case 'range':
      return `${comparable(operand.from, kind)} and ${comparable(operand.to, kind)}`
    case 'text':
      return JSON.stringify(operand.text)
    case 'span':
      return formatSpan(spanIn(operand))
    case 'date':
      return operand.date
    case 'periods':
      return operand.periods.map(formatPeriod).join(' or ')
    case 'flag':
      return operand.flag ? 'true' : 'false'
  }
}
