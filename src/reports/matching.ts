import type { Calendar } from '../lib/calendar.js'
import { DAY, dayOfDate } from '../lib/civil.js'
import { grouped } from '../lib/grouped.js'
import type { Instant } from '../lib/instant.js'
import { type Outcome, UNKNOWN_STAGE } from './outcomes.js'
import type { Stay } from './stays.js'

/** That something was found of an opportunity. */
export interface Flag {
  id: string
  at: Instant
  /** False: it is none of those asked about, only none of the others either from then on. Left out: true. */
  isCounted?: boolean
}

/** What is asked of a rule. */
export interface Asked {
  /** All that was ever found, in any order: of several on one opportunity the first counts. */
  flags: readonly Flag[]
  /** Since when anybody is judged: nobody counts as not found before. */
  judgedSince: Instant
}

/** How often those that were flagged were won, against others that were open in the same stage at the same age, unflagged. */
export interface Lift {
  /** Flagged ones that were closed later, and for which there are others to compare with. */
  n: number
  won: number
  /** Others, each counted once, with which they were compared. */
  others: number
  /** Shares from 0 to 1, both of the `n`; null where there is nobody. */
  rate: number | null
  base: number | null
  /** rate / base, with the ends of its interval of 95 %; null where either is 0 or unknown. */
  lift: { is: number; from: number; to: number } | null
  /** Flagged ones that were closed later and have nobody to compare with: they are in none of the numbers above. */
  unmatched: number
  /** Of `n` and `unmatched`, those whose stages are not known: they are compared at equal age alone. */
  byAgeAlone: number
}

const Z = 1.959964

/** An outcome by its age, in milliseconds of civil time, so that a day across a clock change is a day. */
interface Aged extends Outcome {
  ageAt: (at: Instant) => number
  places: readonly { place: string; stay: Stay; from: number; to: number }[]
}

/** One that was flagged and closed later: where it was at its flag, and how old. */
interface Flagged {
  id: string
  place: string
  age: number
  won: boolean
}

/** From which age to which (excluded) another was open in a place and not flagged. */
interface AtRisk {
  id: string
  won: boolean
  from: number
  to: number
}

/**
 * Compares each that was flagged with its risk set: all others that, at the very age at which it was flagged, were open in the
 * same stage and not flagged (yet); those flagged later are among them until then (risk-set matching: Prentice and Breslow,
 * Biometrika 65, 1978; the question put anew at each age is a landmark analysis: Anderson, Cain and Gelber, J. Clin. Oncol. 1,
 * 1983). Who is flagged on the same day of age counts as flagged together with it. The base rate is the mean over the flagged of
 * the share of their risk set that was won. The interval is that of the logarithm of the ratio, each opportunity counted once
 * however often it serves; where risk sets do not overlap it is that of Katz et al., Biometrics 34, 1978.
 */
export function comparing(outcomes: ReadonlyMap<string, Outcome>, calendar: Calendar): (asked: Asked) => Lift {
  const aged = new Map([...outcomes].map(([id, outcome]) => [id, agedIn(outcome, calendar)]))
  return (asked) => compare(aged, asked)
}

function agedIn(outcome: Outcome, calendar: Calendar): Aged {
  const civil = (at: Instant): number => {
    const date = calendar.dateOf(at)
    return dayOfDate(date) * DAY + Math.min(at - calendar.startOf(date), DAY - 1)
  }
  const born = civil(outcome.created)
  const ageAt = (at: Instant) => civil(at) - born
  const places = outcome.stays.map((stay) => ({
    ...{ place: placeOf(stay), stay, from: ageAt(stay.from), to: ageAt(stay.to) },
  }))
  return { ...outcome, ageAt, places }
}

function compare(outcomes: ReadonlyMap<string, Aged>, asked: Asked): Lift {
  const first = firstFlags(asked.flags)
  const flagged = flaggedIn(outcomes, first)
  const byPlace = grouped(
    flagged.filter(({ place }) => place !== NOWHERE),
    ({ place }) => place,
  )
  const atRisk = atRiskIn(outcomes, asked, first, new Set(byPlace.keys()))
  const sets = [...byPlace].map(([place, ones]) => matchIn(ones, atRisk.get(place) ?? []))
  const matched = sets.flatMap((one) => one.matched)
  const n = matched.length
  const served = new Map<string, number>()
  for (const set of sets) for (const [id, sum] of set.served) served.set(id, (served.get(id) ?? 0) + sum)
  const won = matched.filter((one) => one.won).length
  const counted = {
    ...{ n, won, others: served.size, unmatched: flagged.length - n },
    byAgeAlone: flagged.filter(({ place }) => place.endsWith(`/${UNKNOWN_STAGE}`)).length,
  }
  if (n === 0) return { ...counted, rate: null, base: null, lift: null }
  const rate = won / n
  const base = matched.reduce((sum, { share }) => sum + share, 0) / n
  return { ...counted, rate, base, lift: rate === 0 || base === 0 ? null : ratioOf(matched, served, rate, base) }
}

type Flags = ReadonlyMap<string, Flag>

function firstFlags(flags: readonly Flag[]): Flags {
  const first = new Map<string, Flag>()
  for (const flag of flags) {
    const known = first.get(flag.id)
    if (!known || flag.at < known.at) first.set(flag.id, flag)
  }
  return first
}

const NOWHERE = 'nowhere'
const placeOf = ({ pipeline, stage }: Stay): string => `${pipeline}/${stage}`

function flaggedIn(outcomes: ReadonlyMap<string, Aged>, first: Flags): Flagged[] {
  return [...first.values()].flatMap(({ id, at, isCounted = true }): Flagged[] => {
    const outcome = outcomes.get(id)
    if (!outcome || at >= outcome.closed || !isCounted) return []
    const there = outcome.places.find(({ stay }) => stay.from <= at && at < stay.to)
    return [{ id, place: there?.place ?? NOWHERE, age: outcome.ageAt(at), won: outcome.won }]
  })
}

function atRiskIn(
  outcomes: ReadonlyMap<string, Aged>,
  { judgedSince }: Asked,
  first: Flags,
  wanted: ReadonlySet<string>,
): Map<string, AtRisk[]> {
  const found = new Map<string, AtRisk[]>()
  for (const { id, won, closed, ageAt, places } of outcomes.values()) {
    if (closed <= judgedSince) continue
    const flag = first.get(id)
    const until = flag === undefined ? Number.POSITIVE_INFINITY : Math.floor(ageAt(flag.at) / DAY) * DAY
    for (const { place, stay, ...ages } of places) {
      if (!wanted.has(place) || stay.to <= judgedSince) continue
      const from = stay.from < judgedSince ? ageAt(judgedSince) : ages.from
      const to = Math.min(ages.to, until)
      if (from >= to) continue
      const list = found.get(place)
      if (list) list.push({ id, won, from, to })
      else found.set(place, [{ id, won, from, to }])
    }
  }
  return found
}

/** Those of one place that have somebody to compare with, and the share of their risk set that was won. */
interface Matched {
  matched: (Flagged & { share: number })[]
  /** What each other contributes to how far the shares lie from what was expected: Σ (won − share) / size over the sets it is in. */
  served: Map<string, number>
}

/** In order of age, so that nobody is looked at once for each of the others. */
function matchIn(flagged: readonly Flagged[], atRisk: readonly AtRisk[]): Matched {
  const starts = runningCounts(atRisk, ({ from }) => from)
  const ends = runningCounts(atRisk, ({ to }) => to)
  const matched: Matched['matched'] = []
  const ages: number[] = []
  const [weights, shares] = [[0], [0]]
  for (const one of flagged.toSorted((a, b) => a.age - b.age)) {
    const [came, went] = [starts(one.age), ends(one.age)]
    const size = came.n - went.n
    if (size === 0) continue
    const share = (came.won - went.won) / size
    matched.push({ ...one, share })
    ages.push(one.age)
    weights.push((weights.at(-1) as number) + 1 / size)
    shares.push((shares.at(-1) as number) + share / size)
  }
  const served = new Map<string, number>()
  for (const { id, won, from, to } of atRisk) {
    const [first, behind] = [countBelow(ages, from), countBelow(ages, to)]
    if (first === behind) continue
    const between = (sums: readonly number[]) => (sums[behind] as number) - (sums[first] as number)
    served.set(id, (served.get(id) ?? 0) + (won ? between(weights) : 0) - between(shares))
  }
  return { matched, served }
}

/** How many have come to their age by a given one, and how many of them were won. */
function runningCounts(atRisk: readonly AtRisk[], ageOf: (one: AtRisk) => number) {
  const sorted = atRisk.toSorted((a, b) => ageOf(a) - ageOf(b))
  const ages = sorted.map(ageOf)
  const won = [0]
  for (const one of sorted) won.push((won.at(-1) as number) + (one.won ? 1 : 0))
  return (age: number) => {
    const n = countBelow(ages, age, true)
    return { n, won: won[n] as number }
  }
}

/** How many of a sorted list lie below a number, or at it. */
function countBelow(sorted: readonly number[], limit: number, orAt = false): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const one = sorted[middle] as number
    if (one < limit || (orAt && one === limit)) low = middle + 1
    else high = middle
  }
  return low
}

/** One may be flagged and, before, among the others: what it adds to both is added up before it is squared. */
function ratioOf(
  matched: readonly Flagged[],
  served: ReadonlyMap<string, number>,
  rate: number,
  base: number,
): Lift['lift'] {
  const n = matched.length
  const parts = new Map<string, number>()
  const add = (id: string, part: number) => parts.set(id, (parts.get(id) ?? 0) + part)
  for (const { id, won } of matched) add(id, ((won ? 1 : 0) - rate) / (n * rate))
  for (const [id, sum] of served) add(id, -sum / (n * base))
  const variance = [...parts.values()].reduce((sum, part) => sum + part * part, 0)
  const is = rate / base
  const spread = Math.exp(Z * Math.sqrt(variance))
  return { is, from: is / spread, to: is * spread }
}
