import { parentPort, workerData } from 'node:worker_threads'
import { replayPortion, type Stretch, withEnabled } from './backtest-portion.js'
import { loadRules } from './config/load.js'
import type { SubjectRef } from './domain/subjects.js'
import type { Program } from './program/program.js'
import { openStore } from './store/open.js'

/** What a thread is given: the rules as texts, one list for each program, and the database to read. */
export interface Work extends Stretch {
  texts: readonly (readonly { path: string; text: string }[])[]
  database: string
  /** Rules asked for by name. */
  only: readonly string[]
}

const { texts, database, only, from, to, known } = workerData as Work
const programs = texts.map((files): Program => {
  const { program } = loadRules(files)
  if (!program) throw new Error('Rules that were right are not right in another thread.')
  return withEnabled(program, only)
})
const store = await openStore(database, { readOnly: true })
const people = await store.people()

// It ends when the other side ends it. An error ends it too, and the other side hears of it.
parentPort?.on('message', (refs: readonly SubjectRef[]) => {
  void replayPortion(store, programs, people, refs, { from, to, known }).then((portion) =>
    parentPort?.postMessage(portion),
  )
})
