import type { Fact, FactValue, Snapshot } from '../facts/fact.js'
import { type Condition, fold, type Leaf, leavesOf, sameLeaf } from './tree.js'
import { compileVerdict, isSettled, type Shared, type Signed, settledAnswer, startSharing } from './verdict.js'

/** Beyond so many places the rest of a condition is asked as it stands. */
const MOST_PLACES = 20_000
/** Beyond so many different values of a fact each one is compared anew. */
const MOST_VALUES = 200

/** As many leaves are answered at one place. */
const BITS = 30

/** A place in the tree: what is asked there and where each answer leads; at its end, what is left of the condition. */
interface Place {
  fact: Fact | null
  leaves: readonly Leaf[]
  /** Of facts of which few values are different, and of those that only may be missing. */
  byValue: Map<FactValue | null, Place> | null
  /** By a bit for each leaf that holds. */
  byAnswers: Map<number, Place>
  condition: Condition
  rest: Signed | null
}

/**
 * The same verdict as `compileVerdict` gives, for conditions that many snapshots are asked: what time has no influence on is
 * asked first, fact by fact, and what is left of the condition once it is known (few leaves, for most rules are about another
 * stage) is kept for the next snapshot of the same kind. The tree grows as it is asked.
 */
export function compileDecisionTree(condition: Condition, shared: Shared = startSharing()): Signed {
  let places = 0
  const placeOf = (left: Condition): Place => {
    const leaves = places < MOST_PLACES ? mostAsked(left) : []
    places += 1
    const fact = leaves[0]?.fact ?? null
    const rest = fact ? null : compileVerdict(left, shared)
    const byValue = fact && (isFewValued(fact) || leaves.every(onlySeesMissing)) ? new Map() : null
    return { fact, leaves, byValue, byAnswers: new Map(), condition: left, rest }
  }
  const start = placeOf(condition)
  const next = (place: Place, value: FactValue | null): Place => {
    const { leaves, byAnswers, byValue } = place
    let answers = 0
    for (let i = 0; i < leaves.length; i += 1) if (settledAnswer(leaves[i] as Leaf, value)) answers |= 1 << i
    let known = byAnswers.get(answers)
    if (!known) {
      const held = leaves.filter((_, i) => (answers & (1 << i)) !== 0)
      known = placeOf(given(place.condition, leaves, held))
      byAnswers.set(answers, known)
    }
    if (byValue && byValue.size < MOST_VALUES) byValue.set(value, known)
    return known
  }
  return (snapshot: Snapshot) => {
    let place = start
    while (place.fact) {
      const value = place.fact.read(snapshot)
      place = place.byValue?.get(value) ?? next(place, value)
    }
    return (place.rest as Signed)(snapshot)
  }
}

const isFewValued = ({ kind }: Fact): boolean => kind === 'choice' || kind === 'flag' || kind === 'text'

const onlySeesMissing = ({ operator }: Leaf): boolean => operator.ofMissing !== undefined

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

/** What is left of a condition when some of its leaves are answered for good. */
function given(condition: Condition, leaves: readonly Leaf[], held: readonly Leaf[]): Condition {
  const answered = new Map(leaves.map((leaf) => [sameLeaf(leaf), held.includes(leaf)]))
  return fold<Condition>(condition, {
    all: (parts) =>
      parts.some(isNone)
        ? NONE
        : whole(
            'all',
            parts.filter((part) => !isAll(part)),
          ),
    any: (parts) =>
      parts.some(isAll)
        ? ALL
        : whole(
            'any',
            parts.filter((part) => !isNone(part)),
          ),
    leaf: (leaf) => {
      const known = isSettled(leaf) ? answered.get(sameLeaf(leaf)) : undefined
      return known === undefined ? leaf : known ? ALL : NONE
    },
  })
}

const ALL: Condition = { is: 'all', parts: [] }
const NONE: Condition = { is: 'any', parts: [] }
const isAll = (condition: Condition): boolean => condition.is === 'all' && condition.parts.length === 0
const isNone = (condition: Condition): boolean => condition.is === 'any' && condition.parts.length === 0

const whole = (is: 'all' | 'any', parts: readonly Condition[]): Condition =>
  parts.length === 1 ? (parts[0] as Condition) : { is, parts }
