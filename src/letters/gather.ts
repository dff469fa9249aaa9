import { peopleUnder } from '../engine/snapshots.js'
import type { Instant } from '../lib/instant.js'
import { notificationSettings } from '../notices/settings.js'
import type { Program } from '../program/program.js'
import type { Gathered } from '../store/notices.js'
import type { Store } from '../store/store.js'
import { composeGathered } from './gathered.js'
import { tasksFor } from './gathered-ways.js'

/**
 * Gathers the notices whose time has come into letters, by the notification rules of the program. Call it whenever
 * `store.nextGathering()` has come, and after new rules came into force; what is too early stays as it is.
 */
export async function gatherNotices(
  store: Pick<Store, 'gather' | 'people'>,
  program: Program,
  now: Instant,
): Promise<Gathered> {
  const people = peopleUnder(program, await store.people())
  const wording = { program, people }
  const { money } = program.vocabulary
  const settings = notificationSettings(program)
  return store.gather({
    now,
    settings,
    people,
    money,
    tasksFor: (message) => tasksFor(message, wording),
    compose: (message, tasks) => composeGathered(message, wording, tasks),
  })
}
