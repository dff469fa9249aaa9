import type { Settable } from '../domain/effects.js'
import { ROLES } from '../domain/subjects.js'
import type { Fact } from '../facts/fact.js'
import { parseCivilDate, parseInstant } from '../lib/calendar.js'
import type { Hint, Path } from '../lib/problem.js'
import { inUnits, readNumber, withoutCommas } from '../program/numbers.js'
import { checkPerson, guessing, type OneTest } from './tests-context.js'
import { type GivenKind, givenNames } from './tests-shape.js'

/** What is no fact of its own, but tells of one since when it is, or how often it moved. */
const CLOCKS = ['stage_changed', 'status_changed', 'bin_changed']

/** Values of facts as a source would tell them: amounts in units, days, instants; null says "unknown". Complains of each that is none. */
export function readFacts(
  written: Readonly<Record<string, unknown>>,
  kind: GivenKind,
  path: Path,
  context: OneTest,
): Record<string, Settable> {
  const names = givenNames(kind, context.program.vocabulary)
  const values: Record<string, Settable> = {}
  for (const [name, value] of Object.entries(written)) {
    const here = [...path, name]
    if (!names.includes(name)) {
      const of = kind === 'person' ? 'a person' : `an ${kind}`
      context.complain({
        path: here,
        at: 'key',
        message: `There is no fact "${name}" to give ${of}.`,
        hint: factHint(name, names),
      })
      continue
    }
    const read = readValue(value, name, kind, here, context)
    if (read !== undefined) values[name] = read
    if (kind !== 'person' && name === 'owner' && typeof read === 'string') checkPerson(read, here, context)
  }
  return values
}

/** What of a person is no plain text. */
const OF_PERSON: Readonly<Record<string, Pick<Fact, 'kind' | 'choices'>>> = {
  active: { kind: 'flag' },
  role: { kind: 'choice', choices: ROLES },
}

function readValue(value: unknown, name: string, kind: GivenKind, path: Path, context: OneTest): Settable | undefined {
  const { calendar } = context.program.vocabulary
  const fact = kind === 'person' ? OF_PERSON[name] : context.program.facts[kind].get(name)
  const refuse = (wanted: string, hint?: string): undefined => {
    context.complain({ path, message: `${name} is ${wanted}, not ${said(value)}.`, hint })
    return undefined
  }
  if (value === null) return null
  if (typeof value === 'object') return refuse('one value')
  const asInstant = CLOCKS.includes(name) || fact?.kind === 'instant' || fact?.kind === 'elapsed'
  if (asInstant) return parseInstant(String(value), calendar) ?? refuse('an instant such as 2026-03-31T09:00, or a day')
  switch (fact?.kind) {
    case 'date':
      return parseCivilDate(String(value)) ?? refuse('a day such as 2026-03-31')
    case 'flag':
      return typeof value === 'boolean' ? value : refuse('true or false')
    case 'number':
    case 'money': {
      const number = readNumber(value)
      const bare = withoutCommas(value)
      if (number === null) return refuse('a number', bare ? `Write ${bare}, without commas.` : undefined)
      return inUnits(number, fact.kind) ?? refuse('an amount of at most three decimals')
    }
    default: {
      const { choices = [] } = fact ?? {}
      const text = String(value)
      if (choices.length === 0 || choices.includes(text)) return text
      const message = `There is no ${name.replace('fields.', '')} "${text}".`
      context.complain({ path, message, hint: guessing(text, choices, 'It is one of') })
      return undefined
    }
  }
}

/** What was probably meant by a fact that there is not. */
export const factHint = (name: string, names: readonly string[]): Hint | undefined =>
  names.includes(`fields.${name}`) ? `Write "fields.${name}".` : guessing(name, names, 'There is')

const said = (value: unknown): string => (typeof value === 'object' ? 'a map or a list' : JSON.stringify(value))
