import { formatNumber } from '../../conditions/operands.js'
import { percent } from '../figures.js'
import { type Cell, cell } from '../table.js'
import { count } from '../words.js'
import type { Lift } from './matching.js'

/** The columns in which tables tell of it, as the cells below have them. */
export const OUTCOME_HEADERS = ['won', 'of', 'others'] as const

/** The share that was won, of how many, and that of others; where nobody is to be compared with, of all, and `none`. */
export function outcomeCells(lift: Lift | null): Cell[] {
  if (!lift || lift.n + lift.unmatched === 0) return OUTCOME_HEADERS.map(() => cell(''))
  const { n, rate, base, unmatched, unmatchedWon } = lift
  if (rate !== null && base !== null) return [cell(percent(rate)), cell(formatNumber(n)), cell(percent(base), 'quiet')]
  return [cell(percent(unmatchedWon / unmatched)), cell(formatNumber(unmatched)), cell('none', 'quiet')]
}

/** Whether what a rule found was won less often than others, or that there are none; null where none of it was closed later. */
export function sayLift(rule: string, lift: Lift | null): string | null {
  if (!lift || lift.n + lift.unmatched === 0) return null
  const { n, rate, base, others, unmatched, closedBefore } = lift
  const ended =
    closedBefore === 0
      ? ''
      : ` ${formatNumber(closedBefore)} more had been closed when ${closedBefore === 1 ? 'it was found, and does' : 'they were found, and do'} not count.`
  if (rate === null || base === null)
    return `What ${rule} found has nobody to compare with: nobody ${reachedThat(lift)} without being found (n = ${formatNumber(unmatched)}).${ended}`
  const alone =
    unmatched === 0
      ? ''
      : ` ${formatNumber(unmatched)} more ${unmatched === 1 ? 'has nobody to compare with, and does' : 'have nobody to compare with, and do'} not count.`
  const against = `${percent(rate)} against ${percent(base)}`
  const about = `What ${rule} found was won in ${against} of others that ${reachedThat(lift)} without being found (n = ${formatNumber(n)}, ${count(others, 'other')}`
  if (!lift.lift) return `${about}).${alone}${ended}`
  const { is, from, to } = lift.lift
  const sure = from > 1 || to < 1 ? '' : ': it may be chance'
  return `${about}; ratio ${is.toFixed(2)}, 95 %: ${from.toFixed(2)} to ${to.toFixed(2)}${sure}).${alone}${ended}`
}

/** What others have to have done to be compared with. */
const reachedThat = ({ byAgeAlone, n, unmatched }: Lift): string =>
  byAgeAlone === n + unmatched ? 'reached that age' : 'reached that age in that stage'
