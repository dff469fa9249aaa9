import type { SubjectKind } from '../domain/subjects.js'
import type { Fact, FactTable, FactValue, Snapshot } from '../facts/fact.js'
import { formatMinute } from '../lib/calendar.js'
import { sayElapsed } from '../lib/elapsed.js'

/** What a text may say of the rule beside the facts of the subject. */
export const RULE_VALUES = ['rule.title', 'rule.why'] as const

/** The fact behind a name in a text: `name`, or behind the kind `opportunity.name`. Undefined where there is none. */
export function factInText(name: string, kind: SubjectKind, facts: FactTable): Fact | undefined {
  return facts.get(name) ?? (name.startsWith(`${kind}.`) ? facts.get(name.slice(kind.length + 1)) : undefined)
}

/**
 * All that texts may use, flat (`{ 'owner.name': 'Dana' }`), as people read it: money in units, spans in words. There are
 * hundreds and a text uses a few: each is read when it is asked for by its name.
 */
export function textValues(
  facts: FactTable,
  snapshot: Snapshot,
  rule: { title: string; why: string | null },
): Record<string, unknown> {
  const textOf = (name: string): unknown => {
    const fact = factInText(name, snapshot.kind, facts)
    const value = fact?.read(snapshot) ?? null
    return fact && value !== null ? inWords(fact, value, snapshot) : null
  }
  return new Proxy<Record<string, unknown>>(
    { 'rule.title': rule.title, 'rule.why': rule.why },
    {
      get: (known, name) => {
        if (typeof name === 'symbol') return undefined
        if (!Object.hasOwn(known, name) && factInText(name, snapshot.kind, facts)) known[name] = textOf(name)
        return known[name]
      },
      getOwnPropertyDescriptor: (known, name) => {
        const isKnown = typeof name === 'string' && factInText(name, snapshot.kind, facts) !== undefined
        if (isKnown && !Object.hasOwn(known, name)) known[name] = textOf(name)
        return Object.getOwnPropertyDescriptor(known, name)
      },
    },
  )
}

function inWords(fact: Fact, value: FactValue, snapshot: Snapshot): FactValue {
  switch (fact.kind) {
    case 'money':
      return Number(value) / 1000
    case 'instant':
      return formatMinute(Number(value), snapshot.vocabulary.calendar)
    case 'elapsed':
      return sayElapsed(Number(value), fact.stopped?.(snapshot) ?? snapshot.now, snapshot.vocabulary.calendar)
    default:
      return value
  }
}

/** The facts that are known, as programs read them: money in units, instants in ISO 8601, of a clock since when it runs. */
export function factValues(facts: FactTable, snapshot: Snapshot): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const fact of facts.values()) {
    const value = fact.read(snapshot)
    if (value === null) continue
    const iso = () => new Date(Number(value)).toISOString()
    if (fact.kind === 'money') values[fact.name] = Number(value) / 1000
    else if (fact.kind === 'instant') values[fact.name] = iso()
    else if (fact.kind === 'elapsed') values[fact.name] = { since: iso() }
    else values[fact.name] = value
  }
  return values
}
