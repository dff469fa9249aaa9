import { PLURAL, type SubjectKind, type SubjectRef } from '../domain/subjects.js'
import type { Instant } from '../lib/instant.js'
import { announceFindings } from './announcements.js'
import { insertNew } from './bulk.js'
import * as rows from './rows.js'
import type { Session, Tx } from './session.js'
import { bump } from './versions.js'
import { dueAtOnce } from './wake.js'
import { withdraw } from './withdraw.js'

/**
 * Deletes a subject: its row stays with `deleted_at`, its findings close as `subject_gone` without effects, its tasks are
 * closed, what waits to be told of it is withdrawn, and its account is due. The opportunities of a deleted account go on as
 * families of their own. False where there is no such subject (any more).
 */
export function deleteSubject(
  session: Session,
  kind: SubjectKind,
  id: string,
  by: string,
  now: Instant,
): Promise<boolean> {
  return session.write((tx) => deleteWithin(tx, session, kind, id, by, now))
}

/** The same, within a transaction that writes. */
export async function deleteWithin(
  tx: Tx,
  session: Pick<Session, 'dialect'>,
  kind: SubjectKind,
  id: string,
  by: string,
  now: Instant,
): Promise<boolean> {
  const table = PLURAL[kind]
  const row = await tx.selectFrom(table).select('deleted_at').where('id', '=', id).executeTakeFirst()
  if (!row || row.deleted_at !== null) return false
  await bump(tx, session, [{ kind, id }])
  await tx
    .updateTable(table)
    .set({ deleted_at: now, last_change: dueAtOnce(now).last_change })
    .where('id', '=', id)
    .execute()
  await makeOthersDue(tx, session, { kind, id }, now)
  const entry = { kind, id, fact: 'deleted', from: false, to: true, at: now, learned_at: now, by, cause: null }
  await insertNew(tx, session, 'history', [rows.history.encode(entry)])
  await endFindings(tx, session, { kind, id }, now)
  await tx
    .updateTable('tasks')
    .set({ state: 'closed', ended_at: now, ended_by: by })
    .where('kind', '=', kind)
    .where('subject', '=', id)
    .where('state', '=', 'open')
    .execute()
  await tx.deleteFrom('holds').where('kind', '=', kind).where('id', '=', id).execute()
  await tx
    .updateTable('events')
    .set({ judged: 1 })
    .where('kind', '=', kind)
    .where('subject', '=', id)
    .where('judged', '=', 0)
    .execute()
  return true
}

/** The account's data changes with its opportunities, and theirs with their account and with one another. */
async function makeOthersDue(
  tx: Tx,
  session: Pick<Session, 'dialect'>,
  { kind, id }: SubjectRef,
  now: Instant,
): Promise<void> {
  if (kind === 'opportunity') {
    const account = await tx
      .selectFrom('accounts')
      .select(['id', 'deleted_at'])
      .where('id', '=', (e) => e.selectFrom('opportunities').select('account').where('id', '=', id))
      .executeTakeFirst()
    if (account?.deleted_at !== null) return
    await tx.updateTable('accounts').set(dueAtOnce(now)).where('id', '=', account.id).execute()
    await wakeOpportunities(tx, account.id, now)
    return
  }
  const left = await tx
    .selectFrom('opportunities')
    .select('id')
    .where('account', '=', id)
    .where('deleted_at', 'is', null)
    .execute()
  await bump(
    tx,
    session,
    left.map((o) => ({ kind: 'opportunity' as const, id: o.id })),
  )
  await wakeOpportunities(tx, id, now)
}

const wakeOpportunities = (tx: Tx, account: string, now: Instant) =>
  tx
    .updateTable('opportunities')
    .set(dueAtOnce(now))
    .where('account', '=', account)
    .where('deleted_at', 'is', null)
    .execute()

async function endFindings(
  tx: Tx,
  session: Pick<Session, 'dialect'>,
  { kind, id }: SubjectRef,
  now: Instant,
): Promise<void> {
  const living = tx
    .selectFrom('findings')
    .selectAll()
    .where('kind', '=', kind)
    .where('id', '=', id)
    .where('state', '<>', 'resolved')
  const findings = await living.execute()
  await withdraw(tx, session, findings, 'Its subject was deleted before it was sent.')
  await tx
    .deleteFrom('findings')
    .where('kind', '=', kind)
    .where('id', '=', id)
    .where('state', 'in', ['pending', 'held'])
    .execute()
  await tx
    .updateTable('findings')
    .set({ state: 'resolved', resolved_at: now, resolved_because: 'subject_gone' })
    .where('kind', '=', kind)
    .where('id', '=', id)
    .where('state', '=', 'open')
    .execute()
  const ended = findings.filter(({ state }) => state === 'open')
  const over = { state: 'resolved', resolved_at: now, resolved_because: 'subject_gone' } as const
  const turned = ended.map((finding) => ({ finding: { ...finding, ...over }, before: finding.state }))
  await announceFindings(tx, session, turned, now)
}
