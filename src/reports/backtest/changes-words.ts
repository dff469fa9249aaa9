import { formatNumber } from '../../conditions/operands.js'
import { subjectName } from '../../domain/subjects.js'
import type { Calendar } from '../../lib/calendar.js'
import type { Episode } from '../../replay/backtest.js'
import { rounded, some } from '../figures.js'
import { OUTCOME_HEADERS, outcomeCells, sayLift } from '../outcomes/lift-words.js'
import { cell, type Table } from '../table.js'
import { count, sayInstant } from '../words.js'
import type { BacktestChange, Shift, Verdict } from './changes.js'

/** What a change of rules would have changed, as a table. */
export function changesTable(changes: readonly BacktestChange[]): Table {
  return {
    headers: ['rule', 'before', 'after', 'added', 'removed', 'moved', 'by', 'ended', 'messages', 'acts', 'owners'],
    right: [1, 2, 3, 4, 5, 6, 7, 8, 9],
    whole: [0],
    spare: [9, 7],
    rows: changes.map(({ rule, before, after, added, removed, moved, movedDays, ended, messages, acts, owners }) => [
      cell(rule),
      cell(formatNumber(before)),
      cell(formatNumber(after)),
      cell(added.length === 0 ? '' : `+${formatNumber(added.length)}`),
      cell(removed.length === 0 ? '' : `-${formatNumber(removed.length)}`),
      cell(some(moved)),
      cell(sayMoved(movedDays)),
      cell(some(ended)),
      cell(sayShift(messages)),
      cell(sayShift(acts)),
      cell(owners.length > 6 ? `${owners.slice(0, 5).join(', ')} and ${owners.length - 5} more` : owners.join(', ')),
    ]),
  }
}

/** Whether what each changed rule finds is right, before the change and after it. */
export function verdictsTable(changes: readonly BacktestChange[]): Table {
  const row = (rule: string, rules: string, one: Verdict | null) =>
    one && one.subjects > 0
      ? [
          [
            cell(rule),
            cell(rules),
            cell(formatNumber(one.subjects)),
            cell(some(one.byThemselves)),
            ...outcomeCells(one.outcomes),
          ],
        ]
      : []
  return {
    headers: ['rule', 'rules', 'subjects', 'by itself', ...OUTCOME_HEADERS],
    right: [2, 3, 4, 5, 6],
    whole: [0, 1],
    rows: changes.flatMap(({ rule, right }) => [
      ...row(rule, 'before', right.before),
      ...row(rule, 'after', right.after),
    ]),
  }
}

/** Whether what it finds was won less often than others, under either of the two programs. */
export const sayRight = ({ rule, right: { before, after } }: BacktestChange): string[] =>
  [
    sayLift(`${rule} (before)`, before?.outcomes ?? null) ?? [],
    sayLift(before ? `${rule} (after)` : rule, after?.outcomes ?? null) ?? [],
  ].flat()

const EXAMPLES = 2

/** The latest that came or went, to look at. */
export function sayExamples({ rule, added, removed }: BacktestChange, calendar: Calendar): string[] {
  const say = (what: string, of: readonly Episode[]) => {
    if (of.length === 0) return []
    const shown = of
      .toSorted((a, b) => b.opened - a.opened)
      .slice(0, EXAMPLES)
      .map((one) => `${subjectName(one)} (${sayInstant(one.opened, calendar)})`)
    return [`${what} ${rule}${of.length > EXAMPLES ? ', for example' : ''}: ${shown.join(', ')}.`]
  }
  return [...say('Added to', added), ...say('Removed from', removed)]
}

/** By how many days on average, and which way. */
const sayMoved = (shift: number | null): string => {
  if (shift === null) return ''
  const size =
    Math.abs(shift) < 0.1
      ? '<0.1 days'
      : `${rounded(Math.abs(shift))} ${rounded(Math.abs(shift)) === '1' ? 'day' : 'days'}`
  return shift === 0 ? '0 days' : `${size} ${shift < 0 ? 'earlier' : 'later'}`
}

const sayShift = ({ before, after }: Shift): string =>
  before === after ? '' : `${formatNumber(before)} → ${formatNumber(after)}`

/** What would have followed at once of what stood on the first day, where that differs: no column has it. */
export function sayFirstDayChange({ rule, standing, firstDay: { acts, messages } }: BacktestChange): string[] {
  const stood = sayOne(standing, 'finding')
  const said = [...sayOne(acts, 'act'), ...sayOne(messages, 'message')]
  return [
    ...stood.map(
      (one) =>
        `Of ${rule} ${one} stood on the first day already: they count as subjects alone, so that what began before it under one of the two is added or removed.`,
    ),
    ...(said.length === 0
      ? []
      : [
          `Of what stood on the first day, ${rule} would have brought at once ${said.join(' and ')}: they do not count.`,
        ]),
  ]
}

const sayOne = ({ before, after }: Shift, what: string): string[] =>
  before === after ? [] : [`${count(after, what)} in place of ${formatNumber(before)}`]
