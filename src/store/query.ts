import { sql } from 'kysely'
import { toSql } from '../conditions/sql.js'
import type { Condition } from '../conditions/tree.js'
import type { SubjectKind } from '../domain/subjects.js'
import type { People, Vocabulary } from '../domain/vocabulary.js'
import type { Instant } from '../lib/instant.js'
import type { SqlReading } from '../sql/reading.js'
import type { Session } from './session.js'

/** A question about living subjects of one kind, read under a program's vocabulary at an instant. */
export interface Asked {
  subject: SubjectKind
  when: Condition
  now: Instant
  vocabulary: Vocabulary
  people: People
}

/**
 * The ids of the living subjects of which a condition holds, in their order. What was reckoned (health, score) is as of the
 * last assessment, and a fact with a loose reading may give more than the verdict does: let it decide where that matters.
 */
export async function idsWhere(session: Session, { subject, when, ...read }: Asked): Promise<string[]> {
  const reading: SqlReading = { ...read, subject, dialect: session.dialect }
  const holds = toSql(when, reading)
  const found = await session.read((tx) =>
    subject === 'opportunity'
      ? sql<{ id: string }>`select o.id from opportunities as o
          left join accounts as a on a.id = o.account and a.deleted_at is null
          where o.deleted_at is null and ${holds} order by o.id`.execute(tx)
      : sql<{ id: string }>`select a.id from accounts as a
          where a.deleted_at is null and ${holds} order by a.id`.execute(tx),
  )
  return found.rows.map((row) => row.id)
}
