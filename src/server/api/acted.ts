import type { Acted } from '../../domain/acts.js'
import type { SubjectRef } from '../../domain/subjects.js'
import type { Answer, Circumstances } from '../operation.js'
import { notFound, Refusal } from '../problem-details.js'
import { evaluate, waits } from '../recording/record.js'

/** A finding or a task on which a person has acted. */
export interface ActedOn<Thing extends { state: string }> {
  what: 'finding' | 'task'
  name: string
  subject: SubjectRef
  /** Reads it as it is now. Throws a Refusal where there is none any more, or the caller may not see it. */
  read(): Promise<Thing>
  /** Why nothing was to be done to it, in a sentence. */
  whyNot(now: Thing): string
  /** It after the act, as the answer has it. */
  tell(): Promise<Readonly<Record<string, unknown>>>
}

/**
 * The answer to an act of a person, with what the rules made of it where the caller waits for that. Throws a Refusal where nothing was
 * done: 404 where there is none any more, 409 with its present state where it does not stand so that it could be done.
 */
export async function answerActed<Thing extends { state: string }>(
  asked: Circumstances,
  became: Acted,
  { what, name, subject, read, whyNot, tell }: ActedOn<Thing>,
): Promise<Answer> {
  if (became === 'unknown') throw notFound(what, name)
  if (became === 'already') {
    const now = await read()
    throw new Refusal('conflict', whyNot(now), { state: now.state })
  }
  const { ports } = asked
  const made = waits(asked) ? await evaluate(asked, await ports.store.familiesOfSubjects([subject])) : null
  if (!made) ports.wake()
  return {
    status: 200,
    body: { [what]: await tell(), evaluated: made },
    headers: made ? { 'preference-applied': 'wait' } : {},
  }
}
