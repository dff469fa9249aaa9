import { type RawBuilder, type Selectable, sql } from 'kysely'
import type { ColumnOf } from '../sql/dialect.js'
import type { Database } from '../sql/tables.js'
import { COLUMNS } from './migrations/index.js'
import type { Session, Tx } from './session.js'

/** Columns of a table under an alias. */
export const columnsUnder = (alias: string, names: readonly string[]): ColumnOf[] => names.map((name) => [alias, name])

/** Columns of the rows of a query that begins with `from`, as lists of cells: a fraction of the price of objects. */
export async function lists(
  tx: Tx,
  { dialect }: Pick<Session, 'dialect'>,
  columns: readonly ColumnOf[],
  from: RawBuilder<unknown>,
): Promise<unknown[][]> {
  const { rows } = await sql<unknown[] | object>`${dialect.selectLists(columns)} ${from}`.execute(tx)
  return rows.map((row) => (Array.isArray(row) ? row : Object.values(row)))
}

/** Whole rows of a table, of a query that begins with `from`. */
export async function wholeRows<Table extends keyof Database>(
  tx: Tx,
  session: Pick<Session, 'dialect'>,
  table: Table,
  alias: string,
  from: RawBuilder<unknown>,
): Promise<Selectable<Database[Table]>[]> {
  const names = COLUMNS[table].map(({ name }) => name)
  const found = await lists(tx, session, columnsUnder(alias, names), from)
  return found.map((cells) => {
    const row: Record<string, unknown> = {}
    for (let i = 0; i < names.length; i += 1) row[names[i] as string] = cells[i]
    return row as Selectable<Database[Table]>
  })
}
