import type { Condition } from '../conditions/tree.js'
import { leavesOf } from '../conditions/tree.js'
import type { Complaint, Path } from '../lib/problem.js'
import type { Rule } from '../program/program.js'
import type { Rules } from '../program/sections/index.js'

type At = Pick<Complaint, 'path' | 'at'>

const listOf = (one: string | readonly string[]): readonly string[] => (typeof one === 'string' ? [one] : one)

/** Where a rule or a move stands. */
export function pathOf(rule: Rule, rules: Rules): At {
  if (rule.is !== 'move') return { path: ['rules', rule.id], at: 'key' }
  const index = (rules.assembly_line?.moves ?? []).findIndex(({ id, from, to, when }) => {
    if (when === undefined) return false
    const targets = listOf(to)
    if (id !== undefined) return rule.id === id || targets.some((bin) => rule.id === `${id}-${bin}`)
    return targets.some((bin) => listOf(from).some((start) => rule.id === `${start}-to-${bin}`))
  })
  return { path: ['assembly_line', 'moves', Math.max(index, 0)] }
}

/**
 * Where in a condition as written a part of it stands: the line of its fact, where it has one, or the line of a table that one
 * of its values is in front of.
 */
export function lineOf(part: Condition | undefined, written: unknown, { path, at }: At): At {
  const found = wayTo(part, written)
  return found ? { path: [...path, 'when', ...found], at: 'key' } : { path, at }
}

/** The way within a condition as written to such a line; undefined where it has none. */
export function wayTo(part: Condition | undefined, written: unknown): Path | undefined {
  const leaves = part ? leavesOf(part) : []
  const facts = [...new Set(leaves.map(({ fact }) => fact.name))]
  const below = ways(written)
  const line = facts.flatMap((name) => below.filter((way) => way.at(-1) === name && isLine(way)))
  const keys = leaves.flatMap(({ fact, operand }) =>
    operand.is === 'values' ? operand.values.map((value) => ({ by: fact.name, key: String(value) })) : [],
  )
  const inTables = keys.flatMap(({ by, key }) =>
    below.filter((way) => way.at(-1) === key && tableOf(written, way) === by),
  )
  const [found] = [...line.sort((a, b) => a.length - b.length), ...inTables]
  return found
}

/** The ways to every key within what is written. */
function ways(written: unknown): Path[] {
  if (typeof written !== 'object' || written === null) return []
  const steps = Array.isArray(written) ? [...written.entries()] : Object.entries(written)
  return steps.flatMap(([step, value]) => [[step], ...ways(value).map((way) => [step, ...way])])
}

/** Is it a line of the condition, and not of what a fact is compared with? */
const isLine = (way: Path): boolean =>
  way.slice(0, -1).every((step) => typeof step === 'number' || /^(all|any|not)$/.test(step))

/** By which fact the table goes of which the way leads to a line; undefined where it leads elsewhere. */
const tableOf = (written: unknown, way: Path): unknown => {
  const table = way.slice(0, -1).reduce((value, step) => (value as Record<string | number, unknown>)[step], written)
  return (table as { by?: unknown }).by
}
