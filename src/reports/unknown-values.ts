import { lineOf } from '../analysis/paths.js'
import { placesIn } from '../analysis/tables.js'
import { leavesOf } from '../conditions/tree.js'
import type { SubjectKind } from '../domain/subjects.js'
import type { Instant } from '../lib/instant.js'
import { nearest } from '../lib/nearest.js'
import type { Complaint, Path } from '../lib/problem.js'
import type { Program } from '../program/program.js'
import type { Rules } from '../program/sections/index.js'
import { type SurveyedStore, survey } from './survey.js'

/** A value that a rule names, and where. */
interface Named {
  readonly kind: SubjectKind
  readonly fact: string
  readonly value: string
  /** The others that stand with it in one list. */
  readonly beside: readonly string[]
  readonly at: Pick<Complaint, 'path' | 'at'>
}

const MOST_SHOWN = 8

/**
 * Texts with which rules, views and indicators compare and that no record in the store has: `enterprise` where the data say
 * `Enterprise`. Of a fact of which no record says anything nothing is told.
 */
export async function unknownValues(
  store: SurveyedStore,
  program: Program,
  rules: Rules,
  now: Instant,
): Promise<Complaint[]> {
  const named = namedIn(program, rules)
  if (named.length === 0) return []
  const known = new Map<string, Set<string>>(named.map(({ kind, fact }) => [`${kind} ${fact}`, new Set()]))
  for await (const snapshot of survey(store, program, now)) {
    for (const { kind, fact } of named) {
      const value = kind === snapshot.kind ? program.facts[kind].get(fact)?.read(snapshot) : null
      if (value !== null && value !== undefined) known.get(`${kind} ${fact}`)?.add(String(value))
    }
  }
  return named.flatMap((one) => complaintOf(one, known.get(`${one.kind} ${one.fact}`) ?? new Set()))
}

function complaintOf({ kind, fact, value, beside, at }: Named, known: ReadonlySet<string>): Complaint[] {
  if (known.size === 0 || known.has(value)) return []
  const near = nearest(value, known)
  // Who lists several spellings has thought of them.
  if (beside.length > 0 && (near === undefined || beside.includes(near))) return []
  const some = [...known].sort().slice(0, MOST_SHOWN)
  const more = known.size > some.length ? ', …' : ''
  return [
    {
      ...at,
      message: `No ${kind} has the ${fact} "${value}".`,
      hint: near === undefined ? `There is ${some.join(', ')}${more}.` : { meant: near },
    },
  ]
}

function namedIn(program: Program, rules: Rules): Named[] {
  return placesIn(program, rules).flatMap((place) =>
    leavesOf(place.when).flatMap((leaf): Named[] => {
      const { fact, operator, operand } = leaf
      const isText = fact.kind === 'text' && !fact.choices && /^(is|is_not)$/.test(operator.name)
      if (!isText || operand.is !== 'values') return []
      const at = lineOf(leaf, writtenAt(rules, place.path), { path: place.path, at: 'key' })
      const values = operand.values.map(String)
      return values.map((value) => ({
        kind: place.kind,
        fact: fact.name,
        value,
        beside: values.filter((other) => other !== value),
        at,
      }))
    }),
  )
}

/** The condition of a place as it is written. */
function writtenAt(rules: Rules, path: Path): unknown {
  const at = path.reduce<unknown>((value, key) => (value as Record<string | number, unknown> | undefined)?.[key], rules)
  return (at as { when?: unknown } | undefined)?.when
}
