import type { PlannedAction } from '../actions/action.js'
import { type Condition, fold, leavesOf } from '../conditions/tree.js'
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
export function ruleDigest(rule: Omit<Rule, 'digest' | 'basis' | 'place'>): string {
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

/**
 * What gives the words of conditions their meaning: the same condition may say something else where this is another. Thresholds
 * stand in the conditions themselves; people are data.
 */
export function groundDigest(rules: Rules): string {
  const { calendar, pipelines = {}, activities, health, scoring, qualification, money, assembly_line } = rules
  // What is only said to people, or asked where something is done, is no part of any verdict.
  const stages = Object.entries(pipelines).map(([name, pipeline]) => [
    name,
    Object.entries(pipeline.stages).map(([stage, { label: _, probability: __, ...rest }]) => [stage, rest]),
  ])
  const indicators = Object.entries(health?.indicators ?? {}).map(([name, { title: _, coach: __, ...rest }]) => [
    name,
    rest,
  ])
  const bins = Object.entries(assembly_line?.bins ?? {}).map(([name, { label: _, ...rest }]) => [name, rest])
  return digest([
    ...[calendar, stages, activities?.touches, health?.when, indicators, scoring, qualification, money],
    ...[assembly_line?.starts_in, bins],
  ])
}

/** The digest of what the verdict of a rule rests on: an edit of what it does or says leaves it as it is. */
export function basisDigest({ when }: Pick<Rule, 'when'>, ground: string): string {
  const kinds = leavesOf(when).map(({ fact }) => [fact.name, fact.kind])
  return digest([conditionData(when), kinds, ground])
}

/** The digest of everything that the rules say. Digests know no order of keys, so what is in order is named apart. */
export function programDigest(rules: Rules): string {
  const stages = Object.entries(rules.pipelines ?? {}).map(([name, { stages }]) => [name, keys(stages)])
  return digest([rules, stages, keys(rules.rules), keys(rules.health?.indicators), keys(rules.assembly_line?.bins)])
}

/** Of each rule its digest and its basis, by its id: what the next program knows edits by. */
export const digestsOfRules = ({ rules }: { rules: readonly Rule[] }) => ({
  rules: Object.fromEntries(rules.map(({ id, digest }) => [id, digest])),
  bases: Object.fromEntries(rules.map(({ id, basis }) => [id, basis])),
})

const keys = (map: object | undefined): string[] => Object.keys(map ?? {})
