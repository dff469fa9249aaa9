import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml'
import type { Place, Problem } from '../lib/problem.js'
import { numberHint, TEMPLATE_HINT } from './hints.js'
import type { Schema } from './json-schema.js'
import type { ParsedFile } from './parse.js'
import type { Places } from './places.js'
import { readRoot } from './root.js'
import { isActions, scalarValue, type Want, type Words, wantInside, wantOfItems } from './scalars.js'
import { mentionsSecret } from './secrets.js'

/** How many values the aliases of one file may stand for. */
const MAX_ALIASED = 10_000

const CORE_TAGS = ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((tag) => `tag:yaml.org,2002:${tag}`)

/** The sections of one file as plain values; `places` is told where everything stands. */
export function readSections(
  file: ParsedFile,
  schema: Schema,
  words: Words,
  places: Places,
): { sections: Record<string, unknown>; problems: Problem[] } {
  const defs = schema.$defs ?? {}
  const problems: Problem[] = []
  const anchors = new Map<string, Node>()
  const open = new Set<Node>()
  /** What is told already: nothing more is said about it. */
  const bad = new Set<Node>()
  const root: Record<string, unknown> = {}
  let aliased = 0
  let depth = 0
  let isBomb = false
  let inChannels = false
  let inSources = false
  let inHook = 0

  const say = (place: Place, message: string, hint?: string): void =>
    void problems.push({ place, message, ...(hint ? { hint } : {}) })
  const begin = (node: Node): Place => file.placeAt(node.range?.[0] ?? 0)

  function read(node: Node | null, want: Want): unknown {
    if (node === null) return null
    if (isAlias(node)) return readAlias(node, want)
    if (depth > 0 && ++aliased > MAX_ALIASED) return null
    if (node.tag && !CORE_TAGS.includes(node.tag)) {
      say(
        begin(node),
        `The tag ${node.tag} is not part of the language.`,
        'Take the tag out; only plain values are read.',
      )
    }
    if ('anchor' in node && typeof node.anchor === 'string') anchors.set(node.anchor, node)
    if (isScalar(node)) {
      const value = scalarValue(node, want, defs)
      if (typeof value === 'number' && !Number.isFinite(value)) {
        say(begin(node), `${node.source ?? value} is not a number that can be compared.`)
      }
      if (typeof value === 'string' && !inChannels && inHook === 0 && mentionsSecret(value)) {
        say(
          begin(node),
          `"${value}" is not replaced here: secrets from the environment stand in "channels" only, and in the "hook" of a source.`,
        )
      }
      return value
    }
    if (open.has(node)) return null
    open.add(node)
    const value = isMap(node) ? readMap(node, want) : isSeq(node) ? readList(node, want) : null
    open.delete(node)
    return value
  }

  function readAlias(node: Node & { source: string }, want: Want): unknown {
    const target = anchors.get(node.source)
    if (!target) {
      say(begin(node), `There is no anchor "&${node.source}" before this.`, 'A text that begins with * needs quotes.')
      bad.add(node)
      return null
    }
    if (open.has(target)) {
      say(begin(node), `"*${node.source}" stands inside the very value that it names.`)
      bad.add(node)
      return null
    }
    depth += 1
    const value = read(target, want)
    depth -= 1
    if (depth === 0 && aliased > MAX_ALIASED && !isBomb) {
      isBomb = true
      say(begin(node), `The aliases of this file stand for more than ${MAX_ALIASED} values.`, 'Write the values out.')
    }
    return value
  }

  function readList(node: YAMLSeq, want: Want): unknown[] {
    const values: unknown[] = []
    const inner = wantOfItems(want, defs)
    const items = node.items as (Node | null)[]
    for (let i = 0; i < items.length; i += 1) {
      const item = items[i] ?? null
      const at = values.length
      const place = begin(item ?? node)
      places.put(values, at, { key: place, value: place })
      values.push(read(item, inner))
      const groups = groupsOf(item, items.slice(i + 1, i + 5), /^0\d\d$/)
      if (groups.length > 0) tellNumber(item, groups)
      if (groups.length > 0 || (item && bad.has(item))) places.hush(values, at)
      i += groups.length
    }
    return values
  }

  function readMap(node: YAMLMap, want: Want): Record<string, unknown> {
    const map: Record<string, unknown> = {}
    const lines = new Map<string, number>()
    const pairs = node.items as Pair<Node | null, Node | null>[]
    for (let i = 0; i < pairs.length; i += 1) {
      const pair = pairs[i] as Pair<Node | null, Node | null>
      const key = readKey(pair, node)
      if (key === null) {
        read(pair.value, { is: 'anything' })
        continue
      }
      const place = begin(pair.key as Node)
      const inside = wantInside(want, key, words, defs)
      const isHook = inSources && key === 'hook'
      if (isHook) inHook += 1
      const value = isNothing(pair.value) && isActions(inside, defs) ? [] : read(pair.value, inside)
      if (isHook) inHook -= 1
      const rest = pairs.slice(i + 1, i + 5).map((next) => (isNothing(next.value) ? next.key : null))
      const groups = groupsOf(pair.value, rest, /^\d{3}$/)
      if (groups.length > 0) tellNumber(pair.value, groups)
      i += groups.length
      const before = lines.get(key)
      if (before !== undefined) {
        const isPart = want.is === 'condition' && ['all', 'any', 'not'].includes(key)
        const hint = isPart ? `Put both under one "all": all: [{ ${key}: … }, { ${key}: … }].` : 'Keep one of them.'
        say(place, `"${key}" stands twice in this map; the first is on line ${before}.`, hint)
        continue
      }
      lines.set(key, place.line)
      map[key] = value
      places.put(map, key, { key: place, value: isNothing(pair.value) ? place : begin(pair.value as Node) })
      if (groups.length > 0 || (pair.value && bad.has(pair.value))) places.hush(map, key)
    }
    return map
  }

  /** The key as written, or null where there is none that could be used. */
  function readKey(pair: Pair<Node | null, Node | null>, map: YAMLMap): string | null {
    const { key } = pair
    if (isMap(key) && isNothing(pair.value)) {
      say(begin(map), 'A text that begins with {{ needs quotes.', TEMPLATE_HINT)
      bad.add(map)
      return null
    }
    if (key === null || !isScalar(key) || (key.value === null && !key.source)) {
      say(begin(key ?? map), 'A key is expected here: a name, a colon and a space.')
      return null
    }
    const written = typeof key.value === 'string' ? key.value : (key.source ?? String(key.value))
    if (written === '<<') {
      say(begin(key), 'Merge keys (<<) are not part of the language.', 'Write the lines out.')
      // Nobody knows now what it lacks.
      bad.add(map)
      return null
    }
    if (written === '__proto__') {
      say(begin(key), '"__proto__" cannot be a name.')
      return null
    }
    return written
  }

  /** The neighbours that look like the rest of one number with commas in it: of `50,000` the `000`. */
  function groupsOf(first: Node | null, rest: readonly (Node | null)[], group: RegExp): Node[] {
    const groups: Node[] = []
    if (!isScalar(first) || !/^-?\d{1,3}$/.test(first.source ?? '')) return groups
    let last: Node = first
    for (const node of rest) {
      const isGroup = isScalar(node) && group.test(node.source ?? '')
      if (!isGroup || file.text.slice(last.range?.[1], node.range?.[0]) !== ',') break
      groups.push(node)
      last = node
    }
    return groups
  }

  function tellNumber(first: Node | null, groups: readonly Node[]): void {
    const written = file.text.slice(first?.range?.[0], groups.at(-1)?.range?.[1])
    say(begin(first as Node), `${written} is read as ${groups.length + 1} values.`, numberHint(written))
  }

  if (isMap(file.document?.contents)) {
    const enter = (section: string | undefined): void => {
      inChannels = section === 'channels'
      inSources = section === 'sources'
    }
    readRoot(file.document.contents as YAMLMap, root, { read, readKey, begin, say, enter, places, schema, words })
  }
  // What was only half understood still gives names to the other files, but nothing is said about it.
  if (!file.isWhole || isBomb) {
    for (const [section, value] of Object.entries(root)) {
      if (typeof value !== 'object' || value === null) delete root[section]
      for (const name of Object.keys(Object(value))) places.hush(value as object, name)
    }
  }
  return { sections: root, problems: file.isWhole ? problems : [] }
}

const isNothing = (node: Node | null): boolean =>
  node === null || (isScalar(node) && node.value === null && !node.source)
