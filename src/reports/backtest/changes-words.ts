import { formatNumber } from '../../conditions/operands.js'
import { rounded, some } from '../figures.js'
import { cell, type Table } from '../table.js'
import type { BacktestChange, Shift } from './changes.js'

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
export function sayFirstDayChange({ rule, firstDay: { acts, messages } }: BacktestChange): string[] {
  const said = [...sayOne(acts, 'acts'), ...sayOne(messages, 'messages')]
  return said.length === 0
    ? []
    : [`Of what stood on the first day, ${rule} would have brought at once ${said.join(' and ')}: they do not count.`]
}

const sayOne = ({ before, after }: Shift, what: string): string[] =>
  before === after ? [] : [`${formatNumber(after)} ${what} in place of ${formatNumber(before)}`]
