import type { Scalar } from 'yaml'
import type { FactKind } from '../facts/fact.js'
import { alternatives, resolve, type Schema, typesOf } from './json-schema.js'

/** What the reader must know of the words of a project to take texts as they are written. */
export interface Words {
  /** Of a fact, whatever it is for; undefined where nobody knows it. */
  kindOf(fact: string): FactKind | undefined
  /** The schema of an action's options; undefined where there is no such action. */
  optionsOf(action: string): Schema | undefined
}

/** What is expected where a value stands. A fact's value is text or not by the kind of the fact. */
export type Want =
  | { is: 'schema'; schema: Schema }
  | { is: 'condition' }
  | { is: 'action' }
  | { is: 'fields' }
  | { is: 'text' }
  | { is: 'anything' }

const ANYTHING: Want = { is: 'anything' }
const PARTS = ['all', 'any', 'not']

/** What a schema wants, where conditions, thresholds and actions are read by their own words. */
export function wantOf(schema: Schema | undefined, defs: Record<string, Schema>): Want {
  if (schema === undefined) return ANYTHING
  const { name } = resolve(schema, defs)
  if (name === 'condition' || name === 'action') return { is: name }
  if (name === 'facts' || name === 'deeds') return { is: 'fields' }
  if (name === 'threshold') return ANYTHING
  return { is: 'schema', schema }
}

/** What is wanted behind a key of a map. */
export function wantInside(want: Want, key: string, words: Words, defs: Record<string, Schema>): Want {
  switch (want.is) {
    case 'schema': {
      for (const option of alternatives(want.schema, defs)) {
        const rest = typeof option.additionalProperties === 'object' ? option.additionalProperties : undefined
        const found = option.properties?.[key] ?? rest
        if (found) return wantOf(found, defs)
      }
      return resolveUnion(want.schema, defs)
    }
    case 'condition':
      return PARTS.includes(key) ? want : textual(words.kindOf(key))
    case 'action': {
      if (key === 'set_field') return { is: 'fields' }
      const options = words.optionsOf(key)
      return options ? { is: 'schema', schema: options } : ANYTHING
    }
    case 'fields':
      return textual(words.kindOf(key))
    case 'text':
      return key === 'missing' ? ANYTHING : want
    case 'anything':
      return want
  }
}

/** A union with a condition in it (a need of qualification) is read as one where it is a map. */
function resolveUnion(schema: Schema, defs: Record<string, Schema>): Want {
  const parts = schema.anyOf ?? []
  return parts.some((part) => resolve(part, defs).name === 'condition') ? { is: 'condition' } : ANYTHING
}

/** What is wanted of the elements of a list. */
export function wantOfItems(want: Want, defs: Record<string, Schema>): Want {
  if (want.is !== 'schema') return want
  const list = alternatives(want.schema, defs).find((option) => option.items)
  return wantOf(list?.items, defs)
}

/** Is it a list of actions? One that is left empty does nothing. */
export const isActions = (want: Want, defs: Record<string, Schema>): boolean =>
  want.is === 'schema' && resolve(resolve(want.schema, defs).schema.items ?? {}, defs).name === 'action'

const textual = (kind: FactKind | undefined): Want => (kind === 'text' || kind === 'choice' ? { is: 'text' } : ANYTHING)

/**
 * The value of a scalar. Where text is wanted it is taken as written: `00123` stays `00123`. Where text and numbers are both
 * welcome, a number that would not print as it was written is a text.
 */
export function scalarValue(scalar: Scalar, want: Want, defs: Record<string, Schema>): unknown {
  const { value, source } = scalar
  if (typeof value === 'string' || value === null || value === undefined) return value ?? null
  const written = source ?? String(value)
  if (want.is === 'text') return written
  if (want.is !== 'schema') return value
  const types = alternatives(want.schema, defs).flatMap((option) => [
    ...typesOf(option),
    ...(option.enum || option.const !== undefined ? ['string'] : []),
  ])
  if (!types.includes('string')) return value
  const welcome = types.includes(typeof value) || (typeof value === 'number' && types.includes('integer'))
  return welcome && String(value) === written ? value : written
}
