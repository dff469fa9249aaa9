import { unknownPerson, unknownRule } from '../reports/known-names.js'
import type { Circumstances } from './operation.js'
import { peopleOf } from './sight.js'
import { unknownName } from './unknown-name.js'

type Asking = Pick<Circumstances, 'program' | 'ports'>

/**
 * Refuses people whom nobody knows: a slip of the pen would list nothing. `owners` are those whose records the caller sees, null
 * is everybody's.
 */
export async function checkPeople(
  asking: Asking,
  ids: readonly (string | undefined)[],
  owners: readonly string[] | null,
): Promise<void> {
  const { program, ports } = asking
  for (const id of ids) {
    const unknown = id === undefined ? null : await unknownPerson(ports.store, program, id, owners)
    if (unknown === null) continue
    const allowed = owners ?? (await peopleOf(asking)).keys()
    throw unknownName('unknown-person', 'person', unknown.name, { allowed, meant: unknown.nearest })
  }
}

/** Refuses a rule that there is not, and never was one that found something. */
export async function checkRule({ program, ports }: Asking, name: string | undefined): Promise<void> {
  const unknown = name === undefined ? null : await unknownRule(ports.store, program, name)
  if (unknown === null) return
  const allowed = program.rules.map(({ id }) => id)
  throw unknownName('unknown-name', 'rule', unknown.name, { allowed, meant: unknown.nearest })
}

/** Refuses rules that are not among those in force. */
export function checkRulesInForce({ rules }: Asking['program'], names: readonly (string | undefined)[]): void {
  const allowed = rules.map(({ id }) => id)
  for (const name of names)
    if (name !== undefined && !allowed.includes(name)) throw unknownName('unknown-name', 'rule', name, { allowed })
}
