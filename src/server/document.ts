import { z } from 'zod'
import { STREAM_PATH, streamJson } from './document-stream.js'
import type { AnswerSpec, Operation } from './operation.js'
import { problemDetails } from './problem-details.js'
import { TOPICS } from './topics.js'

type Json = Record<string, unknown>

/** Answers that every operation may give, beside its own. */
const ALWAYS: readonly number[] = [400, 401, 403, 422, 429, 500, 503]

const SAYS: Readonly<Record<number, string>> = {
  400: 'The request cannot be read.',
  401: 'Nobody proved who asks.',
  403: 'The caller may not do that.',
  404: 'There is none, or the caller may not see it.',
  409: 'It cannot be done as things are.',
  412: 'It has changed since it was read; the problem has the present version.',
  413: 'The body is too large.',
  415: 'The content type is not understood.',
  422: 'The request is not valid, or names something that is not known.',
  429: 'Too many requests.',
  500: 'Something went wrong here.',
  503: 'It cannot be done just now; Retry-After says when to try again.',
}

/** The API as an OpenAPI 3.1 document, made of the very schemas by which requests are read. */
export function openApiDocument(operations: readonly Operation[], version: string): Json {
  const schemas: Json = {}
  const schemaOf = (schema: z.ZodType, io: 'input' | 'output'): Json => published(schema, io, schemas)
  const paths: Record<string, Json> = {}
  for (const operation of operations) {
    const path = `/api/v1${operation.path}`
    const known = paths[path] ?? {}
    paths[path] = { ...known, [operation.method]: describe(operation, schemaOf) }
  }
  const problem = { 'application/problem+json': { schema: schemaOf(problemDetails, 'output') } }
  paths[STREAM_PATH] = { get: streamJson((status) => refusalJson(status, problem)) }
  const tags = Object.entries(TOPICS).map(([name, description]) => ({ name, description }))
  return {
    openapi: '3.1.0',
    info: {
      title: 'Linewalker',
      version,
      summary: 'What is wrong in the pipeline, why, and what is to be done.',
      description:
        'Amounts are numbers in units of their currency; dates are `YYYY-MM-DD`, instants ISO 8601 with an offset. Lists come in pages: `next` is the cursor of the page that follows, null where there is none. Errors are problem details (RFC 9457).',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }, { session: [] }],
    tags,
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'An API token; `linewalker token create` makes them.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: 'linewalker',
          description: 'A person who has logged in. Over https the cookie is called `__Host-linewalker`.',
        },
      },
      schemas,
    },
  }
}

type SchemaOf = (schema: z.ZodType, io: 'input' | 'output') => Json

function describe(operation: Operation, schemaOf: SchemaOf): Json {
  const { name, about, summary, says, scope, method } = operation
  const takesBody = operation.body !== undefined
  const refuses = new Set([
    ...ALWAYS,
    ...(operation.refuses ?? []),
    ...(operation.params ? [404] : []),
    ...(takesBody ? [413, 415] : []),
    ...(method === 'get' ? [] : [409]),
  ])
  const answers: [string, Json][] = Object.entries(operation.answers).map(([status, answer]) => [
    status,
    answerJson(answer, schemaOf),
  ])
  if (method === 'get') answers.push(['304', { description: 'It is as it was when the caller read it.' }])
  const problem = { 'application/problem+json': { schema: schemaOf(problemDetails, 'output') } }
  for (const status of [...refuses].sort((a, b) => a - b)) answers.push([String(status), refusalJson(status, problem)])
  return {
    operationId: name,
    tags: [about],
    summary,
    description: [says, `Scope: \`${scope}\`.`].filter(Boolean).join('\n\n'),
    parameters: parametersOf(operation, schemaOf),
    ...(takesBody ? { requestBody: requestBody(operation, schemaOf) } : {}),
    responses: Object.fromEntries(answers),
  }
}

/** Refusals that may pass by themselves, each with what `Retry-After` says of when to ask again. */
const PASSES: Readonly<Record<number, string>> = {
  409: 'In so many seconds; only where a call with the same Idempotency-Key is still under way.',
  429: 'In so many seconds.',
  503: 'In so many seconds.',
}
const retryAfter = (description: string): Json => ({
  'Retry-After': { description, schema: { type: 'integer', minimum: 0 } },
})

const refusalJson = (status: number, content: Json): Json => ({
  description: SAYS[status] ?? 'A problem.',
  ...(PASSES[status] === undefined ? {} : { headers: retryAfter(PASSES[status]) }),
  content,
})

function requestBody({ body, bodyDescribed = body, types = [], bodyOptional }: Operation, schemaOf: SchemaOf): Json {
  const text = { schema: { type: 'string' } }
  return {
    required: !bodyOptional,
    content: {
      'application/json': { schema: schemaOf(bodyDescribed as z.ZodType, 'input') },
      ...Object.fromEntries(types.map((type) => [type, text])),
    },
  }
}

function answerJson({ says, schema, headers = {} }: AnswerSpec, schemaOf: SchemaOf): Json {
  const described = Object.entries(headers).map(([name, description]) => [
    name,
    { description, schema: { type: 'string' } },
  ])
  return {
    description: says,
    ...(described.length > 0 ? { headers: Object.fromEntries(described) } : {}),
    ...(schema ? { content: { 'application/json': { schema: schemaOf(schema, 'output') } } } : {}),
  }
}

function parametersOf(operation: Operation, schemaOf: SchemaOf): Json[] {
  const of = (place: 'path' | 'query', schema: z.ZodObject | undefined): Json[] =>
    Object.entries(schema?.shape ?? {}).map(([name, property]) => {
      const { description, ...described } = schemaOf(property as z.ZodType, 'input')
      const required = place === 'path' || !(property as z.ZodType).safeParse(undefined).success
      return { name, in: place, required, ...(description ? { description } : {}), schema: described }
    })
  const header = (name: string, description: string): Json => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string' },
  })
  const heeds: Record<string, string> = {
    ...(operation.method === 'get'
      ? { 'If-None-Match': 'The ETag of what the caller has: 304 where nothing has changed.' }
      : {
          'Idempotency-Key': 'Names this call for a day: made again with the same key it is answered, and done once.',
        }),
    ...operation.headers,
  }
  const filters: Json[] = operation.filters
    ? [
        {
          name: 'facts',
          in: 'query',
          required: false,
          style: 'form',
          explode: true,
          description: `Any fact of an ${operation.filters} as a parameter: \`stage=proposal\`, \`amount[at_least]=10000\`, \`health=poor&health=at_risk\`. All must hold.`,
          schema: { type: 'object', additionalProperties: { type: 'string' } },
        },
      ]
    : []
  return [
    ...of('path', operation.params),
    ...of('query', operation.query),
    ...filters,
    ...Object.entries(heeds).map(([name, says]) => header(name, says)),
  ]
}

/** A schema as JSON Schema; those that have an id become components. */
function published(schema: z.ZodType, io: 'input' | 'output', components: Json): Json {
  const { $defs, $schema: _, ...json } = z.toJSONSchema(schema, { io }) as Json & { $defs?: Json }
  for (const [name, definition] of Object.entries($defs ?? {})) components[name] = rewritten(definition)
  const { id, ...own } = rewritten(json) as Json
  if (typeof id !== 'string') return own
  components[id] = own
  return { $ref: `#/components/schemas/${id}` }
}

function rewritten(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(rewritten)
  if (typeof json !== 'object' || json === null) return json
  return Object.fromEntries(
    Object.entries(json)
      .filter(([key, value]) => !(key === 'id' && typeof value === 'string' && '$ref' in json))
      .map(([key, value]) => [
        key,
        key === '$ref' ? String(value).replace('#/$defs/', '#/components/schemas/') : rewritten(value),
      ]),
  )
}
