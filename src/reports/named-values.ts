import { pathOf, wayTo } from '../analysis/paths.js'
import type { Condition, Leaf } from '../conditions/tree.js'
import type { SubjectKind } from '../domain/subjects.js'
import { isMap } from '../lib/maps.js'
import type { Complaint, Path } from '../lib/problem.js'
import type { Program } from '../program/program.js'
import type { Rules } from '../program/sections/index.js'

type At = Pick<Complaint, 'path' | 'at'>

/** Texts with which a fact is compared in one line, and where that stands. */
export interface Named {
  readonly kind: SubjectKind
  readonly fact: string
  readonly values: readonly string[]
  readonly at: At
}

/** A compiled condition, and the path of what is written of it; `without` is where to point where it has no line of its own. */
interface Place {
  readonly when: Condition
  readonly path: Path
  readonly without: At
}

/** Every text with which a condition of any section compares a fact that may be any text: of the others the rules are checked. */
export function namedIn(program: Program, rules: Rules): Named[] {
  return [...placesIn(program, rules)].flatMap(({ when, path, without }) =>
    linesIn(when, rules).flatMap(({ leaf, at }): Named[] => {
      const { fact, operator, operand } = leaf
      const isText = fact.kind === 'text' && !fact.choices && /^(is|is_not)$/.test(operator.name)
      if (!isText || operand.is !== 'values') return []
      const way = at ? undefined : wayTo(leaf, inside(rules, path))
      const kind = program.facts.account.get(fact.name) === fact ? 'account' : 'opportunity'
      return [
        {
          kind,
          fact: fact.name,
          values: operand.values.map(String),
          at: at ?? (way ? { path: [...path, ...way], at: 'key' } : without),
        },
      ]
    }),
  )
}

function* placesIn(program: Program, rules: Rules): Generator<Place> {
  const place = (when: Condition, path: Path, without: At = { path, at: 'key' }): Place => ({ when, path, without })
  for (const rule of program.rules.filter(({ disabled }) => disabled === null)) {
    const at = pathOf(rule, rules)
    yield place(rule.when, [...at.path, 'when'], at)
  }
  if (program.health) yield place(program.health.when, ['health', 'when'])
  for (const { name, rows } of program.health?.indicators ?? []) {
    const path: Path = ['health', 'indicators', name]
    for (const row of rows) yield place(row.when, [...path, 'when'], { path, at: 'key' })
  }
  for (const kind of ['account', 'opportunity'] as const)
    for (const [i, { when }] of program.scoring[kind].entries()) yield place(when, ['scoring', kind, i, 'when'])
  for (const { name, met } of program.qualification ?? []) yield place(met, ['qualification', 'needs', name])
  for (const [name, { steps }] of program.playbooks)
    for (const [i, { when }] of steps.entries()) yield place(when, ['playbooks', name, 'steps', i, 'when'])
  for (const [name, { when }] of program.views)
    yield place(when, ['views', name, 'when'], { path: ['views', name], at: 'key' })
  for (const [name, { of, when }] of program.goals) {
    yield place(of, ['goals', name, 'of'])
    yield place(when, ['goals', name, 'when'])
  }
}

/** The leaves of a condition; of a line of a table with where it stands, of "else" only what is compared there. */
function linesIn(condition: Condition, rules: Rules): { leaf: Leaf; at?: At }[] {
  if (condition.is === 'leaf') return [{ leaf: condition }]
  const written = condition.is === 'any' ? condition.written : undefined
  const table = written && inside(rules, written)
  if (!written || !isMap(table)) return condition.parts.flatMap((part) => linesIn(part, rules))
  const keys = Object.keys(table).filter((key) => key !== 'by' && key !== 'else')
  return condition.parts.flatMap((part, i) => {
    const [key, then] = part.is === 'all' ? part.parts : []
    const name = keys[i]
    const line =
      key?.is === 'leaf' && name !== undefined
        ? [{ leaf: key, at: { path: [...written, name], at: 'key' as const } }]
        : []
    return [...line, ...(then ? linesIn(then, rules) : [])]
  })
}

/** What is written at a path. */
const inside = (rules: Rules, path: Path): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<string | number, unknown> | undefined)?.[key], rules)
