import { type RawBuilder, sql } from 'kysely'
import { FACT_KINDS, type FactKind, type FactValue } from '../facts/fact.js'
import { describeOperand, flagIn, numberIn, rangeIn, textIn, valuesIn } from './operands.js'
import type { Operand, Operator } from './tree.js'

const NUMBERS: readonly FactKind[] = ['number', 'money']
const TEXTS: readonly FactKind[] = ['text', 'choice']

const oneOf = (operand: Operand): RawBuilder<unknown> =>
  sql.join(valuesIn(operand).map((value) => (typeof value === 'boolean' ? Number(value) : value)))

const is: Operator = {
  name: 'is',
  written: true,
  kinds: [...TEXTS, ...NUMBERS],
  opposite: 'is_not',
  takes: ['values'],
  summary: 'The value itself, or any one of a list.',
  holds: (value, operand) => valuesIn(operand).includes(value),
  sql: (value, operand) => sql`${value} in (${oneOf(operand)})`,
  words: (operand, kind) => `is ${describeOperand(operand, kind)}`,
}

const isNot: Operator = {
  name: 'is_not',
  written: true,
  kinds: is.kinds,
  opposite: 'is',
  takes: ['values'],
  summary: 'Another value: none of a list.',
  holds: (value, operand) => !valuesIn(operand).includes(value),
  sql: (value, operand) => sql`${value} not in (${oneOf(operand)})`,
  words: (operand, kind) => `is not ${describeOperand(operand, kind)}`,
}

const flags: readonly Operator[] = [
  { ...is, kinds: ['flag'], summary: 'True or false.' },
  { ...isNot, kinds: ['flag'], written: false, summary: 'The other of true and false.' },
]

/** A pair of opposites on texts, of which only the first is written. */
const ofTexts = (
  name: string,
  opposite: string,
  summaries: readonly [string, string],
  words: readonly [string, string],
  test: (text: string, part: string) => boolean,
  ask: 'contains' | 'startsWith',
): readonly Operator[] => [
  {
    name,
    written: true,
    kinds: TEXTS,
    opposite,
    takes: ['text'],
    summary: summaries[0],
    holds: (value, operand) => test(String(value), textIn(operand)),
    sql: (value, operand, _clock, _kind, dialect) => dialect[ask](value, textIn(operand)),
    words: (operand, kind) => `${words[0]} ${describeOperand(operand, kind)}`,
  },
  {
    name: opposite,
    written: false,
    kinds: TEXTS,
    opposite: name,
    takes: ['text'],
    summary: summaries[1],
    holds: (value, operand) => !test(String(value), textIn(operand)),
    sql: (value, operand, _clock, _kind, dialect) => sql`not (${dialect[ask](value, textIn(operand))})`,
    words: (operand, kind) => `${words[1]} ${describeOperand(operand, kind)}`,
  },
]

const ofNumbers = (
  name: string,
  opposite: string,
  summary: string,
  words: string,
  test: (value: FactValue, number: number) => boolean,
  sign: '>' | '>=' | '<' | '<=',
): Operator => ({
  name,
  written: true,
  kinds: NUMBERS,
  opposite,
  takes: ['number'],
  summary,
  holds: (value, operand) => test(value, numberIn(operand)),
  sql: (value, operand) => sql`${value} ${sql.raw(sign)} ${numberIn(operand)}`,
  words: (operand, kind) => `${words} ${describeOperand(operand, kind)}`,
})

const within = (value: FactValue, operand: Operand): boolean => {
  const { from, to } = rangeIn(operand)
  return (value as number) >= from && (value as number) <= to
}

const ranges: readonly Operator[] = [
  {
    name: 'between',
    written: true,
    kinds: NUMBERS,
    opposite: 'outside',
    takes: ['range'],
    summary: 'From the first number to the second, both included.',
    holds: within,
    sql: (value, operand) => sql`${value} between ${rangeIn(operand).from} and ${rangeIn(operand).to}`,
    words: (operand, kind) => `between ${describeOperand(operand, kind)}`,
  },
  {
    name: 'outside',
    written: false,
    kinds: NUMBERS,
    opposite: 'between',
    takes: ['range'],
    summary: 'Below the first number or above the second.',
    holds: (value, operand) => !within(value, operand),
    sql: (value, operand) => sql`${value} not between ${rangeIn(operand).from} and ${rangeIn(operand).to}`,
    words: (operand, kind) => `not between ${describeOperand(operand, kind)}`,
  },
]

/** The only operator that sees a missing fact, and its opposite. */
const missing = (name: string, opposite: string, written: boolean, whenTrue: boolean, summary: string): Operator => ({
  name,
  written,
  kinds: FACT_KINDS,
  opposite,
  takes: ['flag'],
  summary,
  ofMissing: (operand) => flagIn(operand) === whenTrue,
  holds: (_value, operand) => flagIn(operand) !== whenTrue,
  sql: (value, operand) => (flagIn(operand) === whenTrue ? sql`${value} is null` : sql`${value} is not null`),
  words: (operand) => (flagIn(operand) === whenTrue ? 'is missing' : 'is known'),
})

/** Operators on which time has no influence. */
export const PLAIN_OPERATORS: readonly Operator[] = [
  is,
  isNot,
  ...flags,
  ...ofTexts(
    'contains',
    'lacks',
    ['The text stands somewhere in it, capitals included.', 'The text stands nowhere in it.'],
    ['contains', 'does not contain'],
    (text, part) => text.includes(part),
    'contains',
  ),
  ...ofTexts(
    'starts_with',
    'starts_otherwise',
    ['It begins with the text, capitals included.', 'It does not begin with the text.'],
    ['starts with', 'does not start with'],
    (text, part) => text.startsWith(part),
    'startsWith',
  ),
  ofNumbers('over', 'at_most', 'More than the number.', 'over', (v, n) => (v as number) > n, '>'),
  ofNumbers('at_least', 'under', 'The number or more.', 'at least', (v, n) => (v as number) >= n, '>='),
  ofNumbers('under', 'at_least', 'Less than the number.', 'under', (v, n) => (v as number) < n, '<'),
  ofNumbers('at_most', 'over', 'The number or less.', 'at most', (v, n) => (v as number) <= n, '<='),
  ...ranges,
  missing('missing', 'known', true, true, 'Whether nothing is known of it.'),
  missing('known', 'missing', false, false, 'Whether something is known of it.'),
]
