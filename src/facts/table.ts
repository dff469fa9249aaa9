import type { Account, Opportunity, SubjectKind } from '../domain/subjects.js'
import type { People, Vocabulary } from '../domain/vocabulary.js'
import { ANYTHING, OF_ITS_OPPORTUNITIES } from '../domain/wakes.js'
import type { Instant } from '../lib/instant.js'
import { accountFacts } from './account.js'
import { activityFacts, contactsTouched, touchesInBin } from './activity-facts.js'
import { customFacts } from './custom.js'
import { type Fact, type FactKind, type FactTable, NOT_ASSESSED, type Snapshot } from './fact.js'
import { opportunityFacts } from './opportunity.js'
import { ownerFacts } from './owner.js'
import { reckonedFacts, scoreFact } from './reckoned.js'
import { incompleteFact } from './required.js'
import { ACCOUNT, OPPORTUNITY } from './side.js'

const complete = (side: typeof ACCOUNT, vocabulary: Vocabulary, facts: Fact[]): Fact[] => [
  ...facts,
  incompleteFact(side, vocabulary, facts),
]

const ofAccount = (vocabulary: Vocabulary): Fact[] =>
  complete(ACCOUNT, vocabulary, [
    ...accountFacts(vocabulary),
    ...ownerFacts(ACCOUNT),
    ...activityFacts(ACCOUNT, vocabulary),
    touchesInBin(ACCOUNT, vocabulary),
    scoreFact(ACCOUNT),
    ...customFacts(ACCOUNT, vocabulary),
  ])

/** A fact of accounts as one of an opportunity: of its account. */
const ofItsAccount = (fact: Fact): Fact => ({
  ...fact,
  name: `account.${fact.name}`,
  ...(fact.restsOn ? { restsOn: fact.restsOn.map((one) => (isElsewhere(one) ? one : `account.${one}`)) } : {}),
})
const isElsewhere = (one: string): boolean => one === ANYTHING || one.startsWith(OF_ITS_OPPORTUNITIES)

const ofOpportunity = (vocabulary: Vocabulary): Fact[] =>
  complete(OPPORTUNITY, vocabulary, [
    ...opportunityFacts(vocabulary),
    ...ownerFacts(OPPORTUNITY),
    ...activityFacts(OPPORTUNITY, vocabulary),
    contactsTouched(OPPORTUNITY, vocabulary),
    scoreFact(OPPORTUNITY),
    ...reckonedFacts(OPPORTUNITY, vocabulary),
    ...customFacts(OPPORTUNITY, vocabulary),
    ...ofAccount(vocabulary).map(ofItsAccount),
  ])

const tables = new WeakMap<Vocabulary, Partial<Record<SubjectKind, FactTable>>>()

/** All facts of an opportunity, or of an account, under a program's words. The same table for the same vocabulary. */
export function factsFor(kind: SubjectKind, vocabulary: Vocabulary): FactTable {
  const known = tables.get(vocabulary) ?? {}
  tables.set(vocabulary, known)
  known[kind] ??= new Map(
    (kind === 'account' ? ofAccount(vocabulary) : ofOpportunity(vocabulary)).map((fact) => [fact.name, fact]),
  )
  return known[kind]
}

/** Which of the required facts are missing, in the order asked. A name that is no fact is passed over. */
export function requiredMissing(requires: readonly string[], snapshot: Snapshot): string[] {
  if (requires.length === 0) return []
  const facts = factsFor(snapshot.kind, snapshot.vocabulary)
  return requires.filter((name) => facts.get(name)?.read(snapshot) === null)
}

/** Asks of rows alone, without their families, what of the required facts is missing: of an opportunity, else of the account. */
export const requiredOfRows =
  (vocabulary: Vocabulary, people: People, now: Instant) =>
  (requires: readonly string[], opportunity: Opportunity | null, account: Account | null): string[] =>
    requiredMissing(requires, {
      kind: opportunity ? 'opportunity' : 'account',
      now,
      vocabulary,
      people,
      account,
      opportunity,
      opportunities: opportunity ? [opportunity] : [],
      assessed: NOT_ASSESSED,
      accountAssessed: null,
    })

const PLAIN: Record<SubjectKind, readonly string[]> = {
  opportunity: ['amount', 'close_date', 'next_step', 'source', 'origin'],
  account: ['segment', 'industry', 'duplicate_of'],
}

/** The facts that a rule, the API or a person may set, with their kinds. */
export function settableFacts(kind: SubjectKind, vocabulary: Vocabulary): ReadonlyMap<string, FactKind> {
  const facts = factsFor(kind, vocabulary)
  const names = [...PLAIN[kind], ...[...vocabulary.fields[kind].keys()].map((name) => `fields.${name}`)]
  return new Map(names.map((name) => [name, (facts.get(name) as Fact).kind]))
}
