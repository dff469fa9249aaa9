import { type UnknownName, unknownPerson, unknownRule } from '../reports/known-names.js'
import type { Circumstances } from './operation.js'
import { type ProblemType, Refusal } from './problem-details.js'

type Asking = Pick<Circumstances, 'program' | 'ports'>

const refuse = (type: ProblemType, what: string, unknown: UnknownName | null): void => {
  if (unknown === null) return
  const { name, nearest } = unknown
  const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`
  const more = { name, ...(nearest === undefined ? {} : { nearest }) }
  throw new Refusal(type, `There is no ${what} "${name}".${hint}`, more)
}

/** Refuses people whom nobody knows: a slip of the pen would list nothing. `owners` are those whose records the caller sees, null is everybody's. */
export async function checkPeople(
  { program, ports }: Asking,
  ids: readonly (string | undefined)[],
  owners: readonly string[] | null,
): Promise<void> {
  for (const id of ids)
    if (id !== undefined) refuse('unknown-person', 'person', await unknownPerson(ports.store, program, id, owners))
}

/** Refuses a rule that there is not, and never was one that found something. */
export async function checkRule({ program, ports }: Asking, name: string | undefined): Promise<void> {
  if (name !== undefined) refuse('unknown-name', 'rule', await unknownRule(ports.store, program, name))
}
