import type { Key } from '../domain/findings.js'
import { type SubjectRef, subjectName } from '../domain/subjects.js'
import type { People } from '../domain/vocabulary.js'
import type { Intent } from '../engine/plan.js'
import { peopleUnder } from '../engine/snapshots.js'
import type { Program } from '../program/program.js'
import type { Caller } from './caller.js'
import type { Circumstances } from './operation.js'
import type { ServerPorts } from './ports.js'
import { notFound, Refusal } from './problem-details.js'

/** Everybody known: whom the rules declare and whom data brought. */
export const peopleOf = async ({
  program,
  ports,
}: {
  program: Program
  ports: Pick<ServerPorts, 'store'>
}): Promise<People> => peopleUnder(program, await ports.store.people())

/** Everybody known under the rules as they are now, for what is no operation. */
export const everybody = (ports: Pick<ServerPorts, 'store' | 'rules'>): Promise<People> =>
  peopleOf({ program: ports.rules().program, ports })

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

/** The subject that a key names. */
export const subjectOf = ([, kind, id]: Key): SubjectRef => ({ kind, id })

/** The key, where its subject is among those seen (by `kind/id`); else null: it would name what the caller may not see. */
export const seenKey = (key: Key | null, seen: ReadonlySet<string>): Key | null =>
  key !== null && seen.has(subjectName(subjectOf(key))) ? key : null

/** All subjects that intents speak of: their own, and those of what caused them. */
export const subjectsOf = (intents: readonly Intent[]): SubjectRef[] =>
  intents.flatMap(({ subject, caused_by }) => (caused_by ? [subject, subjectOf(caused_by)] : [subject]))

/** Of intents those on subjects that are seen; what caused one is told only where that is seen, too. */
export const seenIntents = (intents: readonly Intent[], seen: ReadonlySet<string>): Intent[] =>
  intents.flatMap((one) =>
    seen.has(subjectName(one.subject)) ? [{ ...one, caused_by: seenKey(one.caused_by, seen) }] : [],
  )

/** Refuses what speaks of everybody's records to whoever sees only some of them. */
export function checkSeesEverything({ caller }: Pick<Circumstances, 'caller'>, what: string): void {
  if (caller.sees.is !== 'everything')
    throw new Refusal(
      'not-allowed',
      `${what} concerns the records of everybody, and this caller sees only some of them.`,
    )
}
