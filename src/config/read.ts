import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from 'yaml'
import { nearest } from '../lib/nearest.js'
import type { Place, Problem } from '../lib/problem.js'
import { TEMPLATE_HINT } from './hints.js'
import type { Schema } from './json-schema.js'
import type { ParsedFile } from './parse.js'
import type { Places } from './places.js'
import { scalarValue, type Want, type Words, wantInside, wantOf, wantOfItems } from './scalars.js'
import { mentionsSecret } from './secrets.js'
import { didYouMean, list } from './sentences.js'

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
  const known = Object.keys(schema.properties ?? {})
  const problems: Problem[] = []
  const anchors = new Map<string, Node>()
  const open = new Set<Node>()
  const root: Record<string, unknown> = {}
  let aliased = 0
  let depth = 0
  let isBomb = false
  let inChannels = false

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
      if (typeof value === 'string' && !inChannels && mentionsSecret(value)) {
        say(begin(node), `"${value}" is not replaced here: secrets from the environment stand in "channels" only.`)
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
      return null
    }
    if (open.has(target)) {
      say(begin(node), `"*${node.source}" stands inside the very value that it names.`)
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
    let last: Node | null = null
    for (const item of node.items as (Node | null)[]) {
      if (joined(last, item, /^0\d\d$/)) {
        tellNumber(last as Node, item as Node)
        places.hush(values, values.length - 1)
      } else {
        const place = begin(item ?? node)
        places.put(values, values.length, { key: place, value: place })
        values.push(read(item, inner))
      }
      last = item
    }
    return values
  }

  function readMap(node: YAMLMap, want: Want): Record<string, unknown> {
    const map: Record<string, unknown> = {}
    const lines = new Map<string, number>()
    let last: { key: string; value: Node | null } | null = null
    for (const pair of node.items as Pair<Node | null, Node | null>[]) {
      const key = readKey(pair, node)
      if (key === null) {
        read(pair.value, { is: 'anything' })
        continue
      }
      if (last && isNothing(pair.value) && joined(last.value, pair.key, /^\d{3}$/)) {
        tellNumber(last.value as Node, pair.key as Node)
        places.hush(map, last.key)
        last.value = pair.key
        continue
      }
      const place = begin(pair.key as Node)
      const value = read(pair.value, wantInside(want, key, words, defs))
      const before = lines.get(key)
      if (before !== undefined) {
        const parts = want.is === 'condition' && (key === 'any' || key === 'all' || key === 'not')
        const hint = parts ? `Put both under one "all": all: [{ ${key}: … }, { ${key}: … }].` : undefined
        say(place, `"${key}" stands twice in this map; the first is on line ${before}.`, hint ?? 'Keep one of them.')
        continue
      }
      lines.set(key, place.line)
      map[key] = value
      places.put(map, key, { key: place, value: isNothing(pair.value) ? place : begin(pair.value as Node) })
      last = { key, value: pair.value }
    }
    return map
  }

  /** The key as written, or null where there is none that could be used. */
  function readKey(pair: Pair<Node | null, Node | null>, map: YAMLMap): string | null {
    const { key } = pair
    if (isMap(key) && isNothing(pair.value)) {
      say(begin(map), 'A text that begins with {{ needs quotes.', TEMPLATE_HINT)
      return null
    }
    if (key === null || !isScalar(key) || (key.value === null && !key.source)) {
      say(begin(key ?? map), 'A key is expected here: a name, a colon and a space.')
      return null
    }
    const written = typeof key.value === 'string' ? key.value : (key.source ?? String(key.value))
    if (written === '<<') {
      say(begin(key), 'Merge keys (<<) are not part of the language.', 'Write the lines out.')
      return null
    }
    if (written === '__proto__') {
      say(begin(key), '"__proto__" cannot be a name.')
      return null
    }
    return written
  }

  /** Do two neighbours look like one number with a comma in it? */
  function joined(left: Node | null, right: Node | null, group: RegExp): boolean {
    if (!isScalar(left) || !isScalar(right) || !left.range || !right.range) return false
    if (!/^-?\d[\d.]*$/.test(left.source ?? '') || !group.test(right.source ?? '')) return false
    return file.text.slice(left.range[1], right.range[0]) === ','
  }

  function tellNumber(left: Node, right: Node): void {
    const written = file.text.slice(left.range?.[0], right.range?.[1])
    say(begin(left), `${written} is read as two values.`, `Write ${written.replaceAll(',', '')}, without separators.`)
  }

  function readRoot(contents: YAMLMap): void {
    const lines = new Map<string, number>()
    const written = contents.items.map((pair) => (isScalar(pair.key) ? String(pair.key.value) : ''))
    for (const pair of contents.items as Pair<Node | null, Node | null>[]) {
      const key = readKey(pair, contents)
      if (key === null) {
        read(pair.value, { is: 'anything' })
        continue
      }
      const place = begin(pair.key as Node)
      const isKnown = known.includes(key)
      const guess = isKnown ? key : nearest(key, known)
      inChannels = guess === 'channels'
      const value = read(pair.value, guess ? wantOf(schema.properties?.[guess], defs) : { is: 'anything' })
      if (!isKnown) {
        say(
          place,
          `There is no section "${key}".${didYouMean(guess)}`,
          guess ? undefined : `The sections are ${list(known)}.`,
        )
        if (guess === undefined || written.includes(guess)) continue
        for (const name of Object.keys(Object(value))) places.hush(value as object, name)
      }
      const section = guess as string
      const before = lines.get(section)
      if (before !== undefined) {
        say(place, `The section "${section}" stands twice in this file; the first is on line ${before}.`, 'Join them.')
        continue
      }
      lines.set(section, place.line)
      root[section] = value
      places.put(root, section, { key: place, value: isNothing(pair.value) ? place : begin(pair.value as Node) })
    }
  }

  if (isMap(file.document?.contents)) readRoot(file.document.contents as YAMLMap)
  // What was only half understood still gives names to the other files, but nothing is said about it.
  if (!file.isWhole || isBomb) {
    for (const value of Object.values(root)) {
      for (const name of Object.keys(Object(value))) places.hush(value as object, name)
    }
  }
  return { sections: root, problems: file.isWhole ? problems : [] }
}

const isNothing = (node: Node | null): boolean =>
  node === null || (isScalar(node) && node.value === null && !node.source)
