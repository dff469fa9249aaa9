import { Engine, type NestedCondition, type TopLevelCondition } from 'json-rules-engine'
import { type Condition, fold, leavesOf } from '../src/conditions/tree.js'
import type { FactValue, Snapshot } from '../src/facts/fact.js'
import type { Program } from '../src/program/program.js'
import { NOW } from './data.js'

/** Facts of one subject as json-rules-engine takes them: in memory, by name. */
export type PlainFacts = Record<string, FactValue | null>

/** A plain loop with json-rules-engine: one engine with all rules of opportunities, asked of each subject in turn. */
export function plainEngine(program: Program): { engine: Engine; factsOf: (snapshot: Snapshot) => PlainFacts } {
  const { calendar } = program.vocabulary
  const clock = { now: NOW, calendar }
  const rules = program.rules.filter((rule) => rule.for === 'opportunity')
  const leaves = rules.flatMap((rule) => leavesOf(rule.when))
  const engine = new Engine(rules.map((rule) => ({ conditions: treeOf(rule.when), event: { type: rule.id } })))
  for (const { fact, operator } of leaves) {
    engine.addOperator(`${operator.name} ${fact.kind}`, (value: FactValue | null, operand: never) =>
      value === null
        ? (operator.ofMissing?.(operand) ?? false)
        : operator.holds(value, operand, clock, fact.kind, null),
    )
  }
  const facts = [...new Map(leaves.map(({ fact }) => [fact.name, fact])).values()]
  return { engine, factsOf: (snapshot) => Object.fromEntries(facts.map((fact) => [fact.name, fact.read(snapshot)])) }
}

function treeOf(condition: Condition): TopLevelCondition {
  const tree = fold<NestedCondition>(condition, {
    all: (all) => ({ all }),
    any: (any) => ({ any }),
    leaf: ({ fact, operator, operand }) => ({
      fact: fact.name,
      operator: `${operator.name} ${fact.kind}`,
      value: operand,
    }),
  })
  return 'all' in tree || 'any' in tree ? (tree as TopLevelCondition) : { all: [tree] }
}
