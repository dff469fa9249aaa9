import { formatNumber } from '../conditions/operands.js'
import type { Calendar } from '../lib/calendar.js'
import type { BacktestReport, RuleBacktest } from './backtest.js'
import type { BacktestChange } from './backtest-changes.js'
import type { Lift } from './outcomes.js'
import { cell, type Table } from './table.js'
import { count, sayInstant } from './words.js'

const percent = (share: number): string => `${Math.round(share * 100)} %`
const rounded = (n: number): string => formatNumber(Math.round(n * 10) / 10)
const days = (n: number | null): string => (n === null ? '' : rounded(n))
/** A tenth is the least that is shown as a number. */
const atLeastSome = (n: number): string => (n < 0.1 ? '<0.1' : rounded(n))
const some = (n: number): string => (n === 0 ? '' : String(n))

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
      'won',
      'of',
      'others',
      'warning',
      'a week',
    ],
    right: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    whole: [0],
    spare: [2, 6],
    rows: loudest(rules.filter(({ is }) => is === 'state')).map((one) => [
      cell(one.rule),
      cell(String(one.opened), one.opened === 0 ? 'quiet' : undefined),
      cell(some(one.open)),
      cell(some(one.subjects)),
      cell(sayValue(one)),
      cell(days(one.medianDays)),
      cell(some(one.byThemselves)),
      ...outcomeCells(one),
      cell(one.warningDays === null ? '' : `${days(one.warningDays)} days`),
      cell(one.messages.n === 0 ? '' : atLeastSome(one.messages.perPersonAndWeek)),
    ]),
  }
}

function outcomeCells({ later, outcomes }: RuleBacktest) {
  const closed = later ? later.won + later.lost : 0
  const base = outcomes?.base ?? null
  return [
    cell(later && closed > 0 ? percent(later.won / closed) : ''),
    cell(some(closed)),
    cell(base === null ? '' : percent(base), 'quiet'),
  ]
}

const loudest = (rules: readonly RuleBacktest[]): RuleBacktest[] => rules.toSorted((a, b) => b.opened - a.opened)

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
        cell(String(n)),
        cell(String(subjects)),
      ]),
      ...(messages.n === 0
        ? []
        : [
            [
              cell(rule),
              cell(`told ${count(messages.people, 'person', 'people')}`),
              cell(String(messages.n)),
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

/** Whether what a rule found was lost more often than others, as a sentence; null where nothing can be said. */
export function sayLift(rule: string, lift: Lift | null): string | null {
  if (!lift || lift.n === 0 || lift.rate === null || lift.base === null) return null
  const against = `${percent(lift.rate)} against ${percent(lift.base)}`
  const of = `n = ${lift.n}, ${count(lift.others, 'other')}`
  const where = lift.byAgeAlone === lift.n ? 'at the same age' : 'in the same stage at the same age'
  const about = `What ${rule} found was won in ${against} of others ${where} (${of}`
  if (!lift.lift) return `${about}).`
  const { is, from, to } = lift.lift
  const sure = from > 1 || to < 1 ? '' : ': it may be chance'
  return `${about}; ratio ${is.toFixed(2)}, 95 %: ${from.toFixed(2)} to ${to.toFixed(2)}${sure}).`
}

/** What there is to say beside the tables; of a comparison, what is to be known about its reliability alone. */
export function sayBacktest(report: BacktestReport, isComparison = false): string[] {
  return [...sayBroken(report), ...(isComparison ? [] : sayFindings(report)), ...sayBlind(report)]
}

const sayBroken = ({ complete, families }: BacktestReport): string[] =>
  complete ? [] : [`Broken off: this is of ${count(families, 'family', 'families')} only.`]

/** What was found, how it ended, and who would have been told too much. */
function sayFindings({ rules, everyone }: BacktestReport): string[] {
  const standing = rules.reduce((sum, one) => sum + one.standing, 0)
  const all = everyone.closed
  return [
    ...(standing === 0
      ? []
      : [`${count(standing, 'finding')} stood on the first day already: they count as subjects, not as opened.`]),
    ...(all === 0 ? [] : [`Of all ${all} that were closed, ${percent(everyone.won / all)} were won.`]),
    ...rules.flatMap(({ rule, outcomes }) => sayLift(rule, outcomes) ?? []),
    ...rules.flatMap(({ rule, messages: { busiest } }) =>
      busiest && busiest.n >= 10 ? [`${rule} would have told ${busiest.person} ${busiest.n} times in one week.`] : [],
    ),
    ...(rules.some(({ messages }) => messages.n > 0)
      ? ['Messages are counted one by one, before they are gathered into letters.']
      : []),
  ]
}

/** From when to when, and of how much. */
export function headBacktest({ from, to, families, changes }: BacktestReport, calendar: Calendar): string {
  const span = `${sayInstant(from, calendar)} to ${sayInstant(to, calendar)}`
  return `${span}, ${count(families, 'family', 'families')} with ${count(changes, 'change')}`
}

/** What history cannot know of these rules. */
export function sayBlind({ rules, rejected, undated }: BacktestReport): string[] {
  return [
    ...(undated === 0
      ? []
      : [
          `Nobody knows when ${count(undated, 'opportunity', 'opportunities')} ${undated === 1 ? 'was' : 'were'} closed: ${undated === 1 ? 'it counts' : 'they count'} as closed from the beginning.`,
        ]),
    ...rules.flatMap(({ rule, blind: { facts, findings } }) =>
      findings === 0
        ? []
        : [
            `History knows no change of ${facts.join(', ')}: ${count(findings, 'finding')} of ${rule} ${findings === 1 ? 'takes' : 'take'} ${facts.length === 1 ? 'it as it is' : 'them as they are'} now.`,
          ],
    ),
    ...(rejected === 0
      ? []
      : [
          `${count(rejected, 'change')} could not be replayed: ${rejected === 1 ? 'it names' : 'they name'} what was not there by then.`,
        ]),
  ]
}

/** What no replay knows, whatever the rules. */
export const UNKNOWABLE: readonly string[] = [
  'Changes count from when they happened, though Linewalker may have learned of them later.',
  'What was deleted, or called off, is not in the history; nor what people did about findings (acknowledged, snoozed, silenced).',
  'People, teams and managers are as they are now, and an opportunity counts as its present account’s.',
  'Limits and approvals do not count: every rule speaks as if nothing were held.',
  'What people would have done differently had a rule spoken, nobody knows.',
]

/** What a change of rules would have changed, as a table. */
export function changesTable(changes: readonly BacktestChange[]): Table {
  return {
    headers: ['rule', 'before', 'after', 'added', 'removed', 'moved', 'by days', 'ended', 'messages', 'acts', 'owners'],
    right: [1, 2, 3, 4, 5, 6, 7, 8, 9],
    whole: [0],
    spare: [9, 7],
    rows: changes.map(({ rule, before, after, added, removed, moved, movedDays, ended, messages, acts, owners }) => [
      cell(rule),
      cell(String(before)),
      cell(String(after)),
      cell(added.length === 0 ? '' : `+${added.length}`),
      cell(removed.length === 0 ? '' : `-${removed.length}`),
      cell(some(moved)),
      cell(days(movedDays)),
      cell(some(ended)),
      cell(sayShift(messages)),
      cell(sayShift(acts)),
      cell(owners.length > 6 ? `${owners.slice(0, 5).join(', ')} and ${owners.length - 5} more` : owners.join(', ')),
    ]),
  }
}

const sayShift = ({ before, after }: { before: number; after: number }): string =>
  before === after ? '' : `${before} → ${after}`

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
