import type { Schema } from './json-schema.js'
import { nounAt, placeNoun } from './nouns.js'

/**
 * The same schema as editors are to have it. A text may be written as a number or a flag, but none offers `true` where a name
 * belongs: that a flag is taken stands as what it is not. A map that needs something is called by its noun, under which an
 * editor offers all that it needs at once; the schema itself has no title, because an editor calls every other map by it.
 */
export function forEditors(schema: Schema): Schema {
  const { title: _, ...whole } = schema
  return changed(whole, [])
}

function changed(schema: Schema, path: readonly string[], isItem = false): Schema {
  const copy: Schema = isAnyText(schema) ? anyText(schema, isItem) : { ...schema }
  if (copy.type === 'object' && copy.required && path.length > 0) copy.title ??= titleAt(path)
  const all = (parts: Record<string, Schema>, at: readonly string[]): Record<string, Schema> =>
    Object.fromEntries(Object.entries(parts).map(([key, part]) => [key, changed(part, [...at, key])]))
  if (copy.properties) copy.properties = all(copy.properties, path)
  if (copy.patternProperties) copy.patternProperties = all(copy.patternProperties, path)
  if (copy.$defs) copy.$defs = all(copy.$defs, [])
  if (typeof copy.additionalProperties === 'object') {
    copy.additionalProperties = changed(copy.additionalProperties, [...path, '*'])
  }
  if (copy.items) copy.items = changed(copy.items, [...path, '*'], true)
  if (copy.anyOf && !isAnyText(schema)) copy.anyOf = copy.anyOf.map((part) => changed(part, path, isItem))
  if (copy.oneOf) copy.oneOf = copy.oneOf.map((part) => changed(part, path))
  return copy
}

const isAnyText = ({ type }: Schema): boolean =>
  Array.isArray(type) && ['string', 'number', 'boolean'].every((one) => type.includes(one)) && type.length === 3

/** Of an item without alternatives: an editor would offer each of them as an item, by its types. */
function anyText({ type: _, not, ...rest }: Schema, isItem: boolean): Schema {
  const noText: Schema = { type: ['object', 'array', 'null'] }
  if (isItem) return { ...rest, not: not ? { anyOf: [noText, ...(not.anyOf ?? [not])] } : noText }
  const written: Schema = { type: ['string', 'number'], ...(not ? { not } : {}) }
  return { ...rest, anyOf: [written, { not: { type: ['object', 'array', 'null', 'string', 'number'] } }] }
}

const titleAt = (path: readonly string[]): string =>
  nounAt(path) ? placeNoun(path) : (path.findLast((step) => step !== '*') ?? 'a map')
