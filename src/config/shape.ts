import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import { nearest } from '../lib/nearest.js'
import type { Complaint, Path } from '../lib/problem.js'
import { chooseMap } from './choose.js'
import { alternatives, isMap, resolve, type Schema, typesOf } from './json-schema.js'
import { nameOf, placeNoun, titleOf } from './nouns.js'
import type { Places } from './places.js'
import { didYouMean, found, list } from './sentences.js'
import { expected, leafSlip, listHint, missingSlip } from './slips.js'
import { standIn } from './stand-in.js'

/** What a mended value lost: `names` are declared words that had to be taken out. */
export interface Mended {
  value: Record<string, unknown>
  complaints: Complaint[]
  names: ReadonlySet<string>
}

/** A checker of shapes: says what is wrong, one sentence a slip, and gives back what is right of it. */
export interface ShapeCheck {
  /** Exactly what a validator of the schema says. */
  isValid(value: unknown): boolean
  mend(value: Record<string, unknown>, places: Places): Mended
}

/** What cannot be kept. */
const BROKEN = Symbol('broken')

/** Words that people bring from elsewhere. */
const SYNONYMS: Record<string, string> = {
  condition: 'when',
  conditions: 'when',
  if: 'when',
  where: 'when',
  do: 'then',
  actions: 'then',
  action: 'then',
  on: 'event',
  trigger: 'event',
  name: 'title',
  description: 'why',
  reason: 'why',
  subject: 'for',
  enabled: 'disabled',
  tz: 'timezone',
  zone: 'timezone',
}

/**
 * Checks values with a JSON schema. The validator (ajv) is the judge; where it finds something, a walk that looks names up
 * first says what, because the errors of a validator repeat one slip many times.
 */
export function createShapeCheck(schema: Schema): ShapeCheck {
  const ajv = new Ajv2020({ strict: false, validateSchema: false, inlineRefs: false, code: { optimize: false } })
  const whole = ajv.compile(schema)
  const leaves = new WeakMap<Schema, ValidateFunction>()
  const defs = schema.$defs ?? {}

  const errorOf = (leaf: Schema, value: unknown): ErrorObject | undefined => {
    const validate = leaves.get(leaf) ?? ajv.compile(leaf)
    leaves.set(leaf, validate)
    return validate(value) ? undefined : validate.errors?.[0]
  }

  function mend(root: Record<string, unknown>, places: Places): Mended {
    const complaints: Complaint[] = []
    const names = new Set<string>()
    let muted = 0
    const say = (complaint: Complaint): void => void (muted === 0 && complaints.push(complaint))

    function walk(value: unknown, given: Schema, path: Path): unknown {
      const options = alternatives(given, defs)
      const { name } = resolve(given, defs)
      if (value === null && !options.some((option) => typesOf(option).length === 0 && !option.enum)) {
        say({ path, at: 'key', message: `${titleOf(path)} is empty.`, hint: emptyHint(options) })
        return BROKEN
      }
      const kind = Array.isArray(value) ? 'array' : isMap(value) ? 'object' : 'scalar'
      const fitting = options.filter((option) => kindsOf(option).includes(kind))
      if (fitting.length === 0) {
        const message = `${titleOf(path)} takes ${expected(given, defs)}, not ${found(value)}.`
        say({ path, message, hint: listHint(value, options, path) })
        return BROKEN
      }
      if (kind === 'object') {
        const chosen = chooseMap(value as Record<string, unknown>, fitting, path, places, say)
        return chosen ? walkMap(chosen.value, chosen.shape, path) : BROKEN
      }
      if (kind === 'array') return walkList(value as unknown[], fitting[0] as Schema, path)
      const errors = fitting.map((option) => errorOf(option, value))
      if (errors.includes(undefined)) return value
      say(leafSlip(value, fitting[0] as Schema, errors[0] as ErrorObject, path, expected(given, defs), name))
      return BROKEN
    }

    function walkMap(value: Record<string, unknown>, shape: Schema, path: Path): unknown {
      const fixed = shape.properties ?? {}
      const keys = Object.keys(fixed)
      const rest = typeof shape.additionalProperties === 'object' ? shape.additionalProperties : undefined
      const isOpen = shape.additionalProperties !== false && rest === undefined
      if (isOpen && keys.length === 0) return value
      const result: Record<string, unknown> = {}
      const keep = (from: string, to: string, part: unknown): void => {
        result[to] = part
        places.carry(value, from, result, to)
      }
      /** Puts a value where a needed one is broken or missing, so that the rest is still checked; nothing is said of it. */
      const fill = (into: Record<string, unknown>, key: string, part: Schema, written: unknown): boolean => {
        const stand = standIn(part, defs, written)
        if (stand === undefined) return false
        into[key] = stand
        places.hush(into, key)
        return true
      }
      let isHurt = false
      const missing = new Set(shape.required ?? [])

      for (const key of Object.keys(value)) {
        const here = [...path, key]
        const known = Object.hasOwn(fixed, key) ? fixed[key] : undefined
        const part = known ?? rest
        if (part === undefined && !isOpen) {
          const guess = guessKey(key, keys, Object.keys(value))
          const message = `There is no key "${key}" in ${placeNoun(path)}.${didYouMean(guess)}`
          say({ path: here, at: 'key', message, hint: guess ? undefined : `The keys are ${list(keys)}.` })
          isHurt = true
          if (guess === undefined || guess in value) continue
          missing.delete(guess)
          const kept = quietly(() => walk(value[key], fixed[guess] as Schema, here))
          if (kept === BROKEN) continue
          keep(key, guess, kept)
          places.hush(result, guess)
          continue
        }
        if (known === undefined && shape.propertyNames && !nameFits(key, shape.propertyNames, here)) {
          names.add(key)
          isHurt = true
          continue
        }
        missing.delete(key)
        const silent = places.isHushed(value, key)
        const kept =
          part === undefined
            ? value[key]
            : silent
              ? quietly(() => walk(value[key], part, here))
              : walk(value[key], part, here)
        if (kept !== BROKEN) keep(key, key, kept)
        else {
          isHurt = true
          if (known === undefined) names.add(key)
          if (shape.required?.includes(key)) {
            if (!fill(result, key, part as Schema, value[key])) return BROKEN
            places.carry(value, key, result, key)
          }
        }
      }
      if (missing.size > 0) {
        say(missingSlip([...missing], fixed, path, defs))
        isHurt = true
        for (const key of missing) if (!fill(result, key, fixed[key] as Schema, undefined)) return BROKEN
      }
      if (isHurt) places.hurt(result)
      return result
    }

    function walkList(value: unknown[], shape: Schema, path: Path): unknown {
      if (value.length < (shape.minItems ?? 0)) {
        say({ path, message: `${titleOf(path)} is an empty list.`, hint: 'Name at least one, or take the line out.' })
        return BROKEN
      }
      if (!shape.items) return value
      const result: unknown[] = []
      for (const [i, item] of value.entries()) {
        const part = shape.items
        const here = [...path, i]
        const kept = places.isHushed(value, i) ? quietly(() => walk(item, part, here)) : walk(item, part, here)
        if (kept === BROKEN) {
          places.hurt(result)
          continue
        }
        places.carry(value, i, result, result.length)
        result.push(kept)
      }
      return value.length > 0 && result.length < (shape.minItems ?? 0) ? BROKEN : result
    }

    function quietly<T>(work: () => T): T {
      muted += 1
      try {
        return work()
      } finally {
        muted -= 1
      }
    }

    function nameFits(key: string, shape: Schema, path: Path): boolean {
      const names = resolve(shape, defs).schema
      if (!errorOf(names, key)) return true
      if (names.enum) {
        const choices = names.enum.map(String)
        const guess = nearest(key, choices)
        const message = `There is no key "${key}" in ${nameOf(path.slice(0, -1))}.${didYouMean(guess)}`
        say({ path, at: 'key', message, hint: guess ? undefined : `The keys are ${list(choices)}.` })
      } else {
        const better = key
          .toLowerCase()
          .replaceAll(/[^a-z0-9]+/g, '-')
          .replaceAll(/^[-\d]+|-+$/g, '')
        const message = `"${key}" cannot be a name: names are lower-case words joined by "-" or "_", beginning with a letter.`
        say({
          path,
          at: 'key',
          message,
          hint: better ? `Write ${better}; a "label" or "title" may say more.` : undefined,
        })
      }
      return false
    }

    const value = walk(root, schema, [])
    return { value: value === BROKEN ? {} : (value as Record<string, unknown>), complaints, names }
  }

  return { isValid: (value) => whole(value) as boolean, mend }
}

/** The key that was meant: one that is near, or the language's own word for it. */
function guessKey(key: string, keys: readonly string[], written: readonly string[]): string | undefined {
  const free = keys.filter((candidate) => !written.includes(candidate))
  const synonym = SYNONYMS[key.toLowerCase()]
  return nearest(key, free) ?? (synonym && free.includes(synonym) ? synonym : nearest(key, keys))
}

function kindsOf(option: Schema): readonly string[] {
  const types = typesOf(option)
  if (types.length === 0) return option.enum || option.const !== undefined ? ['scalar'] : ['scalar', 'array', 'object']
  return types.map((type) => (type === 'object' || type === 'array' ? type : 'scalar'))
}

const emptyHint = (options: readonly Schema[]): string =>
  options.some((option) => typesOf(option).includes('array'))
    ? 'Give it a list, or take the line out.'
    : 'Give it a value, or take the line out.'
