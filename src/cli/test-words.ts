import {
  type Calendar,
  sayCount as count,
  percentOf,
  type RuleCoverage,
  type SaidLine,
  sayFailedLine,
  type Table,
  type TestOutcome,
} from '../index.js'
import type { Output, Paint } from './output.js'
import { formatTable } from './tables.js'

/** Did anything happen otherwise than a line of the test expects? */
export const isFailed = ({ failed }: TestOutcome): boolean => failed.length > 0

/** `rules/quiet.test.yaml:4`. */
export const placeOf = ({ file, line }: { file: string; line: number }): string => `${file}:${line}`

/** What became of a test: a line where it passed, else each line of it that was otherwise, expected (-) against happened (+). */
export function sayOutcome(outcome: TestOutcome, calendar: Calendar, paint: Paint): string[] {
  const { test, failed } = outcome
  if (!isFailed(outcome)) return [`${paint.good('pass')}  ${test.name}`]
  return [
    `${paint.tone('poor', 'FAIL')}  ${paint.bold(test.name)}  ${paint.quiet(placeOf(test.place))}`,
    ...(test.why === null ? [] : [`      ${test.why}`]),
    `      ${paint.quiet('(- is expected, + happened)')}`,
    ...failed.flatMap((line) => [
      `      ${line.written}  ${paint.quiet(placeOf(line.place))}`,
      ...sayFailedLine(line, calendar).map((said) => `      ${paintLine(said, paint)}`),
    ]),
  ]
}

function paintLine({ sign, text }: SaidLine, paint: Paint): string {
  const line = `${sign} ${text}`.trimEnd()
  if (sign === '-') return paint.tone('poor', line)
  return sign === '+' ? paint.good(line) : line
}

/** `3 tests passed, 1 failed; they reach 84 % of 31 rules and moves.` */
export function saySummary(
  outcomes: readonly TestOutcome[],
  coverage: readonly RuleCoverage[],
  reached: number,
  paint: Paint,
): string {
  const failed = outcomes.filter(isFailed).length
  const passed = `${count(outcomes.length - failed, 'test')} passed`
  const said = failed > 0 ? `${passed}, ${failed} failed` : passed
  const rules = coverage.length === 1 ? '1 rule or move' : `${coverage.length} rules and moves`
  return `${failed > 0 ? paint.tone('poor', said) : paint.good(said)}; they reach ${sayPercent(reached)} of ${rules}.`
}

const sayPercent = (percent: number): string => `${percent} %`

const WORDS: Readonly<Record<RuleCoverage['items'][number]['is'], (what: string) => string>> = {
  speaks: () => 'never speaks',
  holds: (what) => `never holds: ${what}`,
  fails: (what) => `never fails: ${what}`,
  decides: (what) => `never decides: ${what}`,
  reminds: (what) => `never reminds ${what}`,
  escalates: (what) => `never escalates ${what}`,
  resolves: () => 'never resolves',
}

/** What is not reached, each once: of a branch that never decides it is enough to say which of its lines never holds. */
function missing({ items }: RuleCoverage): string[] {
  const left = items.filter(({ reached }) => !reached)
  if (left.length === items.length) return ['all of it']
  const isSaid = (branch: RuleCoverage['items'][number]) =>
    left.some(
      ({ is, what, line }) =>
        is === 'holds' && branch.what.includes(what) && (line ?? '').startsWith(branch.line ?? ''),
    )
  return left
    .filter((one) => one.is !== 'decides' || !isSaid(one))
    .map(({ is, what, line }) => `${WORDS[is](what)}${line === null ? '' : ` (line ${line})`}`)
}

/** Each rule and move with how much of it is reached, and what is not. */
export function coverageTable(coverage: readonly RuleCoverage[], output: Output): string {
  const rows = coverage.flatMap((one) => {
    const percent = percentOf([one])
    const tone = percent === 100 ? ('healthy' as const) : percent === 0 ? ('poor' as const) : ('at_risk' as const)
    const [first = '', ...rest] = missing(one)
    return [
      [{ text: one.rule }, { text: sayPercent(percent), tone }, { text: first }],
      ...rest.map((text) => [{ text: '' }, { text: '' }, { text }]),
    ]
  })
  const table: Table = { headers: ['rule or move', 'reached', 'what no test reaches'], rows, right: [1], whole: [0] }
  return formatTable(table, output)
}

/** For `--json`. */
export const outcomesJson = (outcomes: readonly TestOutcome[], calendar: Calendar) => ({
  passed: outcomes.filter((one) => !isFailed(one)).length,
  failed: outcomes.filter(isFailed).length,
  tests: outcomes.map(({ test, failed }) => ({
    name: test.name,
    file: test.place.file,
    line: test.place.line,
    passed: failed.length === 0,
    lines: failed.map((line) => ({
      at: line.written,
      line: line.place.line,
      difference: sayFailedLine(line, calendar).map(({ sign, text }) => `${sign} ${text}`),
    })),
  })),
})

export const coverageJson = (coverage: readonly RuleCoverage[], reached: number) => ({
  percent: reached,
  rules: coverage.map((one) => ({
    rule: one.rule,
    percent: percentOf([one]),
    missing: missing(one),
  })),
})
