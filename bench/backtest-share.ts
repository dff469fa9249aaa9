import { parentPort, workerData } from 'node:worker_threads'
import type { Life } from '../src/domain/life.js'
import { backtest } from '../src/replay/backtest.js'
import { NOW } from './data.js'
import { lives, YEAR_AGO } from './lives.js'
import { programOf } from './program.js'

/** What a thread of the bench replays: every so many portions, from the first it is given. */
export interface Share {
  rules: string
  size: number
  first: number
  every: number
}

const PORTION = 250

const { rules, size, first, every } = workerData as Share
const program = await programOf(rules)
const sum = { changes: 0, evaluations: 0, episodes: 0 }
let portion: Life[] = []
let n = 0
for (const life of lives(size)) {
  if (Math.floor(n++ / PORTION) % every === first) portion.push(life)
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
