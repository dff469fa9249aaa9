import type { PlannedAction } from '../actions/action.js'
import { type Condition, fold } from '../conditions/tree.js'
import { digest } from '../lib/digest.js'
import type { Rule } from './program.js'
import type { Rules } from './sections/index.js'

/** A condition as plain data, for digests. */
export const conditionData = (condition: Condition): unknown =>
  fold<unknown>(condition, {
    all: (parts) => ({ all: parts }),
    any: (parts) => ({ any: parts }),
    leaf: ({ fact, operator, operand }) => [fact.name, operator.name, operand],
  })

const actionData = (actions: readonly PlannedAction[]) => actions.map(({ name, options }) => [name, options])

/** The digest of a rule's compiled meaning: what it does and says, not where it stands. */
export function ruleDigest(rule: Omit<Rule, 'digest' | 'place'>): string {
  const { when, then, remind, escalate, onResolve, ...rest } = rule
  return digest({
    ...rest,
    when: conditionData(when),
    then: actionData(then),
    remind: remind && [remind.every, actionData(remind.then)],
    escalate: escalate.map((step) => [step.after, actionData(step.then)]),
    onResolve: actionData(onResolve),
  })
}

/** The digest of everything that the rules say. Digests know no order of keys, so what is in order is named apart. */
export function programDigest(rules: Rules): string {
  const order = (map: object | undefined) => Object.keys(map ?? {})
  const stages = Object.entries(rules.pipelines ?? {}).map(([name, { stages }]) => [name, order(stages)])
  return digest([rules, stages, order(rules.rules), order(rules.health?.indicators), order(rules.assembly_line?.bins)])
}
