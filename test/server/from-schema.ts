import fc from 'fast-check'

/** A JSON Schema, as far as requests use it. */
export interface Schema {
  $ref?: string
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  minItems?: number
  maxItems?: number
  items?: Schema
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
}

/** What is in the store, and what nobody should ever have to write. */
// biome-ignore format: a list of words reads best so
const WORDS = [
  'OPP-1', 'acme', 'dana', 'eve', 'quiet-proposal', 'no-amount', '1', 'c-1', 'open-ones', 'proposal', 'won', 'lost', 'call',
  'payment', 'cold', 'working', 'price', '2026-03-01', '2026-03-01T10:00:00Z', '2026-13-45', 'touch', 'Europe/London', 'USD',
  "x' or 1=1; drop table opportunities --", '../../etc/passwd', '%2e%2e%2f', '<script>', 'a/b#c?d', '\u0000', '\ud800', '💥', ' ',
  '__proto__', 'constructor', '(a+)+$', '-', '0', '1e999', '-1', 'null', 'true', 'ü', '\r\nx: y', '{{ owner.name }}', '${HOME}',
]

const word = fc.oneof(
  fc.constantFrom(...WORDS),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 8 }),
)

/** What means something to the rules of the test, by the name under which it is said. */
const MEANT: Record<string, readonly unknown[]> = {
  pipeline: ['new-business'],
  stage: ['proposal', 'discovery'],
  status: ['open'],
  reason: ['waits for an answer'],
  amount: [5, 20_000.5],
  owner: ['dana', 'eve', null],
  account: ['acme', 'globex'],
  opportunity: ['OPP-1', 'OPP-2'],
  contact: ['c-1'],
  created: ['2026-03-01'],
  close_date: ['2026-05-01'],
  bin: ['cold'],
  kind: ['call', 'email'],
  at: ['2026-03-19T10:00:00Z'],
  by: ['dana'],
  to: ['working', 'lee'],
  until: ['2026-05-01', 'touch'],
  origin: ['sales'],
  role: ['rep'],
  timezone: ['Europe/London'],
  fields: [{}],
  sort: ['-amount', 'name'],
  when: ['{"name":{"missing":false}}', '{"owner":"dana"}'],
  view: ['open-ones', 'accounts'],
  rules: [[]],
  rule: ['no-amount', 'quiet-proposal'],
  assignee: ['dana', 'lee'],
}

/** Values that mean something under a name; of other names those that the schema allows. */
export const meant = (schema: Schema, all: Record<string, Schema>, name: string): fc.Arbitrary<unknown> =>
  MEANT[name] ? fc.constantFrom(...MEANT[name]) : valid(schema, all, meant)

type Member = (schema: Schema, all: Record<string, Schema>, name: string) => fc.Arbitrary<unknown>

/** Values that a schema allows, more or less: what it cannot say is not heeded. */
export function valid(schema: Schema, all: Record<string, Schema>, member: Member = asItStands): fc.Arbitrary<unknown> {
  if (schema.$ref) return valid(all[schema.$ref.split('/').at(-1) as string] as Schema, all, member)
  const options = schema.anyOf ?? schema.oneOf
  if (options) return fc.oneof(...options.map((one) => valid(one, all, member)))
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if ('const' in schema) return fc.constant(schema.const)
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'string': {
      const fits = (text: string) =>
        (schema.pattern === undefined || new RegExp(schema.pattern, 'u').test(text)) &&
        text.length >= (schema.minLength ?? 0) &&
        text.length <= (schema.maxLength ?? 200)
      return schema.pattern?.startsWith('^\\d') ? fc.constantFrom('1', '2', '0') : word.filter(fits)
    }
    case 'integer':
      return fc.integer({ min: Math.max(schema.minimum ?? -5, -1e6), max: Math.min(schema.maximum ?? 1000, 1e6) })
    case 'number':
      return fc.oneof(fc.integer({ min: -10, max: 1_000_000 }), fc.double({ noNaN: true, noDefaultInfinity: true }))
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array':
      return fc.array(valid(schema.items ?? {}, all, member), { minLength: schema.minItems ?? 0, maxLength: 4 })
    case 'object': {
      const { properties = {}, required = [], additionalProperties } = schema
      const own = fc.record(
        Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, member(one, all, name)])),
        { requiredKeys: required },
      )
      if (!additionalProperties) return own
      const others = fc.dictionary(
        fc.constantFrom(
          'budget',
          'competitor',
          'signed',
          'employees',
          'name',
          'owner',
          'stage',
          'bin',
          'at',
          'kind',
          'account',
          'opportunity',
          '__proto__',
        ),
        typeof additionalProperties === 'object' && Object.keys(additionalProperties).length > 0
          ? valid(additionalProperties, all)
          : scalar,
        { maxKeys: 4 },
      )
      return fc.tuple(own, others).map(([a, b]) => ({ ...b, ...a }))
    }
    default:
      return scalar
  }
}

const asItStands: Member = (schema, all) => valid(schema, all)

const scalar = fc.oneof(word, fc.integer(), fc.boolean(), fc.constant(null))

/** Anything that can be sent as JSON. */
export const anything: fc.Arbitrary<unknown> = fc.oneof(scalar, fc.jsonValue({ maxDepth: 3 }))

/** A text for a parameter. */
export const anyWord: fc.Arbitrary<string> = word
