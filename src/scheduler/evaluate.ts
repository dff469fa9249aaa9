import { printKey } from '../domain/findings.js'
import { eachOnce, type SubjectRef, subjectName } from '../domain/subjects.js'
import { inRounds, type Turn } from '../lib/in-rounds.js'
import type { Instant } from '../lib/instant.js'
import type { Program } from '../program/program.js'
import type { Store } from '../store/store.js'
import { type Applied, carryOut } from './carry-out.js'

export interface EvaluateOptions {
  store: Store
  program(): Program
  clock(): Instant
  /** Called with what each round of evaluations did. */
  told(applied: Applied): void
  /** When a round of evaluations may begin; left out: at once. */
  turn?: Turn
}

/**
 * Evaluates families at once, whoever else is due, and commits what follows. Those that are asked for while others are being
 * evaluated wait, and are then evaluated together: many who change something at the same time share one transaction. Each is
 * told what came of its own families.
 */
export function openEvaluator({ store, program, clock, told, turn }: EvaluateOptions) {
  const { ask, idle } = inRounds<readonly SubjectRef[], Applied>(async (round) => {
    const applied = await carryOut(store, program(), clock(), { among: eachOnce(round.flat()) })
    told(applied)
    const of = shares(applied)
    return round.map(of)
  }, turn)
  return {
    evaluate: ask,
    /** Resolves when nothing is being evaluated. */
    idle,
  }
}

/** What came of some of the families, of which many ask. */
function shares(applied: Applied): (families: readonly SubjectRef[]) => Applied {
  const plans = new Map(applied.plan.families.map((one) => [subjectName(one.family), one]))
  const done = new Map(applied.done.map((one) => [printKey(one.key), one]))
  const stale = new Set(applied.stale)
  return (families) => {
    const names = [...new Set(families.map(subjectName))]
    const own = names.flatMap((name) => plans.get(name) ?? [])
    return {
      ...applied,
      plan: { ...applied.plan, families: own },
      done: own.flatMap(({ intents }) => intents.flatMap(({ key }) => done.get(printKey(key)) ?? [])),
      stale: names.filter((name) => stale.has(name)),
    }
  }
}
