import { operatorNamed } from '../../conditions/operators.js'
import type { Leaf } from '../../conditions/tree.js'
import { verdict } from '../../conditions/verdict.js'
import { describeOperand, sayFact } from '../../conditions/words.js'
import type { Fact, FactValue, Snapshot } from '../../facts/fact.js'

/** `a`, `a or b`, `a, b or c`. */
export const either = (words: readonly string[]): string =>
  words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`

/** `a call`, `an email`. */
export const aOrAn = (words: string): string => `${/^[aeiou]/i.test(words) ? 'an' : 'a'} ${words}`

/** `once`, `twice`, `3 times`. */
export const sayTimes = (n: number): string => (n === 1 ? 'once' : n === 2 ? 'twice' : `${n} times`)

/** Would it be so, were this the value of its fact? */
export function isSo(leaf: Leaf, value: FactValue | null, snapshot: Snapshot): boolean {
  const { name, kind, summary, sql } = leaf.fact
  return verdict({ ...leaf, fact: { name, kind, summary, sql, read: () => value } }, snapshot).holds
}

/** What of a comparison, or of its opposite, covers the value chosen and, of all that was tried, only what works. */
export function aimAt<V>(
  leaves: readonly Leaf[],
  chosen: V,
  works: readonly V[],
  all: readonly V[],
  isAimed: (leaf: Leaf, value: V) => boolean,
): string | null {
  let best: { words: string; reach: number } | null = null
  for (const leaf of leaves) {
    for (const wanted of [true, false]) {
      const covers = (value: V) => isAimed(leaf, value) === wanted
      const reached = all.filter(covers)
      if (!covers(chosen) || reached.some((value) => !works.includes(value))) continue
      if (best === null || reached.length > best.reach) best = { words: wordsOf(leaf, wanted), reach: reached.length }
    }
  }
  return best?.words ?? null
}

/** `over 5,000`, `on or after today`; of texts `to something other than a`. */
function wordsOf({ operator, operand, fact }: Leaf, wanted: boolean): string {
  const asked = wanted ? operator : operatorNamed(operator.opposite, fact.kind)
  const words = asked.words(operand, fact.kind)
  if (asked.name === 'is') return `to ${describeOperand(operand, fact.kind)}`
  if (asked.name === 'is_not') return `to something other than ${describeOperand(operand, fact.kind)}`
  return /contain|start|end/.test(words) ? `to a text that ${words}` : words
}

interface Field {
  fact: Fact
  /** As people call it: `close date`, `account.segment`. */
  called: string
  before: FactValue | null
  /** All that is asked of it. */
  leaves: readonly Leaf[]
  snapshot: Snapshot
}

/** Says which values a field is to be given: as much as was tried, and never more. */
export function sayField(
  { fact, called, before, leaves, snapshot }: Field,
  chosen: FactValue | null,
  works: readonly (FactValue | null)[],
  all: readonly (FactValue | null)[],
): string {
  if (chosen === null) return `take ${called} away`
  const known = all.filter((value) => value !== null)
  if (known.every((value) => works.includes(value))) return before === null ? `set ${called}` : `set another ${called}`
  const plainly = (value: FactValue) => describeOperand({ is: 'values', values: [value] }, fact.kind)
  if (fact.choices || fact.kind === 'flag')
    return `set ${called} to ${either(works.flatMap((value) => (value === null ? [] : plainly(value))))}`
  const asks = leaves.filter(({ operator }) => !operator.ofMissing)
  const aim = aimAt(asks, chosen, works, known, (leaf, value) => isSo(leaf, value, snapshot))
  const isNumber = fact.kind === 'number' || fact.kind === 'money'
  if (aim !== null) return `set ${called} ${isNumber && !aim.startsWith('to ') ? 'to ' : ''}${aim}`
  return `set ${called} to ${atMost(chosen, works, known, plainly) ?? sayOne(fact, chosen, snapshot)}`
}

/** `at most 5,000`, where of all that was tried just the lower ones work; or `at least`. */
function atMost(
  chosen: FactValue,
  works: readonly (FactValue | null)[],
  all: readonly FactValue[],
  plainly: (value: FactValue) => string,
): string | null {
  if (typeof chosen !== 'number') return null
  const sorted = all.filter((value) => typeof value === 'number').sort((a, b) => a - b)
  const lower = sorted.findIndex((value) => !works.includes(value))
  const upper = sorted.findLastIndex((value) => !works.includes(value))
  const [most, least] = [sorted[lower - 1], sorted[upper + 1]]
  if (most !== undefined && chosen <= most) return `at most ${plainly(most)}`
  return least !== undefined && chosen >= least ? `at least ${plainly(least)}` : null
}

const sayOne = (fact: Fact, value: FactValue, { vocabulary }: Snapshot): string =>
  fact.kind === 'instant'
    ? vocabulary.calendar.dateOf(Number(value))
    : describeOperand({ is: 'values', values: [value] }, fact.kind)

/** How people call a fact of the subject, or of its account. */
export const callFact = (name: string, ofAccount: boolean): string => sayFact(ofAccount ? `account.${name}` : name)
