import type { SubjectKind } from '../domain/subjects.js'
import type { Vocabulary } from '../domain/vocabulary.js'
import type { Fact, FactTable } from '../facts/fact.js'
import { factsFor } from '../facts/table.js'
import { unknownFact } from '../facts/unknown.js'
import { nearest } from '../lib/nearest.js'
import type { Complaint, Hint, Path } from '../lib/problem.js'
import type { Rules } from './sections/index.js'
import type { Threshold } from './thresholds.js'

/** What one compilation carries from section to section. */
export interface Checking {
  readonly rules: Rules
  readonly vocabulary: Vocabulary
  /** The named thresholds; null where one was complained of, so that its users need not complain again. */
  readonly thresholds: ReadonlyMap<string, Threshold | null>
  readonly channels: ReadonlyMap<string, { type: string }>
  /** People may also come as data: then one whom no rule knows is none the less taken. */
  readonly openPeople: boolean
  complain(complaint: Complaint): void
}

/** Score and qualification are reckoned first, then health, then rules: what comes later is no fact for what comes before. */
export type Turn = 'score' | 'health' | 'rules'

/** Where a condition stands: of which subject it speaks, and what has been reckoned by then. */
export interface Scope {
  readonly checking: Checking
  readonly kind: SubjectKind
  readonly facts: FactTable
  readonly turn: Turn
  /** For people: `the score`, `health`, `a rule`. */
  readonly of: string
}

export const scopeOf = (checking: Checking, kind: SubjectKind, turn: Turn = 'rules', of = 'a rule'): Scope => ({
  checking,
  kind,
  facts: factsFor(kind, checking.vocabulary),
  turn,
  of,
})

export const aKind = (kind: SubjectKind): string => (kind === 'account' ? 'an account' : 'an opportunity')

/** As a person would write it. */
export const shown = (value: unknown): string => (value === null ? 'nothing' : JSON.stringify(value))

/** The hint for a word that is none: the one that was probably meant, else all of them where they are few. */
export function hintFor(word: unknown, known: Iterable<string>, what?: string): Hint | undefined {
  const words = [...new Set(known)]
  const near = typeof word === 'string' ? nearest(word, words) : undefined
  if (near !== undefined) return { meant: near }
  return what && words.length > 0 && words.length <= 15 ? `${what} ${words.join(', ')}.` : undefined
}

const RECKONED: Record<Turn, RegExp | null> = {
  score: /^(score|qualification|health)($|\.)/,
  health: /^health($|\.)/,
  rules: null,
}

/** The fact of that name. Null where it complained: there is none, or it is reckoned only later. */
export function factNamed(name: string, scope: Scope, path: Path, at: 'key' | 'value' = 'key'): Fact | null {
  const fact = scope.facts.get(name)
  if (fact && !RECKONED[scope.turn]?.test(name)) return fact
  const { checking, kind, of } = scope
  if (fact) {
    checking.complain({
      path,
      at,
      message: `${of.charAt(0).toUpperCase()}${of.slice(1)} cannot read "${name}": it is not reckoned by then.`,
      hint: 'Score and qualification are reckoned first, then health, then rules.',
    })
    return null
  }
  const message = `There is no fact "${name}" of ${aKind(kind)}.`
  checking.complain({ path, at, message, unknown: unknownFact(name), hint: factHint(name, scope) })
  return null
}

function factHint(name: string, { facts, kind, checking: { vocabulary } }: Scope): Hint | undefined {
  const other: SubjectKind = kind === 'account' ? 'opportunity' : 'account'
  if (kind === 'opportunity' && facts.has(`account.${name}`)) return `Of its account it is "account.${name}".`
  if (name.startsWith(`${kind}.`) && facts.has(name.slice(kind.length + 1))) {
    return `Write "${name.slice(kind.length + 1)}".`
  }
  if (facts.has(`fields.${name}`)) return `A custom field is written "fields.${name}".`
  const near = nearestFact(name, facts)
  if (near !== undefined) return { meant: near }
  if (factsFor(other, vocabulary).has(name)) return `It is a fact of ${aKind(other)}.`
  if (/^(account\.)?fields\./.test(name)) return 'The section "fields" declares custom fields.'
  if (/^(activities|last_activity|next_activity)\./.test(name)) return 'The section "activities" declares the kinds.'
  return undefined
}

/** Of a name with a prefix that is right, only what stands behind it is compared: `activities.fax` is no `activities.call`. */
function nearestFact(name: string, facts: FactTable): string | undefined {
  const prefix = name.slice(0, name.lastIndexOf('.') + 1)
  const siblings = [...facts.keys()].filter((fact) => prefix !== '' && fact.startsWith(prefix))
  if (siblings.length === 0) return nearest(name, facts.keys())
  const tail = nearest(
    name.slice(prefix.length),
    siblings.map((fact) => fact.slice(prefix.length)),
  )
  return tail && prefix + tail
}
