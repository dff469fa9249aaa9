import { assess } from '../engine/assess.js'
import { peopleUnder, snapshotOf, subjectsOf } from '../engine/snapshots.js'
import type { EngineStore } from '../engine/store.js'
import type { Snapshot } from '../facts/fact.js'
import type { Instant } from '../lib/instant.js'
import type { Program } from '../program/program.js'

/** What a survey reads of the store. */
export type SurveyedStore = Pick<EngineStore, 'due' | 'people'>

/** Which subjects a report is about: asked before they are assessed, so that only rows and people tell. */
export type Keep = (snapshot: Snapshot) => boolean

/** Every living subject that is kept, assessed afresh at `now`: exact, whatever was reckoned last and under which program. */
export async function* survey(
  store: SurveyedStore,
  program: Program,
  now: Instant,
  keep: Keep = () => true,
): AsyncGenerator<Snapshot> {
  const people = peopleUnder(program, await store.people())
  for await (const { family } of store.due(now, program.number, 'all')) {
    for (const subject of subjectsOf(family)) {
      const snapshot = snapshotOf(program, people, family, subject, now)
      if (keep(snapshot)) yield assess(program, snapshot).snapshot
    }
  }
}
