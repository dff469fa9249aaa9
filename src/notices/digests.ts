import { type Person, personKnownById } from '../domain/subjects.js'
import type { People } from '../domain/vocabulary.js'
import { digest } from '../lib/digest.js'
import { makeSchedule, parseEvery, type Schedule } from '../lib/schedules.js'
import type { Program } from '../program/program.js'
import { titleOf } from '../program/rules.js'
import { minutesOf } from '../program/times.js'

/** A digest that is declared: when it comes, what it shows, to whom. */
export interface Digest {
  readonly name: string
  readonly title: string
  readonly schedule: Schedule
  /** Of when it comes: another one is reckoned anew. */
  readonly spec: string
  readonly show: readonly string[]
  readonly to: readonly string[]
}

/** Where no starting date is given: weeks begin on a Monday, months on their first day. */
const STARTING = '1970-01-05'
const FIRST_OF_MONTH = '1970-01-01'

/** Reads the section of a checked program. Digests come on the calendar's clock: its zone, workdays and holidays. */
export function digestsOf({ sections, vocabulary }: Pick<Program, 'sections' | 'vocabulary'>): Digest[] {
  const { spec: calendar } = vocabulary.calendar
  return Object.entries(sections.digests ?? {}).map(([name, { title, every: written, starting, at, show, to }]) => {
    const every = parseEvery(written) ?? { weeks: 1 }
    const from = starting ?? (every === 'month' ? FIRST_OF_MONTH : STARTING)
    const when = { every, starting: from, at: minutesOf(at) ?? 0 }
    return {
      name,
      title: title ?? nameToTitle(name),
      schedule: makeSchedule(when, calendar),
      spec: digest({ when, calendar }),
      show,
      to: [to].flat(),
    }
  })
}

const DAY = /\b(mon|tues|wednes|thurs|fri|satur|sun)day\b/g

/** `my-monday` is `My Monday`, `bi-weekly-hygiene` is `Biweekly hygiene`. */
const nameToTitle = (name: string): string =>
  titleOf(name.replace(/^bi[-_](?=weekly|monthly)/, 'bi')).replace(
    DAY,
    (day) => day.charAt(0).toUpperCase() + day.slice(1),
  )

/** A person who gets a digest, and whose opportunities it is about; null: everybody's. */
export interface Recipient {
  readonly person: Person
  readonly owners: ReadonlySet<string> | null
  readonly of: 'team' | 'own' | 'all'
}

/**
 * Who gets a digest, by id, each once: `managers` are those to whom an owner reports, also over others, and each sees the own
 * team; `owners` see their own; a person or a team that is named sees the whole pipeline. Only active people.
 */
export function recipientsOf({ to }: Pick<Digest, 'to'>, people: People, owners: ReadonlySet<string>): Recipient[] {
  const found = new Map<string, Recipient>()
  const add = (recipient: Recipient) => {
    const { person } = recipient
    if (person.active && !found.has(person.id)) found.set(person.id, recipient)
  }
  for (const one of to) {
    if (one === 'managers')
      for (const [id, team] of teams(people, owners)) add({ ...known(id, people), owners: team, of: 'team' })
    else if (one === 'owners') for (const id of owners) add({ ...known(id, people), owners: new Set([id]), of: 'own' })
    else if (one.startsWith('team.')) {
      for (const person of people.values()) if (`team.${person.team}` === one) add({ person, owners: null, of: 'all' })
    } else add({ ...known(one, people), owners: null, of: 'all' })
  }
  return [...found.values()].sort((a, b) => (a.person.id < b.person.id ? -1 : 1))
}

const known = (id: string, people: People): { person: Person } => ({
  person: people.get(id) ?? personKnownById(id),
})

/** Of every manager the owners below, and the manager's own. A ring of managers ends where it comes round. */
function teams(people: People, owners: ReadonlySet<string>): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>()
  for (const owner of owners) {
    const seen = new Set([owner])
    for (let manager = people.get(owner)?.manager ?? null; manager !== null && !seen.has(manager); ) {
      seen.add(manager)
      const team = found.get(manager) ?? new Set([manager])
      team.add(owner)
      found.set(manager, team)
      manager = people.get(manager)?.manager ?? null
    }
  }
  return found
}
