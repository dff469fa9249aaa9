import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Program } from '../src/program/program.js'
import type { Asked, Replayed, Share } from './backtest-share.js'
import { type Daily, familyByFamily } from './daily.js'
import { atLeast, type Measured, micros, seconds, shown } from './rows.js'
import { BY_PROCESSOR, time } from './timing.js'

const THREADS = 2
/** The share of the opportunities by which a daily run family by family is measured. */
const SAMPLED = 1 / 50

/** A year of so many opportunities replayed by 30 rules, against looking at each of them once a day with the same rules. */
export async function measureBacktest(size: number, rules: string, program: Program): Promise<Measured> {
  const { took, ...sums } = await replayInThreads(size, rules)
  const sampled = size * SAMPLED
  // The first one is for the compiler: scaled, it would count many times.
  await familyByFamily(program, sampled)
  const day = await familyByFamily(program, sampled)
  const night = await nightlyApart(size, rules)
  // The processor's time is that of all threads together.
  const lasted = BY_PROCESSOR ? took / THREADS : took
  const evaluations = day.evaluations / SAMPLED
  const spent = (of: Daily) => (of.took / of.evaluations) * evaluations
  const what = `a year of ${size} opportunities (${sums.changes} changes, ${sums.episodes} findings) replayed by 30 rules in ${THREADS} threads`
  return {
    times: {
      'the replay': seconds(lasted),
      'a change, with all it wakes': micros(lasted * THREADS, sums.changes),
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
        `How many times as fast, on ${THREADS} cores, as a run of the same engine each night over everybody, which has one; measured on some nights of the year and scaled; neither the making-up of data nor the compiling of code is counted on either side`,
        spent(night) / lasted,
        10,
      ),
      shown(
        'backtest-shared',
        'The same had as many cores shared those runs perfectly',
        spent(night) / THREADS / lasted,
      ),
      shown(
        'backtest-family',
        `The same against a run each day over one family after the other, a year at a time as the replay does, of ${size * SAMPLED} opportunities, shared perfectly`,
        spent(day) / THREADS / lasted,
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

/** Nightly runs in a process of their own, with as much memory as a world of everybody needs. */
async function nightlyApart(size: number, rules: string): Promise<Daily> {
  const child = fork(new URL('./nights.js', import.meta.url), [rules, String(size)], { execArgv: [HEAP_OF_A_WORLD] })
  const [answer] = (await Promise.race([once(child, 'message'), failure(child)])) as [Daily]
  return answer
}

async function failure(child: ChildProcess): Promise<never> {
  const [code] = await once(child, 'exit')
  throw new Error(`The nightly runs ended with ${code}.`)
}

const HEAP_OF_A_WORLD = '--max-old-space-size=1000'
