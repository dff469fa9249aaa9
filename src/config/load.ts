import { visit } from 'yaml'
import { type Complaint, type Path, type Place, type Problem, sayComplaint } from '../lib/problem.js'
import { compile } from '../program/compile.js'
import type { Program } from '../program/program.js'
import type { Rules } from '../program/sections/index.js'
import { numberHint } from './hints.js'
import { mergeSections, spell } from './merge.js'
import { type ParsedFile, parseFile, type RulesText } from './parse.js'
import { createPlaces } from './places.js'
import { readSections } from './read.js'
import { shapeSchema } from './schema.js'
import { createShapeCheck, type Mended, type ShapeCheck } from './shape.js'
import { wordsOf } from './words.js'

/** Is this the path of a rules file? Tests of rules are not. */
export const isRulesFile = (path: string): boolean => /\.ya?ml$/i.test(path) && !isTestFile(path)

/** Is this the path of a file of rule tests? */
export const isTestFile = (path: string): boolean => /\.test\.ya?ml$/i.test(path)

export interface Loaded {
  /** Null where there is a problem: a rules folder is never half-loaded. */
  program: Program | null
  rules: Rules | null
  /** In order of file, line and column. */
  problems: Problem[]
  /** Where a path into the rules stands, for those who have more to say about it. */
  placeOf(path: Path, at?: 'key' | 'value'): Place | null
  /** A complaint that somebody else makes of these rules, as a problem with its place. */
  locate(complaint: Complaint): Problem
}

const textsOfPrograms = new WeakMap<Program, readonly RulesText[]>()

/** The texts of which a program was made, so that another thread can make it again; null of one that is not from texts. */
export const textsOf = (program: Program): readonly RulesText[] | null => textsOfPrograms.get(program) ?? null

let shapes: { schema: ReturnType<typeof shapeSchema>; check: ShapeCheck } | undefined

/** The texts of a rules folder as a program, or all that is wrong with them. Pure, and never throws on any text. */
export function loadRules(files: readonly RulesText[]): Loaded {
  shapes ??= ((schema) => ({ schema, check: createShapeCheck(schema) }))(shapeSchema())
  const { schema, check } = shapes
  const parsed = [...files]
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
    .map((file) => parseFile(file))
  const words = wordsOf(parsed.map((file) => file.document))
  const places = createPlaces()

  const read = parsed.map((file) => readSections(file, schema, words, places))
  const merged = mergeSections(
    read.map(({ sections }) => sections),
    schema,
    places,
  )
  const shaped: Mended =
    merged.lost.length === 0 && check.isValid(merged.sections)
      ? { value: merged.sections, complaints: [], names: new Set(), kinds: new Set() }
      : check.mend(merged.sections, places, merged.lost)
  const rules = shaped.value as Rules

  const top: Place = { file: parsed[0]?.path ?? 'rules', line: 1, column: 1 }
  const placeOf = (path: Path, at?: 'key' | 'value'): Place | null => places.find(rules, path, at)
  const located = (root: unknown, complaint: Complaint): Problem => ({
    place: inside(places.find(root, complaint.path, complaint.at) ?? top, complaint.near, parsed),
    ...sayComplaint(
      withNumberHint(
        complaint.also ? { ...complaint, message: both(complaint.message, root, complaint.also) } : complaint,
      ),
    ),
  })

  const both = (message: string, root: unknown, path: Path): string => {
    const place = places.find(root, path, 'key')
    return place ? `${message.replace(/\.$/, '')}: here and in ${spell(place)}.` : message
  }

  const slips = [
    ...parsed.flatMap((file) => file.problems),
    ...read.flatMap(({ problems }) => problems),
    ...merged.problems,
    ...shaped.complaints.map((complaint) => located(merged.sections, complaint)),
  ]
  const unread = parsed.filter((file) => !file.isWhole).map((file) => file.text)
  const { program, complaints } = compile(rules, (path) => placeText(placeOf(path, 'key')))
  const told = complaints
    .filter((complaint) => !places.isQuiet(rules, complaint.path))
    .filter((complaint) => !repeatsALoss(complaint, shaped, unread))
    .map((complaint) => located(rules, complaint))

  const problems = inOrder([...slips, ...told])
  const locate = (complaint: Complaint): Problem => located(rules, complaint)
  if (problems.length > 0 || !program) {
    return { program: null, rules: null, problems, placeOf, locate }
  }
  textsOfPrograms.set(program, files)
  return { program, rules, problems, placeOf, locate }
}

/** How a number is written is a matter of YAML: the compiler only says that one is expected. */
const withNumberHint = (complaint: Complaint): Complaint =>
  complaint.hint === undefined && complaint.noNumber !== undefined
    ? { ...complaint, hint: numberHint(complaint.noNumber) }
    : complaint

/** The place of the first word of a part of the text that begins at `place`; that place where the part is not written so. */
function inside(place: Place, near: string | undefined, files: readonly ParsedFile[]): Place {
  const file = files.find(({ path }) => path === place.file)
  if (near === undefined || !file?.document) return place
  const whole = new RegExp(`${near.replace(/\W/g, '\\$&')}(?![\\w-])`)
  let found = place
  visit(file.document, {
    Scalar(_, { range }) {
      const [begin = 0, end = 0] = range ?? []
      const { line, column } = file.placeAt(begin)
      if (line !== place.line || column !== place.column) return undefined
      const at = file.text.slice(begin, end).search(whole)
      if (at >= 0) found = file.placeAt(begin + at + Math.max(0, near.search(/\w/)))
      return visit.BREAK
    },
  })
  return found
}

const placeText = (place: Place | null): string | null => place && `${place.file}:${place.line}`

/** Does a complaint only speak of a name that was taken out, or that stands in a file that could not be read? */
function repeatsALoss({ unknown }: Complaint, { names, kinds }: Mended, unread: readonly string[]): boolean {
  if (!unknown) return false
  const words = [unknown.name, unknown.name.split('.').at(-1) as string].filter((word) => word !== '')
  return kinds.has(unknown.kind) || words.some((word) => names.has(word) || unread.some((text) => text.includes(word)))
}

/** In order of file, line and column; the same is said once. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  const seen = new Set<string>()
  return [...problems]
    .sort(
      (a, b) =>
        (a.place.file < b.place.file ? -1 : a.place.file > b.place.file ? 1 : 0) ||
        a.place.line - b.place.line ||
        a.place.column - b.place.column,
    )
    .filter(({ place, message }) => {
      const key = JSON.stringify([place, message])
      return !seen.has(key) && seen.add(key)
    })
}
