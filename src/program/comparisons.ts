import { operatorFor } from '../conditions/operators.js'
import type { FactKind } from '../facts/fact.js'
import { parseCivilDate } from '../lib/calendar.js'
import { dateOfDay, dayOfDate, MAX_DAY } from '../lib/civil.js'
import type { CivilDate } from '../lib/instant.js'
import { formatPeriod, meantPeriod, meantWithin, parsePeriod } from '../lib/period.js'
import { meantSpan, parseSpan } from '../lib/span.js'
import { withoutCommas } from './numbers.js'

/** What comparisons are called elsewhere, by what they are called here of numbers and texts. */
const ELSEWHERE = {
  over: ['>', 'greater_than', 'gt', 'more_than', 'above', 'larger_than', 'exceeds', 'after', 'later_than'],
  at_least: [
    '>=',
    '≥',
    'greater_than_or_equal',
    'gte',
    'minimum',
    'min',
    'not_less_than',
    'on_or_after',
    'since',
    'from',
  ],
  under: ['<', 'less_than', 'lt', 'fewer_than', 'below', 'lower_than', 'smaller_than', 'before', 'earlier_than'],
  at_most: [
    ...['<=', '≤', 'less_than_or_equal', 'lte', 'maximum', 'max', 'up_to', 'not_more_than'],
    ...['on_or_before', 'until', 'through', 'by'],
  ],
  is: ['=', '==', 'equals', 'equal', 'equal_to', 'eq', 'in', 'one_of', 'any_of', 'on', 'during'],
  is_not: ['!=', '<>', '≠', 'not', 'not_equal', 'not_equals', 'ne', 'not_in', 'none_of'],
  contains: ['includes', 'like', 'has'],
  starts_with: ['begins_with', 'begins'],
} as const
type Meaning = keyof typeof ELSEWHERE

/** Of clocks alone: what is older has the earlier day. */
const OF_AGES: Readonly<Record<string, Meaning>> = {
  older_than: 'over',
  longer_than: 'over',
  newer_than: 'under',
  younger_than: 'under',
  shorter_than: 'under',
}
/** Of a clock there is no instant at which it is exactly so long: what is `over` is `at_least` as well. */
const OF_CLOCKS: Partial<Record<Meaning, Meaning>> = { at_least: 'over', at_most: 'under' }
/** Of days: the operator, and whether it takes the day behind, with what to say where nobody knows which that is. */
const OF_DAYS: Partial<Record<Meaning, readonly [operator: string, otherwise?: string]>> = {
  over: ['on_or_after', ' (that day too)'],
  at_least: ['on_or_after'],
  under: ['before'],
  at_most: ['before', ' (without that day)'],
}

const isOfDays = (kind: FactKind): boolean => kind === 'date' || kind === 'instant'

function meaningOf(word: string, kind: FactKind): Meaning | undefined {
  const name = word
    .trim()
    .toLowerCase()
    .replaceAll(/[\s-]+/g, '_')
  if (Object.hasOwn(OF_AGES, name)) return isOfDays(kind) ? undefined : OF_AGES[name]
  const all = Object.entries(ELSEWHERE) as [Meaning, readonly string[]][]
  return all.find(([meaning, words]) => meaning === name || words.includes(name))?.[0]
}

/**
 * What somebody who compared such a fact by this word may have meant, as a map that loads: of `> 5,000` `{ over: 5000 }`.
 * Undefined where nobody knows.
 */
export function comparisonMeant(word: string, value: unknown, kind: FactKind): string | undefined {
  const meaning = meaningOf(word, kind)
  if (meaning === undefined) return undefined
  if (isOfDays(kind)) return ofDays(meaning, value)
  const operator = kind === 'elapsed' ? (OF_CLOCKS[meaning] ?? meaning) : meaning
  return operatorFor(kind, operator) && `{ ${operator}: ${asWritten(value, kind)} }`
}

function ofDays(meaning: Meaning, value: unknown): string | undefined {
  const text = typeof value === 'string' ? value : ''
  if (meaning === 'is') {
    const list = (Array.isArray(value) ? value : [value]).map(periodOf)
    const date = parseCivilDate(text)
    if (date !== undefined) return `{ on_or_after: ${date}, before: ${daysBehind(date, 1)} }`
    if (list.length === 0 || list.includes(undefined)) return meantWithin(text)
    return `{ in: ${list.length > 1 ? `[${list.join(', ')}]` : list[0]} }`
  }
  const [operator, otherwise] = OF_DAYS[meaning] ?? []
  if (operator === undefined || parseSpan(text) || meantSpan(text)) return undefined
  const day = dayOf(text, otherwise === undefined ? 0 : 1)
  return day === undefined ? `{ ${operator}: … }${otherwise ?? ''}` : `{ ${operator}: ${day} }`
}

const daysBehind = (date: CivilDate, steps: number): CivilDate => dateOfDay(Math.min(dayOfDate(date) + steps, MAX_DAY))

const periodOf = (value: unknown): string | undefined =>
  typeof value !== 'string' ? undefined : parsePeriod(value) ? value : meantPeriod(value)

/** The date or the period, or the one behind it. */
function dayOf(text: string, steps: 0 | 1): string | undefined {
  const date = parseCivilDate(text)
  if (date !== undefined) return daysBehind(date, steps)
  const written = periodOf(text)
  const period = written === undefined ? undefined : parsePeriod(written)
  if (!period || steps === 0) return written
  return formatPeriod({ ...period, offset: period.offset + steps })
}

function asWritten(value: unknown, kind: FactKind): string {
  if (Array.isArray(value)) return `[${value.map((one) => asWritten(one, kind)).join(', ')}]`
  if (typeof value === 'object') return '…'
  const text = String(value)
  if (kind === 'number' || kind === 'money') return withoutCommas(text) ?? text
  if (kind === 'elapsed') return meantSpan(text) ?? text
  return /[[\]{},:#"']/.test(text) ? JSON.stringify(text) : text
}

const SIGN = /^\s*(>=|<=|<>|!=|==|[<>=≥≤≠])\s*(\S.*?)\s*$/

/** What `>5000` would be as a map; where nobody says of which kind the fact is, its value does. Undefined without such a sign. */
export function meantComparison(text: string, kind?: FactKind): string | undefined {
  const [, sign, written = ''] = SIGN.exec(text) ?? []
  return sign && comparisonMeant(sign, written, kind ?? kindLike(written))
}

const kindLike = (value: string): FactKind => {
  if (parseSpan(value) || meantSpan(value)) return 'elapsed'
  return dayOf(value, 0) === undefined ? 'number' : 'date'
}
