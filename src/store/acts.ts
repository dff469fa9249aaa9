import { sql } from 'kysely'
import type { FindingRef } from '../domain/findings.js'
import type { SubjectRef } from '../domain/subjects.js'
import type { Instant } from '../lib/instant.js'
import type { Session, Tx } from './session.js'
import { bump } from './versions.js'

/** What became of a person's act. */
export type Acted = 'done' | 'unknown' | 'already'

/** What people do with tasks and findings. Each bumps the family first and makes the subject due at once. */
export const actsOf = (session: Session) => ({
  /** Ends an open task. */
  completeTask: (id: string, by: string, now: Instant): Promise<Acted> =>
    session.write(async (tx) => {
      const task = await tx.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirst()
      if (!task) return 'unknown'
      if (task.state !== 'open') return 'already'
      await touch(tx, session, { kind: task.kind, id: task.subject }, now)
      await tx.updateTable('tasks').set({ state: 'done', ended_at: now, ended_by: by }).where('id', '=', id).execute()
      return 'done'
    }),
  /** Acknowledges an open finding: its escalation ends for this episode. */
  acknowledge: (finding: FindingRef, by: string, now: Instant): Promise<Acted> =>
    session.write(async (tx) => {
      const { rule, kind, id, episode } = finding
      const row = await tx
        .selectFrom('findings')
        .select(['state', 'acknowledged_at'])
        .where('rule', '=', rule)
        .where('kind', '=', kind)
        .where('id', '=', id)
        .where('episode', '=', episode)
        .executeTakeFirst()
      if (!row) return 'unknown'
      if (row.state !== 'open' || row.acknowledged_at !== null) return 'already'
      await touch(tx, session, { kind, id }, now)
      await tx
        .updateTable('findings')
        .set({ acknowledged_at: now, acknowledged_by: by })
        .where('rule', '=', rule)
        .where('kind', '=', kind)
        .where('id', '=', id)
        .where('episode', '=', episode)
        .execute()
      return 'done'
    }),
})

/**
 * Bumps a subject's family and makes it due at once. Its data did not change, so that it is taken up from `now` (or from
 * when it was due before), not from its last change.
 */
export async function touch(
  tx: Tx,
  session: Pick<Session, 'dialect'>,
  subject: SubjectRef,
  now: Instant,
): Promise<void> {
  await bump(tx, session, [subject])
  const table = subject.kind === 'account' ? 'accounts' : 'opportunities'
  await sql`update ${sql.table(table)} set due = case when due < ${now} then due else ${now} end
    where id = ${subject.id}`.execute(tx)
}
