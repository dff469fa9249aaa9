import type { Clock, Leaf } from '../../conditions/tree.js'
import type { SubjectKind } from '../../domain/subjects.js'
import type { FactValue } from '../../facts/fact.js'
import type { Program } from '../../program/program.js'
import { domainOf } from './domains.js'
import { type Values, valuesFor, withLeaf } from './values.js'

/** What is asked in a search: of which kind of subject, under which program, when. */
export interface Search {
  readonly program: Program
  readonly kind: SubjectKind
  readonly clock: Clock
}

/** Leaves that must hold together, by what they read, with what that may be. */
export type Cube = ReadonlyMap<string, { readonly leaves: readonly Leaf[]; readonly values: Values }>

/** `age` is read from `created`. */
export const readFrom = (fact: string): string => fact.replace(/^(account\.)?age$/, '$1created')

/** The cube with more leaves; null where that is certainly impossible. */
export function withLeaves(cube: Cube, more: readonly Leaf[], search: Search): Cube | null {
  if (more.length === 0) return cube
  const next = new Map(cube)
  for (const leaf of more) {
    const name = readFrom(leaf.fact.name)
    const known = next.get(name)?.leaves ?? []
    const leaves = withLeaf(known, leaf)
    if (leaves === known) continue
    const values = valuesFor(leaves, domainOf(search.program, leaf.fact), search.clock)
    if (values.impossible) return null
    next.set(name, { leaves, values })
  }
  return next
}

/** What was tried of a fact; undefined where nothing is asked of it. */
export const triedOf = (cube: Cube, name: string): readonly (FactValue | null)[] | undefined =>
  cube.get(readFrom(name))?.values.tried

/** May the fact be such a value? Of one of which nothing is asked: yes. */
export const may = (cube: Cube, name: string, test: (value: FactValue | null) => boolean): boolean =>
  triedOf(cube, name)?.some(test) ?? true

/** Is a fact that every account has to be missing, as `isMissing` tells by its name? Then there is no account. */
export const isWithoutAccount = (cube: Cube, isMissing: (name: string) => boolean): boolean =>
  [...cube].some(
    ([name, { leaves }]) =>
      name.startsWith('account.') && isMissing(name) && leaves.some(({ fact }) => fact.neverMissing !== undefined),
  )

export const mayBeKnown = (cube: Cube, name: string): boolean => may(cube, name, (value) => value !== null)
export const mayBeMissing = (cube: Cube, name: string): boolean => may(cube, name, (value) => value === null)
