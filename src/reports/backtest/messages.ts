import { DAY } from '../../lib/civil.js'
import { grouped } from '../../lib/grouped.js'
import type { Instant } from '../../lib/instant.js'
import type { Backtested } from '../../replay/backtest.js'
import type { RuleBacktest } from './backtest.js'

const WEEK = 7 * DAY
/** The epoch was a Thursday; weeks begin on Monday. */
const MONDAY = 3 * DAY

/** How many messages there were to whom, since the first day. `known`: for how long there was history, in ms; weeks without any are no quiet ones. */
export function messagesOf(told: Backtested['told'], from: Instant, known: number): RuleBacktest['messages'] {
  const since = told.filter(({ at }) => at > from)
  const people = new Set(since.map(({ person }) => person)).size
  const weeks = Math.max(1, known / WEEK)
  const mondayOf = (at: Instant) =>
    new Date(Math.floor((at + MONDAY) / WEEK) * WEEK - MONDAY).toISOString().slice(0, 10)
  const counts = grouped(since, ({ person, at }) => `${mondayOf(at)}/${person}`)
  const byWeek = [...grouped(since, ({ at }) => mondayOf(at))].map(([week, list]) => [week, list.length] as const)
  const busiest = [...counts.values()].reduce((most, one) => (one.length > most.length ? one : most), [])
  return {
    n: since.length,
    people,
    perPersonAndWeek: people === 0 ? 0 : since.length / people / weeks,
    busiest: busiest[0] ? { person: busiest[0].person, n: busiest.length } : null,
    byWeek: Object.fromEntries(byWeek),
  }
}
