import type { Settable } from '../../domain/effects.js'
import { bear, begin, type Clock, type Heard, isLater, TOLD, tell } from '../../domain/heard.js'
import type { Incoming } from '../../domain/incoming.js'
import type { Instant } from '../../lib/instant.js'
import type { Late } from './amend.js'
import type { Work } from './work.js'

/** What an event of a CRM says of one record, and when it says that this happened. */
export interface Heeded {
  event: string
  at: Instant
  /** The event itself says that Linewalker made the change. */
  own: boolean
  incoming: Incoming
}

/** One statement on its way: what is known of the record, and which of its values are the latest word. */
export interface Weighed extends Heeded {
  heard: Heard
  fresh: Record<string, Settable>
  late: Record<string, Settable>
  /** What of the fresh values the source has not said before. */
  news: string[]
}

/** A whole record that has one clock, because it cannot be taken in part. */
export const WHOLE = '*'

/** Is the clock later than mine? */
export const later = (clock: Clock | undefined, mine: Clock) => clock !== undefined && isLater(clock, mine)

/** What a fact is of a record of which only the id is said. */
export function initialOf({ vocabulary }: Work, row: Record<string, Settable> | undefined, fact: string): Settable {
  if (fact === 'status') return 'open'
  return fact === 'stage' ? (vocabulary.pipelines.get(String(row?.pipeline))?.stages[0]?.name ?? null) : null
}

/** What the source has said by now, with what a late word makes of history. */
export function remember(
  { incoming, at, event, own, heard, fresh, late }: Weighed,
  before: Record<string, Settable> | undefined,
  isWritten: (fact: string) => boolean,
  initial: (fact: string) => Settable,
  now: Instant,
): { next: Heard; amendments: Late[] } {
  const clocks: Record<string, Clock> = { ...heard.clocks }
  const told = { ...heard.told }
  const isMade = before === undefined || heard.born !== undefined
  const isFirst = isMade && !later([at, event], heard.born ?? [at, event])
  const born = isFirst ? ([at, event] as const) : heard.born
  const amendments: Late[] = []
  if (incoming.record === 'activities') {
    if (Object.keys(fresh).length > 0) clocks[WHOLE] = [at, event]
    return { next: { clocks, told }, amendments }
  }
  for (const name of Object.keys(fresh)) clocks[name] = [at, event]
  if (isFirst) {
    for (const [fact, so] of Object.entries(told)) {
      if (Object.hasOwn(incoming.values, fact)) continue
      const begun = begin(so, initial(fact))
      told[fact] = begun.told
      for (const amendment of begun.amendments) amendments.push({ ...amendment, id: incoming.id, fact })
    }
  }
  for (const fact of TOLD[incoming.record] ?? []) {
    const isFresh = Object.hasOwn(fresh, fact)
    const value = isFresh ? fresh[fact] : late[fact]
    if (value === undefined) continue
    const base = before === undefined || isFirst ? {} : { base: [before[fact] ?? null] as const }
    const so = told[fact] ?? { ...base, said: [] }
    const changes = so.said.length > 0 ? so.said.at(-1)?.[2] !== value : so.base !== undefined && so.base[0] !== value
    const mute = own || (isFresh && changes && !isWritten(fact))
    const put = (isFirst ? bear : tell)(so, mute ? [at, event, value, 1] : [at, event, value])
    told[fact] = put.told
    // What an earlier event says of a record that a later one made was never a change.
    if (isFirst && isFresh && isWritten(fact))
      amendments.push({ is: 'drop', at: now, to: value, id: incoming.id, fact })
    for (const amendment of put.amendments) amendments.push({ ...amendment, id: incoming.id, fact })
  }
  return { next: born ? { clocks, told, born } : { clocks, told }, amendments }
}
