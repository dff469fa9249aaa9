import { extend, summarise } from '../domain/activities.js'
import type { Incoming, Taken } from '../domain/incoming.js'
import { ownerAt } from '../domain/owners.js'
import type { Account, Opportunity, SubjectKind } from '../domain/subjects.js'
import { activityOf, bringEvents, type FiledActivity, fileActivity } from '../domain/take-activity.js'
import { binCountsSince, putAccount, putSummary, stirByActivity } from '../domain/taking.js'
import type { Cell } from './cells.js'
import { type Desk, done } from './desk.js'
import type { State } from './state.js'

/** Takes an activity: a new one is added to the summaries of its subjects, of one that changed they are made anew. */
export function takeActivity(state: State, desk: Desk, incoming: Incoming): Taken {
  const { now } = desk.bringing
  const before = state.activities.get(incoming.id)
  const filed = fileActivity(desk, desk.around, incoming, before)
  if (typeof filed === 'string') return { outcome: 'rejected', line: incoming.line, why: filed }
  if (filed === before) return done('unchanged', incoming.line)
  tellOwner(state, filed, 'opportunity')
  tellOwner(state, filed, 'account')
  state.activities.set(filed.id, filed)
  if (before) {
    for (const cell of homesOf(state, before)) {
      cell.activities = cell.activities.filter((one) => one !== before)
      desk.resummarise[cell.kind].add(cell.id)
      desk.changed[cell.kind].add(cell.id)
    }
  } else bringEvents(desk, filed)
  for (const cell of homesOf(state, filed)) {
    cell.activities.push(filed)
    if (before) {
      desk.resummarise[cell.kind].add(cell.id)
      desk.changed[cell.kind].add(cell.id)
      continue
    }
    const binSince = cell.kind === 'account' ? binCountsSince(cell.row as Account, desk.vocabulary) : null
    cell.row.activity = extend(cell.row.activity, [activityOf(filed, cell.kind)], now, binSince)
    if (cell.kind === 'account') stirByActivity(desk, cell.id)
    desk.changed[cell.kind].add(cell.id)
  }
  return done(before ? 'changed' : 'new', incoming.line)
}

function homesOf(state: State, { opportunity, account }: FiledActivity): Cell[] {
  const homes: Cell[] = []
  const ofOpportunity = opportunity === null ? undefined : state.cells.opportunity.get(opportunity)
  const ofAccount = account === null ? undefined : state.cells.account.get(account)
  if (ofOpportunity) homes.push(ofOpportunity)
  if (ofAccount) homes.push(ofAccount)
  return homes
}

/** Tells of an activity whether the owner of its subject at that time did it, or nobody known. */
export function tellOwner(state: State, filed: FiledActivity, kind: SubjectKind): void {
  const { by, at } = filed
  const id = filed[kind]
  const cell = id === null ? undefined : state.cells[kind].get(id)
  const isOwner = by === null || !cell || ownerAt(cell.owners, at, cell.row.owner) === by ? 1 : 0
  if (kind === 'opportunity') filed.by_owner_of_opportunity = isOwner
  else filed.by_owner_of_account = isOwner
}

/** Activities of an opportunity that changed accounts are now of the new one; both are summarised anew. */
export function rehome(state: State, desk: Desk, id: string): void {
  const cell = state.cells.opportunity.get(id)
  if (!cell || cell.activities.length === 0) return
  const home = (cell.row as Opportunity).account
  const touched = new Set<string>(home === null ? [] : [home])
  for (const filed of cell.activities) {
    const former = filed.account === null ? undefined : state.cells.account.get(filed.account)
    if (former) former.activities = former.activities.filter((one) => one !== filed)
    if (filed.account !== null) touched.add(filed.account)
    filed.account = home
    if (home !== null) state.cells.account.get(home)?.activities.push(filed)
  }
  for (const account of touched) {
    const row = desk.accounts.get(account)
    if (!row) continue
    putAccount(desk, row)
    desk.resummarise.account.add(account)
    desk.reowned.account.add(account)
  }
}

/** Summarises anew the activities of the subjects that asked for it. */
export function resummarise(state: State, desk: Desk, kind: SubjectKind): void {
  for (const id of desk.resummarise[kind]) {
    const cell = state.cells[kind].get(id)
    if (!cell) continue
    const list = cell.activities.toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
    const binSince = kind === 'account' ? binCountsSince(cell.row as Account, desk.vocabulary) : null
    const seen = list.map((filed) => activityOf(filed, kind))
    putSummary(desk, kind, id, summarise(seen, desk.bringing.now, binSince))
  }
}
