import type { Effect } from '../domain/effects.js'
import {
  digestOf,
  type FamilyPlan,
  type HeldRule,
  type Intent,
  type Overruled,
  type Plan,
  type Totals,
} from '../engine/plan.js'
import { formatInstant } from '../lib/calendar.js'
import type { Program } from '../program/program.js'
import { plainValue } from './words.js'

/** A plan as `plan --json` prints it: lists are whole, instants ISO 8601, money in units, a key the list of its five columns. */
export interface PlanJson {
  at: string
  program: { number: number; digest: string }
  intents: IntentJson[]
  overruled: { key: Intent['key']; effect: unknown; by: Intent['key'] }[]
  held: { rule: string; why: string; intents: IntentJson[]; totals: Totals }[]
  holds: { key: Intent['key']; reason: string; why: string; until: string | null }[]
  totals: Totals
}

export interface IntentJson {
  key: Intent['key']
  rule: string
  subject: Intent['subject']
  step: string
  because: string
  effects: unknown[]
  withheld: { because: string; effects: unknown[] } | null
  link: number
  caused_by: Intent['key'] | null
  /** What a saved plan permits: the effects without their instants. */
  digest: string
}

/** Intents as JSON has them: instants ISO 8601, money in units. */
export function intentsJson(intents: readonly Intent[], program: Program): IntentJson[] {
  const effect = effectJson(program)
  return intents.map((one) => ({
    key: one.key,
    rule: one.rule,
    subject: { kind: one.subject.kind, id: one.subject.id },
    step: one.step,
    because: one.because,
    effects: one.effects.map(effect),
    withheld: one.withheld && { because: one.withheld.because, effects: one.withheld.effects.map(effect) },
    link: one.link,
    caused_by: one.caused_by,
    digest: digestOf(one),
  }))
}

const effectJson =
  (program: Program) =>
  (one: Effect): unknown => {
    if (one.kind === 'create_task') {
      return { ...one, due: one.due === null ? null : formatInstant(one.due, program.vocabulary.calendar) }
    }
    if (one.kind !== 'set_field') return one
    const plain = (value: unknown) => plainValue(one.subject.kind, one.field, value, program)
    return { ...one, from: plain(one.from), to: plain(one.to) }
  }

/** What a run did, as `apply --json` prints it: what was done beside what is held, and what of a saved plan no longer stands. */
export function appliedJson(
  { plan, done, stale, noLonger, notPermitted }: RunDone,
  program: Program,
): Record<string, unknown> & { done: IntentJson[] } {
  const { at, overruled, held, holds } = planJson(plan, program)
  return {
    at,
    program: plan.program,
    done: intentsJson(done, program),
    overruled,
    held,
    holds,
    stale,
    no_longer: noLonger,
    not_permitted: notPermitted,
  }
}

/** What is told of a run. */
interface RunDone {
  plan: Plan
  done: readonly Intent[]
  stale: readonly string[]
  noLonger: readonly string[]
  notPermitted: readonly string[]
}

/** The whole plan as JSON. */
export function planJson(plan: Plan, program: Program): PlanJson {
  const instant = (at: number) => formatInstant(at, program.vocabulary.calendar)
  const effect = effectJson(program)
  const units = (totals: Totals): Totals => ({ ...totals, amount: totals.amount / 1000 })
  const all = <T>(pick: (family: FamilyPlan) => readonly T[]) => plan.families.flatMap(pick)
  return {
    at: instant(plan.at),
    program: plan.program,
    intents: intentsJson(
      all((family) => family.intents),
      program,
    ),
    overruled: all((family) => family.overruled).map((one: Overruled) => ({ ...one, effect: effect(one.effect) })),
    held: plan.held.map((one: HeldRule) => ({
      ...one,
      intents: intentsJson(one.intents, program),
      totals: units(one.totals),
    })),
    holds: all((family) => family.holds).map(({ key, reason, why, until }) => ({
      key,
      reason,
      why,
      until: until === null ? null : instant(until),
    })),
    totals: units(plan.totals),
  }
}
