import { sql } from 'kysely'
import type { Person } from '../domain/subjects.js'
import type { People } from '../domain/vocabulary.js'
import type { SqlReading } from '../sql/reading.js'
import type { Fact, Snapshot } from './fact.js'
import { columnOf, type Side } from './side.js'

const ownerOf = (side: Side, snapshot: Snapshot): Person | undefined => {
  const id = side.of(snapshot)?.owner ?? null
  return id === null ? undefined : snapshot.people.get(id)
}

const entriesOf = (people: People, value: (person: Person) => unknown): string =>
  JSON.stringify(
    Object.fromEntries([...people].map(([id, p]) => [id, value(p)] as const).filter(([, v]) => v !== null)),
  )

const RESTS_ON = ['owner', 'people'] as const

/** The facts of its owner, as far as the people are known. Someone only named as an owner is known by the id alone. */
export const ownerFacts = (side: Side): Fact[] => {
  const owner = columnOf(side, 'owner')
  const attribute = (key: 'name' | 'email' | 'manager' | 'team', summary: string): Fact => ({
    name: `owner.${key}`,
    kind: 'text',
    summary,
    read: (s) => ownerOf(side, s)?.[key] ?? null,
    sql: ({ dialect, people }) =>
      sql`(select e.value from ${dialect.jsonEntries(
        entriesOf(people, (p) => p[key]),
        'e',
      )} where e.key = ${owner})`,
    restsOn: RESTS_ON,
  })
  const name = attribute('name', 'The name of its owner; of one who is not described, the id.')
  const among = (reading: SqlReading, active: boolean) =>
    sql`${owner} in (select e.key from ${reading.dialect.jsonEntries(
      entriesOf(reading.people, (p) => (p.active === active ? 1 : null)),
      'e',
    )})`
  return [
    {
      ...name,
      read: (s) => name.read(s) ?? side.of(s)?.owner ?? null,
      sql: (reading) => sql`coalesce(${name.sql(reading)}, ${owner})`,
    },
    attribute('email', 'The email address of its owner.'),
    attribute('manager', 'The id of the manager of its owner.'),
    attribute('team', 'The team of its owner.'),
    {
      name: 'owner.active',
      kind: 'flag',
      summary: 'Whether its owner is active.',
      read: (s) => ownerOf(side, s)?.active ?? null,
      sql: (reading) => sql`case when ${among(reading, true)} then 1 when ${among(reading, false)} then 0 end`,
      restsOn: RESTS_ON,
    },
  ]
}
