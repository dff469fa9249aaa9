import { sql } from 'kysely'
import { LEVELS } from '../domain/subjects.js'
import type { Vocabulary } from '../domain/vocabulary.js'
import type { Instant } from '../lib/instant.js'
import { NEVER } from '../lib/instant.js'
import type { Assessed, Fact, Snapshot } from './fact.js'
import { columnOf, own, type Side } from './side.js'

/** What was reckoned of the side: of the subject itself, or of the opportunity's account. */
const assessedOf = (side: Side, s: Snapshot): Assessed | null => (side.kind === s.kind ? s.assessed : s.accountAssessed)

const untilOf =
  (side: Side) =>
  (s: Snapshot): Instant =>
    assessedOf(side, s)?.until ?? NEVER

/** The score. In SQL: as of the last assessment. */
export const scoreFact = (side: Side): Fact => ({
  name: 'score',
  kind: 'number',
  summary: `The lead score of the ${side.kind}.`,
  read: (s) => assessedOf(side, s)?.score ?? null,
  changes: untilOf(side),
  sql: () => columnOf(side, 'score'),
  restsOn: ['score'],
})

/** Health and qualification of an opportunity. In SQL: as of the last assessment. */
export const reckonedFacts = (side: Side, { indicators, needs }: Vocabulary): Fact[] => {
  const changes = untilOf(side)
  const health = columnOf(side, 'health')
  const met = columnOf(side, 'qualification')
  return [
    {
      name: 'health',
      kind: 'choice',
      summary: 'How healthy it is: as healthy as its worst indicator.',
      choices: LEVELS,
      read: (s) => assessedOf(side, s)?.health ?? null,
      changes,
      sql: () => health,
      restsOn: ['health'],
    },
    ...indicators.map(
      (name): Fact => ({
        name: `health.${name}`,
        kind: 'choice',
        summary: `The level of the health indicator ${name}.`,
        choices: LEVELS,
        read: (s) => own(assessedOf(side, s)?.levels ?? {}, name)?.level ?? null,
        changes,
        sql: ({ dialect }) => dialect.jsonText(columnOf(side, 'levels'), [name, 'level']),
        restsOn: ['health'],
      }),
    ),
    {
      name: 'qualification',
      kind: 'number',
      summary: 'How many of the needs of qualification are met.',
      read: (s) => assessedOf(side, s)?.qualification?.length ?? null,
      changes,
      sql: ({ dialect }) =>
        sql`case when ${met} is not null then (select count(q.value) from ${dialect.jsonTexts(met, 'q')}) end`,
      restsOn: ['qualification'],
    },
    ...needs.map(
      (need): Fact => ({
        name: `qualification.${need}`,
        kind: 'flag',
        summary: `Whether the need ${need} of qualification is met.`,
        read: (s) => assessedOf(side, s)?.qualification?.includes(need) ?? null,
        changes,
        sql: ({ dialect }) =>
          sql`case when ${met} is not null
            then case when ${need} in (select q.value from ${dialect.jsonTexts(met, 'q')}) then 1 else 0 end end`,
        restsOn: ['qualification'],
      }),
    ),
  ]
}
