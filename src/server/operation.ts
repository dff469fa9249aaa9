import type { z } from 'zod'
import type { SubjectKind } from '../domain/subjects.js'
import type { Instant } from '../lib/instant.js'
import type { Program } from '../program/program.js'
import type { Caller, Scope } from './caller.js'
import type { OperationPorts, ServedRules } from './ports.js'
import { readParts } from './reading.js'
import type { Topic } from './topics.js'

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'

/** What is asked, before an operation has read it by its schemas. */
export interface Asked {
  params: Readonly<Record<string, string>>
  query: URLSearchParams
  /** Of JSON the value; of another type the text; undefined where there is none. */
  body: unknown
  /** The media type of the body, without parameters. */
  type: string | null
  /** A header of the request, by its name in small letters. */
  header(name: string): string | undefined
  caller: Caller
  ports: OperationPorts
  rules: ServedRules
  program: Program
  now: Instant
  /** The same call made twice is one, if it says so. */
  key: RequestKey | null
}

/** An idempotency key: whose, which, and the digest of the request that it names. */
export interface RequestKey {
  readonly caller: string
  readonly key: string
  readonly digest: string
}

/** All of a request but its own words. */
export type Circumstances = Omit<Asked, 'params' | 'query' | 'body'>

/** What an operation is run with: what was asked, read. */
export type Context<P, Q, B> = Circumstances & {
  params: P
  query: Q
  body: B
  /** Query parameters that are named after facts, as they were written. */
  filters: readonly (readonly [name: string, value: string])[]
}

/** What an operation answers; a body is JSON. */
export interface Answer {
  status: number
  body?: unknown
  headers?: Readonly<Record<string, string>>
  /** Of the record that is read: what `If-Match` takes. */
  version?: string
}

/** How an answer is described. */
export interface AnswerSpec {
  says: string
  schema?: z.ZodType
  headers?: Readonly<Record<string, string>>
}

export interface Spec<P extends z.ZodObject, Q extends z.ZodObject, B extends z.ZodType> {
  method: Method
  /** Below `/api/v1`, with its parameters in braces: `/opportunities/{id}`. */
  path: string
  /** The operationId: a verb and what it is about, `patchOpportunity`. */
  name: string
  /** Groups operations in the document: the name of the resource. */
  about: Topic
  /** One sentence. */
  summary: string
  /** What the summary leaves out. */
  says?: string
  scope: Scope
  params?: P
  query?: Q
  /** Are query parameters of other names conditions on facts of this kind? */
  filters?: SubjectKind
  body?: B
  /** What the document says of the body, where the operation reads the parts of it itself. */
  bodyDescribed?: z.ZodType
  /** Media types that the body may have beside JSON; it is then handed over as text. */
  types?: readonly string[]
  /** How large a body may be, in bytes, where that is less than elsewhere. */
  largest?: number
  /** May the body be left out? */
  bodyOptional?: boolean
  /** Headers of the request that it heeds, each with what it does. */
  headers?: Readonly<Record<string, string>>
  answers: Readonly<Record<number, AnswerSpec>>
  /** Types of problem by which it may refuse, beside those that every operation knows. */
  refuses?: readonly number[]
  /**
   * Where an idempotency key is written down: by the operation itself `within` the transaction of its effect, or `around` it
   * (left out), so that a call that was broken off answers for five minutes that it is still under way.
   */
  once?: 'within' | 'around'
  run(context: Context<z.infer<P>, z.infer<Q>, z.infer<B>>): Promise<Answer>
}

/** One operation of the API: it describes itself, and reads and answers a request. */
export interface Operation extends Omit<Spec<z.ZodObject, z.ZodObject, z.ZodType>, 'run'> {
  /** Throws a Refusal where the request is not as described. */
  handle(asked: Asked): Promise<Answer>
}

/** Makes an operation of its description: routes, checks of requests and the OpenAPI document follow from this one value. */
export function defineOperation<
  P extends z.ZodObject = z.ZodObject,
  Q extends z.ZodObject = z.ZodObject,
  B extends z.ZodType = z.ZodUndefined,
>({ run, ...spec }: Spec<P, Q, B>): Operation {
  return {
    ...spec,
    handle: (asked) => {
      const { params, query, body, filters } = readParts(spec, asked)
      return run({
        ...asked,
        params: params as z.infer<P>,
        query: query as z.infer<Q>,
        body: body as z.infer<B>,
        filters,
      })
    },
  }
}
