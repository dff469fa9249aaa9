import { formatNumber } from '../conditions/operands.js'
import { verdict } from '../conditions/verdict.js'
import type { People } from '../domain/vocabulary.js'
import type { Snapshot } from '../facts/fact.js'
import type { Instant } from '../lib/instant.js'
import type { Goal, Program } from '../program/program.js'
import { addUp } from './money.js'
import { type Keep, type SurveyedStore, survey } from './survey.js'
import { sayPerson } from './words.js'

/** How one goal stands: for all together, or for each owner, team or manager. */
export interface GoalReport {
  goal: Goal
  parts: { name: string; value: number; met: boolean }[]
}

/** How the goals stand as of `now`. What is worth something in a currency without a rate is left out of values. */
export async function readGoals(
  store: SurveyedStore,
  program: Program,
  now: Instant,
  keep?: Keep,
): Promise<GoalReport[]> {
  const goals = [...program.goals.values()]
  const tallies = goals.map(() => new Map<string, { of: Worth[]; met: Worth[] }>())
  let people: People = program.vocabulary.people
  for await (const snapshot of survey(store, program, now, keep)) {
    people = snapshot.people
    for (const [i, goal] of goals.entries()) {
      if (snapshot.kind !== goal.for || !verdict(goal.of, snapshot).holds) continue
      const name = partOf(goal, snapshot)
      const tally = tallies[i]?.get(name) ?? { of: [], met: [] }
      tallies[i]?.set(name, tally)
      const worth = { amount: snapshot.opportunity?.amount ?? null, currency: snapshot.opportunity?.currency ?? null }
      tally.of.push(worth)
      if (verdict(goal.when, snapshot).holds) tally.met.push(worth)
    }
  }
  return goals.map((goal, i) => ({
    goal,
    parts: [...(tallies[i] ?? [])]
      .map(([name, { of, met }]) => {
        const value = measured(goal, of, met, program)
        return { name: said(goal, name, people), value, met: isMet(goal, value) }
      })
      .sort((a, b) => Number(a.met) - Number(b.met) || (a.name < b.name ? -1 : 1)),
  }))
}

type Worth = { amount: number | null; currency: string | null }

/** Of a share of nothing nothing is wrong. */
function measured({ measure }: Goal, of: readonly Worth[], met: readonly Worth[], { vocabulary }: Program): number {
  const { money } = vocabulary
  const own = (some: readonly Worth[]) =>
    Number(addUp(some, money).find(({ currency }) => currency === money.currency)?.amount ?? 0) / 1000
  switch (measure) {
    case 'count':
      return met.length
    case 'value':
      return own(met)
    case 'share_of_count':
      return of.length === 0 ? 0 : (100 * met.length) / of.length
    case 'share_of_value':
      return own(of) === 0 ? 0 : (100 * own(met)) / own(of)
  }
}

const isMet = ({ bound }: Goal, value: number) => (bound.is === 'at_most' ? value <= bound.value : value >= bound.value)

function partOf({ per }: Goal, { opportunity, account, people }: Snapshot): string {
  if (per === null) return ''
  const owner = (opportunity ?? account)?.owner ?? null
  if (per === 'owner') return owner ?? ''
  const person = owner === null ? undefined : people.get(owner)
  return (per === 'team' ? person?.team : person?.manager) ?? ''
}

const said = ({ per }: Goal, name: string, people: People): string =>
  per === null ? 'all' : name === '' ? `no ${per}` : per === 'team' ? name : sayPerson(name, people)

/** A measure as people read it: `18 %`, `12`, `1,250,000 USD`. */
export function sayMeasure({ measure }: Goal, value: number, { vocabulary }: Program): string {
  const number = formatNumber(Math.round(10 * value) / 10)
  if (measure.startsWith('share_of')) return `${number} %`
  return measure === 'value' ? `${number} ${vocabulary.money.currency}`.trim() : number
}

/** What is asked: `at most 15 %`. */
export const sayBound = (goal: Goal, program: Program): string =>
  `${goal.bound.is.replace('_', ' ')} ${sayMeasure(goal, goal.bound.value, program)}`
