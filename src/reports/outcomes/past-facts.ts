import { leavesOf } from '../../conditions/tree.js'
import type { Life } from '../../domain/life.js'
import { type SubjectKind, subjectName } from '../../domain/subjects.js'
import { follows } from '../../facts/follows.js'
import type { Instant } from '../../lib/instant.js'
import { compile } from '../../program/compile.js'
import type { Program, Rule } from '../../program/program.js'
import { type Outcome, outcomeOf } from './outcomes.js'

/** What families say of their past beside a replay: how they ended, and of which facts history knows changes. */
export interface PastFacts {
  outcomes: Map<string, Outcome>
  /** When opportunities were closed, as far as that is known. */
  closed: Map<string, Instant>
  /** `opportunity/stage`, `account/bin`, …: facts of which a change from before the store saw the subject is known. */
  changing: Set<string>
  /** Opportunities that are closed, and nobody knows since when. */
  undated: number
  /** Opportunities of which nobody knows when they were created: they begin with the first that is known of them. */
  uncreated: number
  /** `account/acme`: since when the store has watched it; from then on every change is known. */
  seen: Map<string, Instant>
}

export const noPast = (): PastFacts => ({
  outcomes: new Map(),
  closed: new Map(),
  changing: new Set(),
  undated: 0,
  uncreated: 0,
  seen: new Map(),
})

/** Adds what these families say, of outcomes up to now; nobody is judged after `judgedUntil`, and what began later is left out. */
export function notePast(past: PastFacts, lives: readonly Life[], now: Instant, judgedUntil: Instant): void {
  for (const { family, history } of lives) {
    const { account, opportunities } = family
    if (account) {
      past.seen.set(`account/${account.id}`, account.seen)
      if (account.bin_since_known && account.bin_since < account.seen) past.changing.add('account/bin')
    }
    for (const row of opportunities) {
      past.seen.set(`opportunity/${row.id}`, row.seen)
      if (row.stage_since_known && row.stage_since < row.seen) past.changing.add('opportunity/stage')
      if (row.created === null) past.uncreated += 1
      if (row.status !== 'open') {
        if (row.status_since_known) past.closed.set(row.id, row.status_since)
        else past.undated += 1
      }
      const own = history.filter((entry) => entry.kind === 'opportunity' && entry.id === row.id)
      const outcome = outcomeOf(row, own, now)
      if (outcome && outcome.created <= judgedUntil) past.outcomes.set(row.id, stayingUntil(outcome, judgedUntil))
    }
    for (const { kind, id, fact, at } of history)
      if (at < (past.seen.get(subjectName({ kind, id })) ?? 0)) past.changing.add(`${kind}/${fact}`)
  }
}

/** Where it was after the last instant at which anybody is judged, it is no other that was not found. */
function stayingUntil(outcome: Outcome, last: Instant): Outcome {
  if (outcome.closed <= last) return outcome
  const stays = outcome.stays.flatMap((stay) =>
    stay.from > last ? [] : [{ ...stay, to: Math.min(stay.to, last + 1) }],
  )
  return { ...outcome, stays }
}

/** Adds what others noted. */
export function joinPast(past: PastFacts, other: PastFacts): void {
  for (const [id, outcome] of other.outcomes) past.outcomes.set(id, outcome)
  for (const [id, at] of other.closed) past.closed.set(id, at)
  for (const [name, at] of other.seen) past.seen.set(name, at)
  past.undated += other.undated
  past.uncreated += other.uncreated
  for (const name of other.changing) past.changing.add(name)
}

/** Facts that people change in a CRM, beside custom fields; the others follow from time, activities or these. */
const CHANGEABLE: Readonly<Record<SubjectKind, readonly string[]>> = {
  opportunity: ['stage', 'reason', 'amount', 'currency', 'owner', 'source', 'origin', 'close_date', 'next_step'],
  account: ['owner', 'segment', 'industry', 'bin', 'duplicate_of'],
}

let plainFacts: Program['facts'] | undefined

/** The fact whose changes one would have to know: its own, or those of what it follows from (`stage` of `setbacks`). */
function changedBy(kind: SubjectKind, name: string): string {
  // Those that there are whatever the rules: none of the others follows from anything that people change.
  plainFacts ??= compile({}).program?.facts
  const fact = plainFacts?.[kind].get(name)
  // What is known of people has no history, and what is incomplete may follow from anything.
  if (!fact || CHANGEABLE[kind].includes(name) || fact.restsOn?.includes('people') || name === 'incomplete') return name
  return CHANGEABLE[kind].find((changed) => follows(fact, changed)) ?? name
}

/** Facts that a rule reads, itself or through health, score and qualification, and of which history knows no change. */
export function blindIn(rule: Rule, program: Program, { changing }: Pick<PastFacts, 'changing'>): string[] {
  const blind = factsRead(rule, program).flatMap(({ kind, name, as }) => {
    if (name.startsWith('owner.')) return [as]
    const own = changedBy(kind, name)
    const isChangeable = own.startsWith('fields.') || CHANGEABLE[kind].includes(own)
    return isChangeable && !changing.has(`${kind}/${own}`) ? [as] : []
  })
  return [...new Set(blind)].sort()
}

/** Those that are counted anew in a replay: from creation, where no change is known; and those of which there is then none. */
const COUNTED = {
  creation: ['time_in_stage', 'time_in_bin', 'touches_in_bin'],
  none: ['setbacks', 'skips', 'amount_drop'],
}

/** What a replay does with a fact of which history knows no change, and of what it would have to know one. */
export function blindly(as: string): { of: string; taken: 'as_now' | 'from_creation' | 'as_none' } {
  const [, side = '', name = ''] = /^(account\.)?(.*)$/s.exec(as) ?? []
  const of = side + changedBy('account', side ? name : changedBy('opportunity', name))
  if (COUNTED.creation.includes(name)) return { of, taken: 'from_creation' }
  return { of, taken: COUNTED.none.includes(name) ? 'as_none' : 'as_now' }
}

/** A fact that a rule reads. */
export interface Read {
  kind: SubjectKind
  /** Without `account.` of an opportunity. */
  name: string
  /** As rules write it. */
  as: string
}

/** The facts that a rule reads, itself or through health, score and qualification. */
export function factsRead(rule: Rule, program: Program): Read[] {
  const read: Read[] = []
  const seen = new Set<string>()
  const add = (kind: SubjectKind, conditions: readonly Rule['when'][]) => {
    for (const { fact } of conditions.flatMap(leavesOf)) {
      if (seen.has(`${kind}/${fact.name}`)) continue
      seen.add(`${kind}/${fact.name}`)
      const isOfAccount = kind === 'opportunity' && fact.name.startsWith('account.')
      const own = { kind: isOfAccount ? 'account' : kind, name: fact.name.replace(/^account\./, '') } as const
      read.push({ ...own, as: kind === 'account' && rule.for === 'opportunity' ? `account.${fact.name}` : fact.name })
      add(own.kind, behind(own.name, own.kind, program))
    }
  }
  add(rule.for, [rule.when])
  return read
}

/** The conditions by which a fact is reckoned under these rules. */
function behind(name: string, kind: SubjectKind, { scoring, health, qualification }: Program): Rule['when'][] {
  if (name === 'score') return scoring[kind].map(({ when }) => when)
  const [first, one] = name.split('.')
  if (first === 'qualification')
    return (qualification ?? []).filter((need) => one === undefined || need.name === one).map(({ met }) => met)
  if (first !== 'health' || !health) return []
  const wanted = health.indicators.filter((indicator) => one === undefined || indicator.name === one)
  return [health.when, ...wanted.flatMap(({ rows }) => rows.map(({ when }) => when))]
}
