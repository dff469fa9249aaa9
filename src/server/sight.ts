import type { SubjectRef } from '../domain/subjects.js'
import type { People } from '../domain/vocabulary.js'
import { peopleUnder } from '../engine/snapshots.js'
import type { Caller } from './caller.js'
import type { Circumstances } from './operation.js'
import { notFound, Refusal } from './problem-details.js'

/** Everybody known: whom the rules declare and whom data brought. */
export const peopleOf = async ({ program, ports }: Pick<Circumstances, 'program' | 'ports'>): Promise<People> =>
  peopleUnder(program, await ports.store.people())

/** Whose records a caller sees; null is everybody's. */
export function ownersSeen({ sees }: Caller, people: People): string[] | null {
  if (sees.is === 'everything') return null
  if (sees.is === 'own') return [sees.person]
  return [...people.values()].filter(({ team }) => team === sees.team).map(({ id }) => id)
}

/** Whose records the caller of a request sees; null is everybody's. */
export const ownersOf = async (asked: Pick<Circumstances, 'caller' | 'program' | 'ports'>): Promise<string[] | null> =>
  asked.caller.sees.is === 'everything' ? null : ownersSeen(asked.caller, await peopleOf(asked))

/** Refuses a subject that the caller may not see as one that is not there. */
export async function checkSeen(
  asked: Pick<Circumstances, 'caller' | 'program' | 'ports'>,
  subject: SubjectRef,
): Promise<void> {
  const owners = await ownersOf(asked)
  if (owners === null) return
  const seen = await asked.ports.store.seenAmong([subject], owners)
  if (seen.size === 0) throw notFound(subject.kind, subject.id)
}

/** Refuses what speaks of everybody's records to whoever sees only some of them. */
export function checkSeesEverything({ caller }: Pick<Circumstances, 'caller'>, what: string): void {
  if (caller.sees.is !== 'everything')
    throw new Refusal(
      'not-allowed',
      `${what} concerns the records of everybody, and this caller sees only some of them.`,
    )
}
