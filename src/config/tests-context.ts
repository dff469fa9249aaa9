import { nearest } from '../lib/nearest.js'
import type { Complaint, Hint, Path, Place } from '../lib/problem.js'
import type { Program, Rule } from '../program/program.js'

/** What reading a test is told by. */
export interface TestContext {
  program: Program
  placeOf(path: Path, at?: 'key' | 'value'): Place
  complain(complaint: Complaint): void
}

/** What was probably meant, else the names where they are few. */
export function guessing(word: string, names: Iterable<string>, what: string): Hint | undefined {
  const all = [...names]
  const near = nearest(word, all)
  if (near !== undefined) return { meant: near }
  return all.length > 0 && all.length <= 15 ? `${what} ${all.join(', ')}.` : undefined
}

/** The rule or move of that name; null where it complained. */
export function ruleNamed(
  name: string,
  path: Path,
  { program, complain }: TestContext,
  at: 'key' | 'value' = 'key',
): Rule | null {
  const rule = program.rules.find(({ id }) => id === name)
  if (!rule) {
    const hint = guessing(
      name,
      program.rules.map(({ id }) => id),
      'There is',
    )
    complain({ path, at, message: `There is no rule or move "${name}".`, hint })
    return null
  }
  if (rule.disabled === null) return rule
  complain({ path, at, message: `The rule ${name} is disabled, so that nothing is to be expected of it.` })
  return null
}
