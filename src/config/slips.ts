import type { ErrorObject } from 'ajv/dist/2020.js'
import { isMap } from '../lib/maps.js'
import { didYouMean, nearest } from '../lib/nearest.js'
import type { Complaint, Path } from '../lib/problem.js'
import { meantComparison } from '../program/comparisons.js'
import { flagHint, numberHint, TEMPLATE_HINT } from './hints.js'
import { alternatives, resolve, type Schema, typesOf } from './json-schema.js'
import { nameOf, nounAt, titleOf } from './nouns.js'
import { found, list } from './sentences.js'

/** What the definitions of the schema are called in a sentence. */
const KINDS: Record<string, string> = {
  span: 'a span such as "14 days"',
  date: 'a day such as 2026-12-25',
  time_of_day: 'a time of day such as "08:30"',
  percent: 'per cent such as 15%',
  template: 'a text',
  condition: 'a condition: facts and what they must be',
  action: 'an action with its options',
  threshold: 'a number, a span, the name of a threshold, or a table by a fact',
  origin: 'a column, or where else the value comes from',
}

const NO_NAME = 'cannot be a name: names are lower-case words joined by "-" or "_", beginning with a letter.'

const TYPES: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'a map',
  array: 'a list',
}

/** What a schema wants, for a sentence: `a text or a list of texts`. */
export function expected(schema: Schema, defs: Record<string, Schema>): string {
  const { name, schema: shape } = resolve(schema, defs)
  const known = name ? KINDS[name] : undefined
  if (known) return known
  const parts = shape.anyOf ?? shape.oneOf
  if (parts) {
    const takesAnyText = parts.some((part) => part.type === 'string' && part.pattern === undefined && !part.enum)
    const told = takesAnyText ? parts.filter((part) => !part.enum) : parts
    return list([...new Set(told.map((part) => expected(part, defs)))], 'or')
  }
  if (shape.enum) return `one of ${list(shape.enum.map(String), 'or')}`
  if (shape.const !== undefined) return String(shape.const)
  if (typesOf(shape).includes('array') && shape.items) return `a list of ${plural(expected(shape.items, defs))}`
  return list([...new Set(typesOf(shape).map((type) => TYPES[type] ?? type))], 'or') || 'a value'
}

const PLURALS: Record<string, string> = {
  'a text': 'texts',
  'a number': 'numbers',
  'a map': 'maps',
  'a day such as 2026-12-25': 'days such as 2026-12-25',
  'a time of day such as "08:30"': 'times of day such as "08:30"',
  'an action with its options': 'actions, each with a dash',
}
const plural = (what: string): string => PLURALS[what] ?? what.replace(/^one of /, '').replace(/^an? /, '')

/** What others call the subjects of rules. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  deal: 'opportunity',
  deals: 'opportunity',
  company: 'account',
  companies: 'account',
  customer: 'account',
  client: 'account',
  organization: 'account',
  organisation: 'account',
}

/** The choice that was meant: one that is near, or begins alike. */
export function guessChoice(value: unknown, choices: readonly string[]): string | undefined {
  const word = String(value).toLowerCase()
  const meant = Object.hasOwn(ELSEWHERE, word) ? ELSEWHERE[word] : undefined
  if (meant !== undefined && choices.includes(meant)) return meant
  return nearest(word, choices) ?? choices.find((choice) => word.length > 2 && choice.startsWith(word.slice(0, 3)))
}

/** The sentence about a single value that its schema refuses. */
export function leafSlip(
  value: unknown,
  shape: Schema,
  error: ErrorObject,
  path: Path,
  wants: string,
  definition: string | null,
): Complaint {
  const title = titleOf(path)
  const text = typeof value === 'string' ? value : ''
  if (error.keyword === 'enum' || error.keyword === 'const') {
    const choices = (shape.enum ?? [shape.const]).map(String)
    const guess = guessChoice(value, choices)
    const message = `${title} is ${choices.length > 2 ? 'one of ' : ''}${list(choices, 'or')}, not ${found(value)}.${didYouMean(guess)}`
    return { path, message }
  }
  if (error.keyword === 'pattern' && definition === null) {
    return { path, message: `"${text}" ${NO_NAME}` }
  }
  const bound = boundsOf(shape)
  if (error.keyword !== 'type' && bound)
    return { path, message: `${title} takes ${wants} ${bound}, not ${found(value)}.` }
  const types = typesOf(shape)
  const hint = types.some((type) => type === 'number' || type === 'integer')
    ? numberHint(text)
    : types.includes('boolean')
      ? flagHint(text)
      : undefined
  return { path, message: `${title} takes ${wants}, not ${found(value)}.`, hint }
}

/** The name that a text may be made to: `My rule` is `my-rule`. Empty where nothing of it is left. */
const nameFrom = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[-\d]+|-+$/g, '')

/** The sentence about a name that its map refuses. */
export function nameSlip(key: string, shape: Schema, path: Path): Complaint {
  if (shape.enum) {
    const choices = shape.enum.map(String)
    const guess = guessChoice(key, choices)
    const message = `There is no key "${key}" in ${nameOf(path.slice(0, -1))}.${didYouMean(guess)}`
    return { path, at: 'key', message, hint: guess ? undefined : `The keys are ${list(choices)}.` }
  }
  const better = nameFrom(key)
  const hint = better ? `Write ${better}; a "label" or "title" may say more.` : undefined
  return { path, at: 'key', message: `"${key}" ${NO_NAME}`, hint }
}

/** The sentence about needed keys that are not there, all of one thing together. */
export function missingSlip(
  keys: readonly string[],
  shapes: Record<string, Schema>,
  path: Path,
  defs: Record<string, Schema>,
): Complaint {
  const [key = ''] = keys
  const message = `${titleOf(path)} needs ${list(keys.map((one) => `"${one}"`))}.`
  if (keys.length > 1) return { path, at: 'key', message }
  const shape = shapes[key] ?? {}
  const choices = alternatives(shape, defs).flatMap((option) => option.enum ?? [])
  const secret = [...path.slice(1), key].join('_').replaceAll('-', '_').toUpperCase()
  const hint = shape.description?.includes('${')
    ? `For example ${key}: "\${${secret}}".`
    : choices.length > 0
      ? `It is ${list(choices.map(String), 'or')}.`
      : `"${key}" takes ${expected(shape, defs)}.`
  return { path, at: 'key', message, hint }
}

function boundsOf({ minimum, maximum, exclusiveMinimum }: Schema): string | undefined {
  const isLow = minimum === undefined || minimum <= Number.MIN_SAFE_INTEGER
  const isHigh = maximum === undefined || maximum >= Number.MAX_SAFE_INTEGER
  if (exclusiveMinimum !== undefined) return `over ${exclusiveMinimum}`
  if (isLow && isHigh) return undefined
  if (isHigh) return `from ${minimum} on`
  return isLow ? `up to ${maximum}` : `from ${minimum} to ${maximum}`
}

/** The sentence about a list, a map or a single value where another of them belongs. */
export function kindSlip(value: unknown, given: Schema, defs: Record<string, Schema>, path: Path): Complaint {
  const message = `${titleOf(path)} takes ${expected(given, defs)}, not ${found(value)}.`
  return { path, message, hint: listHint(value, given, path, defs) }
}

/** The next step where a list was wanted and something else stands there, or the other way round. */
function listHint(value: unknown, given: Schema, path: Path, defs: Record<string, Schema>): string | undefined {
  const options = alternatives(given, defs)
  const lists = options.filter((option) => typesOf(option).includes('array'))
  if (lists.length > 0 && isMap(value)) {
    return `Begin each entry with a dash: "- ${Object.keys(value)[0] ?? '…'}: …".`
  }
  if (lists.some((option) => option.items?.$ref === '#/$defs/action')) return 'Begin each action with a dash: "- …: …".'
  if (lists.length > 0) return `Write [${String(value)}].`
  if (Array.isArray(value) && options.some((option) => typesOf(option).includes('object'))) {
    if (typeof path.at(-1) === 'number') return 'Take the inner dash out.'
    return namesHint(value, options, path, defs) ?? 'Take the dashes out: each line is a key and a value.'
  }
  if (isMap(value) && Object.keys(value).some((key) => key.startsWith('{'))) return TEMPLATE_HINT
  if (typeof value === 'string' && options.some((option) => typesOf(option).includes('object'))) {
    if (resolve(given, defs).name === 'condition') return conditionHint(value)
    if (options.some((option) => option.properties === undefined)) {
      return /^[a-z_]+$/.test(value) ? `Write "${value}: {}" or give it its options.` : undefined
    }
    const needed = options.flatMap((option) => option.required ?? [])
    return needed.length === 1 ? `Write { ${needed[0]}: ${value} }.` : undefined
  }
  return undefined
}

/** Of a sentence where a condition belongs: its first comparison as a line of a map. */
function conditionHint(sentence: string): string {
  const [, fact = '', comparison = ''] =
    /^\s*([a-z][\w.-]*)\s*([^\w\s].*?)(?:\s+(?:and|or)\s.*)?$/i.exec(sentence) ?? []
  const meant = meantComparison(comparison)
  return `Write a map: ${meant ? `{ ${fact}: ${meant} }` : '{ status: open }'}. Every line of it must hold.`
}

/** Of a list where named things belong: each entry needs its name as the key. Undefined where its entries are so already. */
function namesHint(
  value: readonly unknown[],
  options: readonly Schema[],
  path: Path,
  defs: Record<string, Schema>,
): string | undefined {
  const noun = nounAt([...path, '*'])
  const element = options.map(({ additionalProperties }) => additionalProperties).find((one) => typeof one === 'object')
  const [first] = value
  if (!noun || !element || !isMap(first)) return undefined
  const keys = Object.keys(first)
  if (keys.length === 1 && isMap(first[keys[0] as string])) return undefined
  const said = ['name', 'id', 'title'].map((key) => first[key]).find((one) => typeof one === 'string')
  const name = nameFrom(String(said ?? '')) || `my-${noun}`
  const words = alternatives(element, defs).flatMap(({ properties }) => Object.keys(properties ?? {}))
  const line = keys.find((key) => words.includes(key))
  return `Put the name of each ${noun} in place of its dash: "${name}:", and below it, two spaces deeper, "${line ? `${line}: …` : '…'}".`
}
