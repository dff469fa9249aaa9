import { type Family, familyRef } from '../src/domain/subjects.js'
import type { People } from '../src/domain/vocabulary.js'
import { commit, plan } from '../src/engine/run.js'
import { DAY } from '../src/lib/civil.js'
import type { Instant } from '../src/lib/instant.js'
import type { Program } from '../src/program/program.js'
import { prepare } from '../src/replay/backtest.js'
import { pastOf } from '../src/replay/past.js'
import type { Timed } from '../src/replay/run.js'
import type { World } from '../src/replay/world.js'
import { NOW } from './data.js'
import { lives, YEAR_AGO } from './lives.js'
import { time } from './timing.js'

/** What daily runs of a program over some opportunities took. */
export interface Daily {
  /** Milliseconds. */
  took: number
  evaluations: number
  findings: number
}

const DAYS = 365
/** In the middle of the year: some nights are lived through first. */
const [FIRST_NIGHT, WARM_NIGHTS, NIGHTS] = [180, 4, 12]

/**
 * A year told by a run a day over everybody, through the same engine: changes are taken, then all is planned and carried out.
 * It leaves findings too, each on the day that follows. Each family has a world of its own, as in the replay. Subjects of which
 * no rule speaks are not counted.
 */
export async function familyByFamily(program: Program, size: number): Promise<Daily> {
  const sum = nothing()
  for (const life of lives(size)) {
    const { world, run } = dailyRuns(program, [life.family], sum)
    const take = startTaking(world, pastOf(life))
    for (let day = 0; day < DAYS; day += 1) await run(dayOf(day), take)
  }
  return checked(sum)
}

/** The same with everybody in one world, night after night, for some nights of the year. */
export async function nightly(program: Program, size: number): Promise<Daily> {
  const sum = nothing()
  const families: Family[] = []
  const { world, run } = dailyRuns(program, families, sum)
  const [first, last] = [dayOf(FIRST_NIGHT), dayOf(FIRST_NIGHT + WARM_NIGHTS + NIGHTS)]
  const later: Timed[] = []
  for (const life of lives(size)) {
    families.push(life.family)
    const past = pastOf(life)
    startTaking(world, past)(first)
    for (const change of past) if (change.at > first && change.at <= last) later.push(change)
  }
  const take = startTaking(world, later)
  for (let night = 0; night < WARM_NIGHTS + NIGHTS; night += 1) {
    if (night === WARM_NIGHTS) Object.assign(sum, nothing())
    await run(dayOf(FIRST_NIGHT + night), take)
  }
  return checked(sum)
}

/** A world for some families, and a run over all of it. */
function dailyRuns(program: Program, families: readonly Family[], sum: Daily) {
  const { world, program: own } = prepare(program, { people: NOBODY, from: YEAR_AGO, to: NOW })
  const run = async (at: Instant, take: (upTo: Instant) => void) => {
    sum.took += await time(async () => {
      take(at)
      const planned = await plan(world, own, at, { everything: true, explains: false })
      await commit(world, planned)
      sum.findings += planned.totals.intents
    })
    for (const family of families) {
      const state = world.family(familyRef(family))
      if (state) sum.evaluations += subjectsIn(program, state.family)
    }
  }
  return { world, run }
}

/** Takes changes in order of time, as far as it is asked. */
function startTaking(world: World, changes: Timed[]): (upTo: Instant) => void {
  changes.sort((a, b) => a.at - b.at)
  let taken = 0
  return (upTo) => {
    for (let next = changes[taken]; next && next.at <= upTo; next = changes[++taken]) world.take(next.change, next)
  }
}

function checked(sum: Daily): Daily {
  if (sum.findings === 0) throw new Error('No rule held on any day.')
  return sum
}

const nothing = (): Daily => ({ took: 0, evaluations: 0, findings: 0 })
const dayOf = (day: number): Instant => YEAR_AGO + day * DAY
const NOBODY: People = new Map()

const subjectsIn = ({ wakes }: Program, { account, opportunities }: Family): number =>
  (account && wakes.accounts ? 1 : 0) + opportunities.length
