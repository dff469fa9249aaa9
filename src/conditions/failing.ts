import type { Fact, FactValue, Snapshot } from '../facts/fact.js'
import type { Calendar } from '../lib/calendar.js'
import { type Instant, NEVER } from '../lib/instant.js'
import { type Condition, fold, type Leaf, sameLeaf } from './tree.js'
import { signedOf } from './verdict.js'

/** Said where a condition does not fail. */
export const HOLDS = 0

/**
 * Until when a condition fails; HOLDS where it holds. Who looks for the earliest of several instants gives the `limit` from
 * which on they do not matter: what fails at least until then may be said to fail until any instant from the limit on.
 */
export type Failing = (snapshot: Snapshot, limit: Instant) => Instant

/** The latest of those that fail. */
const all =
  (parts: readonly Failing[]): Failing =>
  (snapshot, limit) => {
    let latest = HOLDS
    for (let i = 0; i < parts.length; i += 1) {
      const until = (parts[i] as Failing)(snapshot, limit)
      if (until >= limit) return until
      if (until > latest) latest = until
    }
    return latest
  }

/** The earliest of all, where all of them fail. */
const any = (parts: readonly Failing[]): Failing => {
  if (parts.length === 1) return parts[0] as Failing
  return (snapshot, limit) => {
    let earliest = limit
    for (let i = 0; i < parts.length; i += 1) {
      const until = (parts[i] as Failing)(snapshot, earliest)
      if (until === HOLDS) return HOLDS
      if (until < earliest) earliest = until
    }
    return earliest
  }
}

interface Question {
  leaf: Leaf
  notBefore: ((value: FactValue, calendar: Calendar) => Instant) | null
}

/** Any of some leaves about one fact, which is read once. */
const anyOfFact = (fact: Fact, leaves: readonly Leaf[]): Failing => {
  const questions = leaves.map(
    (leaf): Question => ({ leaf, notBefore: leaf.operator.notBefore?.(leaf.operand) ?? null }),
  )
  return (snapshot, limit) => {
    const value = fact.read(snapshot)
    const change = fact.changes ? fact.changes(snapshot) : NEVER
    let earliest = limit
    for (let i = 0; i < questions.length; i += 1) {
      const { leaf, notBefore } = questions[i] as Question
      if (notBefore && value !== null && change >= earliest) {
        const from = notBefore(value, snapshot.vocabulary.calendar)
        if (from >= earliest && from > snapshot.now) continue
      }
      const signed = signedOf(leaf, value, change, snapshot)
      if (signed > 0) return HOLDS
      if (-signed < earliest) earliest = -signed
    }
    return earliest
  }
}

/** Beyond so many values each one is asked anew. */
const MOST_VALUES = 2_000

/** Many rows share their dates: what is said of one is said once at an instant. */
const byDate = (fact: Fact, ask: Failing): Failing => {
  const answers = new Map<FactValue | null, Instant>()
  let now = 0
  let calendar: Calendar | null = null
  return (snapshot, limit) => {
    if (snapshot.now !== now || snapshot.vocabulary.calendar !== calendar) {
      if (answers.size > 0) answers.clear()
      now = snapshot.now
      calendar = snapshot.vocabulary.calendar
      return ask(snapshot, limit)
    }
    const value = fact.read(snapshot)
    const known = answers.get(value)
    if (known !== undefined) return known
    const answer = ask(snapshot, NEVER)
    if (answers.size < MOST_VALUES) answers.set(value, answer)
    return answer
  }
}

/** What conditions have in common that are compiled together: questions about one fact, by what they ask. */
export type SharedQuestions = Map<string, Failing>

const aboutFact = (leaves: readonly Leaf[], shared: SharedQuestions): Failing => {
  const name = leaves.map(sameLeaf).join('|')
  const known = shared.get(name)
  if (known) return known
  const { fact } = leaves[0] as Leaf
  const ask = anyOfFact(fact, leaves)
  const made = fact.kind === 'date' && !fact.changes ? byDate(fact, ask) : ask
  shared.set(name, made)
  return made
}

interface Part {
  leaf: Leaf | null
  ask: Failing
}

const anyOf = (parts: readonly Part[], shared: SharedQuestions): Failing => {
  const byFact = new Map<Fact, Leaf[]>()
  for (const { leaf } of parts) if (leaf) byFact.set(leaf.fact, [...(byFact.get(leaf.fact) ?? []), leaf])
  return any([
    ...[...byFact.values()].map((leaves) => aboutFact(leaves, shared)),
    ...parts.filter(({ leaf }) => !leaf).map(({ ask }) => ask),
  ])
}

/**
 * Compiles a condition of which one only wants to know until when it fails. Where it fails that is what its verdict says;
 * of leaves that cannot matter no more is asked than shows that.
 */
export const compileFailing = (condition: Condition, shared: SharedQuestions = new Map()): Failing =>
  fold<Part>(condition, {
    all: (parts) => ({ leaf: null, ask: all(parts.map(({ ask }) => ask)) }),
    any: (parts) => ({ leaf: null, ask: anyOf(parts, shared) }),
    leaf: (leaf) => ({ leaf, ask: aboutFact([leaf], shared) }),
  }).ask
