import { ALWAYS } from '../conditions/tree.js'
import type { SubjectKind } from '../domain/subjects.js'
import { peopleUnder } from '../engine/snapshots.js'
import { nearest } from '../lib/nearest.js'
import type { Program } from '../program/program.js'
import type { Store } from '../store/store.js'

/** A name that nobody knows, and the one that may be meant. */
export interface UnknownName {
  name: string
  nearest: string | undefined
}

/** So many subjects are looked through for a person who may be meant. */
const LOOKED_THROUGH = 500

const KINDS: readonly SubjectKind[] = ['opportunity', 'account']

/**
 * Whether there is a person of that id: one whom the rules or an import describe, a manager, or whoever owns anything or has a
 * task (people may be known by name alone). Null where there is, and where nobody is known at all. `owners` are those whose
 * records the asker sees, null is everybody's: whoever sees only some is told of no others, but of those who have a task there.
 */
export async function unknownPerson(
  store: Store,
  program: Program,
  id: string,
  owners: readonly string[] | null = null,
): Promise<UnknownName | null> {
  if (owners?.includes(id)) return null
  const hasTask = async () => (await store.tasksPage({ owners, assignee: id, after: null, limit: 1 })).length > 0
  if (owners !== null) return (await hasTask()) ? null : { name: id, nearest: nearest(id, owners) }
  const people = peopleUnder(program, await store.people())
  const known = [...people.keys(), ...[...people.values()].flatMap(({ manager }) => manager ?? [])]
  if (known.includes(id)) return null
  const owned = (subject: SubjectKind, by: readonly string[] | null, limit: number) =>
    store.subjectsPage({
      subject,
      when: ALWAYS,
      sort: [],
      owners: by,
      after: null,
      limit,
      now: 0,
      vocabulary: program.vocabulary,
      people,
    })
  for (const kind of KINDS) if ((await owned(kind, [id], 1)).subjects.length > 0) return null
  if (await hasTask()) return null
  for (const kind of KINDS) {
    for (const { family } of (await owned(kind, null, LOOKED_THROUGH)).families)
      known.push(...[family.account, ...family.opportunities].flatMap((one) => one?.owner ?? []))
  }
  return known.length === 0 ? null : { name: id, nearest: nearest(id, known) }
}

/** Whether there is a rule or move of that name, or has been one that found something. Null where there is. */
export async function unknownRule(store: Store, { rules }: Program, name: string): Promise<UnknownName | null> {
  const known = rules.map(({ id }) => id)
  if (known.includes(name) || (await store.findings({ rule: name })).length > 0) return null
  return { name, nearest: nearest(name, known) }
}
