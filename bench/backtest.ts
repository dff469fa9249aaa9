import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Life } from '../src/domain/life.js'
import type { Family, SubjectRef } from '../src/domain/subjects.js'
import type { People } from '../src/domain/vocabulary.js'
import { assess } from '../src/engine/assess.js'
import { commit, plan } from '../src/engine/run.js'
import { snapshotOf } from '../src/engine/snapshots.js'
import type { Program } from '../src/program/program.js'
import { prepare } from '../src/replay/backtest.js'
import { pastOf } from '../src/replay/past.js'
import type { Timed } from '../src/replay/run.js'
import type { Asked, Replayed, Share } from './backtest-share.js'
import { NOW } from './data.js'
import { lives, YEAR_AGO } from './lives.js'
import { atLeast, type Measured, micros, seconds, shown } from './rows.js'
import { BY_PROCESSOR, time } from './timing.js'

const DAY = 86_400_000
const THREADS = 2
const DAYS = 365
/** The opportunities by which the daily run is measured; on each so many-th day the rules are asked alone too. */
const SAMPLED = 2_000
const SAMPLED_EVERY = 10

/** A year of so many opportunities replayed by 30 rules, against looking at each of them once a day with the same rules. */
export async function measureBacktest(size: number, rules: string, program: Program): Promise<Measured> {
  const { took, ...sums } = await replayInThreads(size, rules)
  // The first one is for the compiler: scaled, it would count many times.
  await daily(program)
  const day = await daily(program)
  const share = size / SAMPLED
  // The processor's time is that of all threads together.
  const threads = BY_PROCESSOR ? 1 : THREADS
  const [evaluations, spent, bare] = [
    day.evaluations * share,
    (day.took * share) / threads,
    (day.bareTook * share) / threads,
  ]
  const what = `a year of ${size} opportunities (${sums.changes} changes, ${sums.episodes} findings) replayed by 30 rules in ${THREADS} threads`
  return {
    times: {
      'the replay': seconds(took),
      'a change, with all it wakes': micros(took * threads, sums.changes),
      'a subject in the daily run': micros(day.took, day.evaluations),
      'the rules alone, asked of a subject': micros(day.bareTook, day.evaluations),
      'the daily run, scaled': seconds(spent),
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
        `How many times as fast as a run of the same engine over everybody each day, of ${SAMPLED} opportunities scaled and perfectly shared by as many threads; neither side's data is counted, which is made up before`,
        spent / took,
        10,
      ),
      shown(
        'backtest-bare',
        'How many times as fast as it takes to ask only the rules of everybody each day, of changes and findings nothing',
        bare / took,
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
  /** To ask the rules alone of every subject, of changes and findings nothing: in all, as far as the days are sampled. */
  bareTook: number
}

/**
 * A year told by a run a day over everybody, through the same engine: changes are taken, then all is planned and carried out.
 * It leaves findings too, each on the day that follows. Subjects of which no rule speaks are not counted.
 */
async function daily(program: Program): Promise<Daily> {
  const { world, program: own } = prepare(program, { people: NOBODY, from: YEAR_AGO, to: NOW })
  const sample: Life[] = [...lives(SAMPLED)]
  let changes: Timed[] = []
  // The replay too tells the past of its lives.
  const toldIn = await time(() => {
    changes = sample.flatMap(pastOf).sort((a, b) => a.at - b.at)
  })
  const accounts = sample.flatMap(({ family }) =>
    family.account ? [{ kind: 'account', id: family.account.id } as const] : [],
  )
  const sum = { took: toldIn, evaluations: 0, bareTook: 0 }
  const bare = { took: 0, evaluations: 0 }
  let i = 0
  let findings = 0
  for (let day = 0; day < DAYS; day += 1) {
    const now = YEAR_AGO + day * DAY
    sum.took += await time(async () => {
      for (let next = changes[i]; next && next.at <= now; next = changes[++i]) world.take(next.change, next)
      const planned = await plan(world, own, now, { everything: true, explains: false })
      await commit(world, planned)
      findings += planned.totals.intents
    })
    const families = accounts.flatMap((account) => world.family(account) ?? [])
    sum.evaluations += families.reduce((all, { family }) => all + subjectsOf(program, family).length, 0)
    if (day % SAMPLED_EVERY !== 0) continue
    bare.took += await time(() => {
      for (const { family } of families) {
        for (const subject of subjectsOf(program, family)) {
          assess(program, snapshotOf(program, NOBODY, family, subject, now))
          bare.evaluations += 1
        }
      }
    })
  }
  if (findings === 0) throw new Error('No rule held on any day.')
  return { ...sum, bareTook: (bare.took * sum.evaluations) / bare.evaluations }
}

const NOBODY: People = new Map()

const subjectsOf = ({ wakes }: Program, { account, opportunities }: Family): SubjectRef[] => [
  ...(account && wakes.accounts ? [{ kind: 'account', id: account.id } as const] : []),
  ...opportunities.map(({ id }) => ({ kind: 'opportunity', id }) as const),
]
