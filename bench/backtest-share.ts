import { parentPort, workerData } from 'node:worker_threads'
import type { Life } from '../src/domain/life.js'
import { backtest } from '../src/replay/backtest.js'
import { NOW } from './data.js'
import { lives, YEAR_AGO } from './lives.js'
import { programOf } from './program.js'

/** What a thread of the bench replays: so many opportunities, made up from a seed of its own. */
export interface Share {
  rules: string
  size: number
  seed: number
}

/** What a thread is asked: to make up its next lives (it answers how many), then to replay them. */
export type Asked = 'make up' | 'replay'

/** What came of lives that were replayed. */
export interface Replayed {
  changes: number
  evaluations: number
  episodes: number
}

/** So many opportunities are replayed before anything is timed. */
const WARM = 2_000
/** So many families are in memory at a time. */
const PORTION = 1_000

const { rules, size, seed } = workerData as Share
const program = await programOf(rules)
const source = lives(size, seed)
let portion: Life[] = []
const STRETCH = { people: new Map(), from: YEAR_AGO, to: NOW }

// In the first of them the code is compiled.
await backtest(program, [...lives(WARM, seed + 1_000)], STRETCH)

parentPort?.on('message', async (asked: Asked) => {
  if (asked === 'make up') {
    portion = []
    for (let next = source.next(); !next.done; next = source.next()) {
      portion.push(next.value)
      if (portion.length === PORTION) break
    }
    parentPort?.postMessage(portion.length)
    return
  }
  const { changes, evaluations, episodes } = await backtest(program, portion, STRETCH)
  parentPort?.postMessage({ changes, evaluations, episodes: episodes.length } satisfies Replayed)
})
