import type { Fact, FactValue, Snapshot } from '../facts/fact.js'
import { type Instant, NEVER } from '../lib/instant.js'
import { compileFailing, type Failing, type SharedQuestions } from './failing.js'
import { numbersIn } from './operands.js'
import { simplify } from './simplify.js'
import { type Condition, type Leaf, leavesOf, sameCondition, sameLeaf } from './tree.js'
import { isSettled, settledAnswer } from './verdict.js'

/** Beyond so many places the rest of a condition is asked as it stands. */
const MOST_PLACES = 20_000
/** Beyond so many different values of a fact each one is compared anew. */
const MOST_VALUES = 200
/** As many leaves are answered at one place. */
const BITS = 30

/** A place on the way: what is asked there and where each answer leads; at its end, what is left of the condition. */
interface Place {
  readonly condition: Condition
  readonly fact: Fact | null
  readonly leaves: readonly Leaf[]
  readonly rest: Failing | null
  /** Numbers in order: on each of them, and between any two, every number has the same answers. Null of what is no number. */
  readonly cuts: readonly number[] | null
  /** Where numbers lead: 2 i below the cut i, 2 i + 1 on it. */
  readonly byCut: (Place | undefined)[]
  readonly byValue: Map<FactValue, Place>
  missing: Place | null
  /** By a bit for each leaf that holds. */
  readonly byAnswers: Map<number, Place>
}

/**
 * Until when a condition fails that many snapshots are asked: HOLDS where it holds. What time has no influence on is asked
 * first, fact by fact, and what is left of the condition once it is known (few leaves, for most rules are about another
 * stage) is kept for the next snapshot of the same kind. Ways on which the same is left come together. The tree grows as it
 * is asked.
 */
export function compileDecisionTree(condition: Condition): (snapshot: Snapshot) => Instant {
  const places = new Map<string, Place>()
  const shared: SharedQuestions = new Map()
  const placeOf = (left: Condition): Place => {
    const name = sameCondition(left)
    const known = places.get(name)
    if (known) return known
    const place = makePlace(left, places.size < MOST_PLACES ? mostAsked(left) : [], shared)
    if (places.size < MOST_PLACES) places.set(name, place)
    return place
  }
  const lead = (place: Place, value: FactValue | null): Place => {
    const { leaves, byAnswers } = place
    let answers = 0
    for (let i = 0; i < leaves.length; i += 1) if (settledAnswer(leaves[i] as Leaf, value)) answers |= 1 << i
    let found = byAnswers.get(answers)
    if (!found) {
      const known = new Map(leaves.map((leaf, i) => [sameLeaf(leaf), (answers & (1 << i)) !== 0]))
      found = placeOf(simplify(place.condition, (leaf) => known.get(sameLeaf(leaf))))
      byAnswers.set(answers, found)
    }
    return found
  }
  const next = (place: Place, value: FactValue | null): Place => {
    const { cuts, byCut, byValue } = place
    if (value === null) {
      place.missing ??= lead(place, null)
      return place.missing
    }
    if (cuts) {
      const i = placeAmong(cuts, value as number)
      const known = byCut[i]
      if (known) return known
      const found = lead(place, value)
      byCut[i] = found
      return found
    }
    const known = byValue.get(value)
    if (known) return known
    const found = lead(place, value)
    if (byValue.size < MOST_VALUES) byValue.set(value, found)
    return found
  }
  const start = placeOf(simplify(condition, () => undefined))
  return (snapshot) => {
    let place = start
    while (place.fact) place = next(place, place.fact.read(snapshot))
    return (place.rest as Failing)(snapshot, NEVER)
  }
}

function makePlace(condition: Condition, leaves: readonly Leaf[], shared: SharedQuestions): Place {
  const fact = leaves[0]?.fact ?? null
  return {
    condition,
    fact,
    leaves,
    rest: fact ? null : compileFailing(condition, shared),
    cuts: cutsOf(leaves),
    byCut: [],
    byValue: new Map(),
    missing: null,
    byAnswers: new Map(),
  }
}

/** The numbers at which answers may change; none at all where all that matters is whether the fact is missing. */
function cutsOf(leaves: readonly Leaf[]): number[] | null {
  const areNumbers = leaves.every(({ fact, operator }) => operator.ofMissing || NUMBERS.has(fact.kind))
  if (!areNumbers) return null
  return [...new Set(leaves.flatMap(({ operand }) => numbersIn(operand)))].sort((a, b) => a - b)
}

const NUMBERS: ReadonlySet<string> = new Set(['number', 'money'])

function placeAmong(cuts: readonly number[], value: number): number {
  let i = 0
  while (i < cuts.length && value > (cuts[i] as number)) i += 1
  return 2 * i + (value === cuts[i] ? 1 : 0)
}

/** The different settled leaves of the fact that most of them are about. */
function mostAsked(condition: Condition): Leaf[] {
  const leaves = new Map<Fact, Map<string, Leaf>>()
  const counts = new Map<Fact, number>()
  for (const leaf of leavesOf(condition).filter(isSettled)) {
    const known = leaves.get(leaf.fact) ?? new Map<string, Leaf>()
    known.set(sameLeaf(leaf), leaf)
    leaves.set(leaf.fact, known)
    counts.set(leaf.fact, (counts.get(leaf.fact) ?? 0) + 1)
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a)
  return most ? [...(leaves.get(most[0]) as Map<string, Leaf>).values()].slice(0, BITS) : []
}
