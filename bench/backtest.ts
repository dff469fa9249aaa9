import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Life } from '../src/domain/life.js'
import { type Family, familyRef } from '../src/domain/subjects.js'
import type { People } from '../src/domain/vocabulary.js'
import { commit, plan } from '../src/engine/run.js'
import { DAY } from '../src/lib/civil.js'
import type { Program } from '../src/program/program.js'
import { prepare } from '../src/replay/backtest.js'
import { pastOf } from '../src/replay/past.js'
import type { Asked, Replayed, Share } from './backtest-share.js'
import { NOW } from './data.js'
import { lives, YEAR_AGO } from './lives.js'
import { atLeast, type Measured, micros, seconds, shown } from './rows.js'
import { BY_PROCESSOR, time } from './timing.js'

const THREADS = 2
const DAYS = 365
/** The share of the opportunities by which a daily run family by family is measured. */
const SAMPLED = 1 / 50
/** The share of which a nightly run over everybody is measured, and the nights in the middle of the year: some are lived through first. */
const [POPULATION, FIRST_NIGHT, WARM_NIGHTS, NIGHTS] = [1 / 10, 180, 5, 20]

/** A year of so many opportunities replayed by 30 rules, against looking at each of them once a day with the same rules. */
export async function measureBacktest(size: number, rules: string, program: Program): Promise<Measured> {
  const { took, ...sums } = await replayInThreads(size, rules)
  const sampled = size * SAMPLED
  // The first one is for the compiler: scaled, it would count many times.
  await daily(program, sampled)
  const day = await daily(program, sampled)
  const night = await nightly(program, size * POPULATION)
  // The processor's time is that of all threads together.
  const threads = BY_PROCESSOR ? 1 : THREADS
  const evaluations = day.evaluations / SAMPLED
  const spent = (of: Daily) => ((of.took / of.evaluations) * evaluations) / threads
  const what = `a year of ${size} opportunities (${sums.changes} changes, ${sums.episodes} findings) replayed by 30 rules in ${THREADS} threads`
  return {
    times: {
      'the replay': seconds(took),
      'a change, with all it wakes': micros(took * threads, sums.changes),
      'a subject in a nightly run over everybody': micros(night.took, night.evaluations),
      'a subject in a daily run family by family': micros(day.took, day.evaluations),
      'a year of nightly runs, scaled': seconds(spent(night)),
    },
    rows: [
      atLeast(
        'backtest-n',
        `How many times fewer evaluations than one of every subject each day it takes: ${what}`,
        evaluations / sums.evaluations,
        20,
      ),
      atLeast(
        'backtest',
        `How many times as fast as a run of the same engine each night over everybody, measured with ${size * POPULATION} opportunities on ${NIGHTS} nights, scaled and perfectly shared by as many threads; neither the making-up of data nor the compiling of code is counted on either side`,
        spent(night) / took,
        10,
      ),
      shown(
        'backtest-family',
        `The same against a run each day over one family after the other, a year at a time as the replay does, of ${size * SAMPLED} opportunities`,
        spent(day) / took,
      ),
    ],
  }
}

/**
 * Lives are made up portion by portion, so that few of them are in memory, by all threads; then all replay theirs, and only
 * that is timed, up to the last of them.
 */
async function replayInThreads(size: number, rules: string): Promise<Replayed & { took: number }> {
  const threads = Array.from({ length: THREADS }, (_, seed) => {
    const workerData: Share = { rules, size: size / THREADS, seed: seed + 1 }
    return new Worker(new URL('./backtest-share.js', import.meta.url), { workerData })
  })
  const askAll = <Answer>(what: Asked): Promise<Answer[]> => Promise.all(threads.map((one) => ask<Answer>(one, what)))
  const sum = { took: 0, changes: 0, evaluations: 0, episodes: 0 }
  while ((await askAll<number>('make up')).some((made) => made > 0)) {
    let found: Replayed[] = []
    sum.took += await time(async () => {
      found = await askAll<Replayed>('replay')
    })
    for (const { changes, evaluations, episodes } of found) {
      sum.changes += changes
      sum.evaluations += evaluations
      sum.episodes += episodes
    }
  }
  await Promise.all(threads.map((one) => one.terminate()))
  return sum
}

async function ask<Answer>(thread: Worker, what: Asked): Promise<Answer> {
  thread.postMessage(what)
  const [answer] = (await once(thread, 'message')) as [Answer]
  return answer
}

interface Daily {
  took: number
  evaluations: number
  findings: number
}

/**
 * A year told by a run a day over everybody, through the same engine: changes are taken, then all is planned and carried out.
 * It leaves findings too, each on the day that follows. Each family has a world of its own, as in the replay. Subjects of which
 * no rule speaks are not counted.
 */
async function daily(program: Program, sampled: number): Promise<Daily> {
  const sum = { took: 0, evaluations: 0, findings: 0 }
  for (const life of lives(sampled)) {
    const { run } = dailyRuns([life], program, sum)
    for (let day = 0; day < DAYS; day += 1) await run(day)
  }
  return checked(sum)
}

/** The same with everybody in one world, night after night, for some nights of the year. */
async function nightly(program: Program, population: number): Promise<Daily> {
  const sum = { took: 0, evaluations: 0, findings: 0 }
  const { take, run } = dailyRuns([...lives(population)], program, sum)
  take(FIRST_NIGHT)
  for (let night = 0; night < WARM_NIGHTS + NIGHTS; night += 1) {
    if (night === WARM_NIGHTS) Object.assign(sum, { took: 0, evaluations: 0, findings: 0 })
    await run(FIRST_NIGHT + night)
  }
  return checked(sum)
}

function checked(sum: Daily): Daily {
  if (sum.findings === 0) throw new Error('No rule held on any day.')
  return sum
}

/** A world in which some lives are told up to a day of the year, and a run over everybody on that day. */
function dailyRuns(all: readonly Life[], program: Program, sum: Daily) {
  const { world, program: own } = prepare(program, { people: NOBODY, from: YEAR_AGO, to: NOW })
  const changes = all.flatMap(pastOf).sort((a, b) => a.at - b.at)
  let i = 0
  const take = (day: number) => {
    const until = YEAR_AGO + day * DAY
    for (let next = changes[i]; next && next.at <= until; next = changes[++i]) world.take(next.change, next)
  }
  const run = async (day: number) => {
    sum.took += await time(async () => {
      take(day)
      const planned = await plan(world, own, YEAR_AGO + day * DAY, { everything: true, explains: false })
      await commit(world, planned)
      sum.findings += planned.totals.intents
    })
    for (const { family } of all) {
      const state = world.family(familyRef(family))
      if (state) sum.evaluations += subjectsIn(program, state.family)
    }
  }
  return { take, run }
}

const NOBODY: People = new Map()

const subjectsIn = ({ wakes }: Program, { account, opportunities }: Family): number =>
  (account && wakes.accounts ? 1 : 0) + opportunities.length
