import { operatorNamed } from '../conditions/operators.js'
import { type Condition, type Leaf, leavesOf, type Operator } from '../conditions/tree.js'
import { verdict } from '../conditions/verdict.js'
import { describeOperand, sayFact } from '../conditions/words.js'
import type { Fact, FactValue, Snapshot } from '../facts/fact.js'
import { settableFacts } from '../facts/table.js'
import type { Instant } from '../lib/instant.js'
import { guesses } from './guesses.js'

/** Something that a person may do about a leaf: what it makes of the facts, in words, and how much it asks. */
export interface Deed {
  words: string
  cost: number
  /** Of a deed that gives one fact a value: which, and that very value in words. */
  sets?: { fact: string; value: FactValue | null; plainly: string }
  /** What the fact is afterwards; undefined where the deed leaves it alone. */
  after(fact: Fact, before: FactValue | null): FactValue | null | undefined
}

/** The condition over the facts as they would be after the deeds: what a deed leaves alone is read as before. */
export function rewritten(condition: Condition, snapshot: Snapshot, deeds: readonly Deed[]): Condition {
  if (condition.is !== 'leaf')
    return { is: condition.is, parts: condition.parts.map((part) => rewritten(part, snapshot, deeds)) }
  const { fact } = condition
  const before = fact.read(snapshot)
  let now = before
  for (const deed of deeds) {
    const after = deed.after(fact, now)
    if (after !== undefined) now = after
  }
  if (now === before) return condition
  const { name, kind, summary, choices, sql } = fact
  return { ...condition, fact: { name, kind, summary, ...(choices ? { choices } : {}), sql, read: () => now } }
}

/** What a fact may be made to be, by all that a condition asks of it: by its name. */
export type Values = ReadonlyMap<string, readonly (FactValue | null)[]>

export function valuesIn(condition: Condition, snapshot: Snapshot): Values {
  const values = new Map<string, (FactValue | null)[]>()
  for (const leaf of leavesOf(condition))
    values.set(leaf.fact.name, [...new Set([...(values.get(leaf.fact.name) ?? []), ...guesses(leaf, snapshot)])])
  return values
}

/** The deeds that may turn one leaf into what is wanted, each tried on it. Empty where nobody can: time goes one way. */
export function deedsFor(leaf: Leaf, wanted: boolean, snapshot: Snapshot, values: Values): Deed[] {
  const side = leaf.fact.name.startsWith('account.') ? 'account.' : ''
  const name = leaf.fact.name.slice(side.length)
  return [...wordsOf(leaf, name, side, wanted, snapshot, values)].filter(
    (deed) => verdict(rewritten(leaf, snapshot, [deed]), snapshot).holds === wanted,
  )
}

/** Facts that follow from others: somebody else's deed brings them about, so that they are asked for last. */
const DERIVED = /^(health|score|qualification)(\.|$)|^incomplete$|_opportunities$|^contacts_touched$/
const CLOCKS: Readonly<Record<string, string>> = {
  time_in_stage: 'stage',
  time_in_status: 'status',
  time_in_bin: 'bin',
}

function* wordsOf(
  leaf: Leaf,
  name: string,
  side: string,
  wanted: boolean,
  snapshot: Snapshot,
  values: Values,
): Generator<Deed> {
  const { now } = snapshot
  // Its own first: what other parts ask of the same fact may be the one value that goes with all of them.
  const tried = new Set([...guesses(leaf, snapshot), ...(values.get(leaf.fact.name) ?? [])])
  const own = side === '' ? 0 : 1
  const of = side === '' ? '' : ' of the account'
  if (/^(time_since_activity|last_activity|touches|touches_in_bin)$/.test(name)) {
    for (const more of touchesFor(leaf, snapshot))
      yield touch(side, now, more > 1 ? `${more} touches${of}` : `any touch${of}`, more, own + more)
  } else if (name === 'time_since_owner_activity') yield touch(side, now, `a touch by the owner${of}`, 1, own + 1)
  else if (/^(activities|last_activity|next_activity)\./.test(name)) yield* kindOf(leaf, name, of, own, snapshot)
  else if (name === 'next_activity') {
    for (const value of tried)
      yield set(leaf.fact, value, value === null ? `call off what is planned${of}` : `plan a touch${of}`, own + 1)
  } else if (CLOCKS[name]) yield moveOn(CLOCKS[name], now, name, side, of, own + 2)
  else if (DERIVED.test(name)) {
    for (const value of tried) yield set(leaf.fact, value, sayAim(leaf, wanted, 'bring'), own + 4)
  } else if (isOpenToPeople(name, side, snapshot)) {
    for (const value of tried)
      yield set(leaf.fact, value, sayAim(leaf, wanted), own + costOf(leaf.fact, leaf.fact.read(snapshot), value))
  }
}

/** How many touches may be enough: one, or of a count what is missing to it. */
function touchesFor({ fact, operand }: Leaf, snapshot: Snapshot): number[] {
  if (fact.kind !== 'number' || operand.is !== 'number') return [1]
  const missing = Math.floor(operand.number) - Number(fact.read(snapshot) ?? 0)
  return [...new Set([1, missing, missing + 1])].filter((more) => more >= 1 && more <= 1_000)
}

const touch = (side: string, now: Instant, words: string, times: number, cost: number): Deed => ({
  words,
  cost,
  after: (fact, before) => {
    if (!fact.name.startsWith(side)) return undefined
    const name = fact.name.slice(side.length).replace(/^account\./, '')
    if (name === 'touches' || name === 'touches_in_bin') return Number(before ?? 0) + times
    return /^(time_since_activity|time_since_owner_activity|last_activity)$/.test(name) ? now : undefined
  },
})

function* kindOf(leaf: Leaf, name: string, of: string, own: number, snapshot: Snapshot): Generator<Deed> {
  const [what, kind = ''] = name.split('.')
  for (const value of guesses(leaf, snapshot)) {
    if (what === 'next_activity')
      yield set(leaf.fact, value, value === null ? `call off the planned ${kind}${of}` : `plan a ${kind}${of}`, own + 1)
    else if (what === 'last_activity') yield set(leaf.fact, value, `a ${kind}${of}`, own + 1)
    else {
      const more = Number(value) - Number(leaf.fact.read(snapshot) ?? 0)
      if (more > 0)
        yield set(leaf.fact, value, more === 1 ? `a ${kind}${of}` : `${more} times a ${kind}${of}`, own + more)
    }
  }
}

const moveOn = (what: string, now: Instant, clock: string, side: string, of: string, cost: number): Deed => ({
  words: what === 'status' ? `set another status${of}` : `move it to another ${what}${of}`,
  cost,
  after: (fact) => (fact.name === `${side}${clock}` ? now : undefined),
})

const set = (changed: Fact, value: FactValue | null, words: string, cost: number): Deed => ({
  words,
  cost,
  sets: { fact: changed.name, value, plainly: sayPlainly(changed, value) },
  after: (fact) => (fact.name === changed.name ? value : undefined),
})

const sayPlainly = ({ name, kind }: Fact, value: FactValue | null): string =>
  value === null
    ? `take ${sayFact(name)} away`
    : `set ${sayFact(name)} to ${describeOperand({ is: 'values', values: [value] }, kind)}`

const BY_HAND = ['name', 'owner', 'stage', 'status', 'reason', 'bin']

function isOpenToPeople(name: string, side: string, { kind, vocabulary }: Snapshot): boolean {
  const of = side === '' ? kind : 'account'
  return BY_HAND.includes(name) || settableFacts(of, vocabulary).has(name)
}

/** To fill something in is little; to end an opportunity or to give it away is more; to say another thing of what it is, or nothing any more, is most. */
function costOf({ name }: Fact, before: FactValue | null, value: FactValue | null): number {
  if (value === null) return 4
  if (before === null || /(^|\.)(close_date|next_step)$/.test(name)) return 1
  return /(^|\.)(stage|bin)$/.test(name) ? 2 : 3
}

const wantedOperator = ({ operator, fact }: Leaf, wanted: boolean): Operator =>
  wanted ? operator : operatorNamed(operator.opposite, fact.kind)

function sayAim(leaf: Leaf, wanted: boolean, verb: 'set' | 'bring' = 'set'): string {
  const operator = wantedOperator(leaf, wanted)
  const name = sayFact(leaf.fact.name)
  const words = operator.words(leaf.operand, leaf.fact.kind)
  if (words === 'is known') return `set ${name}`
  if (words === 'is missing') return `take ${name} away`
  const values = describeOperand(leaf.operand, leaf.fact.kind)
  if (operator.name === 'is') return `${verb} ${name} to ${values}`
  if (operator.name === 'is_not') return `${verb} ${name} to something other than ${values}`
  return `${verb} ${name} ${words}`
}
