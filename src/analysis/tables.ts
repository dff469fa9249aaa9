import type { Condition } from '../conditions/tree.js'
import type { SubjectKind } from '../domain/subjects.js'
import type { Fact } from '../facts/fact.js'
import { isMap } from '../lib/maps.js'
import type { Path } from '../lib/problem.js'
import type { Program } from '../program/program.js'
import type { Rules } from '../program/sections/index.js'
import { pathOf } from './paths.js'

/** A table of thresholds as it is written. */
export interface WrittenTable {
  readonly path: Path
  readonly by: string
  readonly keys: readonly string[]
  readonly hasElse: boolean
  /** Named ones may stand anywhere. */
  readonly isNamed: boolean
}

/** A condition in which tables may stand, with all that must hold for it to be asked at all. */
export interface Place {
  readonly path: Path
  readonly kind: SubjectKind
  readonly when: Condition
  /** For people: `the rule quiet`. */
  readonly says: string
}

/** Every table that is written, those within others too. */
export function tablesIn(rules: Rules): WrittenTable[] {
  const found: WrittenTable[] = []
  const walk = (value: unknown, path: Path) => {
    if (Array.isArray(value)) for (const [i, one] of value.entries()) walk(one, [...path, i])
    if (!isMap(value)) return
    const { by, ...lines } = value
    if (typeof by === 'string') {
      const keys = Object.keys(lines).filter((key) => key !== 'else')
      found.push({ path, by, keys, hasElse: 'else' in lines, isNamed: path[0] === 'thresholds' })
    }
    for (const [key, one] of Object.entries(value)) walk(one, [...path, key])
  }
  walk(rules.thresholds, ['thresholds'])
  for (const [id, { when }] of Object.entries(rules.rules ?? {})) walk(when, ['rules', id, 'when'])
  for (const [i, { when }] of (rules.assembly_line?.moves ?? []).entries())
    walk(when, ['assembly_line', 'moves', i, 'when'])
  walk(rules.health?.indicators, ['health', 'indicators'])
  for (const [name, { when }] of Object.entries(rules.views ?? {})) walk(when, ['views', name, 'when'])
  return found
}

/** Every condition in which a table may stand. */
export function placesIn({ rules: list, health, views }: Program, rules: Rules): Place[] {
  return [
    ...list
      .filter(({ disabled }) => disabled === null)
      .map(
        (rule): Place => ({
          path: pathOf(rule, rules).path,
          kind: rule.for,
          when: rule.when,
          says: `the ${rule.is === 'move' ? 'move' : 'rule'} ${rule.id}`,
        }),
      ),
    ...(health?.indicators ?? []).flatMap(({ name, rows }) =>
      rows.map(
        (row): Place => ({
          path: ['health', 'indicators', name, row.level],
          kind: 'opportunity',
          when: { is: 'all', parts: [health?.when ?? { is: 'all', parts: [] }, row.when] },
          says: `the indicator ${name}`,
        }),
      ),
    ),
    ...[...views.values()].map(
      (view): Place => ({
        path: ['views', view.name],
        kind: view.for,
        when: view.when,
        says: `the view ${view.name}`,
      }),
    ),
  ]
}

/** Does the table stand there, or may it? */
export const mayStandIn = ({ path, isNamed }: WrittenTable, place: Place): boolean =>
  isNamed || place.path.every((part, i) => path[i] === part)

/** A table in a condition: its fact, the condition of each line, and what holds around it where it is asked. */
export interface Standing {
  readonly by: Fact
  /** By what is written in front of the line. */
  readonly lines: ReadonlyMap<string, Condition>
  /** All that must hold beside. */
  readonly around: readonly Condition[]
}

/** Where in a condition a table stands: none, or several times. */
export function standingIn(condition: Condition, table: WrittenTable, around: readonly Condition[] = []): Standing[] {
  if (condition.is === 'leaf') return []
  if (condition.is === 'all') {
    return condition.parts.flatMap((part) =>
      standingIn(part, table, [...around, ...condition.parts.filter((one) => one !== part)]),
    )
  }
  const read = readTable(condition.parts, table)
  return [...(read ? [{ ...read, around }] : []), ...condition.parts.flatMap((part) => standingIn(part, table, around))]
}

function readTable(parts: readonly Condition[], { by, keys, hasElse }: WrittenTable): Omit<Standing, 'around'> | null {
  if (parts.length !== keys.length + (hasElse ? 1 : 0)) return null
  const lines = new Map<string, Condition>()
  let fact: Fact | null = null
  for (const part of parts.slice(0, keys.length)) {
    const [key, then] = part.is === 'all' && part.parts.length === 2 ? part.parts : []
    if (key?.is !== 'leaf' || !then || key.fact.name !== by || key.operator.name !== 'is') return null
    if (key.operand.is !== 'values' || key.operand.values.length !== 1) return null
    fact = key.fact
    lines.set(String(key.operand.values[0]), then)
  }
  const names = [...lines.keys()]
  const isSame = fact?.kind === 'money' || keys.every((key) => names.includes(key))
  return fact && isSame ? { by: fact, lines } : null
}
