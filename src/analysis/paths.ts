import type { Condition } from '../conditions/tree.js'
import { leavesOf } from '../conditions/tree.js'
import type { Complaint } from '../lib/problem.js'
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

/** Where in a condition as written a part of it stands: the line of its fact, where it has one of its own. */
export function lineOf(part: Condition | undefined, written: unknown, { path, at }: At): At {
  const names = part ? [...new Set(leavesOf(part).map(({ fact }) => fact.name))] : []
  const lines = typeof written === 'object' && written !== null ? Object.keys(written) : []
  const name = names.find((fact) => lines.includes(fact))
  return name === undefined ? { path, at } : { path: [...path, 'when', name], at: 'key' }
}
