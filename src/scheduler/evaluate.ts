import type { SubjectRef } from '../domain/subjects.js'
import { inRounds } from '../lib/in-rounds.js'
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
}

const nameOf = ({ kind, id }: SubjectRef) => `${kind}/${id}`

/**
 * Evaluates families at once, whoever else is due, and commits what follows. Those that are asked for while others are being
 * evaluated wait, and are then evaluated together: many who change something at the same time share one transaction. Each is
 * told what came of its own families.
 */
export function openEvaluator({ store, program, clock, told }: EvaluateOptions) {
  const { ask, idle } = inRounds<readonly SubjectRef[], Applied>(async (round) => {
    const among = new Map(round.flat().map((family) => [nameOf(family), family]))
    const applied = await carryOut(store, program(), clock(), { among: [...among.values()] })
    told(applied)
    return round.map((families) => share(applied, families))
  })
  return {
    evaluate: ask,
    /** Resolves when nothing is being evaluated. */
    idle,
  }
}

/** What came of some of the families. */
function share(applied: Applied, families: readonly SubjectRef[]): Applied {
  const names = new Set(families.map(nameOf))
  const own = applied.plan.families.filter(({ family }) => names.has(nameOf(family)))
  const keys = new Set(own.flatMap(({ intents }) => intents.map(({ key }) => key.join('/'))))
  return {
    ...applied,
    plan: { ...applied.plan, families: own },
    done: applied.done.filter(({ key }) => keys.has(key.join('/'))),
    stale: applied.stale.filter((name) => names.has(name)),
  }
}
