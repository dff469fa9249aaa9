import { z } from 'zod'
import { sayIssue, sayUnknownKeys } from './issue-words.js'
import type { Asked, Spec } from './operation.js'
import { Refusal } from './problem-details.js'

type Described = Pick<
  Spec<z.ZodObject, z.ZodObject, z.ZodType>,
  'params' | 'query' | 'body' | 'types' | 'filters' | 'bodyOptional'
>

/** One thing that is wrong with a request: where, as a JSON pointer within its part, and what. */
interface Wrong {
  in: 'path' | 'query' | 'body'
  at: string
  says: string
}

const NOTHING = z.object({})

/** The parts of a request as the schemas of its operation read them. Throws a Refusal that names all that is wrong. */
export function readParts(spec: Described, asked: Pick<Asked, 'params' | 'query' | 'body' | 'type'>) {
  const wrong: Wrong[] = []
  const read = (part: Wrong['in'], schema: z.ZodType, value: unknown): unknown => {
    const result = schema.safeParse(value)
    if (result.success) return result.data
    for (const issue of result.error.issues) {
      const at = issue.path.map((step) => `/${pointed(step)}`).join('')
      if (issue.code !== 'unrecognized_keys') wrong.push({ in: part, at, says: sayIssue(issue, value) })
      else
        for (const { key, says } of sayUnknownKeys(issue.keys, issue.path.length === 0 ? keysOf(schema) : []))
          wrong.push({ in: part, at: `${at}/${pointed(key)}`, says })
    }
    return undefined
  }
  const known = Object.keys(spec.query?.shape ?? {})
  const others = [...asked.query].filter(([name]) => !known.includes(name))
  if (!spec.filters)
    for (const [name] of others)
      wrong.push({
        in: 'query',
        at: `/${name}`,
        says:
          known.length > 0 ? `There is no such parameter; there are ${known.join(', ')}.` : 'There are no parameters.',
      })
  const params = read('path', spec.params ?? NOTHING, asked.params)
  const query = read('query', spec.query ?? NOTHING, queryValues(spec.query, asked.query, wrong))
  const bodySchema = spec.body ?? z.undefined()
  const isText = asked.type !== null && spec.types?.includes(asked.type)
  const body = isText ? asked.body : read('body', spec.bodyOptional ? bodySchema.optional() : bodySchema, asked.body)
  if (wrong.length > 0) throw new Refusal('invalid-request', sayWrong(wrong), { wrong: wrong.slice(0, 50) })
  return { params, query, body, filters: others }
}

/** A step of a JSON pointer. */
const pointed = (step: PropertyKey): string => String(step).replaceAll('~', '~0').replaceAll('/', '~1')

const keysOf = (schema: z.ZodType): string[] => {
  const inner = schema instanceof z.ZodOptional ? schema.unwrap() : schema
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : []
}

const sayWrong = ([first, ...more]: readonly Wrong[]): string => {
  if (!first) return 'The request is not valid.'
  const where = first.at === '' ? `The ${first.in}` : `${first.at.slice(1)} in the ${first.in}`
  return `${where}: ${first.says}${more.length > 0 ? ` And ${more.length} more.` : ''}`
}

const NUMBER = /^-?\d{1,15}(\.\d{1,9})?$/

/** Texts of a query as the values that its schema means by them: numbers, flags and lists. */
function queryValues(schema: z.ZodObject | undefined, query: URLSearchParams, wrong: Wrong[]): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const [name, property] of Object.entries(schema?.shape ?? {})) {
    const said = query.getAll(name)
    if (said.length === 0) continue
    const type = typeOf(property as z.ZodType)
    if (type === 'array') values[name] = said
    else if (said.length > 1) wrong.push({ in: 'query', at: `/${name}`, says: 'It is given more than once.' })
    else values[name] = valueIn(said[0] ?? '', type)
  }
  return values
}

function typeOf(schema: z.ZodType): string {
  let inner = schema
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault) inner = inner.unwrap() as z.ZodType
  return inner.type
}

function valueIn(text: string, type: string): unknown {
  if (type === 'number') return NUMBER.test(text) ? Number(text) : text
  return type === 'boolean' && (text === 'true' || text === 'false') ? text === 'true' : text
}
