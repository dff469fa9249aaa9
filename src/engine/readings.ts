import { compileDecisionTree } from '../conditions/decision-tree.js'
import { compileVerdict, startSharing } from '../conditions/verdict.js'
import type { SubjectKind } from '../domain/subjects.js'
import type { Snapshot } from '../facts/fact.js'
import type { Instant } from '../lib/instant.js'
import type { Indicator, Need, Program, Rule } from '../program/program.js'

/** The until of a verdict, negative where it does not hold. */
type Signed = (snapshot: Snapshot) => number

/** A program's conditions compiled for evaluation, by kind of subject. */
export interface Readings {
  score: readonly { add: number; signed: Signed }[]
  needs: readonly { need: Need; signed: Signed }[] | null
  health: {
    when: Signed
    indicators: readonly {
      indicator: Indicator
      rows: readonly { level: 'at_risk' | 'poor'; signed: Signed; index: number }[]
    }[]
  } | null
  /** Rules and moves in force that stand on a state; event rules are asked when their event comes. */
  rules: readonly { rule: Rule; signed: Signed }[]
  /** Until when none of them holds, in one question; HOLDS where one does. */
  noRule: (snapshot: Snapshot) => Instant
}

const compiled = new WeakMap<Program, Record<SubjectKind, Readings>>()

/** Compiles once per program. */
export function readingsOf(program: Program): Record<SubjectKind, Readings> {
  const known = compiled.get(program)
  if (known) return known
  const readings = { opportunity: compileFor(program, 'opportunity'), account: compileFor(program, 'account') }
  compiled.set(program, readings)
  return readings
}

function compileFor(program: Program, kind: SubjectKind): Readings {
  const isOpportunity = kind === 'opportunity'
  // Rules are judged together on a snapshot that stays as it is; score and health are reckoned before, on what is not yet known.
  const shared = startSharing()
  const rules = program.rules.filter((rule) => rule.for === kind && rule.is !== 'event' && rule.disabled === null)
  return {
    score: program.scoring[kind].map(({ add, when }) => ({ add, signed: compileVerdict(when) })),
    needs:
      isOpportunity && program.qualification
        ? program.qualification.map((need) => ({ need, signed: compileVerdict(need.met) }))
        : null,
    health:
      isOpportunity && program.health
        ? {
            when: compileVerdict(program.health.when),
            indicators: program.health.indicators.map((indicator) => ({
              indicator,
              rows: indicator.rows.map((row, index) => ({ level: row.level, signed: compileVerdict(row.when), index })),
            })),
          }
        : null,
    noRule: compileDecisionTree({ is: 'any', parts: rules.map((rule) => rule.when) }),
    rules: rules.map((rule) => ({ rule, signed: compileVerdict(rule.when, shared) })),
  }
}
