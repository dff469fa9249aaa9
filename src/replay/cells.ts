import { type DomainEvent, type Finding, type Hold, type Task, waitsForChange } from '../domain/findings.js'
import type { OwnerChange } from '../domain/owners.js'
import type { Account, Opportunity, SubjectKind } from '../domain/subjects.js'
import type { FiledActivity } from '../domain/take-activity.js'
import { type Instant, NEVER } from '../lib/instant.js'
import type { NoticeRow } from '../sql/telling.js'

/** A subject with all that hangs on it. */
export interface Cell {
  readonly kind: SubjectKind
  readonly id: string
  /**
   * The row is the cell's own. What is said of a subject comes in another row in its place; what is only reckoned of it (due,
   * versions, score, health) and the summary of its activities are written into it, since to copy a row takes longer than all the rest.
   */
  row: Opportunity | Account
  /** The cell of an opportunity's account, even of a deleted one. */
  account: Cell | null
  /** Of an account: all opportunities that name it, by id. */
  readonly members: Cell[]
  /** The rows of those of them that live; null where one of them changed. */
  living: readonly Opportunity[] | null
  /** Every episode, in order. */
  findings: Finding[]
  holds: Hold[]
  /** Those that no run has judged. */
  events: DomainEvent[]
  /** Printed keys of the moves that were carried out in the present episode of bins, with that. */
  moves: { episode: number; key: string }[]
  activities: FiledActivity[]
  owners: OwnerChange[]
  /** Open tasks. */
  tasks: Task[]
  /** Notices that nobody was told yet. */
  notices: NoticeRow[]
  /** The instant for which it is in the queue. */
  queued: Instant
  /** Its place among those that may be due at once; −1 where it is none of them. */
  awake: number
  /** The number of the last run that bumped its family. */
  bumped: number
}

export const newCell = (kind: SubjectKind, id: string, row: Opportunity | Account): Cell => ({
  kind,
  id,
  row,
  account: null,
  members: [],
  living: null,
  findings: [],
  holds: [],
  events: [],
  moves: [],
  activities: [],
  owners: [],
  tasks: [],
  notices: [],
  queued: NEVER,
  awake: -1,
  bumped: 0,
})

export const isLiving = ({ row }: Cell): boolean => row.deleted_at === null

/** Is something held back of an opportunity that is tried again when its account changes, whatever of that is read? */
export const waits = ({ holds }: Cell): boolean => holds.some(waitsForChange)

/** The rows of the living opportunities of an account, by id. */
export function livingOf(account: Cell): readonly Opportunity[] {
  account.living ??= account.members.filter(isLiving).map(({ row }) => row as Opportunity)
  return account.living
}

/** The cell after which the family is named: an opportunity belongs to its account as long as that one is not deleted. */
export const headOf = (cell: Cell): Cell => (cell.account && isLiving(cell.account) ? cell.account : cell)

/** Accounts before opportunities, each by id: the order in which quiet subjects are settled. */
export const byKind = (a: Cell, b: Cell): number =>
  a.kind === b.kind ? (a.id < b.id ? -1 : a.id > b.id ? 1 : 0) : a.kind === 'account' ? -1 : 1

/** Puts a cell in its place among the members of an account. */
export function join(account: Cell, member: Cell): void {
  const { members } = account
  let at = members.length
  while (at > 0 && (members[at - 1] as Cell).id > member.id) at -= 1
  members.splice(at, 0, member)
  account.living = null
  member.account = account
}

/** Takes a cell out of its account. */
export function leave(member: Cell): void {
  const { account } = member
  if (!account) return
  account.members.splice(account.members.indexOf(member), 1)
  account.living = null
  member.account = null
}

/** Is it an opportunity that counts as open? */
export const isOpen = (kind: SubjectKind, row: Opportunity | Account): boolean =>
  kind === 'opportunity' && (row as Opportunity).status === 'open' && row.deleted_at === null
