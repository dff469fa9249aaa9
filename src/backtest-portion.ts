import type { SubjectRef } from './domain/subjects.js'
import type { People } from './domain/vocabulary.js'
import type { Instant } from './lib/instant.js'
import type { Program } from './program/program.js'
import { type Backtested, backtest } from './replay/backtest.js'
import { noPast, notePast, type PastFacts } from './reports/outcomes/past-facts.js'
import type { Store } from './store/store.js'

export interface Stretch {
  /** From when to when findings are looked for. */
  from: Instant
  to: Instant
  /** Up to when it is told how opportunities ended: not before `to`. */
  known: Instant
}

/** What came of some families, under each of the programs asked for. */
export interface Portion {
  found: Backtested[]
  past: PastFacts
}

/** The program with the rules that were asked for by name in force, though the file disables them: would they be of use? */
export const withEnabled = (program: Program, only: readonly string[]): Program => ({
  ...program,
  rules: program.rules.map((rule) => (only.includes(rule.id) ? { ...rule, disabled: null } : rule)),
})

/** Reads some families and lives through their past under each program. Broken off, it is of no use: the replay is cut short. */
export async function replayPortion(
  store: Pick<Store, 'lives'>,
  programs: readonly Program[],
  people: People,
  refs: readonly SubjectRef[],
  { from, to, known, signal }: Stretch & { signal?: AbortSignal },
): Promise<Portion> {
  const lives = await store.lives(refs)
  const past = noPast()
  notePast(past, lives, known, to)
  const found: Backtested[] = []
  for (const program of programs)
    found.push(await backtest(program, lives, { people, from, to, ...(signal ? { signal } : {}) }))
  return { found, past }
}
