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

/** So many opportunities are replayed before anything is timed: V8 compiles on for the first hundred thousand changes. */
const WARM = 12_000
/** So many families are in memory at a time. */
const PORTION = 1_000

const { rules, size, seed } = workerData as Share
const program = await programOf(rules)
const source = lives(size, seed)
let portion: Life[] = []
const STRETCH = { people: new Map(), from: YEAR_AGO, to: NOW }

const warming = lives(WARM, seed + 1_000)
for (let some = nextOf(warming); some.length > 0; some = nextOf(warming)) await backtest(program, some, STRETCH)

parentPort?.on('message', async (asked: Asked) => {
  if (asked === 'make up') {
    // The last ones go before the next are made.
    portion = []
    portion = nextOf(source)
    parentPort?.postMessage(portion.length)
    return
  }
  const { changes, evaluations, episodes } = await backtest(program, portion, STRETCH)
  parentPort?.postMessage({ changes, evaluations, episodes: episodes.length } satisfies Replayed)
})

function nextOf(made: Iterator<Life>): Life[] {
  const some: Life[] = []
  for (let next = made.next(); !next.done; next = made.next()) {
    some.push(next.value)
    if (some.length === PORTION) break
  }
  return some
}
