import { type Condition, fold, type Leaf } from '../conditions/tree.js'
import { verdict } from '../conditions/verdict.js'
import { type Explained, explainTree, sayFact } from '../conditions/words.js'
import type { Snapshot } from '../facts/fact.js'

/** Why a condition holds, or what is seen instead where it does not, in one sentence: the leaves that decide it. */
export function becauseOf(condition: Condition, snapshot: Snapshot): string {
  const said = deciding(condition, snapshot).map((leaf) => say(explainTree(leaf, snapshot) as ExplainedLeaf))
  return said.length === 0 ? 'always' : [...new Set(said)].join('; ')
}

/** Of what holds, the leaves that make it hold; of what fails, the leaves that fail. Only these are put into words. */
function deciding(condition: Condition, snapshot: Snapshot): readonly Leaf[] {
  interface Decided {
    holds: boolean
    leaves: readonly Leaf[]
  }
  // One part is enough where any of them decides; where all of them must agree, all are named.
  const all = (parts: Decided[], holds: boolean): Decided => ({
    holds,
    leaves: parts.filter((part) => part.holds === holds).flatMap(({ leaves }) => leaves),
  })
  const one = (parts: Decided[], holds: boolean): Decided => ({
    holds,
    leaves: parts.find((part) => part.holds === holds)?.leaves ?? [],
  })
  return fold<Decided>(condition, {
    all: (parts) => (parts.every(({ holds }) => holds) ? all(parts, true) : one(parts, false)),
    any: (parts) => (parts.some(({ holds }) => holds) ? one(parts, true) : all(parts, false)),
    leaf: (leaf) => ({ holds: verdict(leaf, snapshot).holds, leaves: [leaf] }),
  }).leaves
}

type ExplainedLeaf = Extract<Explained, { is: 'leaf' }>

function say({ says, fact, observed, threshold, holds }: ExplainedLeaf): string {
  if (!holds) return `${sayFact(fact)} is ${observed}`
  return observed === threshold || observed === 'missing' || says.endsWith(observed) ? says : `${says} (${observed})`
}
