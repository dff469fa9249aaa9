import { spanIn } from '../conditions/operands.js'
import type { Condition, Leaf } from '../conditions/tree.js'
import { formatSpan, type Span } from '../lib/span.js'
import { partsOf } from './core.js'

/** For how long a condition can hold without a break. */
export interface Window {
  /** No longer than this. */
  readonly longest: Span
  readonly says: string
  said(span: Span): string
}

/** What must stay as it is, or the clock begins anew. */
const HELD: Readonly<Record<string, string>> = { time_in_stage: 'stage', time_in_status: 'status', time_in_bin: 'bin' }

/**
 * How long a condition holds at most: from the end of one span to the end of another on the same clock, where nothing can set
 * that clock back while it holds. Null where there is no such end, or it is not certain.
 */
export function windowOf(condition: Condition): Window | null {
  const leaves = partsOf(condition).filter((part) => part.is === 'leaf')
  const windows = leaves.flatMap((under) => {
    if (under.fact.kind !== 'elapsed' || under.operator.name !== 'under' || !runsOn(under, leaves)) return []
    const end = spanIn(under.operand)
    const starts = leaves
      .filter((leaf) => leaf.fact === under.fact && leaf.operator.name === 'over')
      .map((leaf) => spanIn(leaf.operand))
      .filter(({ unit }) => unit === end.unit)
    const start = Math.max(0, ...starts.map(({ count }) => count))
    return start < end.count ? [{ unit: end.unit, count: end.count - start }] : []
  })
  const [first, ...others] = windows
  if (!first) return null
  const longest = others.reduce(
    (least, one) => (one.unit === least.unit && one.count < least.count ? one : least),
    first,
  )
  return { longest, says: formatSpan(longest), said: formatSpan }
}

/** Does nothing but time move the clock while the leaves hold? */
function runsOn({ fact }: Leaf, leaves: readonly Leaf[]): boolean {
  const side = fact.name.startsWith('account.') ? 'account.' : ''
  const plain = fact.name.slice(side.length)
  const held = HELD[plain]
  if (held === undefined) return plain === 'age' && leaves.some((leaf) => isOnly(leaf, 'status') || side !== '')
  return leaves.some((leaf) => isOnly(leaf, side + held))
}

/** Is it one value that the fact must be? */
const isOnly = ({ fact, operator, operand }: Leaf, name: string): boolean =>
  fact.name === name && operator.name === 'is' && operand.is === 'values' && operand.values.length === 1
