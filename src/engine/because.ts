import type { Condition, Leaf } from '../conditions/tree.js'
import { verdict } from '../conditions/verdict.js'
import { type Explained, explainTree, sayFact } from '../conditions/words.js'
import type { Snapshot } from '../facts/fact.js'

/** Why a condition holds, or what is seen instead where it does not, in one sentence: the leaves that decide it. */
export function becauseOf(condition: Condition, snapshot: Snapshot): string {
  const leaves: Leaf[] = []
  decide(condition, snapshot, verdict(condition, snapshot).holds, leaves)
  const said = leaves.map((leaf) => say(explainTree(leaf, snapshot) as ExplainedLeaf))
  return said.length === 0 ? 'always' : [...new Set(said)].join('; ')
}

/** Of what holds, the leaves that make it hold; of what fails, the leaves that fail. Only these are put into words. */
function decide(condition: Condition, snapshot: Snapshot, holds: boolean, leaves: Leaf[]): void {
  if (condition.is === 'leaf') {
    leaves.push(condition)
    return
  }
  // One part is enough where any of them decides; where all of them must agree, all are named.
  const mustAgree = (condition.is === 'all') === holds
  for (const part of condition.parts) {
    if (!mustAgree && verdict(part, snapshot).holds !== holds) continue
    decide(part, snapshot, holds, leaves)
    if (!mustAgree) return
  }
}

type ExplainedLeaf = Extract<Explained, { is: 'leaf' }>

function say({ says, fact, observed, stated, holds }: ExplainedLeaf): string {
  if (!holds) return `${sayFact(fact)} is ${observed}`
  return stated ? says : `${says} (${observed})`
}
