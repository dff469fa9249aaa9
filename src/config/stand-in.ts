import { alternatives, resolve, type Schema, typesOf } from './json-schema.js'
import { guessChoice } from './slips.js'

/**
 * A value that may stand where a needed one is broken, so that what is around it can still be checked. Undefined where
 * only its author knows: which of several fixed words was meant.
 */
export function standIn(schema: Schema, defs: Record<string, Schema>, written: unknown): unknown {
  const [option = {}] = alternatives(schema, defs)
  const choices = option.enum ?? (option.const === undefined ? undefined : [option.const])
  if (choices) return written === undefined ? undefined : guessChoice(written, choices.map(String))
  const [type] = typesOf(option)
  if (type === 'string') return ''
  if (type === 'number' || type === 'integer') return option.minimum ?? 0
  if (type === 'boolean') return false
  if (type === 'array') return []
  if (type !== 'object') return undefined
  if (resolve(schema, defs).name !== null) return {}
  const parts = (option.required ?? []).map((key) => [key, standIn(option.properties?.[key] ?? {}, defs, undefined)])
  return parts.some(([, part]) => part === undefined) ? undefined : Object.fromEntries(parts)
}
