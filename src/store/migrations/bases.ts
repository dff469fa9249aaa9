import { sql } from 'kysely'
import { type Column, type Migration, readColumns } from './migration.js'

const PROGRAMS = readColumns('bases text')
/** What is added to tables that were there before. */
export const ADDED: Readonly<Record<string, readonly Column[]>> = { programs: PROGRAMS }

/** Programs note what the verdict of each rule rests on: an edit of what a rule does or says is no edit of that. */
export const bases: Migration = {
  name: 'what verdicts rest on',
  up: async (db, dialect) => {
    for (const { name, type } of PROGRAMS)
      await db.schema.alterTable('programs').addColumn(name, sql.raw(dialect.columnTypes[type])).execute()
  },
}
