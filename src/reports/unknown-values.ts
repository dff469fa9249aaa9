import { absolute } from '../analysis/writes.js'
import { PLURAL, type SubjectKind } from '../domain/subjects.js'
import type { People } from '../domain/vocabulary.js'
import { peopleUnder } from '../engine/snapshots.js'
import type { Instant } from '../lib/instant.js'
import { nearest } from '../lib/nearest.js'
import type { Complaint } from '../lib/problem.js'
import type { Program } from '../program/program.js'
import type { Rules } from '../program/sections/index.js'
import { declaredIn } from './declared-values.js'
import { type Named, namedIn } from './named-values.js'
import { type SurveyedStore, survey } from './survey.js'
import { count } from './words.js'

/** A text that no record has. */
export interface UnknownValue extends Complaint {
  /** What the records have instead, and how many they are: lines for people. */
  readonly proof: readonly string[]
}

/** The kind of these warnings, as programs know it. */
export const UNKNOWN_VALUE = {
  id: 'unknown-value',
  summary: 'A text with which the rules compare a fact, and that no record in the database has.',
}

const MOST_SHOWN = 5

/** How often each value of a fact was seen, of how many records, and which others there are or may be though none of these has them. */
interface Seen {
  readonly values: Map<string, number>
  readonly elsewhere: Set<string>
  records: number
}

/**
 * Texts with which a condition of the rules compares and that no record in the store has: `enterprise` where the data say
 * `Enterprise`. Of a fact of which no record says anything nothing is told, nor of a segment of which an account is but no
 * opportunity, of a team in which somebody is who owns nothing, or of a text that the rules themselves declare or write.
 */
export async function unknownValues(
  store: SurveyedStore,
  program: Program,
  rules: Rules,
  now: Instant,
): Promise<UnknownValue[]> {
  const declared = declaredIn(program)
  const named = namedIn(program, rules).filter(({ kind, fact }) => !declared.open.has(absolute(kind, fact)))
  if (named.length === 0) return []
  const seen: Record<SubjectKind, Map<string, Seen>> = { account: new Map(), opportunity: new Map() }
  for (const { kind, fact } of named) {
    const elsewhere = new Set(declared.values.get(absolute(kind, fact)))
    seen[kind].set(fact, { values: new Map(), elsewhere, records: 0 })
  }
  for await (const snapshot of survey(store, program, now)) {
    for (const [fact, known] of seen[snapshot.kind]) {
      known.records += 1
      const value = program.facts[snapshot.kind].get(fact)?.read(snapshot) ?? null
      if (value !== null) known.values.set(String(value), (known.values.get(String(value)) ?? 0) + 1)
    }
    if (snapshot.kind === 'opportunity') continue
    for (const [fact, known] of seen.opportunity) {
      const value = program.facts.account.get(fact.replace(/^account\./, ''))?.read(snapshot) ?? null
      if (fact.startsWith('account.') && value !== null) known.elsewhere.add(String(value))
    }
  }
  const people = peopleUnder(program, await store.people())
  for (const [fact, { elsewhere }] of [...seen.account, ...seen.opportunity])
    for (const value of valuesOfPeople(fact, people)) elsewhere.add(value)
  const told = new Map<string, UnknownValue>()
  for (const one of named) {
    for (const found of complaintsOf(one, seen[one.kind].get(one.fact) as Seen)) {
      // A named table is asked in many places, and written in one.
      const name = JSON.stringify([found.path, found.message])
      if (!told.has(name)) told.set(name, found)
    }
  }
  return [...told.values()]
}

/** What people are, of a fact that is read from its owner; a manager may own something and be known by that name alone. */
function valuesOfPeople(fact: string, people: People): string[] {
  const [, key] = /^(?:account\.)?owner(?:\.(name|email|manager|team))?$/.exec(fact) ?? [null, null]
  if (key === null) return []
  if (key === undefined) return [...people.values()].flatMap(({ id, manager }) => [id, ...(manager ? [manager] : [])])
  return [...people.values()].flatMap((person) => person[key as 'name' | 'email' | 'manager' | 'team'] ?? [])
}

function complaintsOf({ kind, fact, values, at }: Named, seen: Seen): UnknownValue[] {
  const unknown = values.filter((value) => !seen.values.has(value) && !seen.elsewhere.has(value))
  if (seen.values.size === 0 || unknown.length === 0) return []
  const all = [...byNumber(seen).map(([text]) => text), ...seen.elsewhere]
  const nearTo = (value: string): string | undefined => nearest(value, all)
  const complaint = (texts: readonly string[], near: string | undefined): UnknownValue => ({
    ...at,
    message: `No ${kind} has the ${fact} ${texts.map(quoted).join(' or ')}.`,
    hint: near === undefined ? `There is ${listed(seen).join(', ')}.` : { meant: near },
    proof: [proofOf(kind, fact, seen)],
  })
  if (unknown.length === values.length) return [complaint(values, values.flatMap((value) => nearTo(value) ?? [])[0])]
  // Who lists several spellings has thought of them; of the others one tells which was meant.
  return unknown.flatMap((value) => {
    const near = nearTo(value)
    return near === undefined || values.includes(near) ? [] : [complaint([value], near)]
  })
}

const quoted = (value: string): string => `"${value}"`

const byNumber = ({ values }: Seen): [string, number][] =>
  [...values].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))

/** The values that most records have, and how many others there are. */
function listed(seen: Seen, say = (value: string, _times: number): string => quoted(value)): string[] {
  const all = byNumber(seen)
  const others = all.length - MOST_SHOWN
  return [
    ...all.slice(0, MOST_SHOWN).map(([value, times]) => say(value, times)),
    ...(others > 0 ? [`and ${others} more`] : []),
  ]
}

function proofOf(kind: SubjectKind, fact: string, seen: Seen): string {
  const having = [...seen.values.values()].reduce((sum, times) => sum + times, 0)
  const says = listed(seen, (value, times) => `${quoted(value)} (${times})`).join(', ')
  const of = having === seen.records ? 'all' : String(having)
  return `The database has ${count(seen.records, kind, PLURAL[kind])}; the ${fact} of ${of} is known: ${says}.`
}
