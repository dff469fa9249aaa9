import { setImmediate as breathe } from 'node:timers/promises'
import type { SubjectRef } from '../domain/subjects.js'
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
  let waiting: { families: readonly SubjectRef[]; done: PromiseWithResolvers<Applied> }[] = []
  let working: Promise<void> | null = null

  async function work(): Promise<void> {
    while (waiting.length > 0) {
      // Whoever is at the door already comes in first.
      await breathe()
      const round = waiting
      waiting = []
      try {
        const among = new Map(round.flatMap(({ families }) => families.map((family) => [nameOf(family), family])))
        const applied = await carryOut(store, program(), clock(), { among: [...among.values()] })
        told(applied)
        for (const { families, done } of round) done.resolve(share(applied, families))
      } catch (error) {
        for (const { done } of round) done.reject(error)
      }
    }
    working = null
  }

  return {
    evaluate(families: readonly SubjectRef[]): Promise<Applied> {
      const done = withResolvers<Applied>()
      waiting.push({ families, done })
      working ??= work()
      return done.promise
    },
    /** Resolves when nothing is being evaluated. */
    idle: async () => {
      await working
    },
  }
}

interface PromiseWithResolvers<T> {
  promise: Promise<T>
  resolve(value: T): void
  reject(error: unknown): void
}

function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve: (value: T) => void = () => undefined
  let reject: (error: unknown) => void = () => undefined
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
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
