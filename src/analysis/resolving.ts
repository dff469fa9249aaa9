import { verdict } from '../conditions/verdict.js'
import type { Settable } from '../domain/effects.js'
import { needsReason } from '../domain/legality.js'
import type { FactValue } from '../facts/fact.js'
import { DAY } from '../lib/civil.js'
import type { Instant } from '../lib/instant.js'
import type { Rule } from '../program/program.js'
import { type Subject, seenBy } from './satisfy/satisfy.js'
import type { Asked } from './warning.js'
import type { Act } from './witness.js'
import { afterRule } from './writes.js'

/** Days from now that somebody may say where a date is written. */
const DAYS = [30, 400, -30, -400]

/** Other values that a person may give a fact. */
function others({ program, now }: Asked, rule: Rule, name: string): (FactValue | null)[] {
  const fact = program.facts[rule.for].get(name)
  if (!fact) return []
  if (name === 'owner') return [...program.vocabulary.people.keys(), null]
  if (fact.choices) return [...fact.choices]
  if (fact.kind === 'flag') return [true, false]
  const { calendar } = program.vocabulary
  if (fact.kind === 'date') return [...DAYS.map((days) => calendar.addDays(calendar.dateOf(now), days)), null]
  if (fact.kind === 'instant') return [...DAYS.map((days) => now + days * DAY), null]
  if (fact.kind === 'number' || fact.kind === 'money') return [0, 1000, 1_000_000_000, null]
  return fact.kind === 'text' ? ['something else', null] : []
}

/** What a person may do to a subject of which a rule holds, by one of these facts, so that it does not any more. */
export function* resolvings(
  asked: Asked,
  rule: Rule,
  subject: Subject,
  at: Instant,
  facts: Iterable<string>,
): Generator<Act> {
  for (const fact of facts) {
    for (const to of others(asked, rule, fact)) {
      const failed = afterRule(asked.program, rule, [{ fact, value: to }])
      if (verdict(failed, seenBy(asked.program, subject, asked.now)).holds) continue
      const reason: Record<string, Settable> = fact === 'status' && needsReason(String(to)) ? { reason: 'other' } : {}
      yield { at, of: subject.ref, facts: { [fact]: to as Settable, ...reason } }
    }
  }
}
