import { basename } from 'node:path/posix'
import { type Complaint, type Path, type Place, type Problem, sayComplaint } from '../lib/problem.js'
import type { Program } from '../program/program.js'
import type { RuleTest } from '../replay/rule-test.js'
import { inOrder } from './load.js'
import { spell } from './merge.js'
import { parseFile, type RulesText } from './parse.js'
import { createPlaces, type Places } from './places.js'
import { readSections } from './read.js'
import { createShapeCheck, type ShapeCheck } from './shape.js'
import { readTest } from './tests-read.js'
import { testsShape, type WrittenFile, type WrittenTest } from './tests-shape.js'
import { wordsOf } from './words.js'

export interface LoadedTests {
  /** Those that are right, in order of file and place. A file with a problem gives none. */
  tests: RuleTest[]
  problems: Problem[]
}

const OF_TESTS = { isMap: 'A file of tests is a map', begin: 'given:' }

let shapes: { schema: ReturnType<typeof testsShape>; check: ShapeCheck } | undefined

/** The texts of files of rule tests as tests of a program, or all that is wrong with them. Pure, and never throws on any text. */
export function loadTests(files: readonly RulesText[], program: Program): LoadedTests {
  const tests: RuleTest[] = []
  const problems: Problem[] = []
  const names = new Map<string, Place>()
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const loaded = loadFile(file, program)
    problems.push(...loaded.problems)
    if (loaded.problems.length > 0) continue
    for (const test of loaded.tests) {
      const first = names.get(test.name)
      if (first) {
        const message = `The test "${test.name}" is given twice: here and in ${spell(first)}.`
        problems.push({ place: test.place, message, hint: 'Give one of them another name, or delete it.' })
      }
      names.set(test.name, first ?? test.place)
      tests.push(test)
    }
  }
  return { tests, problems: inOrder(problems) }
}

function loadFile(file: RulesText, program: Program): LoadedTests {
  shapes ??= ((schema) => ({ schema, check: createShapeCheck(schema) }))(testsShape())
  const { schema, check } = shapes
  const parsed = parseFile(file, OF_TESTS)
  const places = createPlaces()
  if (!parsed.isWhole) return { tests: [], problems: parsed.problems }
  const { sections, problems } = readSections(parsed, schema, fieldWords(program), places)
  const shaped = check.isValid(sections) ? { value: sections, complaints: [] } : check.mend(sections, places)
  const top: Place = { file: file.path, line: 1, column: 1 }
  const located = (root: unknown, complaint: Complaint): Problem => ({
    place: places.find(root, complaint.path, complaint.at) ?? top,
    ...sayComplaint(complaint),
  })
  const slips = [...parsed.problems, ...problems, ...shaped.complaints.map((complaint) => located(sections, complaint))]
  const complaints: Complaint[] = []
  const written = shaped.value as WrittenFile
  const tests = readFile(written, file.path, program, places, complaints, slips.length > 0)
  const told = complaints
    .filter(({ path }) => !places.isQuiet(written, path))
    .map((complaint) => located(written, complaint))
  return { tests, problems: inOrder([...slips, ...told]) }
}

function readFile(
  written: WrittenFile,
  file: string,
  program: Program,
  places: Places,
  complaints: Complaint[],
  isMended: boolean,
): RuleTest[] {
  const placeOf = (path: Path, at: 'key' | 'value' = 'key'): Place =>
    places.find(written, path, at) ?? { file, line: 1, column: 1 }
  const context = { program, placeOf, complain: (complaint: Complaint) => void complaints.push(complaint) }
  const { tests, ...alone } = written
  const several = Object.entries(tests ?? {})
  const keys = Object.keys(alone)
  if (keys.length > 0 && several.length > 0) {
    const path = [keys[0] as string]
    context.complain({
      path,
      at: 'key',
      message: `"${path[0]}" does not stand beside "tests": it is one or the other.`,
    })
    return []
  }
  if (several.length > 0) return several.flatMap(([name, test]) => readTest(test, name, ['tests', name], context) ?? [])
  if (!alone.given || !alone.timeline) {
    // What was there and is wrong is told already.
    if (isMended) return []
    const lacking = ['given', 'timeline'].filter((key) => !(key in alone)).map((key) => `"${key}"`)
    context.complain({ path: [], message: `A file of tests needs ${lacking.join(' and ')}, or "tests" with names.` })
    return []
  }
  const name = basename(file).replace(/\.test\.ya?ml$/i, '')
  return [readTest(alone as WrittenTest, name, [], context)].flatMap((test) => test ?? [])
}

/** The reader takes texts as written where a fact is a text: custom fields are known by the program. */
function fieldWords({ facts }: Program) {
  const words = wordsOf([])
  return {
    ...words,
    kindOf: (fact: string) => facts.opportunity.get(fact)?.kind ?? facts.account.get(fact)?.kind ?? words.kindOf(fact),
  }
}
