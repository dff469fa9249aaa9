import type { DomainEvent } from '../domain/findings.js'
import type { Incoming, Taken } from '../domain/incoming.js'
import { NOTHING_SAID } from '../domain/said.js'
import { takeAccount } from '../domain/take-account.js'
import { takeOpportunity } from '../domain/take-opportunity.js'
import { isPassed, type Told, wakesAccount } from '../domain/taking.js'
import { type Cell, isLiving, waits } from './cells.js'
import { clearDesk, type Desk, noteChange, wake } from './desk.js'
import { isHeard } from './sight.js'
import { cellOf, type State } from './state.js'
import { rehome, resummarise, takeActivity, tellOwner } from './take-activities.js'
import { takeContact, takePerson } from './take-people.js'

/** Takes one record, and leaves of rows what the store would leave. Past changes are not taken: a world is told them in order. */
export function takeRecord(state: State, desk: Desk, incoming: Incoming): Taken {
  const taken = takeOne(state, desk, incoming)
  if (taken.outcome === 'new' || taken.outcome === 'changed') finish(state, desk)
  clearDesk(desk)
  return taken
}

function takeOne(state: State, desk: Desk, incoming: Incoming): Taken {
  switch (incoming.record) {
    case 'opportunities':
      return takeOpportunity(desk, NOTHING_SAID, incoming)
    case 'accounts':
      return takeAccount(desk, NOTHING_SAID, incoming)
    case 'activities':
      return takeActivity(state, desk, incoming)
    case 'people':
      return takePerson(state, desk, incoming)
    case 'contacts':
      return takeContact(state, desk, incoming)
    case 'changes':
      return { outcome: 'rejected', line: incoming.line, why: 'Past changes are taken by a store only.' }
  }
}

/** What follows from what was taken: activities go with their opportunity, summaries, versions, who is due, events. */
function finish(state: State, desk: Desk): void {
  const { changed, bringing, wakes, stirred } = desk
  const { now } = bringing
  for (const told of desk.history) keepOwner(state, told)
  for (const id of desk.rehomed) rehome(state, desk, id)
  for (const id of desk.reowned.account)
    for (const filed of state.cells.account.get(id)?.activities ?? []) tellOwner(state, filed, 'account')
  resummarise(state, desk, 'opportunity')
  resummarise(state, desk, 'account')
  const families: Cell[] = []
  for (const id of changed.account) {
    const cell = cellOf(state, { kind: 'account', id })
    families.push(cell)
    if (wakesAccount(desk, id, now)) wake(state, cell, now)
    else noteChange(state, cell, now)
  }
  for (const id of changed.opportunity) {
    const cell = cellOf(state, { kind: 'opportunity', id })
    cell.row.version += 1
    wake(state, cell, now)
    if (!cell.account) continue
    if (!families.includes(cell.account)) families.push(cell.account)
    if (wakes.accounts && isLiving(cell.account)) wake(state, cell.account, now)
  }
  for (const { row } of families) row.version += 1
  for (const id of changed.account) wakeMembers(state, desk, id, stirred.has(id))
  for (const id of stirred) if (!changed.account.has(id)) wakeMembers(state, desk, id, true)
  for (const event of desk.events) keepEvent(state, event, desk)
}

/** Opportunities are due whose account changed in what they are judged by, and those that wait for any change of it. */
function wakeMembers(state: State, { changed, bringing }: Desk, id: string, isStirred: boolean): void {
  const account = cellOf(state, { kind: 'account', id })
  if (!isLiving(account)) return
  for (const cell of account.members) {
    if ((isStirred || waits(cell)) && isLiving(cell) && !changed.opportunity.has(cell.id))
      wake(state, cell, bringing.now)
  }
}

/** An event of that name is heard once. One to which no rule listens is not kept until it is judged. */
function keepEvent(state: State, event: DomainEvent, { wakes, bringing: { now } }: Desk): void {
  if (isPassed(wakes, event, now)) return
  const cell = cellOf(state, event.subject)
  const isUnheard = state.program !== null && isLiving(cell) && !isHeard(state.program, event)
  if (event.at <= now && isUnheard) state.unheard.push(cell)
  else if (!cell.events.some(({ id }) => id === event.id)) cell.events.push(event)
}

/** Remembers who owned a subject when: by it activities are told to be the owner's. */
export function keepOwner(
  state: State,
  { kind, id, fact, from, to, at }: Pick<Told, 'kind' | 'id' | 'fact' | 'from' | 'to' | 'at'>,
): void {
  if (fact !== 'owner') return
  const owners = state.cells[kind].get(id)?.owners
  owners?.push({ at, from: from as string | null, to: to as string | null })
  owners?.sort((a, b) => a.at - b.at)
}
