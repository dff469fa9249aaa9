import { operatorNamed } from '../conditions/operators.js'
import type { SubjectKind, SubjectRef } from '../domain/subjects.js'
import type { Fact } from '../facts/fact.js'
import { factsFor } from '../facts/table.js'
import type { Program } from '../program/program.js'
import type { Store } from '../store/store.js'

/** The living subjects of exactly that name, of one kind or of both, by id: for whoever knows a name in place of an id. */
export async function subjectsCalled(
  store: Store,
  { vocabulary }: Pick<Program, 'vocabulary'>,
  name: string,
  kind?: SubjectKind,
): Promise<SubjectRef[]> {
  const found: SubjectRef[] = []
  for (const subject of kind ? [kind] : (['opportunity', 'account'] as const)) {
    const fact = factsFor(subject, vocabulary).get('name') as Fact
    const operator = operatorNamed('is', fact.kind)
    const when = { is: 'leaf' as const, fact, operator, operand: { is: 'values' as const, values: [name] } }
    const ids = await store.idsWhere({ subject, when, now: 0, vocabulary, people: vocabulary.people })
    found.push(...ids.map((id) => ({ kind: subject, id })))
  }
  return found
}
