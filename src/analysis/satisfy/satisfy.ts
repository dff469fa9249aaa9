import { type Condition, type Leaf, leavesOf } from '../../conditions/tree.js'
import { verdict } from '../../conditions/verdict.js'
import type { Family, Person, SubjectKind, SubjectRef } from '../../domain/subjects.js'
import { assess } from '../../engine/assess.js'
import { peopleUnder, snapshotOf } from '../../engine/snapshots.js'
import type { Snapshot } from '../../facts/fact.js'
import type { Instant } from '../../lib/instant.js'
import type { Program } from '../../program/program.js'
import { isWithinItsAge, orderly } from './clocks.js'
import { fitsTogether } from './couplings.js'
import { type Cube, type Search, withLeaves } from './cube.js'
import { picksOf } from './picks.js'
import { inStoredFacts } from './reckoned.js'
import { rowsOf } from './rows.js'

/** A subject with its family, as it could stand in the store. */
export interface Subject {
  readonly ref: SubjectRef
  readonly family: Family
  /** People of whom the rules do not speak. */
  readonly people: ReadonlyMap<string, Person>
}

/** Can a condition hold of anything? `unknown` where neither a subject was found nor a proof that there is none. */
export type Answer =
  | { readonly is: 'possible'; readonly subject: Subject }
  | { readonly is: 'impossible' }
  | { readonly is: 'unknown' }

/** So many steps of the search are made; so many sets of leaves are tried to be given rows. */
const MOST_STEPS = 4_000
const MOST_TRIED = 12
/** So many facts are given another value than the first, one at a time. */
const MOST_OTHERS = 10

const withoutRules = new WeakMap<Program, Program>()

/** The subject as its rules are judged on it: with score, qualification and health. */
export function seenBy(program: Program, subject: Subject, now: Instant): Snapshot {
  const known = withoutRules.get(program) ?? { ...program, rules: [] }
  withoutRules.set(program, known)
  return assess(known, plainlySeen(program, subject, now)).snapshot
}

const plainlySeen = (program: Program, { ref, family, people }: Subject, now: Instant): Snapshot =>
  snapshotOf(program, people.size === 0 ? program.vocabulary.people : peopleUnder(program, people), family, ref, now)

const RECKONED = /^(health|qualification|score)(\.|$)/

/**
 * Searches a subject of which the condition holds. Every subject it gives was tried, and is none whose clocks run longer than it
 * is old; `impossible` is proved, of such ones too.
 */
export function satisfy(program: Program, kind: SubjectKind, condition: Condition, now: Instant): Answer {
  const search: Search = { program, kind, clock: { now, calendar: program.vocabulary.calendar } }
  let steps = 0
  let tried = 0
  let isSure = true
  let found: Subject | null = null
  const visit = (agenda: readonly Condition[], cube: Cube): void => {
    if (found || steps > MOST_STEPS || tried > MOST_TRIED) return
    steps += 1
    const leaves: Leaf[] = []
    const branches: Condition[] = []
    for (const part of flat(agenda)) {
      if (part.is === 'leaf') leaves.push(part)
      else branches.push(part)
    }
    const here = withLeaves(cube, leaves, search)
    if (!here) return
    const [first, ...rest] = branches.sort((a, b) => sizeOf(a) - sizeOf(b))
    if (first && first.is === 'any') {
      if (branches.length > 1 && !fitsTogether(here, search)) return
      for (const part of first.parts) visit([part, ...rest], here)
      return
    }
    if (!fitsTogether(here, search)) return
    tried += 1
    found = subjectIn(here, condition, search)
    if (!found) isSure = false
  }
  visit([inStoredFacts(program, kind, condition)], new Map())
  if (found) return { is: 'possible', subject: found }
  return { is: isSure && steps <= MOST_STEPS && tried <= MOST_TRIED ? 'impossible' : 'unknown' }
}

const sizeOf = (condition: Condition): number => (condition.is === 'leaf' ? 1 : condition.parts.length)

/** All that must hold, without `all` within `all` and without `any` of one. */
function* flat(agenda: readonly Condition[]): Generator<Condition> {
  for (const part of agenda) {
    if (part.is === 'all') yield* flat(part.parts)
    else if (part.is === 'any' && part.parts.length === 1) yield* flat(part.parts)
    else yield part
  }
}

function subjectIn(cube: Cube, condition: Condition, search: Search): Subject | null {
  const choices: ReadonlyMap<string, number>[] = [new Map()]
  for (const [name, { values }] of [...cube].slice(0, MOST_OTHERS)) {
    for (let i = 1; i < Math.min(values.tried.length, 4); i += 1) choices.push(new Map([[name, i]]))
  }
  choices.push(...orderly(cube, search.clock.now))
  for (const others of choices) {
    const { family, people } = rowsOf(cube, picksOf(cube, others), search)
    const row = search.kind === 'account' ? family.account : family.opportunities[0]
    if (!row) continue
    const subject: Subject = { ref: { kind: search.kind, id: row.id }, family, people }
    if (isWithinItsAge(family) && holdsOf(condition, subject, search)) return subject
  }
  return null
}

const holdsOf = (condition: Condition, subject: Subject, { program, clock }: Search): boolean =>
  leavesOf(condition).length === 0
    ? condition.is !== 'any'
    : verdict(
        condition,
        isReckoned(condition) ? seenBy(program, subject, clock.now) : plainlySeen(program, subject, clock.now),
      ).holds

const reckoned = new WeakMap<Condition, boolean>()

/** Does it name what is reckoned of the subject itself? */
function isReckoned(condition: Condition): boolean {
  const known = reckoned.get(condition) ?? leavesOf(condition).some(({ fact }) => RECKONED.test(fact.name))
  reckoned.set(condition, known)
  return known
}
