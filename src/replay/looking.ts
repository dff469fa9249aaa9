import { byFamily, type SubjectKind, type SubjectRef } from '../domain/subjects.js'
import type { FamilyState } from '../engine/plan.js'
import type { Hear, Quiet, SettleRun, Which } from '../engine/store.js'
import type { Instant } from '../lib/instant.js'
import { reckon } from './carry-out.js'
import { byKind, type Cell, headOf, isLiving } from './cells.js'
import { familyState } from './hanging.js'
import { isHeard, Sight } from './sight.js'
import { bumpOnce, dueCells, isDue, programIn, type State } from './state.js'

/** Of a subject, or of everybody, accounts before opportunities, each by id. */
export function cellsOf(state: State, of?: SubjectRef): Cell[] {
  if (!of) return [...inOrder(state.cells.account), ...inOrder(state.cells.opportunity)]
  const cell = state.cells[of.kind].get(of.id)
  return cell ? [cell] : []
}

const inOrder = (cells: ReadonlyMap<string, Cell>): Cell[] => [...cells.values()].sort((a, b) => (a.id < b.id ? -1 : 1))

/** Stores what is reckoned of due subjects that are quiet; returns how many there were. The others stay due. */
export function settleQuiet(state: State, { now, program }: SettleRun, quiet: Quiet, hear?: Hear): number {
  let settled = 0
  const due = dueCells(state, now, program)
  state.run += 1
  for (const cell of state.unheard) bumpOnce(state, headOf(cell))
  state.unheard.length = 0
  if (due.length > 1) due.sort(byKind)
  for (const cell of due) {
    if (cell.events.length > 0) judgeUnheard(state, cell, now)
    const reckoning = quietly(state, cell, quiet)
    if (!reckoning) {
      hear?.(headOf(cell))
      continue
    }
    for (const { at } of cell.events) if (reckoning.due === null || at < reckoning.due) reckoning.due = at
    reckon(state, cell, reckoning, program)
    settled += 1
  }
  return settled
}

/**
 * Families with a due subject (or all of them, or those named), whole; without those whose due subjects are all quiet. It is
 * no function of each world: of a generator that a world makes V8 keeps the world, until all memory is looked through.
 */
export async function* dueFamilies(
  state: State,
  { now, program }: SettleRun,
  which: Which = 'due',
  quiet?: Quiet,
): AsyncGenerator<FamilyState> {
  for (const head of headsOf(state, { now, program }, which)) {
    const members = head.kind === 'account' ? [head, ...head.members] : [head]
    const loud = (cell: Cell) => (which === 'all' ? isLiving(cell) : isDue(cell, now, program))
    const isQuiet =
      quiet && typeof which === 'string' && !members.some((cell) => loud(cell) && !quietly(state, cell, quiet))
    if (!isQuiet) yield familyState(head)
  }
}

/** What no rule listens to is judged in passing. Its family is bumped none the less, as by a plan: events are named by versions. */
function judgeUnheard(state: State, cell: Cell, now: Instant): void {
  const left = cell.events.filter((one) => one.at > now || isHeard(programIn(state), one))
  if (left.length < cell.events.length) bumpOnce(state, headOf(cell))
  cell.events = left
}

function quietly(state: State, cell: Cell, quiet: Quiet): ReturnType<Quiet> {
  try {
    return quiet(new Sight(cell, programIn(state)))
  } catch {
    // Who cannot be assessed is not quiet: its family is parked when it is planned.
    return null
  }
}

function headsOf(state: State, { now, program }: SettleRun, which: Which): Cell[] {
  const cells =
    which === 'due'
      ? dueCells(state, now, program)
      : which === 'all'
        ? cellsOf(state).filter(isLiving)
        : which.flatMap(({ kind, id }) => state.cells[kind as SubjectKind].get(id) ?? [])
  const heads = [...new Set(cells.filter(isLiving).map(headOf))]
  return typeof which === 'string' ? heads.sort(byFamily) : heads
}
