import { ALWAYS, type Condition } from '../conditions/tree.js'
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
  readonly keys: readonly string[]
  readonly hasElse: boolean
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
      found.push({ path, keys, hasElse: 'else' in lines })
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
          when: { is: 'all', parts: [health?.when ?? ALWAYS, row.when] },
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

/** A line of a table as it was compiled. */
export interface Line {
  /** What is written in front of it, or `else`. */
  readonly key: string
  readonly when: Condition
  readonly then: Condition
}

/** A table in a condition: its fact, its lines without `else`, and what holds around it where it is asked. */
export interface Standing {
  readonly by: Fact
  /** By the value that chooses the line, as text. */
  readonly lines: ReadonlyMap<string, Line>
  /** All that must hold beside. */
  readonly around: readonly Condition[]
}

/** Where in a condition a table stands: this very one, however alike another is; not at all, or several times. */
export function standingIn(condition: Condition, table: WrittenTable, around: readonly Condition[] = []): Standing[] {
  if (condition.is === 'leaf') return []
  if (condition.is === 'all') {
    return condition.parts.flatMap((part) =>
      standingIn(part, table, [...around, ...condition.parts.filter((one) => one !== part)]),
    )
  }
  const { written, parts } = condition
  const isIt = written?.length === table.path.length && written.every((step, i) => step === table.path[i])
  const read = isIt ? readTable(parts, table) : null
  return [...(read ? [{ ...read, around }] : []), ...parts.flatMap((part) => standingIn(part, table, around))]
}

function readTable(parts: readonly Condition[], { keys }: WrittenTable): Omit<Standing, 'around'> | null {
  const lines = new Map<string, Line>()
  let by: Fact | null = null
  for (const [i, key] of keys.entries()) {
    const part = parts[i]
    const [when, then] = part?.is === 'all' ? part.parts : []
    if (when?.is !== 'leaf' || when.operand.is !== 'values' || !then) return null
    by = when.fact
    lines.set(String(when.operand.values[0]), { key, when, then })
  }
  return by && { by, lines }
}

/** What may name a threshold beside the conditions that are looked at here; what is disabled counts as well. */
export function isNamedElsewhere(table: WrittenTable, { rules, assembly_line, health, ...others }: Rules): boolean {
  const [section, name] = table.path
  if (section !== 'thresholds') return false
  const { scoring, qualification, playbooks, goals } = others
  const isDisabled = ({ disabled }: { disabled?: string | boolean | undefined }) =>
    disabled !== undefined && disabled !== false
  const disabled = [...Object.values(rules ?? {}), ...(assembly_line?.moves ?? [])].filter(isDisabled)
  return hasText([scoring, qualification, playbooks, goals, health?.when, disabled], String(name))
}

const hasText = (value: unknown, text: string): boolean =>
  value === text ||
  (typeof value === 'object' && value !== null && Object.values(value).some((one) => hasText(one, text)))
