import { normalForm, type Table, type Written } from '../../src/conditions/normal-form.js'
import { operatorsOf } from '../../src/conditions/operators.js'
import type { Condition, Leaf, Operand, Operator } from '../../src/conditions/tree.js'
import type { Fact, FactTable, FactValue, Snapshot } from '../../src/facts/fact.js'
import type { Period, PeriodUnit } from '../../src/lib/calendar.js'
import { DAY } from '../../src/lib/civil.js'
import type { Span, SpanUnit } from '../../src/lib/span.js'
import type { Chance } from './chance.js'
import { OWNERS, PARTS, TEXTS } from './vocabularies.js'

const UNITS: readonly [SpanUnit, number][] = [
  ['minute', 600],
  ['hour', 100],
  ['business_hour', 40],
  ['day', 60],
  ['business_day', 30],
  ['week', 8],
  ['month', 4],
  ['quarter', 2],
  ['year', 1],
]
const PERIODS: readonly PeriodUnit[] = ['day', 'week', 'month', 'quarter', 'year']

export const randomSpan = (at: Chance): Span => {
  const [unit, most] = at.pick(UNITS)
  return { unit, count: at.int(0, most) }
}

const randomPeriod = (at: Chance): Period => {
  const unit = at.pick(PERIODS)
  return { unit, offset: unit === 'day' ? at.int(-20, 20) : at.int(-2, 2) }
}

/** A value near what is there: the same one, the next one, or any. */
function valueFor(at: Chance, fact: Fact, seen: FactValue | null): FactValue {
  if (fact.kind === 'flag') return at.often(0.5)
  if (fact.kind === 'number' || fact.kind === 'money')
    return typeof seen === 'number' && at.often(0.6) ? seen + at.pick([0, 0, 1, -1]) : at.int(-5, 30)
  if (seen !== null && at.often(0.5)) return seen
  return at.pick(fact.choices ?? [...TEXTS, ...OWNERS])
}

export function randomOperand(
  at: Chance,
  fact: Fact,
  operator: Operator,
  snapshot: Snapshot,
  seen: FactValue | null,
): Operand {
  const number = () => Number(valueFor(at, { ...fact, kind: 'number' }, seen))
  switch (at.pick(operator.takes)) {
    case 'values': {
      const n = fact.kind === 'flag' ? 1 : at.int(1, 3)
      return { is: 'values', values: at.times(n, () => valueFor(at, fact, seen)) }
    }
    case 'number':
      return { is: 'number', number: number() }
    case 'range': {
      const from = number()
      return { is: 'range', from, to: from + at.int(0, 10) }
    }
    case 'text':
      return { is: 'text', text: at.pick(PARTS) }
    case 'span':
      return { is: 'span', span: randomSpan(at), ...(at.often(0.1) ? { times: 2 } : {}) }
    case 'date':
      return {
        is: 'date',
        date: snapshot.vocabulary.calendar.dateOf(snapshot.now + at.int(-60, 60) * DAY),
      }
    case 'periods':
      return { is: 'periods', periods: at.times(operator.name === 'in' ? at.int(1, 3) : 1, () => randomPeriod(at)) }
    case 'flag':
      return { is: 'flag', flag: at.often(0.5) }
  }
}

/** A comparison of a fact in one of the ways that users may write. */
export function randomLeaf(at: Chance, fact: Fact, snapshot: Snapshot): Leaf {
  const operators = operatorsOf(fact.kind)
  // What time does not touch is chosen less often where time can do something.
  const operator = at.pick(
    operators.some((o) => o.flips) && at.often(0.8) ? operators.filter((o) => o.flips) : operators,
  )
  return { is: 'leaf', fact, operator, operand: randomOperand(at, fact, operator, snapshot, fact.read(snapshot)) }
}

/** The facts on which time has some influence. */
export function timedFacts(facts: FactTable, snapshot: Snapshot, onlyKnown: boolean): Fact[] {
  const timed = [...facts.values()].filter((fact) => fact.changes || ['elapsed', 'date', 'instant'].includes(fact.kind))
  const known = onlyKnown ? timed.filter((fact) => fact.read(snapshot) !== null) : timed
  return known.length > 0 ? known : timed
}

const KEYS = ['stage', 'status', 'bin', 'segment', 'account.segment', 'owner.active', 'pushes', 'touches']

function randomTable(at: Chance, leaf: Leaf, facts: FactTable, snapshot: Snapshot, depth = 0): Table | Operand {
  const by = facts.get(at.pick(KEYS.filter((key) => facts.has(key))))
  if (!by || depth > 1 || !['span', 'number'].includes(leaf.operand.is)) return leaf.operand
  const cell = () =>
    at.often(0.2)
      ? randomTable(at, leaf, facts, snapshot, depth + 1)
      : randomOperand(at, leaf.fact, leaf.operator, snapshot, leaf.fact.read(snapshot))
  const seen = new Set<FactValue>()
  const rows = at
    .times(at.int(0, 3), () => ({ value: valueFor(at, by, by.read(snapshot)), then: cell() }))
    .filter(({ value }) => !seen.has(value) && seen.add(value))
  return { is: 'table', by, rows, ...(at.often(0.5) ? { else: cell() } : {}) }
}

/** A condition as a user may write it, with `not` and tables. */
export function randomWritten(at: Chance, facts: FactTable, snapshot: Snapshot, depth = 3): Written {
  const list = [...facts.values()]
  if (depth > 0 && at.often(0.65)) {
    if (at.often(0.25)) return { is: 'not', part: randomWritten(at, facts, snapshot, depth - 1) }
    const parts = at.times(at.int(1, 3), () => randomWritten(at, facts, snapshot, depth - 1))
    return { is: at.often(0.5) ? 'all' : 'any', parts }
  }
  // Half of the leaves are about time, of which there are few facts, and mostly of what is known.
  const timed = timedFacts(facts, snapshot, at.often(0.7))
  const leaf = randomLeaf(at, at.pick(at.often(0.5) ? timed : list), snapshot)
  return { ...leaf, operand: at.often(0.2) ? randomTable(at, leaf, facts, snapshot) : leaf.operand }
}

export const randomCondition = (at: Chance, facts: FactTable, snapshot: Snapshot, depth = 3): Condition =>
  normalForm(randomWritten(at, facts, snapshot, depth))
