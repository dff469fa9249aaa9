import type { Spent } from '../engine/plan.js'
import type { Instant } from '../lib/instant.js'
import type { Cell } from './cells.js'

interface Entry {
  at: Instant
  cell: Cell
  effects: number
  amount: number
}

/** What was done lately, as limits count it: kept up to date, so that asking costs nothing however much was done. */
export interface Spending {
  add(entry: Entry): void
  /** An opportunity is open, or is not open any more. */
  turned(id: string, open: boolean): void
  /** What was done after an instant. Instants asked for do not go back. */
  since(instant: Instant): Spent
}

/** Counts what is done in a window that only moves forward. */
export function startSpending(): Spending {
  const entries: Entry[] = []
  let first = 0
  let effects = 0
  let amount = 0
  let closed = 0
  const acted = { opportunity: new Map<string, number>(), account: new Map<string, number>() }
  const ids = { opportunity: new Set<string>(), account: new Set<string>() }
  const isClosed = ({ row }: Cell) => 'status' in row && row.status !== 'open'

  function drop({ cell, effects: n, amount: sum }: Entry): void {
    effects -= n
    amount -= sum
    if (n === 0) return
    const left = (acted[cell.kind].get(cell.id) ?? 1) - 1
    if (left > 0) {
      acted[cell.kind].set(cell.id, left)
      return
    }
    acted[cell.kind].delete(cell.id)
    ids[cell.kind].delete(cell.id)
    if (isClosed(cell)) closed -= 1
  }

  return {
    add(entry) {
      const { cell, effects: n, amount: sum } = entry
      entries.push(entry)
      effects += n
      amount += sum
      if (n === 0) return
      const before = acted[cell.kind].get(cell.id) ?? 0
      acted[cell.kind].set(cell.id, before + 1)
      if (before > 0) return
      ids[cell.kind].add(cell.id)
      if (isClosed(cell)) closed += 1
    },
    turned(id, open) {
      if (ids.opportunity.has(id)) closed += open ? -1 : 1
    },
    since(instant) {
      while (first < entries.length && (entries[first] as Entry).at <= instant) drop(entries[first++] as Entry)
      if (first > 1_000 && 2 * first > entries.length) {
        entries.splice(0, first)
        first = 0
      }
      return { effects, amount, opportunities: ids.opportunity, accounts: ids.account, closed }
    },
  }
}
