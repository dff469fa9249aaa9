import type { Fact, FactValue, Snapshot } from '../facts/fact.js'
import { formatMinute } from '../lib/calendar.js'
import { DAY, MINUTE } from '../lib/civil.js'
import { sayElapsed } from '../lib/elapsed.js'
import type { Instant } from '../lib/instant.js'
import { describeOperand, formatNumber } from './operands.js'
import { type Condition, fold, type Leaf } from './tree.js'
import { verdict } from './verdict.js'

export { describeOperand } from './operands.js'

/** The name of a fact as people say it: `time since activity`. */
export const sayFact = (name: string): string => name.replaceAll('_', ' ')

const isPerCent = ({ name }: Fact): boolean => name === 'amount_drop'

const unitOf = ({ fact, operator }: Leaf): string => (isPerCent(fact) && !operator.ofMissing ? ' %' : '')

const sayLeaf = (leaf: Leaf): string =>
  `${sayFact(leaf.fact.name)} ${leaf.operator.words(leaf.operand, leaf.fact.kind)}${unitOf(leaf)}`

interface Said {
  says: string
  threshold: string
}
const said = new WeakMap<Leaf, Said>()

/** What a leaf asks, in words: the same of every subject. */
function saidOf(leaf: Leaf): Said {
  const known = said.get(leaf)
  if (known) return known
  const { fact, operator, operand } = leaf
  const words = {
    says: sayLeaf(leaf),
    // Of `missing: true` people want to read the word itself.
    threshold: operator.ofMissing
      ? operator.words(operand, fact.kind).replace(/^is /, '')
      : `${describeOperand(operand, fact.kind)}${unitOf(leaf)}`,
  }
  said.set(leaf, words)
  return words
}

/** How long it is of something that was first seen within the last minute, whenever it began. */
export const JUST_SEEN = 'since first seen, just now'

/** A condition in one line: `status is open, and (amount at least 10,000, or account.segment is enterprise)`. */
export function inWords(condition: Condition): string {
  const { text } = fold<{ text: string; many: boolean }>(condition, {
    all: (parts) => joined(parts, ', and ', 'always'),
    any: (parts) => joined(parts, ', or ', 'never'),
    leaf: (leaf) => ({ text: sayLeaf(leaf), many: false }),
  })
  return text
}

function joined(parts: { text: string; many: boolean }[], by: string, none: string) {
  if (parts.length === 1) return parts[0] as { text: string; many: boolean }
  const said = parts.map(({ text, many }) => (many ? `(${text})` : text))
  return { text: said.length === 0 ? none : said.join(by), many: parts.length > 1 }
}

function sayClock(fact: Fact, since: Instant, snapshot: Snapshot): string {
  const stopped = fact.stopped?.(snapshot) ?? null
  const until = stopped === null ? snapshot.now : Math.min(stopped, snapshot.now)
  if (since > until) return `runs from ${formatMinute(since, snapshot.vocabulary.calendar)} on`
  if (fact.atLeast?.(snapshot) && stopped === null && until - since < MINUTE) return JUST_SEEN
  const from =
    until - since < DAY ? formatMinute(since, snapshot.vocabulary.calendar) : snapshot.vocabulary.calendar.dateOf(since)
  const spent = sayElapsed(since, until, snapshot.vocabulary.calendar)
  if (stopped !== null && stopped <= snapshot.now)
    return `${spent} from ${from} to ${snapshot.vocabulary.calendar.dateOf(stopped)}`
  return `${fact.atLeast?.(snapshot) ? 'at least ' : ''}${spent} since ${from}`
}

/** A value as people read it: `20,000 USD`, `2026-03-02 09:00`, `16 days since 2026-03-01`. */
export function describeValue(fact: Fact, value: FactValue, snapshot: Snapshot): string {
  switch (fact.kind) {
    case 'money':
      return `${formatNumber(Number(value) / 1000)} ${snapshot.opportunity?.currency ?? snapshot.vocabulary.money.currency}`.trim()
    case 'number':
      return isPerCent(fact) ? `${formatNumber(Math.round(Number(value) * 10) / 10)} %` : formatNumber(Number(value))
    case 'instant':
      return formatMinute(Number(value), snapshot.vocabulary.calendar)
    case 'elapsed':
      return sayClock(fact, Number(value), snapshot)
    default:
      return value === '' ? '""' : String(value)
  }
}

/** What a condition says of one subject, part by part. */
export type Explained =
  | {
      readonly is: 'all' | 'any'
      readonly holds: boolean
      readonly until: Instant
      readonly parts: readonly Explained[]
    }
  | {
      readonly is: 'leaf'
      /** The comparison in words. */
      readonly says: string
      readonly fact: string
      /** What was seen; `missing` where nothing is known. */
      readonly observed: string
      readonly threshold: string
      /** Does `says` name the very value that was seen, so that nobody need be told of it again? */
      readonly stated: boolean
      readonly holds: boolean
      /** The answer stands until then, NEVER where time does not change it. Of a tree it may be early. */
      readonly until: Instant
    }

/** Explains a condition on a subject: every leaf with what it saw, what it wanted and until when its answer stands. */
export function explainTree(condition: Condition, snapshot: Snapshot): Explained {
  const stands = verdict(condition, snapshot)
  if (condition.is !== 'leaf')
    return { is: condition.is, ...stands, parts: condition.parts.map((part) => explainTree(part, snapshot)) }
  const { fact } = condition
  const { says, threshold } = saidOf(condition)
  const value = fact.read(snapshot)
  const observed = value === null ? 'missing' : describeValue(fact, value, snapshot)
  return { is: 'leaf', says, fact: fact.name, observed, threshold, stated: isStated(condition, value), ...stands }
}

/** Of `is: X` with one X, which it is, and of `missing: true`. A text that happens to end like the value says nothing of it. */
function isStated({ operator, operand }: Leaf, value: FactValue | null): boolean {
  if (value === null) return operator.ofMissing?.(operand) ?? false
  return operand.is === 'values' && operand.values.length === 1 && operand.values[0] === value
}

const STEPS = 10_000

/**
 * The next instant at which time alone changes the whole answer: a tree's `until` may be early, so this walks on to a real
 * change. `snapshotAt` gives the subject, with all that is reckoned of it, at a later instant. Null where none comes by `horizon`.
 */
export function nextChange(
  condition: Condition,
  snapshotAt: (at: Instant) => Snapshot,
  now: Instant,
  horizon: Instant,
): Instant | null {
  let { holds: held, until } = verdict(condition, snapshotAt(now))
  for (let step = 0; step < STEPS && until <= horizon; step += 1) {
    const next = verdict(condition, snapshotAt(until))
    if (next.holds !== held) return until
    until = next.until
  }
  return null
}
