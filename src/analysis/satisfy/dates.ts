import { periodsIn } from '../../conditions/operands.js'
import type { Leaf } from '../../conditions/tree.js'
import type { Period, PeriodUnit } from '../../lib/calendar.js'
import { bounds } from './spans.js'

const DAY = 86_400_000
const SHORTEST: Record<PeriodUnit, number> = { day: 1, week: 7, month: 28, quarter: 89, year: 365 }
const LONGEST: Record<PeriodUnit, number> = { day: 1, week: 7, month: 31, quarter: 92, year: 366 }
const INFINITY = Number.POSITIVE_INFINITY

/** How many days ahead of today a period begins: at the least and at the most. */
function beginOf({ unit, offset }: Period): readonly [least: number, most: number] {
  const least = offset > 0 ? 1 + (offset - 1) * SHORTEST[unit] : 1 + (offset - 1) * LONGEST[unit]
  const most = offset > 0 ? offset * LONGEST[unit] : offset * SHORTEST[unit]
  return [least, most]
}

/** How many days ahead of today a day may lie of which the leaf holds, at the least and at the most. */
function daysAhead({ operator, operand }: Leaf): readonly [least: number, most: number] {
  if (operand.is === 'span') {
    const longest = Math.ceil(bounds(operand.span)[1] / DAY) * (operand.times ?? 1) + 2
    if (operator.name === 'within_next') return [0, longest]
    if (operator.name === 'within_last') return [-longest, 0]
  }
  if (operand.is === 'periods') {
    const begins = operand.periods.map(beginOf)
    const ends = operand.periods.map(({ unit, offset }) => beginOf({ unit, offset: offset + 1 }))
    if (operator.name === 'before') return [-INFINITY, Math.max(...begins.map(([, most]) => most)) - 1]
    if (operator.name === 'on_or_after') return [Math.min(...begins.map(([least]) => least)), INFINITY]
    if (operator.name === 'in') {
      return [Math.min(...begins.map(([least]) => least)), Math.max(...ends.map(([, most]) => most)) - 1]
    }
  }
  return [-INFINITY, INFINITY]
}

/** Of periods of one unit: does an offset exist at which all of them hold? */
function periodsAgree(leaves: readonly Leaf[]): boolean {
  const byUnit = new Map<PeriodUnit, Leaf[]>()
  for (const leaf of leaves) {
    const units =
      leaf.operand.is === 'periods' ? new Set(leaf.operand.periods.map(({ unit }) => unit)) : new Set<never>()
    if (units.size !== 1) continue
    const [unit] = [...units] as [PeriodUnit]
    byUnit.set(unit, [...(byUnit.get(unit) ?? []), leaf])
  }
  return [...byUnit.values()].every((same) => {
    const offsets = same.flatMap(({ operand }) => periodsIn(operand).map(({ offset }) => offset))
    const tried = [...new Set(offsets.flatMap((offset) => [offset - 1, offset, offset + 1]))]
    return tried.some((at) => same.every((leaf) => holdsAt(leaf, at)))
  })
}

function holdsAt({ operator, operand }: Leaf, at: number): boolean {
  const offsets = periodsIn(operand).map(({ offset }) => offset)
  const [first = 0] = offsets
  switch (operator.name) {
    case 'before':
      return at < first
    case 'on_or_after':
      return at >= first
    case 'in':
      return offsets.includes(at)
    case 'not_in':
      return !offsets.includes(at)
    default:
      return true
  }
}

/** Is there, whatever day it is today, no day of which all of them hold? False where that is not certain. */
export function datesContradict(leaves: readonly Leaf[]): boolean {
  const ranges = leaves.map(daysAhead)
  if (Math.max(...ranges.map(([least]) => least)) > Math.min(...ranges.map(([, most]) => most))) return true
  const from = leaves.flatMap((l) =>
    l.operator.name === 'on_or_after' && l.operand.is === 'date' ? [l.operand.date] : [],
  )
  const behind = leaves.flatMap((l) =>
    l.operator.name === 'before' && l.operand.is === 'date' ? [l.operand.date] : [],
  )
  if (from.some((first) => behind.some((end) => end <= first))) return true
  return !periodsAgree(leaves)
}
