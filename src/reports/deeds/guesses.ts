import { spanIn } from '../../conditions/operands.js'
import { firstDayOf } from '../../conditions/reckoning.js'
import type { Leaf } from '../../conditions/tree.js'
import type { FactValue, Snapshot } from '../../facts/fact.js'
import { DAY } from '../../lib/civil.js'

/**
 * Values of the leaf's fact around the edge of its comparison, missing last: if any value turns the leaf, one of these
 * does. They are tried, not trusted. Of a closed list there are none but its own.
 */
export function guesses(leaf: Leaf, snapshot: Snapshot): (FactValue | null)[] {
  const { choices } = leaf.fact
  if (!choices) return anyGuesses(leaf, snapshot)
  const guessed = anyGuesses(leaf, snapshot).filter((value) => typeof value === 'string' && choices.includes(value))
  return [...new Set([...guessed, ...choices]), null]
}

function anyGuesses({ fact, operand }: Leaf, snapshot: Snapshot): (FactValue | null)[] {
  const { now, vocabulary } = snapshot
  const { calendar } = vocabulary
  const clock = { now, calendar }
  const today = calendar.dateOf(now)
  const days = (date: string) => [date, calendar.addDays(date, 1), calendar.addDays(date, -1)]
  const unit = fact.kind === 'money' ? 1_000 : 1
  const around = (n: number): FactValue[] => [n, n + unit, n - unit]
  const moments = (dates: string[]): FactValue[] =>
    fact.kind === 'date' ? dates : dates.map((date) => calendar.startOf(date))
  switch (operand.is) {
    case 'values':
      return [...operand.values, ...others(fact.kind, operand.values), null]
    case 'number':
      return [...around(operand.number), null]
    case 'range':
      return [...around(operand.from), ...around(operand.to), null]
    case 'text':
      return [operand.text, 'anything else', null]
    case 'flag':
      return fact.kind === 'flag' ? [true, false, null] : [anything(fact.kind, snapshot), null]
    case 'date':
      return [...moments(days(operand.date)), null]
    case 'periods':
      return [
        ...moments(
          operand.periods.flatMap((p) =>
            [p, { ...p, offset: p.offset + 1 }, { ...p, offset: p.offset - 1 }].map((q) => firstDayOf(q, clock)),
          ),
        ),
        null,
      ]
    case 'span': {
      const up = calendar.after(now, spanIn(operand))
      const reached = Number.isFinite(up) ? days(calendar.dateOf(up)) : []
      const gone = days(calendar.dateOf(calendar.latest(now, spanIn(operand))))
      return fact.kind === 'elapsed' ? [now] : [...moments([...days(today), ...reached, ...gone]), null]
    }
  }
}

const others = (kind: string, values: readonly FactValue[]): FactValue[] => {
  if (kind === 'flag') return [true, false]
  if (kind === 'text' || kind === 'choice') return ['something else']
  const numbers = values.filter((value) => typeof value === 'number')
  return numbers.flatMap((n) => [n + 1, n - 1])
}

/** Any value at all, of a fact that has only to be known. */
export function anything(kind: string, { now, vocabulary }: Snapshot): FactValue {
  if (kind === 'number' || kind === 'money') return 1_000
  if (kind === 'date') return vocabulary.calendar.dateOf(now)
  return kind === 'instant' || kind === 'elapsed' ? now + DAY : 'something'
}
