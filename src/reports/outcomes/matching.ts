import type { Calendar } from '../../lib/calendar.js'
import { DAY, dayOfDate } from '../../lib/civil.js'
import { countBelow } from '../../lib/count-below.js'
import { grouped } from '../../lib/grouped.js'
import type { Instant } from '../../lib/instant.js'
import { type Outcome, UNKNOWN_STAGE } from './outcomes.js'
import { type Ratio, ratioOf } from './ratio.js'
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
  /** rate / base, with the ends of its interval of 95 %; null where both are 0 or unknown. */
  lift: Ratio | null
  /** Flagged ones that were closed later and have nobody to compare with: they are in none of the numbers above. */
  unmatched: number
  /** Of `unmatched`, those that were won. */
  unmatchedWon: number
  /** Flagged ones that had been closed when they were flagged: they are in none of the numbers above. */
  closedBefore: number
  /** Of `n` and `unmatched`, those whose stages are not known: they are compared at equal age alone. */
  byAgeAlone: number
}

/** One that was flagged and closed later: where it was at its flag, and how old. Opportunities are known by their index. */
interface Flagged {
  index: number
  place: string
  age: number
}

/** That an opportunity was in a place, by its age: in milliseconds of civil time, so that a day across a clock change is a day. */
interface Spell {
  index: number
  born: number
  stay: Stay
  from: number
  to: number
}

/** What there is to compare with, read once for all rules. */
interface Past {
  outcomes: readonly Outcome[]
  indexOf: ReadonlyMap<string, number>
  spells: ReadonlyMap<string, readonly Spell[]>
  civil: (at: Instant) => number
  /** Since when each is known to whoever judges, by index, as it is and in civil time. */
  seen: Float64Array
  civilSeen: Float64Array
}

/**
 * Compares each that was flagged with its risk set: all others that, at the very age at which it was flagged, were open in the
 * same stage and not flagged (yet); those flagged later are among them until then (risk-set matching: Prentice and Breslow,
 * Biometrika 65, 1978; the question put anew at each age is a landmark analysis: Anderson, Cain and Gelber, J. Clin. Oncol. 1,
 * 1983). Who is flagged on the same day of age counts as flagged together with it. The base rate is the mean over the flagged of
 * the share of their risk set that was won: each of the others weighs so much as it serves, and all are as good as so many
 * independent ones as those weights say (Kish, Survey Sampling, 1965). Who is flagged and, before, among the others correlates the
 * two shares. Nobody is among the others before `seen`, where that is told of it: who is not known cannot be found.
 */
export function comparing(
  byId: ReadonlyMap<string, Outcome>,
  calendar: Calendar,
  seen: ReadonlyMap<string, Instant> = new Map(),
): (asked: Asked) => Lift {
  const civil = (at: Instant): number => {
    const date = calendar.dateOf(at)
    return dayOfDate(date) * DAY + Math.min(at - calendar.startOf(date), DAY - 1)
  }
  const outcomes = [...byId.values()]
  const spells = outcomes.flatMap(({ created, stays }, index) => {
    const born = civil(created)
    return stays.map((stay): Spell => ({ index, born, stay, from: civil(stay.from) - born, to: civil(stay.to) - born }))
  })
  const since = Float64Array.from(outcomes, ({ id }) => seen.get(id) ?? Number.NEGATIVE_INFINITY)
  const past: Past = {
    seen: since,
    civilSeen: since.map((at) => (Number.isFinite(at) ? civil(at) : at)),
    outcomes,
    civil,
    spells: grouped(spells, ({ stay }) => placeOf(stay)),
    indexOf: new Map(outcomes.map(({ id }, index) => [id, index])),
  }
  return (asked) => compare(past, asked)
}

const NOWHERE = 'nowhere'
const placeOf = ({ pipeline, stage }: Stay): string => `${pipeline}/${stage}`

function compare(past: Past, { flags, judgedSince }: Asked): Lift {
  const { outcomes, civil, spells } = past
  const first = firstFlags(flags)
  const flagged = flaggedIn(past, first)
  const civilSince = civil(judgedSince)
  const watch: Watch = {
    judgedSince: past.seen.map((at) => Math.max(at, judgedSince)),
    civilSince: past.civilSeen.map((at) => Math.max(at, civilSince)),
    flaggedFrom: flaggedFrom(past, first),
    won: Uint8Array.from(outcomes, (one) => (one.won ? 1 : 0)),
    weights: new Float64Array(outcomes.length),
  }
  const placed = grouped(
    flagged.filter(({ place }) => place !== NOWHERE),
    ({ place }) => place,
  )
  const matched = [...placed].flatMap(([place, ones]) => matchIn(ones, spells.get(place) ?? [], watch))
  const n = matched.length
  const wonOf = (some: readonly Flagged[]) => some.filter(({ index }) => outcomes[index]?.won).length
  const won = wonOf(matched)
  const counted = {
    n,
    won,
    others: watch.weights.reduce((sum, weight) => sum + (weight > 0 ? 1 : 0), 0),
    unmatched: flagged.length - n,
    unmatchedWon: wonOf(flagged) - won,
    closedBefore: countClosedBefore(past, first),
    byAgeAlone: flagged.filter(({ place }) => place.endsWith(`/${UNKNOWN_STAGE}`)).length,
  }
  if (n === 0) return { ...counted, rate: null, base: null, lift: null }
  const rate = won / n
  const base = matched.reduce((sum, { share }) => sum + share, 0) / n
  return { ...counted, rate, base, lift: liftOf(matched, watch.weights, rate, base) }
}

/** The outcomes of some stand in both shares: once with a weight of 1 / n, once with that with which they serve as others. */
function liftOf(matched: readonly Matched[], weights: Float64Array, rate: number, base: number): Ratio | null {
  const n = matched.length
  const squares = weights.reduce((sum, weight) => sum + (weight / n) ** 2, 0)
  const shared = matched.reduce((sum, { index }) => sum + (weights[index] as number), 0) / (n * n)
  return ratioOf({ is: rate, size: n }, { is: base, size: 1 / squares }, shared / Math.sqrt(squares / n))
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

function flaggedIn({ outcomes, indexOf, civil }: Past, first: Flags): Flagged[] {
  return [...first.values()].flatMap(({ id, at, isCounted = true }): Flagged[] => {
    const index = indexOf.get(id) ?? -1
    const outcome = outcomes[index]
    if (!outcome || at >= outcome.closed || !isCounted) return []
    const stay = outcome.stays.find(({ from, to }) => from <= at && at < to)
    return [{ index, place: stay ? placeOf(stay) : NOWHERE, age: civil(at) - civil(outcome.created) }]
  })
}

const countClosedBefore = ({ outcomes, indexOf }: Past, first: Flags): number =>
  [...first.values()].filter(({ id, at, isCounted = true }) => {
    const outcome = outcomes[indexOf.get(id) ?? -1]
    return outcome !== undefined && at >= outcome.closed && isCounted
  }).length

/** The age, in whole days, from which on each counts as flagged. */
function flaggedFrom({ outcomes, indexOf, civil }: Past, first: Flags): Float64Array {
  const ages = new Float64Array(outcomes.length).fill(Number.POSITIVE_INFINITY)
  for (const { id, at } of first.values()) {
    const index = indexOf.get(id) ?? -1
    const outcome = outcomes[index]
    if (outcome) ages[index] = Math.floor((civil(at) - civil(outcome.created)) / DAY) * DAY
  }
  return ages
}

/** What is known of each while it is compared, by index; `weights` is written. */
interface Watch {
  /** Since when each is judged, as it is and in civil time. */
  judgedSince: Float64Array
  civilSince: Float64Array
  flaggedFrom: Float64Array
  won: Uint8Array
  /** What each adds, as one of the others, to all sets: the sum of 1 / size over those it is in; 0 where it is in none. */
  weights: Float64Array
}

/** One that has somebody to compare with, and the share of its risk set that was won. */
interface Matched extends Flagged {
  share: number
}

/**
 * Of those flagged in one place. Each other is looked at twice, and not once for each that was flagged: where the ages at which
 * it is at risk begin and end among theirs.
 */
function matchIn(flagged: readonly Flagged[], spells: readonly Spell[], watch: Watch): Matched[] {
  const inOrder = flagged.toSorted((a, b) => a.age - b.age)
  const ages = Float64Array.from(inOrder, ({ age }) => age)
  const [begins, ends] = [new Int32Array(spells.length), new Int32Array(spells.length)]
  const [sizes, won] = [new Int32Array(ages.length + 1), new Int32Array(ages.length + 1)]
  for (const [i, { index, born, stay, from, to }] of spells.entries()) {
    const judgedSince = watch.judgedSince[index] as number
    const since = stay.from < judgedSince ? (watch.civilSince[index] as number) - born : from
    const until = Math.min(to, watch.flaggedFrom[index] as number)
    if (stay.to <= judgedSince || since >= until) continue
    begins[i] = countBelow(ages, since)
    ends[i] = countBelow(ages, until)
    const isWon = watch.won[index] as number
    add(sizes, begins[i] as number, 1)
    add(sizes, ends[i] as number, -1)
    add(won, begins[i] as number, isWon)
    add(won, ends[i] as number, -isWon)
  }
  const matched: Matched[] = []
  const weights = new Float64Array(ages.length + 1)
  let [size, wonOfThem] = [0, 0]
  for (const [i, one] of inOrder.entries()) {
    size += sizes[i] as number
    wonOfThem += won[i] as number
    if (size > 0) matched.push({ ...one, share: wonOfThem / size })
    weights[i + 1] = (weights[i] as number) + (size === 0 ? 0 : 1 / size)
  }
  for (const [i, { index }] of spells.entries()) {
    const [begin, end] = [begins[i] as number, ends[i] as number]
    if (begin === end) continue
    add(watch.weights, index, (weights[end] as number) - (weights[begin] as number))
  }
  return matched
}

const add = (sums: Int32Array | Float64Array, at: number, what: number): void => {
  sums[at] = (sums[at] as number) + what
}
