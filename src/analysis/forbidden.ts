import type { Condition } from '../conditions/tree.js'
import type { Settable } from '../domain/effects.js'
import { needsReason } from '../domain/legality.js'
import { STATUSES, type Status } from '../domain/subjects.js'
import type { Fact } from '../facts/fact.js'
import { HOUR } from '../lib/civil.js'
import type { Program, Rule } from '../program/program.js'
import type { Origin } from '../program/sections/sources.js'
import { partsOf } from './core.js'
import { valuesOf } from './origins.js'
import { all, any, valueIs } from './satisfy/failing.js'
import type { Asked } from './warning.js'
import type { Witness } from './witness.js'

/** What a rule looks for that no stage allows. */
export interface Forbidden {
  /** The part of its condition that says the status. */
  readonly part: Condition | undefined
  readonly why: string
  /** Somebody tries to bring it about. */
  readonly witness: Pick<Witness, 'subject' | 'acts'>
}

/**
 * Does the rule find only opportunities in a status that their stage forbids? Null where it finds others, where nobody has said yet
 * where records come from, and where a source may bring such: that is taken as it is, and rules that look for it are meant so.
 */
export function onlyForbidden({ program, satisfy, now }: Asked, rule: Rule): Forbidden | null {
  const { pipelines } = program.vocabulary
  if (rule.for !== 'opportunity' || pipelines.size === 0) return null
  const fact = (name: string) => program.facts.opportunity.get(name) as Fact
  const found = satisfy('opportunity', rule.when)
  const row = found.is === 'possible' ? found.subject.family.opportunities[0] : undefined
  if (!row) return null
  // A stage of one name in two pipelines allows what either does: an opportunity may go from the one to the other.
  const allowed = allowedAt(program)
  const legal = [...allowed].map(([stage, statuses]) =>
    all(valueIs(fact('stage'), [stage]), valueIs(fact('status'), [...statuses])),
  )
  if (satisfy('opportunity', all(rule.when, any(...legal))).is !== 'impossible') return null
  const isFound = (stage: string, status: Status) =>
    satisfy('opportunity', all(rule.when, valueIs(fact('stage'), [stage]), valueIs(fact('status'), [status]))).is !==
    'impossible'
  const comes = [...allowed.keys()].some((stage) =>
    STATUSES.some((status) => mayBring(program, allowed, stage, status) && isFound(stage, status)),
  )
  if (comes) return null
  const from = [...(allowed.get(row.stage) ?? [])][0]
  if (from === undefined) return null
  const there = [valueIs(fact('stage'), [row.stage]), valueIs(fact('status'), [from])]
  const answer = satisfy('opportunity', all(...there))
  if (answer.is !== 'possible') return null
  const reason: Record<string, Settable> = needsReason(row.status) ? { reason: row.reason ?? 'other' } : {}
  return {
    part: partsOf(rule.when).find((part) => part.is === 'leaf' && part.fact.name === 'status'),
    why: isAllowedIn(allowed, row.status)
      ? `the stage ${row.stage} does not allow the status ${row.status}`
      : `no stage allows the status ${row.status}`,
    witness: {
      subject: answer.subject,
      acts: [{ at: now + HOUR, of: answer.subject.ref, facts: { status: row.status, ...reason } }],
    },
  }
}

/** The statuses that a stage allows, by its name. */
type Allowed = ReadonlyMap<string, ReadonlySet<Status>>

const isAllowedIn = (allowed: Allowed, status: Status): boolean =>
  [...allowed.values()].some((statuses) => statuses.has(status))

function allowedAt({ vocabulary }: Program): Allowed {
  const allowed = new Map<string, Set<Status>>()
  for (const { stages } of vocabulary.pipelines.values()) {
    for (const { name, statuses } of stages) {
      const known = allowed.get(name) ?? new Set()
      for (const status of STATUSES) if (statuses.includes(status)) known.add(status)
      allowed.set(name, known)
    }
  }
  return allowed
}

/**
 * May an opportunity come into the stage while it has the status, by what a source says of either? Unknown, and so: yes, where there
 * is no source. What a source says of the one leaves the other as whoever was first has made it.
 */
function mayBring({ sections, vocabulary }: Program, allowed: Allowed, stage: string, status: Status): boolean {
  const sources = Object.values(sections.sources ?? {})
  const pipelines = [...vocabulary.pipelines.values()]
  const first = pipelines.flatMap(({ stages }) => stages.slice(0, 1).map(({ name }) => name))
  const rows = sources.flatMap(({ opportunities }) => opportunities ?? [])
  const says = (origin: Origin | undefined, value: string) =>
    origin !== undefined && (valuesOf(origin)?.includes(value) ?? true)
  const mayBe = status === 'open' || isAllowedIn(allowed, status) || rows.some((row) => says(row.status, status))
  return (
    sources.length === 0 ||
    sources.some(({ changes, hook }) => changes || hook) ||
    rows.some(
      (row) =>
        says(row.status, status) ||
        (says(row.stage, stage) && mayBe) ||
        // A new one of which nothing is said is open, and in the first stage.
        (status === 'open' && first.includes(stage)),
    )
  )
}
