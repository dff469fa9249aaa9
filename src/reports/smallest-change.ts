import type { Condition } from '../conditions/tree.js'
import { verdict } from '../conditions/verdict.js'
import type { Snapshot } from '../facts/fact.js'
import { type Deed, deedsFor, rewritten, type Values, valuesIn } from './deeds.js'

/** What would turn a condition: deeds that together are enough, tried by evaluating the condition after them. */
export interface SmallestChange {
  /** `clear` where it holds, `cause` where it does not. */
  would: 'clear' | 'cause'
  deeds: string[]
}

interface Way {
  deeds: readonly Deed[]
  cost: number
}

/** So many ways are kept of every part; the fewest deeds come first, of as many the cheapest. */
const KEPT = 24
const ALIKE = 8
const NOTHING: Way = { deeds: [], cost: 0 }

/** So often a way that is not enough is gone on from; what then still fails is more than a person wants to hear. */
const MOST_TRIES = 60

/**
 * The fewest deeds, and of as many the cheapest, that would make a condition fail where it holds, and hold where it fails. Found on the tree (of parts
 * of which one is enough the cheapest, of parts of which all are needed all), and tried before it is told: where a deed
 * turns another part the wrong way, the search goes on from there. Null where nobody can do anything: only time or
 * somebody else's decision turns it.
 */
export function smallestChange(condition: Condition, snapshot: Snapshot): SmallestChange | null {
  const { holds } = verdict(condition, snapshot)
  const values = valuesIn(condition, snapshot)
  let open = waysTo(condition, !holds, snapshot, values)
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const [way, ...others] = open
    if (!way || way.deeds.length === 0) return null
    const after = rewritten(condition, snapshot, way.deeds)
    if (verdict(after, snapshot).holds !== holds) {
      return { would: holds ? 'clear' : 'cause', deeds: way.deeds.map(({ words }) => words) }
    }
    open = cheapest([...others, ...together([way], waysTo(after, !holds, snapshot, values))], MOST_TRIES)
  }
  return null
}

function waysTo(condition: Condition, wanted: boolean, snapshot: Snapshot, values: Values): Way[] {
  if (verdict(condition, snapshot).holds === wanted) return [NOTHING]
  if (condition.is === 'leaf') {
    return cheapest(deedsFor(condition, wanted, snapshot, values).map((deed) => ({ deeds: [deed], cost: deed.cost })))
  }
  const ways = condition.parts.map((part) => waysTo(part, wanted, snapshot, values))
  const oneIsEnough = (condition.is === 'any') === wanted
  return oneIsEnough ? cheapest(ways.flat()) : ways.reduce((all, part) => cheapest(together(all, part)), [NOTHING])
}

/** Every way of the one with every way of the other; a fact is given one value, once, and the same deed is done once. */
const together = (some: readonly Way[], others: readonly Way[]): Way[] =>
  some.flatMap((a) =>
    others.flatMap((b) => {
      let deeds: readonly Deed[] | null = a.deeds
      for (const deed of b.deeds) deeds = deeds && withDeed(deeds, deed)
      return deeds ? [{ deeds, cost: deeds.reduce((sum, { cost }) => sum + cost, 0) }] : []
    }),
  )

/** Null where they give one fact two values. */
function withDeed(deeds: readonly Deed[], deed: Deed): readonly Deed[] | null {
  if (deeds.some(({ words, sets }) => words === deed.words && sets?.value === deed.sets?.value)) return deeds
  const same = deeds.find(({ sets }) => sets !== undefined && sets.fact === deed.sets?.fact)
  if (!same?.sets) return [...deeds, deed]
  if (same.sets.value !== deed.sets?.value) return null
  // Each says only what its own part asks for: the value goes with all of them.
  const both = { ...same, words: same.sets.plainly, cost: Math.max(same.cost, deed.cost) }
  return deeds.map((one) => (one === same ? both : one))
}

/** What reads the same may mean other values: a few of each are kept, since not every one goes with the other deeds. */
const cheapest = (ways: readonly Way[], kept = KEPT): Way[] => {
  const seen = new Map<string, number>()
  return [...ways]
    .sort((a, b) => a.deeds.length - b.deeds.length || a.cost - b.cost)
    .filter(({ deeds }) => {
      const words = deeds.map((deed) => deed.words).join('\n')
      seen.set(words, (seen.get(words) ?? 0) + 1)
      return (seen.get(words) ?? 0) <= ALIKE
    })
    .slice(0, kept)
}
