import { spanIn } from '../conditions/operands.js'
import type { Condition, Leaf } from '../conditions/tree.js'
import { DAY, HOUR } from '../lib/civil.js'
import { formatSpan, type Span } from '../lib/span.js'
import type { Program, Rule } from '../program/program.js'
import { partsOf } from './core.js'
import { all } from './satisfy/failing.js'
import { inStoredFacts } from './satisfy/reckoned.js'
import { inSmallest } from './satisfy/spans.js'
import type { Asked } from './warning.js'
import { allWrites } from './writes.js'

/** For how long a condition can hold without a break. */
export interface Window {
  /** No longer than this. */
  readonly longest: Span
  readonly says: string
  /** Where it begins on its clock; null: with the clock. */
  readonly start: Span | null
  /** What ends it. */
  readonly end: Leaf
}

/** What must stay as it is, or the clock begins anew. */
const HELD: Readonly<Record<string, string>> = { time_in_stage: 'stage', time_in_status: 'status', time_in_bin: 'bin' }

/**
 * How long the condition of a rule holds at most: from the end of one span to the end of another on the same clock, where nothing
 * can set that clock back while it holds. Null where there is no such end, or it is not certain.
 */
export function windowOf(asked: Asked, rule: Rule): Window | null {
  const leaves = certainParts(asked, rule).filter((part) => part.is === 'leaf')
  const windows = leaves.flatMap((under): Window[] => {
    if (!isEnd(under) || !runsOn(under, leaves) || isSetBack(under, asked.program)) return []
    const end = spanIn(under.operand)
    const starts = leaves
      .filter((leaf) => leaf.fact === under.fact && leaf.operator.name === 'over')
      .map((leaf) => spanIn(leaf.operand))
      .filter((span) => inSmallest(span).unit === inSmallest(end).unit)
      .sort((a, b) => inSmallest(b).count - inSmallest(a).count)
    const [start = null] = starts
    const longest = start === null ? end : between(start, end)
    return longest.count > 0 ? [{ longest, says: formatSpan(longest), start, end: under }] : []
  })
  const [first, ...others] = windows
  return first ? others.reduce((least, one) => (isShorter(one.longest, least.longest) ? one : least), first) : null
}

const between = (start: Span, end: Span): Span => {
  const [from, to] = start.unit === end.unit ? [start, end] : [inSmallest(start), inSmallest(end)]
  return { unit: to.unit, count: to.count - from.count }
}

const isShorter = (a: Span, b: Span): boolean =>
  inSmallest(a).unit === inSmallest(b).unit && inSmallest(a).count < inSmallest(b).count

/** All that must hold, levels and scores written out; of alternatives of which only one fits to the rest, that one. */
function certainParts({ program, satisfy }: Asked, { for: kind, when }: Rule): readonly Condition[] {
  let parts = partsOf(inStoredFacts(program, kind, when))
  for (;;) {
    const only = parts.flatMap((part) => {
      if (part.is !== 'any') return []
      const rest = parts.filter((one) => one !== part)
      const fitting = part.parts.filter((one) => satisfy(kind, all(one, ...rest)).is !== 'impossible')
      return fitting.length === 1 ? [[...rest, ...fitting.flatMap(partsOf)]] : []
    })
    const [fewer] = only
    if (!fewer) return parts
    parts = fewer
  }
}

/** A subject that has only just come into the window, and lives through the rest of it; or else as late in it as must be. */
export function freshIn(
  { program, satisfy, now }: Asked,
  rule: Rule,
  { start, end }: Window,
): ReturnType<Asked['satisfy']> {
  const { calendar } = program.vocabulary
  const spent = (span: Span): number => Math.ceil((now - calendar.latest(now, span)) / HOUR)
  const [from, to] = [start === null ? 0 : spent(start), spent(spanIn(end.operand))]
  for (let hours = 1; from + hours < to; hours = hours < DAY / HOUR ? DAY / HOUR : hours * 2) {
    const span: Span = { unit: 'hour', count: from + hours }
    const answer = satisfy(rule.for, all(rule.when, { ...end, operand: { is: 'span', span } }))
    if (answer.is === 'possible') return answer
  }
  return satisfy(rule.for, rule.when)
}

const CREATED = /^(account\.)?created$/

/** Does it cease to hold when a span is up? */
const isEnd = ({ fact, operator }: Leaf): boolean =>
  (fact.kind === 'elapsed' && operator.name === 'under') || (CREATED.test(fact.name) && operator.name === 'within_last')

/** Does nothing but time move the clock while the leaves hold? */
function runsOn({ fact }: Leaf, leaves: readonly Leaf[]): boolean {
  const side = fact.name.startsWith('account.') ? 'account.' : ''
  // An opportunity may go to another account, with other clocks.
  if (side !== '' && !leaves.some((leaf) => isOnly(leaf, 'account.id'))) return false
  const plain = fact.name.slice(side.length)
  if (plain === 'created') return true
  const held = HELD[plain]
  // The age of an opportunity stops where it is not open.
  if (held === undefined)
    return plain === 'age' && (side !== '' || leaves.some((leaf) => isOnly(leaf, 'status', 'open')))
  return leaves.some((leaf) => isOnly(leaf, side + held))
}

/** Does a rule say anew when something was created? */
const isSetBack = ({ fact }: Leaf, program: Program): boolean =>
  /(age|created)$/.test(fact.name) &&
  program.rules.some((rule) => allWrites(rule, program).some((write) => CREATED.test(write.fact)))

/** Is it one value that the fact must be? */
const isOnly = ({ fact, operator, operand }: Leaf, name: string, value?: string): boolean =>
  fact.name === name &&
  operator.name === 'is' &&
  operand.is === 'values' &&
  operand.values.length === 1 &&
  (value === undefined || operand.values[0] === value)
