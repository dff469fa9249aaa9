import { sql } from 'kysely'
import { type Acted, acknowledging, type Snooze, snoozing } from '../domain/acts.js'
import type { FindingRef } from '../domain/findings.js'
import { PLURAL, type SubjectRef } from '../domain/subjects.js'
import type { Instant } from '../lib/instant.js'
import type { FindingRow } from '../sql/tables.js'
import { audit } from './audit.js'
import type { Session, Tx } from './session.js'
import { bump } from './versions.js'

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
      await audit(tx, { at: now, by, act: 'complete', of: id })
      return 'done'
    }),
  /** Gives an open task to somebody else. */
  reassignTask: (id: string, to: string, by: string, now: Instant): Promise<Acted> =>
    session.write(async (tx) => {
      const task = await tx.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirst()
      if (!task) return 'unknown'
      if (task.state !== 'open' || task.assignee === to) return 'already'
      await touch(tx, session, { kind: task.kind, id: task.subject }, now)
      await tx.updateTable('tasks').set({ assignee: to }).where('id', '=', id).execute()
      await audit(tx, { at: now, by, act: 'reassign', of: id, detail: { from: task.assignee, to } })
      return 'done'
    }),
  /** Acknowledges an open finding: its escalation ends for this episode. */
  acknowledge: (finding: FindingRef, by: string, now: Instant): Promise<Acted> =>
    onOpen(session, 'acknowledge', finding, { by, now }, (open) => acknowledging(open, by, now)),
  /**
   * Snoozes an open finding until an instant, or until something happens to its subject, at the latest until that instant:
   * no reminders and no escalation meanwhile. A snooze takes the place of the one before.
   */
  snooze: (finding: FindingRef, snooze: Snooze, by: string, now: Instant): Promise<Acted> =>
    onOpen(session, 'snooze', finding, { by, now }, () => snoozing(snooze, by, now)),
})

/** Changes an open finding, audited, and looks at its subject again; null from `change` says that it is so already. */
const onOpen = (
  session: Session,
  act: 'acknowledge' | 'snooze',
  finding: FindingRef,
  { by, now }: { by: string; now: Instant },
  change: (row: FindingRow) => Partial<FindingRow> | null,
): Promise<Acted> =>
  session.write(async (tx) => {
    const { rule, kind, id, episode } = finding
    const row = await tx
      .selectFrom('findings')
      .selectAll()
      .where((e) => e.and({ rule, kind, id, episode }))
      .executeTakeFirst()
    if (!row) return 'unknown'
    const changed = row.state === 'open' ? change(row) : null
    if (!changed) return 'already'
    await touch(tx, session, { kind, id }, now)
    await tx
      .updateTable('findings')
      .set(changed)
      .where((e) => e.and({ rule, kind, id, episode, state: 'open' }))
      .execute()
    const of = [rule, kind, id, episode].join('/')
    await audit(tx, { at: now, by, act, of, detail: changed })
    return 'done'
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
  const table = PLURAL[subject.kind]
  await sql`update ${sql.table(table)} set due = case when due < ${now} then due else ${now} end
    where id = ${subject.id}`.execute(tx)
}
