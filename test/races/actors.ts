import { apply, approve, record } from '../../src/app.js'
import type { RecordKind } from '../../src/domain/incoming.js'
import { importFile } from '../../src/intake/import-file.js'
import { MINUTE } from '../../src/lib/civil.js'
import { ProgramHeldError, ProgramMovedError, StoreError } from '../../src/store/errors.js'
import { broughtBy } from '../../src/store/in-force.js'
import type { Store } from '../../src/store/store.js'
import { BEFORE, EDITED, LATER_FILES, PERSON, T1, T2 } from './world.js'

/** Somebody who works on the store, in one or more steps that may each be seen by others. */
export type Steps = readonly ((store: Store) => Promise<unknown>)[]

const process = (id: string, clock = T1) => ({ id, command: id, clock })

export async function bring(store: Store, record: RecordKind, text: string, now: number): Promise<void> {
  const chunks = (async function* () {
    yield new TextEncoder().encode(text)
  })()
  const done = await importFile(store, chunks, { record, sourceName: 'crm', program: BEFORE, now })
  if ('problems' in done || done.report.rejected > 0) throw new Error(JSON.stringify(done))
}

async function say(store: Store, said: (typeof PERSON)[number]): Promise<void> {
  const taken = await record(store, BEFORE, said, { by: 'dana', now: T1 })
  const rejected = taken.filter((one) => one.outcome === 'rejected')
  if (rejected.length > 0) throw new Error(JSON.stringify(rejected))
}

/** Who comes: `late` is two minutes later by the clock on the wall, others have given no sign of life for so long. */
export interface Coming {
  late: boolean
  /** When a run takes place. */
  at: number
}

export const ACTORS: Readonly<Record<string, (coming: Coming) => Steps>> = {
  apply: ({ at }) => [(store) => apply(store, BEFORE, at, process('apply'))],
  change: () => PERSON.map((said) => (store) => say(store, said)),
  import: () => [
    (store) => bring(store, 'people', LATER_FILES.people, T1),
    (store) => bring(store, 'opportunities', LATER_FILES.opportunities, T1),
  ],
  second: () => [(store) => apply(store, BEFORE, T2, process('second'))],
  approval: ({ at }) => [
    (store) => approve({ store, program: BEFORE, now: at, process: process('approval'), rules: [] }),
  ],
  reload: ({ late, at }) => {
    const reload = process('reload', late ? T1 + 2 * MINUTE : T1)
    return [(store) => store.bringIntoForce(broughtBy(EDITED), reload, at), (store) => apply(store, EDITED, at, reload)]
  },
}

/**
 * All that may come of two who meet, one after the other in every order of their steps. Whoever meets the second run may
 * become as late as it: time does not go back.
 */
export function eitherOrder(a: string, b: string): Steps[] {
  const instants = b === 'second' || a === 'second' ? [T1, T2] : [T1]
  return instants.flatMap((at) => orders(ACTORS[a]!({ late: false, at }), ACTORS[b]!({ late: false, at })))
}

/** That somebody else was there first, said in a sentence; anything else is a mistake of ours. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof ProgramHeldError ||
  error instanceof ProgramMovedError ||
  (error instanceof StoreError && error.problem === 'too_early')

/** All ways to do the steps of two one after the other. */
function orders(a: Steps, b: Steps): Steps[] {
  if (a.length === 0 || b.length === 0) return [[...a, ...b]]
  return [
    ...orders(a.slice(1), b).map((rest) => [a[0]!, ...rest]),
    ...orders(a, b.slice(1)).map((rest) => [b[0]!, ...rest]),
  ]
}
