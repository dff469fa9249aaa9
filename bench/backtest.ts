import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Family, SubjectRef } from '../src/domain/subjects.js'
import type { People } from '../src/domain/vocabulary.js'
import { assess } from '../src/engine/assess.js'
import { snapshotOf } from '../src/engine/snapshots.js'
import type { Program } from '../src/program/program.js'
import { prepare } from '../src/replay/backtest.js'
import { pastOf } from '../src/replay/past.js'
import type { Share } from './backtest-share.js'
import { NOW } from './data.js'
import { lives, YEAR_AGO } from './lives.js'
import { atLeast, type Measured, micros, seconds } from './rows.js'
import { BY_PROCESSOR, time } from './timing.js'

const DAY = 86_400_000
const THREADS = 2
const DAYS = 365
/** The days of the year, and the opportunities, by which the daily evaluation is measured. */
const SAMPLED_DAYS = 20
const SAMPLED = 2_000

/** A year of so many opportunities replayed by 30 rules, against looking at each of them once a day with the same rules. */
export async function measureBacktest(size: number, rules: string, program: Program): Promise<Measured> {
  const sums = { changes: 0, evaluations: 0, episodes: 0 }
  const took = await time(async () => {
    const shares = Array.from({ length: THREADS }, async (_, seed) => {
      const workerData: Share = { rules, size: size / THREADS, seed: seed + 1 }
      const worker = new Worker(new URL('./backtest-share.js', import.meta.url), { workerData })
      const [sum] = (await once(worker, 'message')) as [typeof sums]
      sums.changes += sum.changes
      sums.evaluations += sum.evaluations
      sums.episodes += sum.episodes
    })
    await Promise.all(shares)
  })
  const day = await daily(program)
  const share = size / SAMPLED
  // The processor's time is that of all threads together.
  const threads = BY_PROCESSOR ? 1 : THREADS
  const [evaluations, spent] = [day.evaluations * share, (day.took * share) / threads]
  const what = `a year of ${size} opportunities (${sums.changes} changes, made up as they are read, ${sums.episodes} findings) replayed by 30 rules in ${THREADS} threads`
  return {
    times: {
      'the replay': seconds(took),
      'a change, with all it wakes': micros(took * threads, sums.changes),
      'an evaluation of the daily look': micros(day.took, day.evaluations),
      'the daily look, scaled': seconds(spent),
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
        `How many times as fast as that daily look, of ${SAMPLED_DAYS} days and ${SAMPLED} opportunities scaled and perfectly shared by as many threads`,
        spent / took,
        10,
      ),
    ],
  }
}

/** What it takes to look at every subject once a day with all rules: sampled, and scaled to the days of a year. */
async function daily(program: Program): Promise<{ took: number; evaluations: number }> {
  const { world } = prepare(program, { people: new Map(), from: YEAR_AGO, to: NOW })
  const sample = [...lives(SAMPLED)]
  const changes = sample.flatMap(pastOf).sort((a, b) => a.at - b.at)
  const sampled = { took: 0, evaluations: 0 }
  let held = 0
  for (let day = 0, i = 0; day < SAMPLED_DAYS; day += 1) {
    const now = YEAR_AGO + Math.floor(((day + 0.5) * DAYS) / SAMPLED_DAYS) * DAY
    for (let next = changes[i]; next && next.at <= now; next = changes[++i]) world.take(next.change, next)
    const families = sample.flatMap(
      ({ family }) => world.family({ kind: 'account', id: family.account?.id ?? '' }) ?? [],
    )
    const looked = { evaluations: 0 }
    const took = await time(() => {
      for (const { family } of families) {
        for (const subject of subjectsOf(family)) {
          const { verdicts } = assess(program, snapshotOf(program, NOBODY, family, subject, now))
          for (const { holds } of verdicts) if (holds) held += 1
          looked.evaluations += 1
        }
      }
    })
    // The first day is for the compiler.
    if (day === 0) continue
    sampled.took += took
    sampled.evaluations += looked.evaluations
  }
  if (held === 0) throw new Error('No rule held on any day.')
  const scale = DAYS / (SAMPLED_DAYS - 1)
  return { took: sampled.took * scale, evaluations: sampled.evaluations * scale }
}

const NOBODY: People = new Map()

const subjectsOf = ({ account, opportunities }: Family): SubjectRef[] => [
  ...(account ? [{ kind: 'account', id: account.id } as const] : []),
  ...opportunities.map(({ id }) => ({ kind: 'opportunity', id }) as const),
]
