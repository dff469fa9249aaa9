import { isScalar, type Node, type Pair, type YAMLMap } from 'yaml'
import { didYouMean, nearest, nearestOfAny } from '../lib/nearest.js'
import type { Place } from '../lib/problem.js'
import type { Schema } from './json-schema.js'
import type { Places } from './places.js'
import { type Want, type Words, wantInside, wantOf } from './scalars.js'
import { fits, misplaced, partOf, shapeOf } from './sections.js'
import { list } from './sentences.js'

type Line = Pair<Node | null, Node | null>

/** What the reader of a file lends to whoever reads its sections. */
export interface Reader {
  read(node: Node | null, want: Want): unknown
  /** The key as written; null where it complained. */
  readKey(line: Line, map: YAMLMap): string | null
  begin(node: Node): Place
  say(place: Place, message: string, hint?: string): void
  /** From now on the section of that name is read. */
  enter(section: string | undefined): void
  readonly places: Places
  readonly schema: Schema
  readonly words: Words
}

/** A section that has nothing behind its name, and the lines below that are its own but for their indentation. */
interface Empty {
  section: string
  place: Place
  lines: Record<string, unknown> | null
}

/** Reads the sections of a file into `root`. A misspelt one is read as what was meant, where its content fits that. */
export function readRoot(contents: YAMLMap, root: Record<string, unknown>, reader: Reader): void {
  const { read, readKey, begin, say, enter, places, schema } = reader
  const [sections, defs] = [schema.properties ?? {}, schema.$defs ?? {}]
  const known = Object.keys(sections)
  const seen = new Map<string, number>()
  const written = contents.items.map((pair) => (isScalar(pair.key) ? String(pair.key.value) : ''))
  let empty: Empty | null = null
  for (const line of contents.items as Line[]) {
    const key = readKey(line, contents)
    if (key === null) {
      read(line.value, { is: 'anything' })
      continue
    }
    const place = begin(line.key as Node)
    const shape = shapeOf(line.value)
    const isKnown = known.includes(key)
    const part = empty && !isKnown ? partOf(sections[empty.section] as Schema, key, shape, defs) : null
    if (empty && part) {
      readUnindented(empty, line, key, part, root, reader)
      continue
    }
    const guess = isKnown ? key : nearest(key, known)
    const section = guess && (isKnown || fits(sections[guess] as Schema, shape, defs)) ? guess : undefined
    enter(section)
    const value = read(line.value, section ? wantOf(sections[section], defs) : { is: 'anything' })
    if (!isKnown) {
      const meant = section ?? (shape.is === 'map' ? undefined : nearestOfAny(key, known))
      const hint = meant ? undefined : (misplaced(sections, shape, defs) ?? `The sections are ${list(known)}.`)
      say(place, `There is no section "${key}".${didYouMean(meant)}`, hint)
    }
    if (section === undefined || (!isKnown && written.includes(section))) continue
    if (!isKnown) for (const name of Object.keys(Object(value))) places.hush(value as object, name)
    const before = seen.get(section)
    if (before !== undefined) {
      say(place, `The section "${section}" stands twice in this file; the first is on line ${before}.`, 'Join them.')
      continue
    }
    empty = shape.is === 'nothing' ? { section, place, lines: null } : null
    seen.set(section, place.line)
    root[section] = value
    places.put(root, section, { key: place, value: shape.is === 'nothing' ? place : begin(line.value as Node) })
  }
}

/** Takes what stands at the margin as what it is, a line of the empty section above: one slip, told once. */
function readUnindented(
  empty: Empty,
  line: Line,
  key: string,
  part: 'line' | 'word',
  root: Record<string, unknown>,
  { read, begin, say, enter, places, schema, words }: Reader,
): void {
  const { section } = empty
  if (!empty.lines) {
    const hint = `Indent "${key}:" and the lines below it by two spaces.`
    say(empty.place, `"${section}" is empty, and the next line is not indented.`, hint)
    empty.lines = {}
    root[section] = empty.lines
  }
  const defs = schema.$defs ?? {}
  enter(section)
  const value = read(line.value, wantInside(wantOf(schema.properties?.[section], defs), key, words, defs))
  if (part === 'word' || key in empty.lines) return
  empty.lines[key] = value
  const place = begin(line.key as Node)
  const isEmpty = shapeOf(line.value).is === 'nothing'
  places.put(empty.lines, key, { key: place, value: isEmpty ? place : begin(line.value as Node) })
  if (isEmpty) places.hush(empty.lines, key)
}
