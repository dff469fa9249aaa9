import { resolve, type Schema } from './json-schema.js'
import { nounAt } from './nouns.js'
import { expected } from './slips.js'

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')

/** A name or a word of the language, as Markdown shows it. */
export const code = (text: string): string => `\`${text}\``

/** A table in Markdown. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows.map((row) => row.map(cell))].map((row) => `| ${row.join(' | ')} |`).join('\n')

/** Definitions that are shown where they are met first; the others (conditions, actions) have pages of their own. */
const SHOWN: Readonly<Record<string, string>> = { origin: 'Where a value comes from', threshold: 'A table by a fact' }

/** A map with fixed keys, and where it stands: `*` is a name, `[]` an element of a list. */
interface KeyedMap {
  path: readonly string[]
  shape: Schema
  title: string
}

/** Every map with fixed keys in a schema, from the outside in, each definition once. */
function mapsIn(schema: Schema, path: readonly string[], defs: Record<string, Schema>, seen: Set<string>): KeyedMap[] {
  const { name, schema: shape } = resolve(schema, defs)
  if (name !== null && (!(name in SHOWN) || seen.has(name))) return []
  if (name !== null) seen.add(name)
  const inside = (part: Schema, step: string): KeyedMap[] => mapsIn(part, [...path, step], defs, seen)
  const alternatives = (shape.anyOf ?? shape.oneOf ?? []).flatMap((part) => mapsIn(part, path, defs, seen))
  const found = [
    ...(shape.properties ? [{ path, shape, title: titleAt(path, shape) }] : []),
    ...Object.entries(shape.properties ?? {}).flatMap(([key, part]) => inside(part, key)),
    ...(typeof shape.additionalProperties === 'object' ? inside(shape.additionalProperties, '*') : []),
    ...(shape.items ? inside(shape.items, '[]') : []),
    ...alternatives,
  ]
  return name === null ? found : found.map((one) => ({ ...one, path: [], title: SHOWN[name] as string }))
}

function titleAt(path: readonly string[], { properties = {} }: Schema): string {
  const noun = nounAt(path)
  const [key, value] = Object.entries(properties).find(([, part]) => part.const !== undefined) ?? []
  const word = noun ?? path.findLast((step) => step !== '*' && step !== '[]') ?? ''
  const title = noun === undefined ? word : `${/^[aeiou]/.test(word) ? 'An' : 'A'} ${word}`
  return key === undefined ? title : `${title} of ${key} ${value?.const}`
}

/** Where something stands, as YAML: `pipelines: { NAME: { stages: { NAME: { … } } } }`. */
const asYaml = (path: readonly string[]): string =>
  path.reduceRight((inner, step, i) => {
    if (step === '[]') return `[${inner}]`
    const pair = `${step === '*' ? 'NAME' : step}: ${inner}`
    return i === 0 ? pair : `{ ${pair} }`
  }, '{ … }')

/** Is it a table of the section itself, or of each thing in it? Of a whole file (no section) the keys of the file are. */
const isOutermost = (path: readonly string[], name: string): boolean =>
  name === '' ? path.length === 0 : path.length === 1 || (path.length === 2 && path[1] === '*')

const keysOf = ({ properties = {}, required = [] }: Schema, defs: Record<string, Schema>): string =>
  table(
    ['key', 'takes', 'is'],
    Object.entries(properties).map(([key, part]) => [
      required.includes(key) ? `**${code(key)}**` : code(key),
      expected(part, defs),
      part.description ?? '',
    ]),
  )

/**
 * Every key of a section, table by table: first those of the section, or of each thing in it, then those of what stands inside,
 * each under its name. Equal tables are one, with all its places.
 */
export function sectionKeys(name: string, section: Schema, defs: Record<string, Schema>, seen: Set<string>): string {
  const maps = mapsIn(section, name === '' ? [] : [name], defs, seen)
  const tables = new Map<string, { title: string; places: string[] }>()
  for (const { path, shape, title } of maps) {
    const keys = keysOf(shape, defs)
    const place = path.length > 0 ? [code(asYaml(path))] : []
    const same = tables.get(keys)
    if (same) same.places.push(...place)
    else tables.set(keys, { title, places: place })
  }
  const outer = maps.filter(({ path }) => isOutermost(path, name))
  const only = outer.length === 1 ? keysOf(outer[0]?.shape ?? {}, defs) : undefined
  let before = ''
  const parts = [...tables].flatMap(([keys, { title, places }]) => {
    if (keys === only) return [keys]
    const heading = [`#### ${title}`, ...(places.length > 0 ? [places.join(' or ')] : [])]
    const isSame = heading.join() === before
    before = heading.join()
    return isSame ? ['or', keys] : [...heading, keys]
  })
  return parts.map((part) => `\n\n${part}`).join('')
}
