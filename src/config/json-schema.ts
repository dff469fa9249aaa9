/** The part of JSON Schema (draft 2020-12) that the published schema uses. */
export interface Schema {
  $ref?: string
  $defs?: Record<string, Schema>
  $schema?: string
  $id?: string
  title?: string
  description?: string
  markdownDescription?: string
  examples?: unknown[]
  type?: string | string[]
  const?: unknown
  enum?: unknown[]
  properties?: Record<string, Schema>
  patternProperties?: Record<string, Schema>
  additionalProperties?: Schema | boolean
  propertyNames?: Schema
  required?: string[]
  minProperties?: number
  maxProperties?: number
  items?: Schema
  not?: Schema
  minItems?: number
  maxItems?: number
  anyOf?: Schema[]
  oneOf?: Schema[]
  pattern?: string
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
}

/** What a `$ref` points at, with the name of the definition: `{ name: 'span', schema }`. Names are null for what stands in place. */
export function resolve(schema: Schema, defs: Record<string, Schema>): { name: string | null; schema: Schema } {
  let name: string | null = null
  let found = schema
  while (found.$ref) {
    name = found.$ref.slice('#/$defs/'.length)
    found = defs[name] ?? {}
  }
  return { name, schema: found }
}

/** The alternatives of a schema, each resolved; one that is no union is its own only alternative. */
export function alternatives(schema: Schema, defs: Record<string, Schema>): Schema[] {
  const found = resolve(schema, defs).schema
  const parts = found.anyOf ?? found.oneOf
  return parts ? parts.flatMap((part) => alternatives(part, defs)) : [found]
}

export const typesOf = (schema: Schema): readonly string[] =>
  schema.type === undefined ? [] : Array.isArray(schema.type) ? schema.type : [schema.type]

/** The schema with one part changed: `*` goes into the elements of a list or the values of a map, a key into any alternative. Its description stays. */
export function changedAt(schema: Schema, path: readonly string[], change: (schema: Schema) => Schema): Schema {
  const [step, ...rest] = path
  if (step === undefined) {
    const { description } = schema
    return { ...(description === undefined ? {} : { description }), ...change(schema) }
  }
  if (schema.anyOf) return { ...schema, anyOf: schema.anyOf.map((part) => changedAt(part, path, change)) }
  if (step === '*' && schema.items) return { ...schema, items: changedAt(schema.items, rest, change) }
  if (step === '*' && typeof schema.additionalProperties === 'object') {
    return { ...schema, additionalProperties: changedAt(schema.additionalProperties, rest, change) }
  }
  const part = schema.properties?.[step]
  return part ? { ...schema, properties: { ...schema.properties, [step]: changedAt(part, rest, change) } } : schema
}
