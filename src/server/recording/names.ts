import { STATUSES } from '../../domain/subjects.js'
import type { People, Vocabulary } from '../../domain/vocabulary.js'
import type { Said } from '../../intake/record.js'
import { nearest } from '../../lib/nearest.js'
import { type ProblemType, Refusal } from '../problem-details.js'

/** The refusal of a record that names a stage, status, bin, pipeline or person that there is not; null where it names none. */
export function unknownName({ record, values }: Said, vocabulary: Vocabulary, people: People): Refusal | null {
  const { pipelines, assemblyLine } = vocabulary
  if (record === 'opportunities') {
    const pipeline = typeof values.pipeline === 'string' ? pipelines.get(values.pipeline) : undefined
    const among = pipeline ? [pipeline] : [...pipelines.values()]
    const stages = among.flatMap((one) => one.stages.map(({ name }) => name))
    return (
      refuse('unknown-pipeline', 'pipeline', values.pipeline, [...pipelines.keys()]) ??
      refuse('unknown-stage', 'stage', values.stage, stages) ??
      refuse('unknown-status', 'status', values.status, STATUSES) ??
      unknownPerson(values.owner, people)
    )
  }
  if (record === 'accounts') {
    const bins = assemblyLine && refuse('unknown-bin', 'bin', values.bin, [...assemblyLine.bins.keys()])
    return bins ?? unknownPerson(values.owner, people)
  }
  if (record === 'activities') {
    const kinds = [...vocabulary.touches, ...vocabulary.otherActivities]
    return refuse('unknown-name', 'kind of activity', values.kind, kinds)
  }
  return null
}

/** The refusal of a person whom nobody knows; null where there is one, or nobody is known at all. */
export const unknownPerson = (id: unknown, people: People): Refusal | null =>
  people.size === 0 ? null : refuse('unknown-person', 'person', id, [...people.keys()])

const SHOWN = 50

function refuse(type: ProblemType, what: string, value: unknown, known: readonly string[]): Refusal | null {
  if (value === undefined || value === null || known.includes(String(value))) return null
  const all = [...new Set(known)]
  const meant = nearest(String(value), all)
  const hint = meant === undefined ? '' : ` Did you mean "${meant}"?`
  return new Refusal(type, `There is no ${what} "${String(value).slice(0, 200)}".${hint}`, {
    name: String(value).slice(0, 200),
    ...(meant === undefined ? {} : { nearest: meant }),
    allowed: all.slice(0, SHOWN),
  })
}
