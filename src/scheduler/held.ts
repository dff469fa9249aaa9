import { findingKey, type Key, printKey } from '../domain/findings.js'
import { type SubjectRef, subjectName } from '../domain/subjects.js'
import { STILL_HELD } from '../engine/hold-rules.js'
import { totalsOf } from '../engine/limits.js'
import type { HeldRule, Intent, Plan } from '../engine/plan.js'
import { plan } from '../engine/run.js'
import type { Program } from '../program/program.js'
import type { Store } from '../store/store.js'

/**
 * The keys of all that a limit holds: of findings the opening, of moves and events the hold itself. Not of a rule that was
 * edited since: what was held of it is dropped.
 */
export async function heldKeys(store: Store, program: Program) {
  const digests = await store.heldRules()
  const stands = (rule: string) => program.rules.find(({ id }) => id === rule)?.digest === digests.get(rule)
  const findings = (await store.heldByRule()).flatMap((held) => held.findings).map((f) => findingKey(f, 'open'))
  const holds = (await store.holds()).filter((hold) => hold.reason === 'over_limit').map((hold) => hold.key)
  const list = [...findings, ...holds].filter(([rule]) => stands(rule))
  return { list, keys: new Set(list.map(printKey)), released: new Set(list.map(([rule]) => rule)) }
}

/** A plan with what earlier runs left held beside what it holds itself: planned as if it were approved, and not done. */
export async function withHeld(store: Store, program: Program, planned: Plan): Promise<Plan> {
  const known = new Set(planned.held.flatMap(({ intents }) => intents).map(({ key }) => printKey(key)))
  const { list, keys, released } = await heldKeys(store, program)
  const earlier = list.filter((key) => !known.has(printKey(key)))
  if (earlier.length === 0) return planned
  const among = await familiesOf(store, earlier)
  const asApproved = await plan(store, program, planned.at, { among, permits: keys, released, everything: true })
  const wanted = new Set(earlier.map(printKey))
  const intents = asApproved.families.flatMap((family) => family.intents).filter(({ key }) => wanted.has(printKey(key)))
  return { ...planned, held: merged(planned.held, intents) }
}

async function familiesOf(store: Store, keys: readonly Key[]): Promise<SubjectRef[]> {
  const of = (kind: SubjectRef['kind']) => [...new Set(keys.filter((key) => key[1] === kind).map(([, , id]) => id))]
  const accounts = of('account').map((id): SubjectRef => ({ kind: 'account', id }))
  const others = await store.familiesOf(of('opportunity'))
  const names = new Set(others.map(subjectName))
  return [...others, ...accounts.filter((account) => !names.has(subjectName(account)))]
}

function merged(held: readonly HeldRule[], earlier: readonly Intent[]): HeldRule[] {
  const rules = [...new Set([...held.map(({ rule }) => rule), ...earlier.map(({ rule }) => rule)])]
  return rules.map((rule) => {
    const now = held.find((one) => one.rule === rule)
    const intents = [...(now?.intents ?? []), ...earlier.filter((intent) => intent.rule === rule)]
    return {
      rule,
      why: now?.why ?? STILL_HELD,
      intents,
      totals: totalsOf(intents),
    }
  })
}
