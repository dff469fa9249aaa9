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

const PORTION = 250

const { rules, size, seed } = workerData as Share
const program = await programOf(rules)
const sum = { changes: 0, evaluations: 0, episodes: 0 }
let portion: Life[] = []
for (const life of lives(size, seed)) {
  portion.push(life)
  if (portion.length === PORTION) await replay()
}
if (portion.length > 0) await replay()
parentPort?.postMessage(sum)

async function replay(): Promise<void> {
  const found = await backtest(program, portion, { people: new Map(), from: YEAR_AGO, to: NOW })
  sum.changes += found.changes
  sum.evaluations += found.evaluations
  sum.episodes += found.episodes.length
  portion = []
}
