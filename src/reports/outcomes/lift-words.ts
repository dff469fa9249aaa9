import { formatNumber } from '../../conditions/operands.js'
import { percent } from '../figures.js'
import { type Cell, cell } from '../table.js'
import { count } from '../words.js'
import type { Lift } from './matching.js'
import { mayBeChance, type Ratio } from './ratio.js'

/** The columns in which tables tell of it, as the cells below have them. */
export const OUTCOME_HEADERS = ['won', 'of', 'ratio'] as const

/** What those columns say, for a legend. */
export const OUTCOME_LEGEND =
  '“won”: the share that was won of all that were found and closed later, “of” so many. “ratio”: how many times as often as others that were open in the same stage at the same age without being found (“none” where nobody was; with “?” where it may be chance; a sentence below tells how many could be compared).'

/** The share that was won of all that were closed later, of how many, and how many times as often as others it was compared with. */
export function outcomeCells(lift: Lift | null): Cell[] {
  if (!lift || lift.n + lift.unmatched === 0) return OUTCOME_HEADERS.map(() => cell(''))
  const { n, won, unmatched, unmatchedWon } = lift
  const all = n + unmatched
  return [cell(percent((won + unmatchedWon) / all)), cell(formatNumber(all)), ratioCell(lift)]
}

function ratioCell({ n, lift }: Lift): Cell {
  if (n === 0) return cell('none', 'quiet')
  if (!lift) return cell('?', 'quiet')
  const says = sayRatio(lift)
  return mayBeChance(lift) ? cell(`${says} ?`, 'quiet') : cell(says)
}

/** `0.40`; where the others were never won, what it is at least: `over 0.58`. */
export const sayRatio = ({ is, from }: Ratio): string => (is === null ? `over ${from.toFixed(2)}` : is.toFixed(2))

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
      : ` ${formatNumber(unmatched)} more ${unmatched === 1 ? 'has nobody to compare with, and does' : 'have nobody to compare with, and do'} not count here.`
  const against = `${percent(rate)} against ${percent(base)}`
  const about = `What ${rule} found was won in ${against} of others that ${reachedThat(lift)} without being found (n = ${formatNumber(n)}, ${count(others, 'other')}`
  return `${about}; ${sayInterval(lift.lift)}).${alone}${ended}`
}

function sayInterval(ratio: Ratio | null): string {
  if (!ratio) return 'too few were won to say whether it is chance'
  const { is, from, to } = ratio
  const ends =
    to === null
      ? `at least ${from.toFixed(2)}`
      : from === 0
        ? `at most ${to.toFixed(2)}`
        : `${from.toFixed(2)} to ${to.toFixed(2)}`
  const about = is === null ? 'ratio unknown' : `ratio ${is.toFixed(2)}`
  return `${about}, 95 %: ${ends}${mayBeChance(ratio) ? ': it may be chance' : ''}`
}

/** What others have to have done to be compared with. */
const reachedThat = ({ byAgeAlone, n, unmatched }: Lift): string =>
  byAgeAlone === n + unmatched ? 'reached that age' : 'reached that age in that stage'
