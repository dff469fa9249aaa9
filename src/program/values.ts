import type { Fact } from '../facts/fact.js'
import type { Path } from '../lib/problem.js'
import { type Checking, hintFor, shown } from './checking.js'
import { inUnits, readNumber, withoutCommas } from './numbers.js'

const isScalar = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'

/** One value that a fact may be: text as written, money in thousandths. Null where it complained. */
export function readChoice(
  value: unknown,
  fact: Fact,
  checking: Checking,
  path: Path,
  at: 'key' | 'value' = 'value',
): string | number | boolean | null {
  const refuse = (what: string, hint?: string) => {
    checking.complain({ path, at, message: `${fact.name} ${what}, not ${shown(value)}.`, hint })
    return null
  }
  if (value === null) return refuse('takes a value', 'Write { missing: true } for "is not known".')
  if (!isScalar(value)) return refuse('takes a value')
  switch (fact.kind) {
    case 'flag':
      if (value === true || value === 'true') return true
      if (value === false || value === 'false') return false
      return refuse('is true or false')
    case 'number':
    case 'money': {
      const number = readNumber(value)
      const commas = withoutCommas(value)
      if (number === null) return refuse('is a number', commas ? `Write ${commas}, without commas.` : undefined)
      const units = inUnits(number, fact.kind)
      return units ?? refuse('is an amount of at most three decimals')
    }
    default: {
      const text = String(value)
      const { choices = [] } = fact
      if (choices.length === 0 || choices.includes(text)) return text
      const hint = hintFor(text, choices, 'It is one of')
      checking.complain({
        path,
        at,
        message: `There is no ${wordFor(fact.name)} "${text}".`,
        unknown: { kind: wordFor(fact.name), name: text },
        hint,
      })
      return null
    }
  }
}

/** `account.bin` is spoken of as `bin`. */
const wordFor = (name: string): string => name.replace(/^account\./, '').replace(/^fields\./, '')
