import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { type Portion, replayPortion, type Stretch, withEnabled } from './backtest-portion.js'
import type { Work } from './backtest-worker.js'
import { textsOf } from './config/load.js'
import type { SubjectRef } from './domain/subjects.js'
import type { Comparison } from './letters/backtest-page.js'
import type { Instant } from './lib/instant.js'
import type { Program } from './program/program.js'
import { type Backtested, mergeBacktested } from './replay/backtest.js'
import { type BacktestReport, reportBacktest } from './reports/backtest/backtest.js'
import { type BacktestChange, compareBacktests } from './reports/backtest/changes.js'
import { joinPast, noPast } from './reports/outcomes/past-facts.js'
import type { Store } from './store/store.js'

export interface BacktestRequest {
  /** What happened before is lived through, but nobody is judged. */
  from: Instant
  /** Not later than now. */
  to: Instant
  /** Up to when the outcomes of what was found are told: not before `to`, nor later than now (left out: `to`). */
  known?: Instant
  /** Rules and moves to report on (none: all); all are replayed, since one may act on what another finds. */
  only?: readonly string[]
  /** Rules to compare with. */
  base?: Program | null
  /** The URL of the store's database: given, many families are replayed by all processors. */
  database?: string
  /** Ends it: what is done so far is reported, as not complete. */
  signal?: AbortSignal
  onProgress?: (families: number, total: number) => void
}

/** Families that are read and replayed together. */
const PORTION = 250
/** Threads take a moment to start: not worth it for less. */
const FEW = 4 * PORTION
/** Each holds a portion in memory. */
const MOST_THREADS = 8

/** Replays the stored history against a program and reports what it would have done; with `base`, what differs from that. */
export async function runBacktest(
  store: Pick<Store, 'everyFamily' | 'lives' | 'people'>,
  program: Program,
  request: BacktestRequest,
): Promise<{ report: BacktestReport; changes: BacktestChange[] | null }> {
  const { from, to, known = to, only = [], base = null, signal, onProgress } = request
  const loaded = base ? [program, base] : [program]
  const programs = loaded.map((one) => withEnabled(one, only))
  const refs = await store.everyFamily()
  const portions = portionsOf(refs)

  const past = noPast()
  const found: Backtested[][] = programs.map(() => [])
  let families = 0
  const take = (portion: Portion, of: readonly SubjectRef[]) => {
    joinPast(past, portion.past)
    portion.found.forEach((one, i) => void found[i]?.push(one))
    families += of.length
    onProgress?.(families, refs.length)
  }
  const threads = Math.min(availableParallelism(), portions.length, MOST_THREADS)
  const { database } = request
  const texts = loaded.map(textsOf).filter((one) => one !== null)
  const isWorthIt = IS_BUILT && threads > 1 && refs.length > FEW && texts.length === loaded.length
  if (database !== undefined && isWorthIt) {
    await inThreads(threads, { texts, database, only, from, to, known }, portions, take, signal)
  } else await here(store, programs, portions, take, { from, to, known, ...(signal ? { signal } : {}) })

  const [after, before] = found.map(mergeBacktested) as [Backtested, Backtested | undefined]
  const asked = { from, to, known, allFamilies: refs.length, only }
  const report = reportBacktest(programs[0] ?? program, after, past, asked)
  if (!before) return { report, changes: null }
  const was = reportBacktest(programs[1] ?? program, before, past, asked)
  const isAsked = ({ rule }: BacktestChange) => only.length === 0 || only.includes(rule)
  return { report, changes: compareBacktests(before, after, { was, is: report }).filter(isAsked) }
}

/** Each holds families from all over their order, so that what is broken off has seen some of every kind. */
function portionsOf(refs: readonly SubjectRef[]): SubjectRef[][] {
  const portions: SubjectRef[][] = Array.from({ length: Math.ceil(refs.length / PORTION) }, () => [])
  for (const [i, ref] of refs.entries()) portions[i % portions.length]?.push(ref)
  return portions
}

type Take = (portion: Portion, of: readonly SubjectRef[]) => void

async function here(
  store: Pick<Store, 'lives' | 'people'>,
  programs: readonly Program[],
  portions: readonly SubjectRef[][],
  take: Take,
  stretch: Stretch & { signal?: AbortSignal },
): Promise<void> {
  const people = await store.people()
  for (const refs of portions) {
    if (stretch.signal?.aborted) return
    const portion = await replayPortion(store, programs, people, refs, stretch)
    if (!stretch.signal?.aborted) take(portion, refs)
  }
}

/** Threads run what is built; run from its sources (the tests), all happens in this one. */
const IS_BUILT = import.meta.url.endsWith('.js')

async function inThreads(
  threads: number,
  work: Work,
  portions: readonly SubjectRef[][],
  take: Take,
  signal?: AbortSignal,
): Promise<void> {
  const waiting = [...portions]
  const workers = Array.from(
    { length: threads },
    () => new Worker(new URL('./backtest-worker.js', import.meta.url), { workerData: work }),
  )
  try {
    await Promise.all(workers.map((worker) => keepBusy(worker, waiting, take, signal)))
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

/** Gives a thread one portion after another, until none is left or it is broken off. */
const keepBusy = (worker: Worker, waiting: SubjectRef[][], take: Take, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    let busyWith: SubjectRef[] = []
    const next = () => {
      const refs = signal?.aborted ? undefined : waiting.shift()
      if (!refs) return resolve()
      busyWith = refs
      worker.postMessage(refs)
    }
    worker.on('message', (portion: Portion) => {
      take(portion, busyWith)
      next()
    })
    worker.on('error', reject)
    worker.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`A thread ended with ${code}.`))))
    signal?.addEventListener('abort', () => resolve(), { once: true })
    next()
  })

/** A backtest as one page for a browser, with charts. */
export const backtestHtml = async (
  report: BacktestReport,
  comparison: Comparison | null,
  program: Program,
): Promise<string> => (await import('./letters/backtest-page.js')).backtestHtml(report, comparison, program)
