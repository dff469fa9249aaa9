import { ALWAYS, type Condition } from '../conditions/tree.js'
import type { SubjectKind } from '../domain/subjects.js'
import { type FactValue, isOfTime } from '../facts/fact.js'
import type { Program } from '../program/program.js'
import { failing, missingIs, valueIs } from './satisfy/failing.js'

/** That a fact is not yet what somebody would write there; of dates nothing is asked. */
export function differs(program: Program, kind: SubjectKind, name: string, value: FactValue | null): Condition {
  const fact = program.facts[kind].get(name)
  if (!fact || isOfTime(fact)) return ALWAYS
  return value === null ? missingIs(fact, false) : failing(valueIs(fact, [value]))
}

/** That a fact is what somebody has written there; null where that cannot be asked. */
export function equals(program: Program, kind: SubjectKind, name: string, value: FactValue | null): Condition | null {
  const fact = program.facts[kind].get(name)
  if (!fact) return null
  if (value === null) return missingIs(fact, true)
  return isOfTime(fact) ? null : valueIs(fact, [value])
}

/** A value as it is written in rules. */
export const writtenValue = (program: Program, kind: SubjectKind, name: string, value: FactValue | null): string =>
  value === null
    ? 'nothing'
    : program.facts[kind].get(name)?.kind === 'money'
      ? String(Number(value) / 1000)
      : String(value)
