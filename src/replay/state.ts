import TinyQueue from 'tinyqueue'
import type { Account, Contact, Opportunity, SubjectKind, SubjectRef } from '../domain/subjects.js'
import type { FiledActivity } from '../domain/take-activity.js'
import type { People } from '../domain/vocabulary.js'
import type { FormerProgram } from '../engine/store.js'
import { type Instant, NEVER } from '../lib/instant.js'
import type { Program } from '../program/program.js'
import { type Cell, isLiving, isOpen, join, leave, livingOf, newCell } from './cells.js'
import { type Spending, startSpending } from './spending.js'

interface Queued {
  at: Instant
  cell: Cell
}

/** Everything that a world knows. Only the files of this room see it. */
export interface State {
  /** The program in force, with its number; null before one is. */
  program: Program | null
  readonly programs: FormerProgram[]
  readonly cells: Readonly<Record<SubjectKind, Map<string, Cell>>>
  /** What a person owns. */
  readonly owned: Map<string, Set<Cell>>
  people: People
  readonly contacts: Map<string, Contact>
  readonly activities: Map<string, FiledActivity>
  /** Subjects that may be due at once, in any order. Each knows its place: to fill and empty a Set takes much longer. */
  readonly awake: Cell[]
  readonly queue: TinyQueue<Queued>
  readonly spending: Spending
  /** Rules of which a limit holds something: how many things, and the digest under which the last of them was held. */
  readonly held: Map<string, { count: number; digest: string }>
  openOpportunities: number
  livingAccounts: number
  /** The number of the present run: a run bumps a family once. */
  run: number
  /** Subjects of events to which no rule listens: the next run judges these in passing. */
  readonly unheard: Cell[]
}

export const startState = (): State => ({
  program: null,
  programs: [],
  cells: { opportunity: new Map(), account: new Map() },
  owned: new Map(),
  people: new Map(),
  contacts: new Map(),
  activities: new Map(),
  awake: [],
  queue: new TinyQueue<Queued>([], (a, b) => a.at - b.at),
  spending: startSpending(),
  held: new Map(),
  openOpportunities: 0,
  livingAccounts: 0,
  run: 1,
  unheard: [],
})

/** The program in force. Throws where none is. */
export function programIn({ program }: State): Program {
  if (!program) throw new Error('No program is in force in this world.')
  return program
}

/** The cell of a subject that is there. Throws where it is not: our own mistake. */
export function cellOf(state: State, { kind, id }: SubjectRef): Cell {
  const cell = state.cells[kind].get(id)
  if (!cell) throw new Error(`There is no ${kind} ${id} in this world.`)
  return cell
}

/** Puts a row in the place of the one before, or into a cell of its own, and keeps all that is counted of rows. */
export function putRow(state: State, kind: SubjectKind, row: Opportunity | Account): Cell {
  const known = state.cells[kind].get(row.id)
  if (!known) {
    const cell = newCell(kind, row.id, row)
    state.cells[kind].set(row.id, cell)
    count(state, cell, null)
    place(state, cell)
    return cell
  }
  const before = known.row
  known.row = row
  count(state, known, before)
  if (kind === 'account') return known
  if ((before as Opportunity).account !== (row as Opportunity).account) {
    leave(known)
    place(state, known)
  } else if (known.account) known.account.living = null
  return known
}

function place(state: State, cell: Cell): void {
  const account = cell.kind === 'opportunity' ? (cell.row as Opportunity).account : null
  const home = account === null ? undefined : state.cells.account.get(account)
  if (home) join(home, cell)
}

function count(state: State, { kind, row, id }: Cell, before: Opportunity | Account | null): void {
  if (before?.owner !== row.owner) {
    const cell = state.cells[kind].get(id) as Cell
    if (before && before.owner !== null) state.owned.get(before.owner)?.delete(cell)
    if (row.owner !== null) {
      const owned = state.owned.get(row.owner) ?? new Set()
      state.owned.set(row.owner, owned.add(cell))
    }
  }
  if (kind === 'account') {
    state.livingAccounts += Number(row.deleted_at === null) - Number(before !== null && before.deleted_at === null)
    return
  }
  state.openOpportunities += Number(isOpen(kind, row)) - Number(before !== null && isOpen(kind, before))
  const [was, is] = [(before as Opportunity | null)?.status, (row as Opportunity).status]
  if (before && (was === 'open') !== (is === 'open')) state.spending.turned(id, is === 'open')
}

/** Has the cell looked at in the next run. */
export function rouse({ awake }: State, cell: Cell): void {
  if (cell.awake < 0) cell.awake = awake.push(cell) - 1
}

/** Has the cell not looked at before it is due. */
export function rest({ awake }: State, cell: Cell): void {
  if (cell.awake < 0) return
  const last = awake.pop() as Cell
  if (last !== cell) {
    awake[cell.awake] = last
    last.awake = cell.awake
  }
  cell.awake = -1
}

/** Sees to it that the cell is looked at when its row is due. */
export function schedule(state: State, cell: Cell): void {
  const { due, due_program } = cell.row
  if (!isLiving(cell)) return
  if (due === 0 || due_program !== state.program?.number) rouse(state, cell)
  else {
    rest(state, cell)
    if (due === null || due >= cell.queued) return
    cell.queued = due
    state.queue.push({ at: due, cell })
  }
}

/** Is the subject to be looked at now under the program of that number? */
export const isDue = (cell: Cell, now: Instant, program: number): boolean =>
  isLiving(cell) && (cell.row.due_program !== program || (cell.row.due !== null && cell.row.due <= now))

/** Wakes all whose time has come, and returns who is due. */
export function dueCells(state: State, now: Instant, program: number): Cell[] {
  for (let next = state.queue.peek(); next && next.at <= now; next = state.queue.peek()) {
    state.queue.pop()
    const { cell, at } = next
    if (at !== cell.queued) continue
    cell.queued = NEVER
    rouse(state, cell)
  }
  const due: Cell[] = []
  // From the end, where one may rest without another taking a place that was passed.
  for (let i = state.awake.length - 1; i >= 0; i -= 1) {
    const cell = state.awake[i] as Cell
    if (isDue(cell, now, program)) due.push(cell)
    else {
      rest(state, cell)
      schedule(state, cell)
    }
  }
  return due
}

/** Bumps a family, once in a run. */
export function bumpOnce(state: State, head: Cell): void {
  if (head.bumped === state.run) return
  head.bumped = state.run
  head.row.version += 1
}

/** When somebody is due under the program in force: 0 is at once, null never. */
export function nextDue(state: State): Instant | null {
  if (state.awake.length > 0) return 0
  for (let next = state.queue.peek(); next; next = state.queue.peek()) {
    const { cell, at } = next
    const { due } = cell.row
    if (at === cell.queued && isLiving(cell) && due === at) return at
    state.queue.pop()
    if (at !== cell.queued) continue
    cell.queued = NEVER
    schedule(state, cell)
    if (state.awake.length > 0) return 0
  }
  return null
}

/** The only open opportunity of an account that has exactly one, whether or not the account lives. */
export function onlyOpenOf(state: State, account: string): string | undefined {
  const cell = state.cells.account.get(account)
  if (!cell) return undefined
  let only: string | undefined
  for (const { status, id } of livingOf(cell)) {
    if (status !== 'open') continue
    if (only !== undefined) return undefined
    only = id
  }
  return only
}
