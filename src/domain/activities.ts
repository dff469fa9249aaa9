import type { Instant } from '../lib/instant.js'

/** Something that happened, or is planned, with an opportunity, an account or a contact. */
export interface Activity {
  id: string
  kind: string
  at: Instant
  /** Who did it: a person's id, or null where nobody is known. */
  by: string | null
  opportunity: string | null
  account: string | null
  contact: string | null
  /** Whether `by` was the owner of the subject at that time, or is nobody known. */
  by_owner: boolean
}

/** What has happened of one kind of activity. */
export interface KindSummary {
  /** How many. */
  n: number
  last: Instant
  /** The last one by the owner at that time, or by nobody known. */
  owner: Instant | null
  /** How many since the account came into its bin; of an opportunity always 0. */
  in_bin: number
  /** Different contacts it names. */
  contacts: readonly string[]
}

export interface Planned {
  at: Instant
  kind: string
  /** By the owner at that time, or by nobody known. */
  owner: boolean
  contact: string | null
}

/**
 * All that facts need of a subject's activities, whatever kinds a program calls touches.
 * `planned` holds, in order of time, what lay ahead when the summary was written; what of it has come by `now` has happened.
 */
export interface ActivitySummary {
  kinds: Record<string, KindSummary>
  planned: readonly Planned[]
}

export const NO_ACTIVITY: ActivitySummary = { kinds: {}, planned: [] }

/** Summarises activities as of an instant. `binSince` says from when on they count as "in the bin" (accounts only). */
export function summarise(
  activities: Iterable<Pick<Activity, 'kind' | 'at' | 'by_owner' | 'contact'>>,
  asOf: Instant,
  binSince: Instant | null,
): ActivitySummary {
  const kinds: Record<string, KindSummary & { contacts: string[] }> = {}
  const planned: Planned[] = []
  for (const { kind, at, by_owner, contact } of activities) {
    if (at > asOf) {
      planned.push({ at, kind, owner: by_owner, contact })
      continue
    }
    // A kind may be called `constructor`.
    if (!Object.hasOwn(kinds, kind)) kinds[kind] = { n: 0, last: at, owner: null, in_bin: 0, contacts: [] }
    const of = kinds[kind] as KindSummary & { contacts: string[] }
    of.n += 1
    of.last = Math.max(of.last, at)
    if (by_owner) of.owner = Math.max(of.owner ?? at, at)
    if (binSince !== null && at >= binSince) of.in_bin += 1
    if (contact !== null && !of.contacts.includes(contact)) of.contacts.push(contact)
  }
  return { kinds, planned: planned.sort((a, b) => a.at - b.at || (a.kind < b.kind ? -1 : 1)) }
}

/** An activity summary with more activities in it: what `summarise` gives for all of them together, as of `now`. */
export function extend(
  summary: ActivitySummary,
  added: Parameters<typeof summarise>[0],
  now: Instant,
  binSince: Instant | null,
): ActivitySummary {
  const only = Array.isArray(added) && added.length === 1 ? (added[0] as Activity) : undefined
  if (only && only.at <= now && summary.planned.length === 0) return withOne(summary, only, binSince)
  const planned = summary.planned.map(({ at, kind, owner, contact }) => ({ at, kind, by_owner: owner, contact }))
  const { kinds, planned: ahead } = summarise([...planned, ...added], now, binSince)
  const all = { ...summary.kinds }
  for (const [kind, of] of Object.entries(kinds)) {
    const had = Object.hasOwn(all, kind) ? all[kind] : undefined
    all[kind] = had
      ? {
          n: had.n + of.n,
          last: Math.max(had.last, of.last),
          owner: had.owner === null || of.owner === null ? (had.owner ?? of.owner) : Math.max(had.owner, of.owner),
          in_bin: had.in_bin + of.in_bin,
          contacts: [...new Set([...had.contacts, ...of.contacts])],
        }
      : of
  }
  return { kinds: all, planned: ahead }
}

/** The same for one that has happened, where none is planned: most that are told. */
function withOne(
  { kinds, planned }: ActivitySummary,
  { kind, at, by_owner, contact }: Pick<Activity, 'kind' | 'at' | 'by_owner' | 'contact'>,
  binSince: Instant | null,
): ActivitySummary {
  const { n, last, owner, in_bin, contacts } = (Object.hasOwn(kinds, kind) ? kinds[kind] : undefined) ?? NONE
  const of: KindSummary = {
    n: n + 1,
    last: Math.max(last, at),
    owner: by_owner ? Math.max(owner ?? at, at) : owner,
    in_bin: in_bin + (binSince !== null && at >= binSince ? 1 : 0),
    contacts: contact === null || contacts.includes(contact) ? contacts : [...contacts, contact],
  }
  return { kinds: { ...kinds, [kind]: of }, planned }
}

const NONE: KindSummary = { n: 0, last: Number.NEGATIVE_INFINITY, owner: null, in_bin: 0, contacts: [] }
