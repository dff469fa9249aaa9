import type { HistoryEntry } from '../domain/effects.js'
import type { Opportunity } from '../domain/subjects.js'
import type { Instant } from '../lib/instant.js'
import { type Stay, staysOf } from './stays.js'

/** An opportunity that was won or lost, and where it had been. */
export interface Outcome {
  id: string
  won: boolean
  created: Instant
  closed: Instant
  stays: readonly Stay[]
}

/** The outcome of an opportunity; null where it has none yet, or it is not known when it was created or closed. */
export function outcomeOf(row: Opportunity, history: readonly HistoryEntry[], now: Instant): Outcome | null {
  const { id, status, created, status_since, status_since_known } = row
  if (status === 'open' || created === null || !status_since_known || status_since > now) return null
  const known = staysOf(row, history, now)
  const anywhere: Stay = { pipeline: row.pipeline, stage: UNKNOWN, from: created, to: status_since, left: true }
  return { id, won: status === 'won', created, closed: status_since, stays: known.length > 0 ? known : [anywhere] }
}

/** The stage of one of which nobody knows when it was in which: it is compared with others like it, by age alone. */
const UNKNOWN = ''

/** That something was found of an opportunity, and when first. */
export interface Flag {
  id: string
  at: Instant
}

/** How often those that were flagged were won, against others that were in the same stage at the same age. */
export interface Lift {
  /** Flagged ones that were closed later, and for which there are others to compare with. */
  n: number
  won: number
  /** Others, each counted once, with which they were compared. */
  others: number
  /** Shares from 0 to 1; null where there is nobody. */
  rate: number | null
  base: number | null
  /** rate / base, with the ends of its interval of 95 %; null where either is 0 or unknown. */
  lift: { is: number; from: number; to: number } | null
  /** Flagged ones that were closed later and have nobody to compare with. */
  unmatched: number
  /** Of `n`, those whose stages are not known: they are compared at equal age alone. */
  byAgeAlone: number
}

const DAY = 86_400_000
/** Ages that count as equal, in days: up to each of these, and beyond. */
const AGES = [30, 60, 90, 180, 365]
const Z = 1.959964

const ageOf = (days: number): number => {
  const found = AGES.findIndex((most) => days < most)
  return found < 0 ? AGES.length : found
}

/**
 * Compares the flagged with others at equal stage and age: the base rate is that of the others in the same stage and band of
 * age, weighted as the flagged are spread (direct standardisation). The interval of the ratio is that of its logarithm (Katz et
 * al., Biometrics 34, 1978).
 */
export function compareOutcomes(outcomes: ReadonlyMap<string, Outcome>, flags: readonly Flag[]): Lift {
  const flagged = new Map<string, { cell: string; won: boolean; isPlaced: boolean }>()
  const named = new Set(flags.map(({ id }) => id))
  for (const { id, at } of flags) {
    const outcome = outcomes.get(id)
    if (!outcome || at >= outcome.closed || flagged.has(id)) continue
    const stay = outcome.stays.find(({ from, to }) => from <= at && at < to)
    if (!stay) continue
    const cell = cellOf(stay, ageOf((at - outcome.created) / DAY))
    flagged.set(id, { cell, won: outcome.won, isPlaced: stay.stage !== UNKNOWN })
  }
  const wanted = new Set([...flagged.values()].map(({ cell }) => cell))
  const others = new Map<string, { n: number; won: number }>()
  const compared = new Set<string>()
  for (const outcome of outcomes.values()) {
    if (named.has(outcome.id)) continue
    for (const cell of cellsOf(outcome)) {
      if (!wanted.has(cell)) continue
      const count = others.get(cell) ?? { n: 0, won: 0 }
      others.set(cell, { n: count.n + 1, won: count.won + (outcome.won ? 1 : 0) })
      compared.add(outcome.id)
    }
  }
  const matched = [...flagged.values()].filter(({ cell }) => others.has(cell))
  const n = matched.length
  const won = matched.filter((one) => one.won).length
  const byAgeAlone = matched.filter(({ isPlaced }) => !isPlaced).length
  const counted = { n, won, others: compared.size, unmatched: flagged.size - n, byAgeAlone }
  if (n === 0) return { ...counted, rate: null, base: null, lift: null }
  const spread = new Map<string, number>()
  for (const { cell } of matched) spread.set(cell, (spread.get(cell) ?? 0) + 1 / n)
  let base = 0
  let variance = 0
  for (const [cell, weight] of spread) {
    const { n: m, won: w } = others.get(cell) as { n: number; won: number }
    base += (weight * w) / m
    variance += (weight * weight * (w / m) * (1 - w / m)) / m
  }
  const rate = won / n
  return { ...counted, rate, base, lift: ratio(rate, n, base, variance) }
}

function ratio(rate: number, n: number, base: number, variance: number): Lift['lift'] {
  if (rate === 0 || base === 0) return null
  const is = rate / base
  const spread = Math.exp(Z * Math.sqrt((1 - rate) / (n * rate) + variance / (base * base)))
  return { is, from: is / spread, to: is * spread }
}

const cellOf = ({ pipeline, stage }: Stay, age: number): string => `${pipeline}/${stage}/${age}`

/** Each stage and band of age through which an opportunity has come. */
function cellsOf({ created, stays }: Outcome): Set<string> {
  const cells = new Set<string>()
  for (const stay of stays) {
    const [first, last] = [ageOf((stay.from - created) / DAY), ageOf((stay.to - 1 - created) / DAY)]
    for (let age = first; age <= last; age += 1) cells.add(cellOf(stay, age))
  }
  return cells
}
