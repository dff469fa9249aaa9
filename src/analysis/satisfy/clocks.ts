import type { Account, Family, Opportunity } from '../../domain/subjects.js'
import type { Instant } from '../../lib/instant.js'
import { type Cube, triedOf } from './cube.js'
import type { Picks } from './picks.js'

/** Clocks that begin with a change of the subject, by the fact that reads them: they cannot run longer than it is old. */
const CLOCKS = {
  stage_since: 'time_in_stage',
  status_since: 'time_in_status',
  bin_since: 'time_in_bin',
  owner_since: 'time_since_owner_activity',
} as const
type Clock = keyof typeof CLOCKS
const NAMES = Object.keys(CLOCKS) as Clock[]

const begunIn = (row: Account | Opportunity): [Clock, Instant][] =>
  NAMES.flatMap((name) => {
    const at = (row as Partial<Record<Clock, Instant | null>>)[name] ?? null
    return at === null ? [] : [[name, at]]
  })

/**
 * Is no record in a stage, a status or a bin, or owned, for longer than it is old? An import may bring such rows, so that a
 * condition of them is not impossible; but nothing is shown on them.
 */
export const isWithinItsAge = ({ account, opportunities }: Family): boolean =>
  [...(account ? [account] : []), ...opportunities].every(
    (row) => row.created === null || begunIn(row).every(([, at]) => (row.created as Instant) <= at),
  )

/** The row with what nothing is asked of set so that no clock runs longer than it is old, if that is possible. */
export function withinItsAge<T extends Account | Opportunity>(row: T, side: '' | 'account.', picks: Picks): T {
  const { created } = row
  if (created === null) return row
  const isAsked = (fact: string): boolean => picks.of(`${side}${fact}`) !== undefined
  const early = begunIn(row).filter(([, at]) => at < created)
  if (early.length === 0) return row
  if (isAsked('created')) {
    const free = early.filter(([name]) => !isAsked(CLOCKS[name]))
    return { ...row, ...Object.fromEntries(free.map(([name]) => [name, created])) }
  }
  // Without a touch these two begin with it; where it is not known, with when the row was first seen.
  const begins = isAsked('time_since_activity') || isAsked('time_since_owner_activity')
  return { ...row, created: begins ? null : Math.min(...early.map(([, at]) => at)) }
}

/**
 * Which of the values that were tried make a subject as old as it may be, its clocks as late as they may be, or both: by the
 * name of the fact, the position among them.
 */
export function orderly(cube: Cube, now: Instant): Map<string, number>[] {
  const at = (name: string, best: (values: readonly number[]) => number): [string, number][] => {
    const tried = triedOf(cube, name) ?? []
    const past = tried.filter((value): value is number => typeof value === 'number' && value <= now)
    return past.length === 0 ? [] : [[name, tried.indexOf(best(past))]]
  }
  return (['', 'account.'] as const).flatMap((side) => {
    const oldest = at(`${side}created`, (values) => Math.min(...values))
    const latest = Object.values(CLOCKS).flatMap((fact) => at(`${side}${fact}`, (values) => Math.max(...values)))
    return oldest.length === 0 || latest.length === 0
      ? []
      : [new Map(oldest), new Map(latest), new Map([...oldest, ...latest])]
  })
}
