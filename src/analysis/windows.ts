import { spanIn } from '../conditions/operands.js'
import { ALWAYS, type Condition, type Leaf } from '../conditions/tree.js'
import { formatSpan, type Span } from '../lib/span.js'
import type { Program } from '../program/program.js'
import { partsOf } from './core.js'
import { allWrites } from './writes.js'

/** For how long a condition can hold without a break. */
export interface Window {
  /** No longer than this. */
  readonly longest: Span
  /** What ends it. */
  readonly end: Leaf
  readonly says: string
  said(span: Span): string
}

/** What must stay as it is, or the clock begins anew. */
const HELD: Readonly<Record<string, string>> = { time_in_stage: 'stage', time_in_status: 'status', time_in_bin: 'bin' }

/**
 * How long a condition holds at most: from the end of one span to the end of another on the same clock, where nothing can set
 * that clock back while it holds. Null where there is no such end, or it is not certain.
 */
export function windowOf(condition: Condition, program: Program): Window | null {
  const leaves = partsOf(condition).filter((part) => part.is === 'leaf')
  const windows = leaves.flatMap((under) => {
    if (!isEnd(under) || !runsOn(under, leaves) || isSetBack(under, program)) return []
    const end = spanIn(under.operand)
    const starts = leaves
      .filter((leaf) => leaf.fact === under.fact && leaf.operator.name === 'over')
      .map((leaf) => spanIn(leaf.operand))
      .filter(({ unit }) => unit === end.unit)
    const start = Math.max(0, ...starts.map(({ count }) => count))
    return start < end.count ? [{ longest: { unit: end.unit, count: end.count - start }, end: under }] : []
  })
  const [first, ...others] = windows
  if (!first) return null
  const { longest, end } = others.reduce(
    (least, one) => (one.longest.unit === least.longest.unit && one.longest.count < least.longest.count ? one : least),
    first,
  )
  return { longest, end, says: formatSpan(longest), said: formatSpan }
}

const CREATED = /^(account\.)?created$/

/** That so much of the window is left. */
export function leaves({ end }: Window, left: Span): Condition {
  const { count, unit } = spanIn(end.operand)
  if (unit !== left.unit || count <= left.count) return ALWAYS
  return { ...end, operand: { is: 'span', span: { unit, count: count - left.count } } }
}

/** Does it cease to hold when a span is up? */
const isEnd = ({ fact, operator }: Leaf): boolean =>
  (fact.kind === 'elapsed' && operator.name === 'under') || (CREATED.test(fact.name) && operator.name === 'within_last')

/** Does nothing but time move the clock while the leaves hold? */
function runsOn({ fact }: Leaf, leaves: readonly Leaf[]): boolean {
  const side = fact.name.startsWith('account.') ? 'account.' : ''
  const plain = fact.name.slice(side.length)
  if (plain === 'created') return true
  const held = HELD[plain]
  // The age of an opportunity stops where it is not open.
  if (held === undefined) return plain === 'age' && leaves.some((leaf) => isOnly(leaf, 'status', 'open') || side !== '')
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
