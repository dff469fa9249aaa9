import { type Html, html } from '../letters/html.js'

type Json = Record<string, unknown>

/** What a schema is, in a few words, with its bounds, and with a link where it has a name; an object without one is shown one level deep. */
export function kindOf(schema: Json, level = 0): Html | string {
  const plain = plainKind(schema, level)
  const bounds = boundsOf(schema)
  return bounds === '' ? plain : html`${plain} <small>${bounds}</small>`
}

function plainKind(schema: Json, level: number): Html | string {
  if (typeof schema.$ref === 'string') {
    const name = schema.$ref.split('/').at(-1) ?? ''
    return html`<a href="#schema-${name}">${name}</a>`
  }
  const options = (schema.anyOf ?? schema.oneOf) as Json[] | undefined
  if (options) return html`${options.map((one, i) => html`${i > 0 ? ' or ' : ''}${kindOf(one, level)}`)}`
  if (Array.isArray(schema.enum)) return schema.enum.map(String).join(', ')
  if (schema.type === 'array') return html`list of ${kindOf((schema.items ?? {}) as Json, level)}`
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Json>)
  if (properties.length > 0 && level === 0)
    return html`object: ${properties.map(([name, one], i) => html`${i > 0 ? ', ' : ''}<code>${name}</code> (${kindOf(one, 1)})`)}`
  if (Array.isArray(schema.type)) return schema.type.join(' or ')
  return typeof schema.type === 'string' ? schema.type : 'anything'
}

/** What JSON Schema writes for "any whole number" is no bound of anything. */
const isBound = (value: unknown): value is number =>
  typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER

function boundsOf(schema: Json): string {
  const between = (least: unknown, most: unknown, of: string): string[] => {
    if (isBound(least) && isBound(most)) return [`${least} to ${most}${of}`]
    if (isBound(least)) return [`at least ${least}${of}`]
    return isBound(most) ? [`at most ${most}${of}`] : []
  }
  return [
    ...between(schema.minimum, schema.maximum, ''),
    ...between(schema.minLength, schema.maxLength, ' characters'),
    ...between(schema.minItems, schema.maxItems, ' of them'),
    ...(schema.default === undefined ? [] : [`left out: ${JSON.stringify(schema.default)}`]),
  ].join('; ')
}
