import { readdir, readFile, stat } from 'node:fs/promises'
import { isAbsolute, join, relative } from 'node:path'
import { formatProblems, isTestFile, loadTests, type Program, percentOf, runTests, watchRules } from '../../index.js'
import { type Call, type CliCommand, printJson, printLines, textOf } from '../command.js'
import { programOf, rulesFolderOf } from '../environment.js'
import { CallError, FINE, FOUND, RulesError } from '../errors.js'
import { junit, junitOfProblems } from '../junit.js'
import { paintFor } from '../output.js'
import { coverageJson, coverageTable, outcomesJson, sayOutcome, saySummary } from '../test-words.js'
import { writeWhole } from '../write-whole.js'

/** Runs the rule tests: given these records, when this happens, the rules do that. Opens no database. */
export const test: CliCommand = {
  usage: 'test [files...]',
  summary: 'Run the tests of rules (*.test.yaml) on a virtual clock.',
  args: { files: { says: 'files or folders of tests (default: those of the rules folder)' } },
  options: [
    { flags: '--coverage', says: 'also list what no test reaches: rules, lines of their conditions, reminders, …' },
    { flags: '--min-coverage <percent>', says: 'fail where the tests reach less than this of the rules' },
    { flags: '--junit <file>', says: 'also write the outcomes to a file, as JUnit does' },
    { flags: '--watch', says: 'run them again whenever a file of them or of the rules changes, until Ctrl-C' },
  ],
  examples: [
    'linewalker test',
    'linewalker test rules/quiet.test.yaml',
    'linewalker test --coverage --min-coverage 90',
    'linewalker test --junit test-results.xml',
    'linewalker test --watch',
  ],
  run: async (call) => {
    const least = leastOf(call)
    if (call.json && call.options.watch === true)
      throw new CallError('Name --watch or --json, not both: whoever watches gets no single value.')
    if (call.options.watch === true) return watch(call, least)
    return runOnce(call, least)
  },
}

function leastOf(call: Call): number | null {
  const written = textOf(call.options, 'minCoverage')
  if (written === undefined) return null
  const percent = Number(written.replace(/%$/, ''))
  if (written.trim() !== '' && percent >= 0 && percent <= 100) return percent
  throw new CallError(`--min-coverage takes per cent from 0 to 100, not "${written}".`)
}

async function runOnce(call: Call, least: number | null): Promise<number> {
  const file = textOf(call.options, 'junit')
  const write = async (text: () => string) => {
    if (file !== undefined) await writeWhole(file, text(), 'The outcomes')
  }
  const program = await programOf(call).catch(async (error: unknown) => {
    if (error instanceof RulesError) await write(() => junitOfProblems(error.problems))
    throw error
  })
  const files = await testFiles(call)
  const { tests, problems } = loadTests(files, program)
  if (problems.length > 0) {
    await write(() => junitOfProblems(problems))
    if (call.json) call.output.out(`${formatProblems(problems, [], 'json')}\n`)
    else call.output.err(`${formatProblems(problems, [], 'text')}\n`)
    return FOUND
  }
  const run = await runTests(tests, program)
  const reached = percentOf(run.coverage)
  const isShort = least !== null && reached < least
  const { calendar } = program.vocabulary
  await write(() => junit(run.outcomes, calendar))
  const code = run.outcomes.some(({ failed }) => failed.length > 0) || isShort ? FOUND : FINE
  if (call.json) {
    printJson(call, { ...outcomesJson(run.outcomes, calendar), coverage: coverageJson(run.coverage, reached) })
    return code
  }
  tell(call, program, run, reached)
  if (isShort) printLines(call, paintFor(call.output).tone('poor', `That is less than the ${least} % asked for.`))
  return code
}

function tell(
  call: Call,
  program: Program,
  { outcomes, coverage }: Awaited<ReturnType<typeof runTests>>,
  reached: number,
) {
  const paint = paintFor(call.output)
  for (const outcome of outcomes) printLines(call, ...sayOutcome(outcome, program.vocabulary.calendar, paint))
  if (call.options.coverage === true) printLines(call, '', coverageTable(coverage, call.output))
  printLines(call, '', saySummary(outcomes, coverage, reached, paint))
}

async function testFiles(call: Call): Promise<{ path: string; text: string }[]> {
  const named = call.args.length > 0 ? call.args : [rulesFolderOf(call)]
  const paths = (await Promise.all(named.map((one) => filesIn(one, call.args.length > 0)))).flat()
  if (paths.length === 0) {
    const where = named.join(', ')
    const next = 'Write one beside your rules, such as rules/quiet.test.yaml; docs/guide.md shows how.'
    throw new CallError(`There is no test (*.test.yaml) in ${where}.`, next)
  }
  const unique = [...new Set(paths)].sort()
  return Promise.all(unique.map(async (path) => ({ path, text: await readFile(path, 'utf8') })))
}

async function filesIn(path: string, isNamed: boolean): Promise<string[]> {
  const found = await stat(path).catch(() => null)
  if (!found) throw new CallError(`There is no file or folder ${path}.`)
  if (!found.isDirectory()) {
    if (isNamed && isTestFile(path)) return [path]
    throw new CallError(`${path} is no file of tests.`, 'Their names end in .test.yaml.')
  }
  const entries = await readdir(path, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && isTestFile(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
}

/** The folder of the rules, and what of the named files and folders lies elsewhere. */
function watchedBy(call: Call): string[] {
  const folder = rulesFolderOf(call)
  const isElsewhere = (path: string) => {
    const way = relative(folder, path)
    return way.split(/[\\/]/)[0] === '..' || isAbsolute(way)
  }
  return [folder, ...new Set(call.args.filter(isElsewhere))]
}

/** Runs the tests at once and after every change. What is wrong with the rules meanwhile is printed, and waits for the next. */
async function watch(call: Call, least: number | null): Promise<number> {
  const watched = watchedBy(call)
  let running = Promise.resolve()
  const again = () => {
    running = running.then(async () => {
      try {
        await runOnce(call, least)
      } catch (error) {
        if (error instanceof CallError)
          call.output.err(`${error.message}${error.next === null ? '' : ` ${error.next}`}\n`)
        else if (!(error instanceof RulesError)) throw error
      }
      printLines(
        call,
        paintFor(call.output).quiet(`Waiting for a change in ${watched.join(', ')}; Ctrl-C ends it.`),
        '',
      )
    })
  }
  // Watched before the first run: what changes while that runs is seen too.
  const watching = await Promise.all(watched.map((path) => watchRules(path, again)))
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  call.onInterrupt(async () => end(), { says: 'The rules are not watched any more.' })
  try {
    again()
    await running
    await ended
    return FINE
  } finally {
    await Promise.all(watching.map((one) => one.close()))
  }
}
