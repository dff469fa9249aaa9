import { spanIn, textIn, valuesIn } from '../../conditions/operands.js'
import { firstDayOf } from '../../conditions/reckoning.js'
import { type Clock, type Leaf, sameLeaf } from '../../conditions/tree.js'
import { type FactValue, isOfTime } from '../../facts/fact.js'
import { DAY, HOUR } from '../../lib/civil.js'
import type { CivilDate, Instant } from '../../lib/instant.js'
import type { Span } from '../../lib/span.js'
import { datesContradict } from './dates.js'
import type { Domain } from './domains.js'
import { isNeverLonger } from './spans.js'

/** Values that a fact may take where some leaves hold of it, the likeliest first; null is "missing". */
export interface Values {
  readonly tried: readonly (FactValue | null)[]
  /** None is found: is that certain, or may there be one that was not tried? */
  readonly impossible: boolean
}

/** What a fact, or two that are read from the same value, may be. The leaves are all about it; there is at least one. */
export function valuesFor(leaves: readonly Leaf[], domain: Domain, clock: Clock): Values {
  const wantsMissing = domain.missing && leaves.every((leaf) => leaf.operator.ofMissing?.(leaf.operand) ?? false)
  const seen = leaves.filter((leaf) => !leaf.operator.ofMissing)
  const mayBeKnown = leaves.every((leaf) => !leaf.operator.ofMissing?.(leaf.operand))
  const none: (FactValue | null)[] = wantsMissing ? [null] : []
  if (!mayBeKnown) return { tried: none, impossible: none.length === 0 }
  const found = candidates(leaves, seen, domain, clock).filter((value) =>
    seen.every((leaf) => isSo(leaf, value, clock)),
  )
  const tried = [...new Set<FactValue | null>([...found, ...none])]
  return { tried, impossible: tried.length === 0 && isCertain(seen, clock) }
}

const isSo = ({ fact, operator, operand }: Leaf, value: FactValue, clock: Clock): boolean =>
  operator.holds(value, operand, clock, fact.kind, null)

const isTime = ({ fact }: Leaf): boolean => isOfTime(fact)

/** The tried values of texts, numbers and flags are all that make a difference; of times contradictions are reasoned out. */
function isCertain(seen: readonly Leaf[], { calendar }: Clock): boolean {
  if (!seen.some(isTime)) return !seen.some(({ fact }) => fact.kind === 'text') || textsContradict(seen)
  const elapsed = seen.filter(({ fact }) => fact.kind === 'elapsed')
  const spans = (name: string) => elapsed.filter((l) => l.operator.name === name).map((l) => spanIn(l.operand))
  const { workdays } = calendar.spec
  if (spans('over').some((over) => spans('under').some((under) => isNeverLonger(under, over, workdays)))) return true
  const dates = seen.filter(({ fact }) => fact.kind !== 'elapsed')
  return dates.length > 0 && datesContradict(dates)
}

/** With a list of what it is all of it was tried; of parts of a text only plain contradictions are certain. */
function textsContradict(seen: readonly Leaf[]): boolean {
  if (seen.some(({ operator }) => operator.name === 'is')) return true
  const parts = (name: string) => seen.filter((l) => l.operator.name === name).map((l) => textIn(l.operand))
  const starts = parts('starts_with')
  if (starts.some((one) => starts.some((other) => !one.startsWith(other) && !other.startsWith(one)))) return true
  const lacks = parts('lacks')
  if ([...starts, ...parts('contains')].some((part) => lacks.some((lack) => part.includes(lack)))) return true
  return starts.some((one) => parts('starts_otherwise').some((other) => one.startsWith(other)))
}

function candidates(leaves: readonly Leaf[], seen: readonly Leaf[], domain: Domain, clock: Clock): FactValue[] {
  const kinds = new Set(leaves.map(({ fact }) => fact.kind))
  if (kinds.has('date')) return days(seen, clock)
  if (kinds.has('instant') || kinds.has('elapsed')) return instants(seen, clock)
  if (kinds.has('flag')) return [true, false]
  if (kinds.has('number') || kinds.has('money')) return numbers(seen, domain, kinds.has('money'))
  return domain.choices ? [...domain.choices] : texts(seen)
}

function numbers(seen: readonly Leaf[], { whole, min, max }: Domain, isMoney: boolean): number[] {
  const points = seen.flatMap(({ operand }) => {
    if (operand.is === 'number') return [operand.number]
    if (operand.is === 'range') return [operand.from, operand.to]
    return operand.is === 'values' ? operand.values.map(Number) : []
  })
  for (const end of [min, max]) if (Number.isFinite(end)) points.push(end)
  const sorted = [...new Set(points)].sort((a, b) => a - b)
  const between = sorted.slice(1).map((point, i) => (point + (sorted[i] as number)) / 2)
  const around = sorted.flatMap((point) => (whole ? [Math.floor(point), Math.ceil(point)] : [point]))
  const steps = isMoney ? [1000, -1000, 1, -1] : [1, -1]
  const next = steps.flatMap((step) => around.map((point) => point + step))
  const many = seen.length > 0 ? [Math.max(0, ...sorted) + 1000] : []
  return [...around, ...next, ...(whole ? [] : between), 1, 0, ...many]
    .filter((n) => n >= min && n <= max && (!whole || Number.isInteger(n)))
    .filter((n, i, list) => list.indexOf(n) === i)
}

function texts(seen: readonly Leaf[]): string[] {
  const named = seen.flatMap(({ operand }) => (operand.is === 'values' ? valuesIn(operand).map(String) : []))
  const parts = (name: string) => seen.filter((l) => l.operator.name === name).map((l) => textIn(l.operand))
  const starts = parts('starts_with').sort((a, b) => b.length - a.length)
  const inside = parts('contains')
  const made = ['other', 'another', 'x', '~'].map((end) => [starts[0] ?? '', ...inside, end].join(''))
  const bare = (starts[0] ?? '') + inside.join('')
  return [...new Set([...named, ...made, ...(bare === '' ? [] : [bare])])]
}

const AHEAD = [
  3, -3, 0, 1, -1, 2, -2, 5, 7, -7, 10, -10, 14, -14, 20, 30, -30, 45, 60, 75, 90, -90, 120, 150, 180, 210, 240, 270,
  300, 330, 365, -365, 540, 730,
]

function days(seen: readonly Leaf[], clock: Clock): CivilDate[] {
  const { now, calendar } = clock
  const today = calendar.dateOf(now)
  const near = edges(seen, clock).map((at) => calendar.dateOf(at))
  const around = near.flatMap((date) => [date, calendar.addDays(date, 1), calendar.addDays(date, -1)])
  return [...new Set([...AHEAD.map((ahead) => calendar.addDays(today, ahead)), ...around])]
}

function instants(seen: readonly Leaf[], clock: Clock): Instant[] {
  const { now } = clock
  const at = edges(seen, clock)
  const sorted = [...new Set(at)].sort((a, b) => a - b)
  const between = sorted.slice(1).map((edge, i) => Math.floor((edge + (sorted[i] as number)) / 2))
  const around = at.flatMap((edge) => [edge - HOUR, edge + HOUR, edge, edge + 1])
  return [...between, ...around, ...AHEAD.map((ahead) => now + ahead * DAY), now - HOUR].filter((v) => v > 0)
}

/** Where the answers of the leaves change. */
function edges(seen: readonly Leaf[], clock: Clock): Instant[] {
  const { now, calendar } = clock
  return seen.flatMap(({ operator, operand }) => {
    if (operand.is === 'span') {
      const span: Span = spanIn(operand)
      return operator.name.endsWith('within_next') ? [calendar.after(now, span)] : [calendar.latest(now, span)]
    }
    if (operand.is === 'date') return [calendar.startOf(operand.date)]
    if (operand.is === 'periods') {
      return operand.periods.flatMap(({ unit, offset }) =>
        [offset, offset + 1].map((o) => calendar.startOf(firstDayOf({ unit, offset: o }, clock))),
      )
    }
    return []
  })
}

/** The same leaf twice asks nothing new. */
export const withLeaf = (leaves: readonly Leaf[], leaf: Leaf): readonly Leaf[] =>
  leaves.some((known) => sameLeaf(known) === sameLeaf(leaf)) ? leaves : [...leaves, leaf]
