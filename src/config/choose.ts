import { didYouMean, nearest } from '../lib/nearest.js'
import type { Complaint, Path } from '../lib/problem.js'
import type { Schema } from './json-schema.js'
import { placeNoun, titleOf } from './nouns.js'
import type { Places } from './places.js'
import { found, list } from './sentences.js'
import { guessChoice } from './slips.js'

type Container = Record<string, unknown>

/** The alternative that a map is meant to be, and the map as it is then read. */
export interface Chosen {
  value: Container
  shape: Schema
  /** What it was chosen as, for a sentence: ` of type slack`. */
  as: string
  /** Keys of the other alternatives. */
  others: readonly string[]
}

/** Of several maps the one that is meant: by a key with one fixed value, else by the keys they share. Undefined where it complained. */
export function chooseMap(
  value: Container,
  options: readonly Schema[],
  path: Path,
  places: Places,
  say: (complaint: Complaint) => void,
): Chosen | undefined {
  const [only] = options
  if (only && options.length === 1) return { value, shape: only, as: '', others: [] }
  const key = Object.entries(only?.properties ?? {}).find(([, part]) => part.const !== undefined)?.[0]
  if (key !== undefined) return chooseByConstant(value, options, key, path, places, say)

  const keysOf = (option: Schema): string[] => Object.keys(option.properties ?? {})
  const keys = options.flatMap(keysOf)
  const written = Object.keys(value).map((word) => (keys.includes(word) ? word : nearest(word, keys)))
  const shared = (option: Schema): number => written.filter((word) => word && option.properties?.[word]).length
  const best = options.reduce((a, b) => (shared(b) > shared(a) ? b : a))
  if (shared(best) > 0) return { value, shape: best, as: '', others: keys }

  const hint = `It takes ${list([...new Set(options.map((option) => `"${keysOf(option)[0]}"`))], 'or')}.`
  const wrong = Object.keys(value)[0]
  if (wrong === undefined) say({ path, message: `${titleOf(path)} is empty.`, hint })
  else {
    say({ path: [...path, wrong], at: 'key', message: `There is no key "${wrong}" in ${placeNoun(path)}.`, hint })
  }
  return undefined
}

function chooseByConstant(
  value: Container,
  options: readonly Schema[],
  key: string,
  path: Path,
  places: Places,
  say: (complaint: Complaint) => void,
): Chosen | undefined {
  const choices = options.map((option) => String(option.properties?.[key]?.const))
  const written = key in value ? key : Object.keys(value).find((word) => nearest(word, [key]) !== undefined)
  if (written === undefined) {
    say({ path, at: 'key', message: `${titleOf(path)} needs "${key}".`, hint: `It is ${list(choices, 'or')}.` })
    return undefined
  }
  const at = choices.indexOf(String(value[written]))
  if (at >= 0) return { value, shape: options[at] as Schema, as: ` of ${key} ${choices[at]}`, others: [] }
  const guess = guessChoice(value[written], choices)
  say({
    path: [...path, written],
    message: `There is no ${key} ${found(value[written])} of ${placeNoun(path)}.${didYouMean(guess)}`,
    hint: guess ? undefined : `It is ${list(choices, 'or')}.`,
  })
  if (guess === undefined) return undefined
  // The rest is read as the type that was meant; what stands there now is told already.
  const meant: Container = { ...value, [written]: guess }
  for (const step of Object.keys(value)) places.carry(value, step, meant, step)
  places.hush(meant, written)
  return { value: meant, shape: options[choices.indexOf(guess)] as Schema, as: ` of ${key} ${guess}`, others: [] }
}
