import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import { isMap } from '../lib/maps.js'
import { didYouMean } from '../lib/nearest.js'
import type { Complaint, Path } from '../lib/problem.js'
import { type Chosen, chooseMap } from './choose.js'
import { alternatives, resolve, type Schema, typesOf } from './json-schema.js'
import { guessKey } from './keys.js'
import type { Lost } from './merge.js'
import { nounAt, placeNoun, titleOf } from './nouns.js'
import type { Places } from './places.js'
import { list } from './sentences.js'
import { expected, kindSlip, leafSlip, missingSlip, nameSlip } from './slips.js'
import { standIn } from './stand-in.js'

/** What is right of a value. `names` are declared words that had to be taken out, of `kinds` all of them. */
export interface Mended {
  value: Record<string, unknown>
  complaints: Complaint[]
  names: ReadonlySet<string>
  kinds: ReadonlySet<string>
}

/** A checker of shapes: says what is wrong, one sentence a slip, and gives back what is right of it. */
export interface ShapeCheck {
  /** Exactly what a validator of the schema says. */
  isValid(value: unknown): boolean
  /** `lost` are parts of which something was left out already. */
  mend(value: Record<string, unknown>, places: Places, lost?: readonly Lost[]): Mended
}

/** What cannot be kept. */
const BROKEN = Symbol('broken')

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

  function mend(root: Record<string, unknown>, places: Places, lost: readonly Lost[] = []): Mended {
    const complaints: Complaint[] = []
    const names = new Set<string>()
    const kinds = new Set<string>()
    let muted = 0
    const say = (complaint: Complaint): void => void (muted === 0 && complaints.push(complaint))

    /** Nobody knows now which words of these kinds there are. */
    function loseKinds(given: Schema, path: Path): void {
      const { properties, additionalProperties } = resolve(given, defs).schema
      const kind = typeof additionalProperties === 'object' ? nounAt([...path, '']) : undefined
      if (kind) kinds.add(kind)
      for (const [key, part] of Object.entries(properties ?? {})) loseKinds(part, [...path, key])
    }

    function walk(value: unknown, given: Schema, path: Path): unknown {
      const options = alternatives(given, defs)
      const { name } = resolve(given, defs)
      if (value === null && !options.some((option) => typesOf(option).length === 0 && !option.enum)) {
        say({ path, at: 'key', message: `${titleOf(path)} is empty.`, hint: emptyHint(options) })
        loseKinds(given, path)
        return BROKEN
      }
      const kind = Array.isArray(value) ? 'array' : isMap(value) ? 'object' : 'scalar'
      const fitting = options.filter((option) => kindsOf(option).includes(kind))
      if (fitting.length === 0) {
        say(kindSlip(value, given, defs, path))
        loseKinds(given, path)
        return BROKEN
      }
      if (kind === 'object') {
        const chosen = chooseMap(value as Record<string, unknown>, fitting, path, places, say)
        return chosen ? walkMap(chosen, path) : BROKEN
      }
      if (kind === 'array') return walkList(value as unknown[], fitting[0] as Schema, path)
      const errors = fitting.map((option) => errorOf(option, value))
      if (errors.includes(undefined)) return value
      say(leafSlip(value, fitting[0] as Schema, errors[0] as ErrorObject, path, expected(given, defs), name))
      return BROKEN
    }

    function walkMap({ value, shape, as, others }: Chosen, path: Path): unknown {
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

      const astray = rest ? strayKeys(value, resolve(rest, defs).schema) : []
      for (const key of Object.keys(value)) {
        if (astray.includes(key)) continue
        const here = [...path, key]
        const known = Object.hasOwn(fixed, key) ? fixed[key] : undefined
        const part = known ?? rest
        if (part === undefined && !isOpen) {
          const guess = guessKey(key, keys, Object.keys(value), shape.required)
          const message = others.includes(key)
            ? `"${key}" does not stand beside "${keys.find((other) => other in value)}": it is one or the other.`
            : `There is no key "${key}" in ${placeNoun(path)}${as}.${didYouMean(guess)}`
          const hint = guess || others.includes(key) ? undefined : `The keys are ${list(keys)}.`
          say({ path: here, at: 'key', message, hint })
          isHurt = true
          if (guess === undefined || guess in value) continue
          missing.delete(guess)
          const kept = quietly(() => walk(value[key], fixed[guess] as Schema, here))
          if (kept === BROKEN) continue
          keep(key, guess, kept)
          places.hush(result, guess)
          continue
        }
        const namesShape = known === undefined && shape.propertyNames ? resolve(shape.propertyNames, defs).schema : null
        if (namesShape && errorOf(namesShape, key)) {
          say(nameSlip(key, namesShape, here))
          names.add(key)
          isHurt = true
          continue
        }
        missing.delete(key)
        if (astray.length > 0 && value[key] === null) {
          const hint = 'Indent the lines below it by two spaces more than its name.'
          say({ path: here, at: 'key', message: `${titleOf(here)} is empty.`, hint })
          names.add(key)
          isHurt = true
          continue
        }
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
        for (const key of missing) loseKinds(fixed[key] as Schema, [...path, key])
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

    for (const { schema, path } of lost) loseKinds(schema, path)
    const value = walk(root, schema, [])
    return { value: value === BROKEN ? {} : (value as Record<string, unknown>), complaints, names, kinds }
  }

  return { isValid: (value) => whole(value) as boolean, mend }
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

/** Keys of an element that stand beside its empty name, because they are not indented. */
function strayKeys(value: Record<string, unknown>, element: Schema): string[] {
  const keys = Object.keys(element.properties ?? {})
  if (!Object.values(value).includes(null)) return []
  return Object.keys(value).filter((key) => value[key] !== null && keys.includes(key))
}
