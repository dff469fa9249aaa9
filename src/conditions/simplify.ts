import { ALWAYS, type Condition, fold, type Leaf, NEVER_SO, sameCondition, sameLeaf } from './tree.js'

/**
 * What is left of a condition when some of its leaves are answered for good, and without what no longer matters: parts that
 * ask nothing, or nothing but what another part asks already. The verdict stays what it is, `until` included.
 */
export const simplify = (condition: Condition, known: (leaf: Leaf) => boolean | undefined): Condition =>
  fold<Condition>(condition, {
    all: (parts) => joined('all', parts),
    any: (parts) => joined('any', parts),
    leaf: (leaf) => {
      const answer = known(leaf)
      return answer === undefined ? leaf : answer ? ALWAYS : NEVER_SO
    },
  })

function joined(is: 'all' | 'any', parts: readonly Condition[]): Condition {
  const flat = parts.flatMap((part) => (part.is === is ? part.parts : [part]))
  // Of the other sort with no parts: nothing within `all` holds, or something within `any` does.
  const decided = flat.find((part) => part.is !== 'leaf' && part.parts.length === 0)
  if (decided) return decided
  const [only, ...more] = withoutAbsorbed(is, flat)
  return only && more.length === 0 ? only : { is, parts: only ? [only, ...more] : [] }
}

/** `A or (A and B)` is A, `A and (A or B)` is A; and so is what is said of a leaf that A implies, or that implies A. */
function withoutAbsorbed(is: 'all' | 'any', parts: readonly Condition[]): Condition[] {
  const kept: Condition[] = []
  for (const part of parts) {
    if (kept.some((other) => isAbsorbed(is, part, other))) continue
    for (let i = kept.length - 1; i >= 0; i -= 1) if (isAbsorbed(is, kept[i] as Condition, part)) kept.splice(i, 1)
    kept.push(part)
  }
  return kept
}

/** Within `any`, what asks for all that another part asks for, and more, adds nothing; within `all`, what grants as much. */
const isAbsorbed = (is: 'all' | 'any', part: Condition, by: Condition): boolean =>
  elementsOf(is, by).every((theirs) =>
    elementsOf(is, part).some((ours) => (is === 'any' ? implies(ours, theirs) : implies(theirs, ours))),
  )

const elementsOf = (is: 'all' | 'any', part: Condition): readonly Condition[] =>
  part.is === 'leaf' || part.is === is ? [part] : part.parts

function implies(one: Condition, other: Condition): boolean {
  if (one.is !== 'leaf' || other.is !== 'leaf')
    return one.is === other.is && sameCondition(one) === sameCondition(other)
  if (sameLeaf(one) === sameLeaf(other)) return true
  const isAlike = one.fact.name === other.fact.name && one.operator.name === other.operator.name
  return isAlike && (one.operator.implies?.(one.operand, other.operand) ?? false)
}
