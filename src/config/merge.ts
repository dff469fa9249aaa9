import { isMap } from '../lib/maps.js'
import { type Path, type Place, type Problem, sayComplaint } from '../lib/problem.js'
import { alternatives, resolve, type Schema, typesOf } from './json-schema.js'
import { nounAt, titleOf } from './nouns.js'
import type { Places } from './places.js'
import { kindSlip } from './slips.js'

type Container = Record<string, unknown>

/** A part of which what one file says had to be left out. */
export interface Lost {
  schema: Schema
  path: Path
}

/**
 * The sections of all files in one: maps are joined, lists appended in the order given. A name or a single value that is
 * given twice is one problem, at the later place, which names the earlier. A list where a map belongs is told as that.
 */
export function mergeSections(
  files: readonly Container[],
  schema: Schema,
  places: Places,
): { sections: Container; problems: Problem[]; lost: Lost[] } {
  const defs = schema.$defs ?? {}
  const problems: Problem[] = []
  const lost: Lost[] = []

  const put = (into: Container, from: Container, key: string): void => {
    into[key] = from[key]
    places.carry(from, key, into, key)
  }

  function twice(into: Container, from: Container, key: string, path: Path): void {
    const first = places.get(into, key)?.key
    const second = places.get(from, key)?.key
    if (!first || !second) return
    const title = nounAt(path) ? titleOf(path) : titleOf(path) + ofWhat(path)
    const hint = nounAt(path) ? 'Give one of them another name, or delete it.' : 'Keep one of them.'
    problems.push({ place: second, message: `${title} is given twice: here and in ${spell(first)}.`, hint })
  }

  /** A key with nothing behind it says nothing: the other one stands. */
  function empty(where: Container, key: string): void {
    const place = places.get(where, key)?.key
    if (place) problems.push({ place, message: `"${key}" is empty.`, hint: 'Give it a value, or take the line out.' })
  }

  /** Is one of the two no map (or list) although all of them are to be? Then it is told, and the other stands. */
  function misfit(into: Container, from: Container, key: string, schema: Schema, path: Path): boolean {
    const types = alternatives(schema, defs).flatMap(typesOf)
    const isFit = (value: unknown) => types.includes(Array.isArray(value) ? 'array' : isMap(value) ? 'object' : 'text')
    const wrong = [into, from].filter((where) => !isFit(where[key]))
    const [only] = wrong
    if (!types.every((type) => type === 'object' || type === 'array') || only === undefined || wrong.length > 1)
      return false
    const place = places.get(only, key)?.value
    if (place) problems.push({ place, ...sayComplaint(kindSlip(only[key], schema, defs, path)) })
    if (only === into) put(into, from, key)
    lost.push({ schema, path })
    return true
  }

  function joinMaps(into: Container, from: Container, shape: Schema, path: Path): Container {
    const joined: Container = {}
    for (const key of Object.keys(into)) put(joined, into, key)
    for (const key of Object.keys(from)) {
      if (!(key in joined)) put(joined, from, key)
      else join(joined, from, key, shape.properties?.[key], [...path, key])
    }
    return joined
  }

  function join(into: Container, from: Container, key: string, schema: Schema | undefined, path: Path): void {
    const [a, b] = [into[key], from[key]]
    const { name, schema: shape } = schema ? resolve(schema, defs) : { name: null, schema: {} }
    if (a === null || b === null) {
      empty(a === null ? into : from, key)
      if (a === null) put(into, from, key)
    } else if (Array.isArray(a) && Array.isArray(b)) {
      const joined = [...a, ...b]
      for (const i of a.keys()) places.carry(a, i, joined, i)
      for (const i of b.keys()) places.carry(b, i, joined, a.length + i)
      into[key] = joined
    } else if (isMap(a) && isMap(b) && name === null && (shape.properties || shape.additionalProperties)) {
      into[key] = joinMaps(a, b, shape, path)
    } else if (!schema || !misfit(into, from, key, schema, path)) twice(into, from, key, path)
  }

  const sections = files.reduce<Container>((all, one) => joinMaps(all, one, schema, []), {})
  return { sections, problems, lost }
}

const ofWhat = (path: Path): string => (path.length > 1 ? ` of "${path.at(-2)}"` : '')

/** A place in a sentence. */
export const spell = ({ file, line, column }: Place): string => `${file}:${line}:${column}`
