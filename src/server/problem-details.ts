import { z } from 'zod'
import { ProgramHeldError, ProgramMovedError, StoppedError, StoreError, type StoreProblem } from '../store/errors.js'

/** What the document says of an error: RFC 9457, with `type` as a name that never changes. */
export const problemDetails = z
  .looseObject({
    type: z.string().describe('A name that never changes: `urn:linewalker:problem:unknown-stage`.'),
    title: z.string().describe('What is wrong, the same for every problem of its type.'),
    status: z.int().min(400).max(599),
    detail: z.string().optional().describe('What is wrong this time, as a sentence.'),
  })
  .meta({ id: 'Problem', description: 'An error as RFC 9457 has it; further members depend on its type.' })

/** Every type of problem with its status and title. */
const PROBLEMS = {
  'malformed-request': [400, 'The request cannot be read'],
  'not-signed-in': [401, 'Nobody proved who asks'],
  'not-allowed': [403, 'This caller may not do that'],
  'not-found': [404, 'There is no such thing'],
  'method-not-allowed': [405, 'This path does not know the method'],
  'illegal-move': [409, 'The account may not move there'],
  conflict: [409, 'It cannot be done as things are'],
  'still-under-way': [409, 'The same request is still under way'],
  'version-moved': [412, 'It has changed meanwhile'],
  'too-large': [413, 'The request is too large'],
  'unsupported-type': [415, 'The content type is not understood'],
  'invalid-request': [422, 'The request is not valid'],
  'unknown-name': [422, 'A name is not known'],
  'unknown-stage': [422, 'The stage is not known'],
  'unknown-status': [422, 'The status is not known'],
  'unknown-bin': [422, 'The bin is not known'],
  'unknown-pipeline': [422, 'The pipeline is not known'],
  'unknown-person': [422, 'The person is not known'],
  'unknown-fact': [422, 'The fact is not known'],
  'rejected-record': [422, 'The record cannot be taken'],
  'invalid-rules': [422, 'The rules have problems'],
  'key-reused': [422, 'The idempotency key belongs to another request'],
  'too-many-requests': [429, 'That was too often'],
  internal: [500, 'Something went wrong here'],
  unavailable: [503, 'The database cannot serve just now'],
  'other-rules': [503, 'Other rules are in force'],
  stopped: [503, 'Linewalker is stopped'],
} as const satisfies Record<string, readonly [status: number, title: string]>

export type ProblemType = keyof typeof PROBLEMS

/** A request that is refused: becomes the answer that says so. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  constructor(
    readonly type: ProblemType,
    detail: string,
    readonly more: Readonly<Record<string, unknown>> = {},
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(detail)
  }
  get status(): number {
    return PROBLEMS[this.type][0]
  }
}

/** There is none, or the caller may not know that there is. */
export const notFound = (what: string, id: string): Refusal => new Refusal('not-found', `There is no ${what} "${id}".`)

/** What a refusal says, without being an error: for the lines of a batch, of which many may be refused. */
export type Refused = Pick<Refusal, 'type' | 'message' | 'more'>

/** The body of a refusal. */
export const detailsOf = ({ type, message, more }: Refused): z.infer<typeof problemDetails> => {
  const [status, title] = PROBLEMS[type]
  return { type: `urn:linewalker:problem:${type}`, title, status, detail: message, ...more }
}

/** The answer that a refusal becomes. */
export const refused = (refusal: Refusal): Response =>
  Response.json(detailsOf(refusal), {
    status: refusal.status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...refusal.headers },
  })

const LATER: Partial<Record<StoreProblem, number>> = { busy: 1, full: 60 }

/** What anybody may know of a database that cannot serve: not where it is. The whole message is for the log. */
export function sayOutside(problem: StoreProblem): string {
  if (problem === 'busy') return 'The database is in use by another process that does not let go of it.'
  if (problem === 'full') return 'There is no room left for the database.'
  if (problem === 'cut') return 'The connection to the database was cut; what was not finished is not written.'
  if (problem === 'unreachable' || problem === 'absent') return 'The database does not answer.'
  return problem === 'read_only' ? 'The database may only be read, not written.' : 'The database cannot serve just now.'
}

/** The refusal that an error of another room comes to; null for one that is our mistake. */
export function refusalOf(error: unknown): Refusal | null {
  if (error instanceof Refusal) return error
  const later = (seconds: number) => ({ 'retry-after': String(seconds) })
  if (error instanceof StoreError) {
    if (error.problem === 'refused') return new Refusal('invalid-request', error.message)
    if (error.problem === 'too_early') return new Refusal('conflict', error.message)
    return new Refusal(
      'unavailable',
      sayOutside(error.problem),
      { reason: error.problem },
      later(LATER[error.problem] ?? 10),
    )
  }
  if (error instanceof StoppedError) return new Refusal('stopped', error.message, { by: error.by }, later(60))
  if (error instanceof ProgramHeldError || error instanceof ProgramMovedError)
    return new Refusal('other-rules', error.message, {}, later(5))
  return null
}
