import type { Family, Opportunity, SubjectRef } from '../domain/subjects.js'
import type { People, Vocabulary } from '../domain/vocabulary.js'
import { NOT_ASSESSED, type Snapshot } from '../facts/fact.js'
import type { Instant } from '../lib/instant.js'
import type { Program } from '../program/program.js'
import { scoreOf } from './assess.js'
import { rowOf } from './draft.js'

/** The living subjects of a family: the account first, then its opportunities by id. */
export function subjectsOf({ account, opportunities }: Family): SubjectRef[] {
  const living = opportunities
    .filter((o) => o.deleted_at === null)
    .map((o): SubjectRef => ({ kind: 'opportunity', id: o.id }))
  return account && account.deleted_at === null ? [{ kind: 'account', id: account.id }, ...living] : living
}

/** Are opportunities judged by anything of their accounts? */
export const readsAccounts = ({ wakes }: Program): boolean => wakes.account.size > 0 || wakes.siblings.size > 0

/** One subject of a family as facts read it, at one instant. */
export function snapshotOf(
  program: Program,
  people: People,
  family: Family,
  subject: SubjectRef,
  now: Instant,
): Snapshot {
  const opportunity = subject.kind === 'opportunity' ? (rowOf(family, subject) as Opportunity) : null
  const opportunities = !family.account
    ? NONE
    : family.opportunities.every((o) => o.deleted_at === null)
      ? family.opportunities
      : family.opportunities.filter((o) => o.deleted_at === null)
  const { vocabulary } = program
  const { account } = family
  const ofAccount = (): Snapshot => ({
    now,
    vocabulary,
    people,
    account,
    opportunities,
    kind: 'account',
    opportunity: null,
    assessed: NOT_ASSESSED,
    accountAssessed: null,
  })
  if (!opportunity) return ofAccount()
  const reads = readsAccounts(program) && account && program.scoring.account.length > 0
  return {
    now,
    vocabulary,
    people,
    account,
    opportunities,
    kind: 'opportunity',
    opportunity,
    assessed: NOT_ASSESSED,
    accountAssessed: reads ? scoreOf(program, ofAccount()) : null,
  }
}

const NONE: readonly Opportunity[] = []

const laid = new WeakMap<Vocabulary, WeakMap<People, People>>()

/** Imported people with those of YAML laid over them: where both speak of one person, YAML wins. `imported` stays as it is. */
export function peopleUnder({ vocabulary }: Program, imported: People): People {
  const known = laid.get(vocabulary) ?? new WeakMap<People, People>()
  laid.set(vocabulary, known)
  const people = known.get(imported) ?? layOver(vocabulary, imported)
  known.set(imported, people)
  return people
}

function layOver(vocabulary: Vocabulary, imported: People): People {
  const people = new Map(imported)
  for (const [id, declared] of vocabulary.people) {
    const known = people.get(id)
    const said = Object.fromEntries(Object.entries(declared).filter(([, value]) => value !== null))
    people.set(id, known ? { ...known, ...said } : declared)
  }
  return people
}
