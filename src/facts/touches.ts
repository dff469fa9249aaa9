import type { ActivitySummary } from '../domain/activities.js'
import type { Opportunity } from '../domain/subjects.js'
import { type Instant, NEVER } from '../lib/instant.js'
import { later, own } from './side.js'

/** Which activities are meant: all touches, or one kind. */
export type Kinds = readonly string[]

/** How many there were: what the summary counts, and what was planned and has come. */
export function countOf(kinds: Kinds, activity: ActivitySummary, now: Instant): number {
  let n = 0
  for (const kind of kinds) n += own(activity.kinds, kind)?.n ?? 0
  for (const p of activity.planned) if (p.at <= now && kinds.includes(p.kind)) n += 1
  return n
}

/** The same since the account came into its bin. */
export function countInBin(kinds: Kinds, activity: ActivitySummary, now: Instant, binSince: Instant): number {
  let n = 0
  for (const kind of kinds) n += own(activity.kinds, kind)?.in_bin ?? 0
  for (const p of activity.planned) if (p.at <= now && p.at >= binSince && kinds.includes(p.kind)) n += 1
  return n
}

/** The last one up to now; `byOwner` asks only for those by the owner at that time, or by nobody known. */
export function lastOf(kinds: Kinds, activity: ActivitySummary, now: Instant, byOwner = false): Instant | null {
  let last: Instant | null = null
  // Those that have been are few, however many are meant; none of a prototype can be enumerated.
  for (const kind in activity.kinds) {
    const of = activity.kinds[kind]
    if (of && kinds.includes(kind)) last = later(last, byOwner ? of.owner : of.last)
  }
  for (const p of activity.planned)
    if (p.at <= now && (p.owner || !byOwner) && kinds.includes(p.kind)) last = later(last, p.at)
  return last
}

/** The next planned one after now, else NEVER. */
export function nextOf(kinds: Kinds, activity: ActivitySummary, now: Instant): Instant {
  let next = NEVER
  for (const p of activity.planned) if (p.at > now && p.at < next && kinds.includes(p.kind)) next = p.at
  return next
}

/** The different contacts they name. */
export function contactsOf(kinds: Kinds, activity: ActivitySummary, now: Instant): number {
  const named = new Set<string>()
  for (const kind of kinds) for (const contact of own(activity.kinds, kind)?.contacts ?? []) named.add(contact)
  for (const p of activity.planned)
    if (p.at <= now && p.contact !== null && kinds.includes(p.kind)) named.add(p.contact)
  return named.size
}

type Sayers = readonly Opportunity[] | Opportunity | null

const areMany = (sayers: Sayers): sayers is readonly Opportunity[] => Array.isArray(sayers)

const lastSaidBy = ({ said_last_activity: a, said_next_activity: b }: Opportunity, now: Instant): Instant | null =>
  later(a !== null && a <= now ? a : null, b !== null && b <= now ? b : null)

/** The last touch that the sources speak of; what they announced counts once its time has come. */
export function lastSaid(sayers: Sayers, now: Instant): Instant | null {
  if (!areMany(sayers)) return sayers && lastSaidBy(sayers, now)
  let last: Instant | null = null
  for (const one of sayers) last = later(last, lastSaidBy(one, now))
  return last
}

const ahead = (at: Instant | null, now: Instant): Instant => (at !== null && at > now ? at : NEVER)

/** The next touch that the sources announce, else NEVER. */
export function nextSaid(sayers: Sayers, now: Instant): Instant {
  if (!areMany(sayers)) return sayers ? ahead(sayers.said_next_activity, now) : NEVER
  let next = NEVER
  for (const { said_next_activity: at } of sayers) next = Math.min(next, ahead(at, now))
  return next
}

/** When something that a source says comes true, else NEVER. */
export function saidComes(sayers: Sayers, now: Instant): Instant {
  if (!areMany(sayers)) return sayers ? Math.min(nextSaid(sayers, now), ahead(sayers.said_last_activity, now)) : NEVER
  let next = nextSaid(sayers, now)
  for (const { said_last_activity: at } of sayers) next = Math.min(next, ahead(at, now))
  return next
}
