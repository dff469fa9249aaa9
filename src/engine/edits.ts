import type { Instant } from '../lib/instant.js'
import type { Program } from '../program/program.js'
import type { FamilyRun } from './family-run.js'
import type { FormerProgram } from './store.js'

/**
 * A rule was edited at the coming into force of the first program since in which it says something else; `now` where
 * that is not in force.
 */
export function edits(
  former: readonly FormerProgram[],
  program: Program,
  now: Instant,
): Pick<FamilyRun, 'editedAt' | 'isReworded'> {
  const numbered = (number: number) => former.find((one) => one.number === number)
  return {
    editedAt: (rule, number) => {
      if (number === program.number || numbered(number)?.rules[rule.id] === rule.digest) return null
      return former.find((one) => one.number > number && one.rules[rule.id] === rule.digest)?.since ?? now
    },
    isReworded: (rule, number) => {
      const bases = numbered(number)?.bases ?? {}
      return number !== program.number && (bases[rule.id] ?? bases[rule.was ?? '']) !== rule.basis
    },
  }
}
