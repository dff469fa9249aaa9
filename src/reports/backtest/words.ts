import { formatNumber } from '../../conditions/operands.js'
import type { Calendar } from '../../lib/calendar.js'
import { DAY } from '../../lib/civil.js'
import { percent, rounded, some } from '../figures.js'
import { OUTCOME_HEADERS, outcomeCells, sayLift } from '../outcomes/lift-words.js'
import { cell, type Table } from '../table.js'
import { count, sayInstant } from '../words.js'
import type { BacktestReport, RuleBacktest } from './backtest.js'
import { loudest, sayBlind, sayBlindRule, sayUnreplayed } from './blind-words.js'
import type { BacktestChange } from './changes.js'
import { sayExamples, sayFirstDayChange, sayRight } from './changes-words.js'

const days = (n: number | null): string => (n === null ? '' : rounded(n))
/** A tenth is the least that is shown as a number. */
const atLeastSome = (n: number): string => (n < 0.1 ? '<0.1' : rounded(n))

/** What each rule would have found, the loudest first. */
export function backtestTable({ rules }: BacktestReport): Table {
  return {
    headers: [
      'rule',
      'opened',
      'open',
      'subjects',
      'value',
      'days',
      'by itself',
      ...OUTCOME_HEADERS,
      'warning',
      'a week',
    ],
    right: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    whole: [0],
    spare: [2, 5, 10, 11, 3],
    rows: loudest(rules.filter(({ is }) => is === 'state')).map((one) => [
      cell(one.rule),
      cell(formatNumber(one.opened), one.opened === 0 ? 'quiet' : undefined),
      cell(some(one.open)),
      cell(some(one.subjects)),
      cell(sayValue(one)),
      cell(days(one.medianDays)),
      cell(some(one.byThemselves)),
      ...outcomeCells(one.outcomes),
      cell(one.warningDays === null ? '' : `${days(one.warningDays)} days`),
      cell(one.messages.n === 0 ? '' : atLeastSome(one.messages.perPersonAndWeek)),
    ]),
  }
}

/** What rules, moves and event rules would have done beside finding; nothing where there is nothing. */
export function actsTable({ rules }: BacktestReport): Table {
  return {
    headers: ['rule', 'would have', 'times', 'subjects'],
    right: [2, 3],
    whole: [0],
    rows: rules.flatMap(({ rule, does, messages }) => [
      ...does.map(({ says, n, subjects }) => [
        cell(rule),
        cell(sayDeed(says)),
        cell(formatNumber(n)),
        cell(formatNumber(subjects)),
      ]),
      ...(messages.n === 0
        ? []
        : [
            [
              cell(rule),
              cell(`told ${count(messages.people, 'person', 'people')}`),
              cell(formatNumber(messages.n)),
              cell(''),
            ],
          ]),
    ]),
  }
}

const DEEDS: Readonly<Record<string, string>> = {
  set_status: 'set the status to',
  move_stage: 'moved it to stage',
  move_bin: 'moved it to',
  set_field: 'set',
  assign: 'assigned it to',
  create_task: 'made a task',
}

function sayDeed(says: string): string {
  const [kind, ...rest] = says.split(' ')
  return [DEEDS[kind ?? ''] ?? kind, ...(kind === 'set_field' ? [rest[0], 'to', ...rest.slice(1)] : rest)].join(' ')
}

/** The sum of what was found, for people. */
export const sayValue = ({ value }: Pick<RuleBacktest, 'value'>): string =>
  value.map(({ currency, amount }) => `${formatNumber(Math.round(amount))} ${currency}`.trim()).join(' + ')

/** What there is to say beside the tables. */
export const sayBacktest = (report: BacktestReport): string[] => [
  ...sayBroken(report),
  ...sayFindings(report),
  ...sayBlind(report),
]

/** What there is to say beside the tables of a comparison: of what differs alone. */
export function sayChanges(report: BacktestReport, changes: readonly BacktestChange[], calendar: Calendar): string[] {
  const changed = new Set(changes.map(({ rule }) => rule))
  const rules = loudest(report.rules.filter(({ rule }) => changed.has(rule)))
  return [
    ...sayBroken(report),
    ...changes.flatMap((one) => sayExamples(one, calendar)),
    ...changes.flatMap(sayRight),
    ...changes.flatMap(sayFirstDayChange),
    ...sayUnreplayed(report),
    ...rules.flatMap((rule) => sayBlindRule(rule) ?? []),
  ]
}

const sayBroken = ({ complete, families, allFamilies }: BacktestReport): string[] =>
  complete
    ? []
    : [
        `Broken off: this is of ${formatNumber(families)} of ${count(allFamilies, 'family', 'families')} only, spread evenly over their ids.`,
      ]

function sayEveryone({ won, closed }: BacktestReport['everyone']): string[] {
  if (closed === 0) return []
  if (closed === 1) return [`Of all only one was closed, and it was ${won === 1 ? '' : 'not '}won.`]
  return [`Of all ${formatNumber(closed)} that were closed, ${percent(won / closed)} were won.`]
}

/** What is in no table: a rule that is new to the data answers at once to all that stands. */
function sayFirstDay(rules: readonly RuleBacktest[]): string[] {
  const acts = rules.reduce((sum, { firstDay }) => sum + firstDay.acts, 0)
  const messages = rules.reduce((sum, { firstDay }) => sum + firstDay.messages, 0)
  const said = [...(acts === 0 ? [] : [count(acts, 'act')]), ...(messages === 0 ? [] : [count(messages, 'message')])]
  if (said.length === 0) return []
  return [
    `${said.join(' and ')} would have followed at once on the first day: ${acts + messages === 1 ? 'it does' : 'they do'} not count.`,
  ]
}

/** What was found, how it ended, and who would have been told too much. */
function sayFindings({ rules: inOrder, everyone }: BacktestReport): string[] {
  const rules = loudest(inOrder)
  const standing = rules.reduce((sum, one) => sum + one.standing, 0)
  return [
    ...(standing === 0
      ? []
      : [
          `${count(standing, 'finding')} stood on the first day already: ${standing === 1 ? 'it counts as a subject' : 'they count as subjects'}, not as opened.`,
        ]),
    ...sayFirstDay(rules),
    ...sayEveryone(everyone),
    ...rules.flatMap(({ rule, outcomes }) => sayLift(rule, outcomes) ?? []),
    ...rules.flatMap(({ rule, messages: { busiest } }) =>
      busiest && busiest.n >= 10
        ? [`${rule} would have told ${busiest.person} ${formatNumber(busiest.n)} times in one week.`]
        : [],
    ),
    ...(rules.some(({ messages }) => messages.n > 0)
      ? ['Messages are counted one by one, before they are gathered into letters.']
      : []),
  ]
}

/** From when to when, and of how much. */
export function headBacktest(report: BacktestReport, calendar: Calendar): string {
  const { from, to, families, changes } = report
  const span = `${sayInstant(from, calendar)} to ${sayInstant(to, calendar)}`
  const of = `${count(families, 'family', 'families')} (an account with its opportunities) with ${count(changes, 'change')}`
  return [`${span}, ${of}`, ...sayKnown(report, calendar)].join('; ')
}

/** Where the history does not reach as far as the time asked for, and where outcomes reach further. */
function sayKnown({ from, to, known, begins }: BacktestReport, calendar: Calendar): string[] {
  const outcomes = known > to ? [`how it ended is known up to ${sayInstant(known, calendar)}`] : []
  if (begins === null || begins < from + DAY) return outcomes
  const first = sayInstant(begins, calendar)
  if (begins > to) return [`the history begins after that, on ${first}: there is nothing to find`]
  return [`the history begins on ${first} only`, ...outcomes]
}

/** What no replay knows, whatever the rules. */
export const UNKNOWABLE: readonly string[] = [
  'Changes count from when they happened, though Linewalker may have learned of them later.',
  'What was deleted, or called off, is not in the history; nor what people did about findings (acknowledged, snoozed, silenced).',
  'People, teams and managers are as they are now, and an opportunity counts as its present account’s.',
  'Limits and approvals do not count: every rule speaks as if nothing were held.',
  'What people would have done differently had a rule spoken, nobody knows.',
]

/** A table in Markdown, for a comment on a pull request. */
export function markdownTable({ headers, rows, right = [] }: Table): string {
  const safe = (text: string) =>
    text
      .replaceAll('\\', '\\\\')
      .replaceAll('|', '\\|')
      .replaceAll(/[\r\n]+/g, ' ')
  const line = (cells: readonly string[]) => `| ${cells.map(safe).join(' | ')} |`
  return [
    line(headers),
    line(headers.map((_, i) => (right.includes(i) ? '--:' : '---'))),
    ...rows.map((row) => line(row.map(({ text }) => text))),
  ].join('\n')
}
