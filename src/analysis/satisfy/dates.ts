import type { Leaf } from '../../conditions/tree.js'
import type { Period, PeriodUnit } from '../../lib/calendar.js'
import { DAY } from '../../lib/civil.js'
import { bounds } from './spans.js'

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

const MONTHS: Partial<Record<PeriodUnit, number>> = { month: 1, quarter: 3, year: 12 }

/** Of days, and of weeks, each by itself: does an offset exist at which all of them hold? */
function periodsAgree(leaves: readonly Leaf[]): boolean {
  const byUnit = new Map<PeriodUnit, Leaf[]>()
  for (const leaf of leaves) {
    const units = new Set(periodsOf(leaf).map(({ unit }) => unit))
    if (units.size !== 1) continue
    const [unit] = [...units] as [PeriodUnit]
    byUnit.set(unit, [...(byUnit.get(unit) ?? []), leaf])
  }
  return [...byUnit.values()].every((same) => {
    const offsets = same.flatMap((leaf) => periodsOf(leaf).map(({ offset }) => offset))
    const tried = [...new Set(offsets.flatMap((offset) => [offset - 1, offset, offset + 1]))]
    const sized = { begin: (offset: number) => offset, length: 1 }
    return tried.some((at) => same.every((leaf) => holdsAt(leaf, at, () => sized)))
  })
}

/** Of months, quarters and years, which lie within one another: is there a month, whichever it is today, in which all hold? */
function monthsAgree(leaves: readonly Leaf[]): boolean {
  const same = leaves.filter((leaf) => {
    const periods = periodsOf(leaf)
    return periods.length > 0 && periods.every(({ unit }) => MONTHS[unit] !== undefined)
  })
  if (same.length === 0) return true
  return Array.from({ length: 12 }, (_, month) => month).some((month) => {
    // A period begins so many months from today's, which is the so-manyeth of its own quarter and year.
    const sizeOf = (unit: PeriodUnit) => {
      const length = MONTHS[unit] as number
      return { length, begin: (offset: number) => offset * length - (month % length) }
    }
    const edges = same.flatMap((leaf) =>
      periodsOf(leaf).flatMap(({ unit, offset }) => [sizeOf(unit).begin(offset), sizeOf(unit).begin(offset + 1)]),
    )
    return edges.flatMap((edge) => [edge - 1, edge]).some((at) => same.every((leaf) => holdsAt(leaf, at, sizeOf)))
  })
}

const periodsOf = ({ operand }: Leaf): readonly Period[] => (operand.is === 'periods' ? operand.periods : [])

interface Sized {
  readonly length: number
  begin(offset: number): number
}

/** Does a leaf hold in what lies so many days, weeks or months from today's? */
function holdsAt(leaf: Leaf, at: number, sizeOf: (unit: PeriodUnit) => Sized): boolean {
  const periods = periodsOf(leaf)
  const begins = periods.map(({ unit, offset }) => sizeOf(unit).begin(offset))
  const isIn = periods.some(({ unit }, i) => {
    const begin = begins[i] as number
    return at >= begin && at < begin + sizeOf(unit).length
  })
  const [first = 0] = begins
  switch (leaf.operator.name) {
    case 'before':
      return at < first
    case 'on_or_after':
      return at >= first
    case 'in':
      return isIn
    case 'not_in':
      return !isIn
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
  return !periodsAgree(leaves) || !monthsAgree(leaves)
}
