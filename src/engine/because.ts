import type { Condition } from '../conditions/tree.js'
import { type Explained, explainTree, sayFact } from '../conditions/words.js'
import type { Snapshot } from '../facts/fact.js'

/** Why a condition holds, or what is seen instead where it does not, in one sentence: the leaves that decide it. */
export function becauseOf(condition: Condition, snapshot: Snapshot): string {
  const said = deciding(explainTree(condition, snapshot)).map(say)
  return said.length === 0 ? 'always' : [...new Set(said)].join('; ')
}

/** Of what holds, the parts that make it hold; of what fails, the parts that fail. */
function deciding(explained: Explained): Extract<Explained, { is: 'leaf' }>[] {
  if (explained.is === 'leaf') return [explained]
  const same = explained.parts.filter((part) => part.holds === explained.holds)
  // One part is enough where any of them decides; where all of them must agree, all are named.
  const decide = (explained.is === 'any') === explained.holds ? same.slice(0, 1) : same
  return decide.flatMap(deciding)
}

function say({ says, fact, observed, threshold, holds }: Extract<Explained, { is: 'leaf' }>): string {
  if (!holds) return `${sayFact(fact)} is ${observed}`
  return observed === threshold || observed === 'missing' || says.endsWith(observed) ? says : `${says} (${observed})`
}
