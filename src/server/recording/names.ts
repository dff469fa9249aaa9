import { STATUSES } from '../../domain/subjects.js'
import type { People, Vocabulary } from '../../domain/vocabulary.js'
import type { Said, WrongSaid } from '../../intake/record.js'
import { Refusal } from '../problem-details.js'
import { type UnknownType, unknownName } from '../unknown-name.js'

/** A name in a record that nobody knows: under which name of the record it stands, and its refusal. */
export interface Unknown {
  at: string
  refusal: Refusal
}

/**
 * The people that there are; `owners` are those whose records the caller sees, null is everybody. `present` is whom the record
 * names already: that is no news to whoever sees it.
 */
export interface Known {
  people: People
  owners: readonly string[] | null
  present?: string | null
}

/** Every stage, status, bin, pipeline, person and kind of activity that a record names and that there is not. */
export function unknownNames({ record, values }: Said, vocabulary: Vocabulary, known: Known): Unknown[] {
  const { pipelines, assemblyLine } = vocabulary
  const unknown: Unknown[] = []
  const look = (at: string, refusal: Refusal | null) => void (refusal && unknown.push({ at, refusal }))
  if (record === 'opportunities') {
    const pipeline = typeof values.pipeline === 'string' ? pipelines.get(values.pipeline) : undefined
    const among = pipeline ? [pipeline] : [...pipelines.values()]
    const stages = among.flatMap((one) => one.stages.map(({ name }) => name))
    look('pipeline', refuse('unknown-pipeline', 'pipeline', values.pipeline, [...pipelines.keys()]))
    look('stage', refuse('unknown-stage', 'stage', values.stage, stages))
    look('status', refuse('unknown-status', 'status', values.status, STATUSES))
  }
  if (record === 'accounts' && assemblyLine)
    look('bin', refuse('unknown-bin', 'bin', values.bin, [...assemblyLine.bins.keys()]))
  if (record === 'opportunities' || record === 'accounts') look('owner', unknownPerson(values.owner, known))
  if (record === 'activities') {
    const kinds = [...vocabulary.touches, ...vocabulary.otherActivities]
    look('kind', refuse('unknown-name', 'kind of activity', values.kind, kinds))
  }
  return unknown
}

/** The refusal of a record with all that is wrong with it: it is of the type of the first thing, and `wrong` has each with its place. */
export function refuseAll(unknown: readonly Unknown[], wrong: readonly WrongSaid[]): Refusal | null {
  const pointer = (name: string | null) => (name === null ? '' : `/${name.replace('.', '/')}`)
  const places = new Set(unknown.map(({ at }) => at))
  const others = wrong.filter(({ name }) => name === null || !places.has(name))
  const all = [
    ...unknown.map(({ at, refusal }) => ({ in: 'body', at: pointer(at), says: refusal.message })),
    ...others.map(({ name, says }) => ({ in: 'body', at: pointer(name), says })),
  ]
  const [first] = all
  if (!first) return null
  const refusal = unknown[0]?.refusal
  const message = all.length > 1 ? `${first.says} And ${all.length - 1} more.` : first.says
  return new Refusal(refusal?.type ?? 'rejected-record', message, { ...refusal?.more, wrong: all })
}

/**
 * The refusal of a person of whom the caller does not know; null where that is known, or nobody is known at all. Whoever sees only
 * some of the records knows of those whose records these are and of their managers: anybody else is refused as if there were
 * no such person.
 */
export function unknownPerson(id: unknown, { people, owners, present }: Known): Refusal | null {
  if (id === undefined || id === null || people.size === 0) return null
  const name = String(id)
  if (name === present || (owners ? owners.includes(name) : people.has(name))) return null
  const managers = owners?.flatMap((owner) => people.get(owner)?.manager ?? []) ?? []
  if (managers.includes(name)) return null
  return unknownName('unknown-person', 'person', name, { allowed: owners ? [...owners, ...managers] : people.keys() })
}

const refuse = (type: UnknownType, what: string, value: unknown, allowed: readonly string[]): Refusal | null =>
  value === undefined || value === null || allowed.includes(String(value))
    ? null
    : unknownName(type, what, String(value), { allowed })
