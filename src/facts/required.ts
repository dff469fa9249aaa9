import { type RawBuilder, sql } from 'kysely'
import type { Vocabulary } from '../domain/vocabulary.js'
import { ANYTHING } from '../domain/wakes.js'
import { NEVER } from '../lib/instant.js'
import type { SqlReading } from '../sql/reading.js'
import type { Fact, Snapshot } from './fact.js'
import type { Side } from './side.js'

/** What a place of the pipeline or of the assembly line requires of whoever is in it. */
interface Place {
  here(snapshot: Snapshot): boolean
  inSql: RawBuilder<unknown>
  requires: readonly Fact[]
}

const placesOf = (side: Side, { pipelines, assemblyLine }: Vocabulary, named: (name: string) => Fact[]): Place[] => {
  const places: Place[] =
    side.kind === 'opportunity'
      ? [...pipelines.values()].flatMap((pipeline) =>
          pipeline.stages.map((stage) => ({
            here: (s: Snapshot) => s.opportunity?.pipeline === pipeline.name && s.opportunity.stage === stage.name,
            inSql: sql`(o.pipeline = ${pipeline.name} and o.stage = ${stage.name})`,
            requires: stage.requires.flatMap(named),
          })),
        )
      : [...(assemblyLine?.bins.values() ?? [])].map((bin) => ({
          here: (s: Snapshot) => s.account?.bin === bin.name,
          inSql: sql`a.bin = ${bin.name}`,
          requires: bin.requires.flatMap(named),
        }))
  return places.filter((place) => place.requires.length > 0)
}

/** Whether something is missing that the stage, or the bin, requires. `facts` are the other facts of the side. */
export const incompleteFact = (side: Side, vocabulary: Vocabulary, facts: readonly Fact[]): Fact => {
  const byName = new Map(facts.map((fact) => [fact.name, fact]))
  const places = placesOf(side, vocabulary, (name) => {
    const fact = byName.get(name)
    return fact ? [fact] : []
  })
  const lacking = ({ inSql, requires }: Place, reading: SqlReading) =>
    sql`(${inSql} and (${sql.join(
      requires.map((fact) => sql`${fact.sql(reading)} is null`),
      sql` or `,
    )}))`
  const id = sql.ref(`${side.alias}.id`)
  const where = side.kind === 'account' ? ['bin'] : ['pipeline', 'stage']
  const restsOn = [
    ...where,
    ...places.flatMap(({ requires }) => requires.flatMap((fact) => fact.restsOn ?? [ANYTHING])),
  ]
  return {
    name: 'incomplete',
    kind: 'flag',
    summary: `Whether something is missing that the ${side.kind === 'account' ? 'bin' : 'stage'} requires.`,
    neverMissing: 'value',
    read: (s) =>
      side.of(s) && places.some((place) => place.here(s) && place.requires.some((fact) => fact.read(s) === null)),
    changes: (s) => {
      const place = places.find((p) => p.here(s))
      return place ? Math.min(...place.requires.map((fact) => fact.changes?.(s) ?? NEVER)) : NEVER
    },
    sql: (reading) => {
      const any = places.map((place) => lacking(place, reading))
      return sql`case when ${id} is null then null ${
        any.length === 0 ? sql`` : sql`when ${sql.join(any, sql` or `)} then 1`
      } else 0 end`
    },
    restsOn,
  }
}
