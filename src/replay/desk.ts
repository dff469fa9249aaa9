import type { Bringing, Taken } from '../domain/incoming.js'
import type { Account, Opportunity, SubjectKind } from '../domain/subjects.js'
import type { Around } from '../domain/take-activity.js'
import { nothingFollows, type Taking } from '../domain/taking.js'
import { peopleUnder } from '../engine/snapshots.js'
import { requiredOfRows } from '../facts/table.js'
import type { Instant } from '../lib/instant.js'
import type { Program } from '../program/program.js'
import type { Cell } from './cells.js'
import { onlyOpenOf, putRow, type State, schedule } from './state.js'

/** Where records are taken: one for all, since what is on its way is done before the next comes. */
export interface Desk extends Taking {
  bringing: Bringing
  refuses: Taking['refuses']
  vocabulary: Taking['vocabulary']
  /** What is known of those whom activities name. */
  readonly around: Around
}

/** A desk over the rows of a world. */
export function openDesk(state: State, program: Program): Desk {
  const rows = <Row extends Opportunity | Account>(kind: SubjectKind) => ({
    get: (id: string) => state.cells[kind].get(id)?.row as Row | undefined,
    set: (_: string, row: Row) => putRow(state, kind, row),
  })
  const desk: Desk = {
    bringing: { source: '', as: 'event', by: '', now: 0 },
    vocabulary: program.vocabulary,
    wakes: program.wakes,
    remembers: false,
    refuses: 'all',
    missing: (requires, opportunity, account) =>
      requiredOfRows(desk.vocabulary, peopleUnder(program, state.people), desk.bringing.now)(
        requires,
        opportunity,
        account,
      ),
    opportunities: rows('opportunity'),
    accounts: rows('account'),
    ...nothingFollows(),
    around: {
      contacts: { get: (id) => state.contacts.get(id)?.account },
      onlyOpen: { get: (account) => onlyOpenOf(state, account) },
    },
  }
  return desk
}

/** Clears the desk for the next record. */
export function clearDesk(desk: Desk): void {
  const { changed, resummarise, reowned } = desk
  for (const pair of [changed, resummarise, reowned]) {
    if (pair.opportunity.size > 0) pair.opportunity.clear()
    if (pair.account.size > 0) pair.account.clear()
  }
  if (desk.rehomed.size > 0) desk.rehomed.clear()
  if (desk.stirred.size > 0) desk.stirred.clear()
  // To say of an empty list that it is empty takes longer than to ask.
  if (desk.history.length > 0) desk.history.length = 0
  if (desk.events.length > 0) desk.events.length = 0
}

/** The answer to a record that was taken. */
export const done = (outcome: 'new' | 'changed' | 'unchanged', line: number): Taken => ({
  outcome,
  line,
  diverged: NONE,
  refused: NONE,
})
const NONE: readonly string[] = []

/** A subject of which something changed is due at once. */
export function wake(state: State, cell: Cell, now: Instant): void {
  cell.row.due = 0
  noteChange(state, cell, now)
}

/** A change that is no reason to look at its subject: it is due when it was due. */
export function noteChange(state: State, cell: Cell, now: Instant): void {
  if (cell.row.last_change < now) cell.row.last_change = now
  schedule(state, cell)
}
