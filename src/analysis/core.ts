import { type Condition, leavesOf } from '../conditions/tree.js'
import { inWords } from '../conditions/words.js'
import type { SubjectKind } from '../domain/subjects.js'
import type { Subject } from './satisfy/satisfy.js'
import type { Asked } from './warning.js'

/** The parts of a condition that cannot hold together, and no fewer; with a subject of which all but one hold. */
export interface Core {
  readonly parts: readonly Condition[]
  /** The part that fails on the subject. */
  readonly odd: Condition
  readonly subject: Subject
}

/** Why a condition never holds; null where it may, or where that is not certain. */
export function coreOf(asked: Asked, kind: SubjectKind, condition: Condition): Core | null {
  if (asked.satisfy(kind, condition).is !== 'impossible') return null
  let parts = partsOf(condition)
  for (const part of [...parts]) {
    const fewer = parts.filter((one) => one !== part)
    if (asked.satisfy(kind, { is: 'all', parts: fewer }).is === 'impossible') parts = fewer
  }
  // What else the condition says may as well hold of the subject that shows it.
  const others = partsOf(condition).filter((part) => !parts.includes(part))
  for (const odd of [...parts].reverse()) {
    const fewer = parts.filter((one) => one !== odd)
    for (const more of [others, []]) {
      const answer = asked.satisfy(kind, { is: 'all', parts: [...fewer, ...more] })
      if (answer.is === 'possible') return { parts, odd, subject: answer.subject }
    }
  }
  return null
}

/** What must hold, part by part. */
export const partsOf = (condition: Condition): readonly Condition[] =>
  condition.is === 'all' ? condition.parts.flatMap(partsOf) : [condition]

/** The parts of a core as a sentence without its end. */
export function sayCore({ parts }: Core): string {
  const [only] = parts
  if (parts.length === 1 && only && leavesOf(only).length === 0)
    return 'nothing has the threshold with which it compares'
  if (parts.length === 1 && only) return `"${inWords(only)}" never holds`
  const said = parts.map((part) => `"${inWords(part)}"`)
  return `${said.slice(0, -1).join(', ')} and ${said.at(-1)} never hold together`
}

/** The facts that conditions name, each once. */
export const factsIn = (...conditions: Condition[]): string[] => [
  ...new Set(conditions.flatMap(leavesOf).map(({ fact }) => fact.name)),
]

export const hintOf = ({ parts }: Core): string =>
  parts.length === 1 ? 'Take it out, or say what was meant.' : 'Take one of them out, or put them under "any".'
