import { Engine, type NestedCondition, type TopLevelCondition } from 'json-rules-engine'
import type { FactValue, Snapshot } from '../facts/fact.js'
import { type Condition, fold, type Leaf, leavesOf } from './tree.js'

/** What json-rules-engine says: whether it holds, and the value it saw at every leaf, in order. */
export interface Witnessed {
  readonly holds: boolean
  readonly values: readonly (FactValue | null)[]
}

const NOBODY = 'nobody'
const NO = 'no'

const nameOf = ({ fact, operator }: Leaf) => `${operator.name}/${fact.kind}`

/** The tree as json-rules-engine takes it: leaf number n asks the fact `n`. To it an empty `any` would hold. */
function treeOf(condition: Condition, snapshot: Snapshot): TopLevelCondition {
  let n = -1
  const tree = fold<NestedCondition>(condition, {
    all: (all) => ({ all }),
    any: (any) => ({ any: any.length > 0 ? any : [{ fact: NOBODY, operator: NO, value: null }] }),
    leaf: (leaf) => {
      n += 1
      const value = { operand: leaf.operand, stopped: leaf.fact.stopped?.(snapshot) ?? null }
      return { fact: String(n), operator: nameOf(leaf), value }
    },
  })
  return 'all' in tree || 'any' in tree ? (tree as TopLevelCondition) : { all: [tree] }
}

/** The operators of these leaves, at this instant and in this calendar. */
function addOperators(engine: Engine, leaves: readonly Leaf[], { now, vocabulary }: Snapshot): void {
  const clock = { now, calendar: vocabulary.calendar }
  const added = new Set<string>()
  for (const leaf of leaves) {
    const name = nameOf(leaf)
    if (added.has(name)) continue
    added.add(name)
    const { operator, fact } = leaf
    type Compared = { operand: Leaf['operand']; stopped: number | null }
    engine.addOperator(name, (value: FactValue | null, { operand, stopped }: Compared) =>
      value === null
        ? (operator.ofMissing?.(operand) ?? false)
        : operator.holds(value, operand, clock, fact.kind, stopped),
    )
  }
  engine.addOperator(NO, () => false)
}

interface Result {
  all?: Result[]
  any?: Result[]
  fact?: string
  factResult?: unknown
}

function collect(result: Result, values: (FactValue | null)[]): void {
  for (const part of result.all ?? result.any ?? []) collect(part, values)
  if (result.fact !== undefined && result.fact !== NOBODY)
    values[Number(result.fact)] = (result.factResult ?? null) as FactValue | null
}

/**
 * Asks json-rules-engine about one condition and one snapshot: the tree is walked and every comparison made by it, with our
 * operators. A fresh engine with one rule each time, because one that is shared loses answers when runs overlap.
 */
export async function witness(condition: Condition, snapshot: Snapshot): Promise<Witnessed> {
  const leaves = leavesOf(condition)
  const engine = new Engine([{ conditions: treeOf(condition, snapshot), event: { type: 'holds' } }])
  addOperators(engine, leaves, snapshot)
  const facts: Record<string, FactValue | null> = { [NOBODY]: null }
  leaves.forEach(({ fact }, n) => {
    facts[n] = fact.read(snapshot)
  })
  const { results, failureResults } = await engine.run(facts)
  const answer = results[0] ?? failureResults[0]
  if (!answer) throw new Error('json-rules-engine gave no answer.')
  const values: (FactValue | null)[] = leaves.map(() => null)
  collect(answer.conditions as Result, values)
  return { holds: results.length === 1, values }
}
