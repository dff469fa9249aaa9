import type { Incoming } from '../domain/incoming.js'
import type { People } from '../domain/vocabulary.js'
import { nearest } from '../lib/nearest.js'

/** Somebody whom a file names as an owner and whom nobody describes, so that there is no manager and no team. */
export interface UnknownOwner {
  owner: string
  /** The id of the person who may be meant: of that name, of that address, or one that is spelt almost so. */
  meant: string | null
}

/** So many different owners are told apart: a column that is no owner's would else fill the memory. */
const MOST = 10_000

interface Watch {
  saw(incoming: Incoming): void
  /** The owners whom nobody describes, in the order of their names: the first 10,000 that were seen. */
  unknown(): UnknownOwner[]
  /** Were there more than `unknown` gives? */
  hasMore(): boolean
}

/** Looks on as rows are taken. `people` are those known as the file was begun; where they are none, no owner is unknown. */
export function watchOwners(people: People = new Map()): Watch {
  const known = new Set(people.keys())
  for (const { manager } of people.values()) if (manager !== null) known.add(manager)
  const strange = new Set<string>()
  let more = false
  return {
    saw({ record, values: { owner } }) {
      if (known.size === 0 || (record !== 'opportunities' && record !== 'accounts') || typeof owner !== 'string') return
      if (known.has(owner) || strange.has(owner)) return
      if (strange.size < MOST) strange.add(owner)
      else more = true
    },
    unknown() {
      const ids = idsOf(people)
      return [...strange].sort().map((owner) => ({
        owner,
        meant: ids.get(owner.toLowerCase()) ?? nearest(owner, known) ?? null,
      }))
    },
    hasMore: () => more,
  }
}

/** People by what else may stand in the column of owners: name, address, and the address up to its sign. */
function idsOf(people: People): ReadonlyMap<string, string> {
  const ids = new Map<string, string>()
  for (const { id, name, email } of people.values()) {
    const words = [id, name, email, email?.split('@')[0]]
    for (const word of words) if (word && !ids.has(word.toLowerCase())) ids.set(word.toLowerCase(), id)
  }
  return ids
}
