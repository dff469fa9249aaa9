import { isRole } from '../actions/who.js'
import { nearest } from '../lib/nearest.js'
import type { Complaint, Hint, Path, Place } from '../lib/problem.js'
import type { Program, Rule } from '../program/program.js'

/** What reading a test is told by. */
export interface TestContext {
  program: Program
  placeOf(path: Path, at?: 'key' | 'value'): Place
  complain(complaint: Complaint): void
}

/** Reading one test: who is known in it, by the rules or by what is given. */
export interface OneTest extends TestContext {
  people: ReadonlySet<string>
}

/** Complains of the id of a person whom neither the rules nor the test know, as rules are read; where nobody is known any id will do. */
export function checkPerson(id: string, path: Path, { people, program, complain }: OneTest): void {
  if (people.size === 0 || people.has(id)) return
  const { vocabulary, sections } = program
  const near = nearest(id, people)
  const mayBeImported = vocabulary.people.size === 0 || Object.values(sections.sources ?? {}).some((one) => one.people)
  if (near === undefined && mayBeImported) return
  const hint: Hint = near === undefined ? `Give them: ${id}: { person: {} }.` : { meant: near }
  complain({ path, message: `There is no person "${id}".`, hint })
}

/** The same of whom an effect names: there stands who it was, not the word of the rule. */
export function checkEffectPerson(id: string, path: Path, test: OneTest): void {
  const [known] = test.people
  if (!isRole(id) || test.people.has(id)) checkPerson(id, path, test)
  else {
    const message = `"${id}" is a word of rules: in a test stands the id of the person.`
    test.complain({ path, message, hint: known === undefined ? undefined : `Such as ${known}.` })
  }
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
