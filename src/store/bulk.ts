import { type CompiledQuery, type RawBuilder, sql } from 'kysely'
import type { ColumnType } from '../sql/dialect.js'
import type { Database } from '../sql/tables.js'
import { COLUMNS } from './migrations/index.js'
import { json } from './rows.js'
import type { Session, Tx } from './session.js'

export type Table = keyof Database
type Row = object

/** Rows of which each value goes into the column of its name, as one bound parameter however many there are. */
export function given(
  { dialect }: Pick<Session, 'dialect'>,
  columns: Columns,
  rows: readonly Row[],
  alias = 'r',
): RawBuilder<unknown> {
  return dialect.rows(json(cellsOf(columns, rows)), columns, alias)
}

type Columns = readonly (readonly [name: string, type: ColumnType])[]

const cellOf = (row: Row, [name, type]: Columns[number]): unknown => {
  const value = (row as Record<string, unknown>)[name]
  return type === 'text' && typeof value === 'number' ? String(value) : (value ?? null)
}

const cellsOf = (columns: Columns, rows: readonly Row[]): unknown[][] =>
  rows.map((row) => columns.map((column) => cellOf(row, column)))

// As `json` has it.
const PERHAPS_UNSTORABLE = /[\0\ud800-\udfff]/
const storable = (cell: unknown): unknown =>
  typeof cell === 'string' && PERHAPS_UNSTORABLE.test(cell) ? JSON.parse(json(cell)) : cell

/** The cells of each row in turn, in the same list: use them before the next. */
function* cellsInTurn(columns: Columns, rows: readonly Row[]): Generator<readonly unknown[]> {
  const cells: unknown[] = new Array(columns.length).fill(null)
  for (const row of rows) {
    for (let i = 0; i < columns.length; i += 1) cells[i] = storable(cellOf(row, columns[i] as Columns[number]))
    yield cells
  }
}

/** Statements for each row by their names: to put one together takes longer than to carry it out a hundred times. */
const compiledOnce = new Map<string, CompiledQuery>()
/** Some names hold the number of a program, or the columns that happen to change. */
const MOST_COMPILED = 200

interface Writing {
  /** Of the statement: two of the same name are the same. */
  name: string
  /** With a `?` for each column. */
  byRow: () => RawBuilder<unknown>
  atOnce: (rows: RawBuilder<unknown>) => RawBuilder<unknown>
}

/**
 * Writes rows by a statement for each, prepared once, where the database is faster so (a list of lists takes SQLite three
 * times as long), else by one for all, which is given the rows. Gives what the statement returns.
 */
export async function writeRows<Written = never>(
  tx: Tx,
  session: Pick<Session, 'dialect'>,
  columns: Columns,
  rows: readonly Row[],
  { name, byRow, atOnce }: Writing,
): Promise<Written[]> {
  const { eachRow } = session.dialect
  if (eachRow === null) return (await (atOnce(given(session, columns, rows)) as RawBuilder<Written>).execute(tx)).rows
  const compiled = (compiledOnce.get(name) as CompiledQuery<Written>) ?? sql<Written>`${eachRow}${byRow()}`.compile(tx)
  if (!compiledOnce.has(name)) {
    if (compiledOnce.size >= MOST_COMPILED) compiledOnce.clear()
    compiledOnce.set(name, compiled)
  }
  // The statement's driver goes through them once.
  const parameters = cellsInTurn(columns, rows) as unknown as readonly unknown[]
  return (await tx.executeQuery<Written>({ ...compiled, parameters })).rows
}

const placeholders = (columns: Columns) => sql.raw(columns.map(() => '?').join(', '))

/**
 * Is a row in a state? Written so that no index on the state answers it: beside rows that are given, it is their key that
 * must lead, or every open task would be compared with every row.
 */
export const isState = (table: 'tasks' | 'letters', state: string): RawBuilder<boolean> =>
  sql<boolean>`coalesce(${sql.ref(`${table}.state`)}, '') = ${state}`

export const SUBJECT = [
  ['kind', 'text'],
  ['id', 'text'],
] as const

export const ID = [['id', 'text']] as const

/** The columns of a table that are written: all but serial ones. */
export const columnsOf = (table: Table) =>
  COLUMNS[table].filter((c) => c.type !== 'serial').map((c) => [c.name, c.type] as const)

const names = (columns: readonly string[]) => sql.join(columns.map((name) => sql.ref(name)))

/**
 * Writes rows in one statement; where the key is taken, all other columns but those to `keep` are overwritten. Of rows with
 * the same key the last one stays.
 */
export async function upsert(
  tx: Tx,
  session: Pick<Session, 'dialect'>,
  table: Table,
  key: readonly string[],
  rows: readonly Row[],
  keep: readonly string[] = [],
): Promise<void> {
  if (rows.length === 0) return
  const columns = columnsOf(table)
  const all = columns.map(([name]) => name)
  const changed = all.filter((name) => !key.includes(name) && !keep.includes(name))
  const into = () => sql`insert into ${sql.table(table)} (${names(all)})`
  const conflict = () => sql`on conflict (${names(key)}) do update set
    ${sql.join(changed.map((name) => sql`${sql.ref(name)} = ${sql.ref(`excluded.${name}`)}`))}`
  await writeRows(tx, session, columns, lastOfEach(key, rows), {
    name: `upsert ${table} ${key} ${keep}`,
    byRow: () => sql`${into()} values (${placeholders(columns)}) ${conflict()}`,
    atOnce: (given) => sql`${into()} select ${names(all)} from ${given} where true ${conflict()}`,
  })
}

function lastOfEach(key: readonly string[], rows: readonly Row[]): readonly Row[] {
  const nameOf = (row: Row) => {
    const values = row as Record<string, unknown>
    return key.length === 1 ? values[key[0] as string] : key.map((name) => values[name]).join('\0')
  }
  const byKey = new Map(rows.map((row) => [nameOf(row), row]))
  return byKey.size === rows.length ? rows : [...byKey.values()]
}

/** Writes rows in one statement and leaves alone those whose key is taken. Returns `wanted` columns of the new ones. */
export async function insertNew<Wanted extends string = never>(
  tx: Tx,
  session: Pick<Session, 'dialect'>,
  table: Table,
  rows: readonly Row[],
  wanted: readonly Wanted[] = [],
): Promise<Record<Wanted, string>[]> {
  if (rows.length === 0) return []
  const columns = columnsOf(table)
  const all = () => names(columns.map(([name]) => name))
  const into = () => sql`insert into ${sql.table(table)} (${all()})`
  const ending = () =>
    wanted.length > 0 ? sql`on conflict do nothing returning ${names(wanted)}` : sql`on conflict do nothing`
  return writeRows<Record<Wanted, string>>(tx, session, columns, rows, {
    name: `insert ${table} ${wanted}`,
    byRow: () => sql`${into()} values (${placeholders(columns)}) ${ending()}`,
    atOnce: (given) => sql`${into()} select ${all()} from ${given} where true ${ending()}`,
  })
}

/** Deletes the rows with these keys. */
export async function remove(
  tx: Tx,
  session: Pick<Session, 'dialect'>,
  table: Table,
  key: readonly string[],
  rows: readonly Row[],
): Promise<void> {
  if (rows.length === 0) return
  const columns = columnsOf(table).filter(([name]) => key.includes(name))
  const ordered = names(columns.map(([name]) => name))
  await sql`delete from ${sql.table(table)} where (${ordered}) in (select ${ordered} from ${given(session, columns, rows)})`.execute(
    tx,
  )
}
