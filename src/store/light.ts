import type { Account, Opportunity } from '../domain/subjects.js'
import { COLUMNS } from './migrations/index.js'
import { JSON_COLUMNS } from './rows.js'

interface Rows {
  opportunities: Opportunity
  accounts: Account
}

/** Thrown where something is asked for that was not read, because nobody had asked for it before. */
export class Unread extends Error {
  constructor(readonly what: 'siblings' | { table: keyof Rows; column: string }) {
    super('Something was not read.')
  }
}

/** Where the cell of each column stands, by the number of the column; below 0 it was not read. */
type Places = readonly number[]

/** A row over a list of cells. Its fields are declared only: to define them takes longer than all the rest. */
interface LightRow {
  readonly cells: unknown[]
  readonly places: Places
}

/** One class for a table, whatever is read of it: whoever asks rows of many classes for a column is five times slower. */
function lightClass(table: keyof Rows): new (cells: unknown[], places: Places) => LightRow {
  class Light {
    declare readonly cells: unknown[]
    declare readonly places: Places
    constructor(cells: unknown[], places: Places) {
      this.cells = cells
      this.places = places
    }
  }
  COLUMNS[table].forEach(({ name }, number) => {
    Object.defineProperty(Light.prototype, name, { get: readerOf(table, name, number) })
  })
  return Light
}

function readerOf(table: keyof Rows, column: string, number: number): (this: LightRow) => unknown {
  const placeIn = (places: Places): number => {
    const place = places[number] as number
    if (place < 0) throw new Unread({ table, column })
    return place
  }
  if (JSON_COLUMNS.has(column)) {
    return function () {
      const place = placeIn(this.places)
      const cell = this.cells[place]
      if (typeof cell !== 'string') return cell
      const value: unknown = parsed(cell)
      this.cells[place] = value
      return value
    }
  }
  if (column.endsWith('_known')) {
    return function () {
      return this.cells[placeIn(this.places)] === 1
    }
  }
  return function () {
    return this.cells[placeIn(this.places)]
  }
}

// Most rows say one of a few things here.
const NOTHING = Object.freeze({})
const NO_ACTIVITY = Object.freeze({ kinds: NOTHING, planned: Object.freeze([]) })
const parsed = (text: string): unknown =>
  text === '{}' ? NOTHING : text === '{"kinds":{},"planned":[]}' ? NO_ACTIVITY : JSON.parse(text)

const CLASSES = { opportunities: lightClass('opportunities'), accounts: lightClass('accounts') }

/**
 * A way to see lists of cells, of which the first of these columns stands at `from`, as rows of a table: JSON is parsed when
 * it is first asked for, and a column that is not among those read throws Unread.
 */
export function lightRows<Table extends keyof Rows>(table: Table, columns: readonly string[], from: number) {
  const places = COLUMNS[table].map(({ name }) => (columns.includes(name) ? from + columns.indexOf(name) : -1))
  const Light = CLASSES[table]
  return (cells: unknown[]) => new Light(cells, places) as unknown as Rows[Table]
}
