import { type Calendar, formatProblems, type Problem, sayFailedLine, type TestOutcome } from '../index.js'
import { isFailed, placeOf } from './test-words.js'

/** What XML 1.0 cannot hold at all is replaced. */
const escapeXml = (text: string): string =>
  text
    .replaceAll(/[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '\uFFFD')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')

/** One test, and what was otherwise. */
interface Case {
  file: string
  line: number
  name: string
  wrong: { is: 'failure' | 'error'; message: string; text: string } | null
}

/** The outcomes as continuous integration reads them: a test suite for each file. */
export const junit = (outcomes: readonly TestOutcome[], calendar: Calendar): string =>
  suitesOf(
    outcomes.map((outcome) => {
      const { test, failed } = outcome
      const said = failed.flatMap((line) => [
        `${line.written} (${placeOf(line.place)})`,
        ...sayFailedLine(line, calendar).map(({ sign, text }) => `${sign} ${text}`),
      ])
      const message = `At ${failed[0]?.written} something else happened.`
      const wrong = isFailed(outcome) ? { is: 'failure' as const, message, text: said.join('\n') } : null
      return { ...test.place, name: test.name, wrong }
    }),
  )

/**
 * Where rules or tests have problems nothing is run: each problem is a test in error, so that none counts as passed. It is
 * named by what is wrong, so that it is the same test when lines move; of several alike in a file each after the first has
 * its number.
 */
export function junitOfProblems(problems: readonly Problem[]): string {
  const alike = new Map<string, number>()
  return suitesOf(
    problems.map((problem) => {
      const { place, message } = problem
      const { file, line } = place
      const which = JSON.stringify([file, message])
      const n = (alike.get(which) ?? 0) + 1
      alike.set(which, n)
      const wrong = { is: 'error' as const, message, text: formatProblems([problem], [], 'text') }
      return { file, line, name: n === 1 ? message : `${message} (${n})`, wrong }
    }),
  )
}

function suitesOf(cases: readonly Case[]): string {
  const files = [...new Set(cases.map(({ file }) => file))]
  const suites = files.map((file) => {
    const own = cases.filter((one) => one.file === file)
    return `  <testsuite name="${escapeXml(file)}" ${countsOf(own)}>\n${own.map(sayCase).join('\n')}\n  </testsuite>`
  })
  const head = `<testsuites name="linewalker" ${countsOf(cases)}>`
  return `<?xml version="1.0" encoding="UTF-8"?>\n${head}\n${suites.join('\n')}\n</testsuites>\n`
}

function countsOf(cases: readonly Case[]): string {
  const of = (is: 'failure' | 'error') => cases.filter(({ wrong }) => wrong?.is === is).length
  return `tests="${cases.length}" failures="${of('failure')}" errors="${of('error')}"`
}

function sayCase({ file, line, name, wrong }: Case): string {
  const path = escapeXml(file)
  const open = `    <testcase classname="${path}" name="${escapeXml(name)}" file="${path}" line="${line}"`
  if (!wrong) return `${open}/>`
  const { is, message, text } = wrong
  return `${open}>\n      <${is} message="${escapeXml(message)}">${escapeXml(text)}</${is}>\n    </testcase>`
}
