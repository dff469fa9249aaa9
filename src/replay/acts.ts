import { type Acted, acknowledging, type Snooze, snoozing } from '../domain/acts.js'
import type { Finding, FindingRef } from '../domain/findings.js'
import type { Account, Opportunity, SubjectRef } from '../domain/subjects.js'
import type { Instant } from '../lib/instant.js'
import { type Cell, isLiving } from './cells.js'
import { wake } from './desk.js'
import { forget, liftHold, putFinding } from './hanging.js'
import { putRow, rest, rouse, type State } from './state.js'
import { withdraw } from './telling.js'

/** Ends an open task. */
export function completeTask(state: State, of: SubjectRef, id: string, now: Instant): Acted {
  const cell = state.cells[of.kind].get(of.id)
  const task = cell?.tasks.find((one) => one.id === id)
  if (!cell || !task) return 'unknown'
  cell.tasks = cell.tasks.filter((one) => one !== task)
  touch(state, cell, now)
  return 'done'
}

/** Acknowledges an open finding: its escalation ends for this episode. */
export const acknowledge = (state: State, finding: FindingRef, by: string, now: Instant): Acted =>
  onOpen(state, finding, now, (open) => acknowledging(open, by, now))

/** Snoozes an open finding; a snooze takes the place of the one before. */
export const snooze = (state: State, finding: FindingRef, how: Snooze, by: string, now: Instant): Acted =>
  onOpen(state, finding, now, () => snoozing(how, by, now))

function onOpen(
  state: State,
  { rule, kind, id, episode }: FindingRef,
  now: Instant,
  change: (finding: Finding) => Partial<Finding> | null,
): Acted {
  const cell = state.cells[kind].get(id)
  const finding = cell?.findings.find((one) => one.rule === rule && one.episode === episode)
  if (!cell || !finding) return 'unknown'
  const changed = finding.state === 'open' ? change(finding) : null
  if (!changed) return 'already'
  touch(state, cell, now)
  putFinding(state, cell, { ...finding, ...changed })
  return 'done'
}

/** Bumps a subject's family and makes it due at once: its data did not change, so that it is taken up from now. */
function touch(state: State, cell: Cell, now: Instant): void {
  const { row, account } = cell
  row.version += 1
  row.due = Math.min(row.due ?? now, now)
  if (account) account.row.version += 1
  rouse(state, cell)
}

/**
 * Deletes a subject: its row stays, its findings close as `subject_gone` without effects, its tasks are closed, and its account
 * is due. The opportunities of a deleted account go on as families of their own. False where there is none (any more).
 */
export function deleteSubject(state: State, ref: SubjectRef, now: Instant): boolean {
  const cell = state.cells[ref.kind].get(ref.id)
  if (!cell || !isLiving(cell)) return false
  if (cell.account) cell.account.row.version += 1
  const { row } = cell
  // Its opportunities are families of their own from now on: they are bumped too, and with them the account again.
  const version = row.version + (cell.members.some(isLiving) ? 2 : 1)
  const gone: Opportunity | Account = { ...row, version, deleted_at: now, last_change: Math.max(row.last_change, now) }
  putRow(state, cell.kind, gone)
  rest(state, cell)
  if (cell.account && isLiving(cell.account)) {
    wake(state, cell.account, now)
    for (const other of cell.account.members.filter(isLiving)) wake(state, other, now)
  }
  for (const member of cell.members.filter(isLiving)) {
    member.row.version += 1
    wake(state, member, now)
  }
  for (const finding of [...cell.findings]) {
    if (finding.state === 'resolved') continue
    withdraw(cell, finding)
    if (finding.state !== 'open') forget(state, cell, finding)
    else putFinding(state, cell, { ...finding, state: 'resolved', resolved_at: now, resolved_because: 'subject_gone' })
  }
  cell.tasks = []
  for (const hold of [...cell.holds]) liftHold(state, cell, hold.key)
  cell.events = []
  return true
}
