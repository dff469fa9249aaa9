import type { Settable } from '../domain/effects.js'
import type { Fact } from '../facts/fact.js'
import { parseCivilDate, parseInstant } from '../lib/calendar.js'
import type { Path } from '../lib/problem.js'
import { type Scope, shown } from './checking.js'
import { readChoice } from './values.js'

/** A value for a settable fact, read as its kind; null means "unknown". Undefined where it complained. */
export function readSettable(fact: Fact, value: unknown, scope: Scope, path: Path): Settable | undefined {
  if (value === null) return null
  const refuse = (wanted: string): undefined => {
    scope.checking.complain({ path, message: `${fact.name} is ${wanted}, not ${shown(value)}.` })
    return undefined
  }
  if (fact.kind === 'date') {
    return (typeof value === 'string' ? parseCivilDate(value) : undefined) ?? refuse('a day such as 2026-03-31')
  }
  if (fact.kind === 'instant') {
    const at = typeof value === 'string' ? parseInstant(value, scope.checking.vocabulary.calendar) : undefined
    return at ?? refuse('an instant such as 2026-03-31T09:00')
  }
  return readChoice(value, fact, scope.checking, path) ?? undefined
}
