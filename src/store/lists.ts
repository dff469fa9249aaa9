import { type RawBuilder, sql } from 'kysely'
import { COLUMNS } from './migrations/index.js'
import type { Session, Tx } from './session.js'

/** Columns of a table under an alias, named so that no two of a query are the same. As text: references are put together for long. */
export const listOf = (alias: string, names: readonly string[]): RawBuilder<unknown> =>
  sql.raw(names.map((name) => `"${alias}"."${name}" as "${alias}_${name}"`).join(', '))

/** The rows of a query as lists of cells: half the price of objects. */
export async function lists(
  tx: Tx,
  { dialect }: Pick<Session, 'dialect'>,
  query: RawBuilder<unknown>,
): Promise<unknown[][]> {
  const { rows } = await sql<unknown[] | Record<string, unknown>>`${dialect.asLists}${query}`.execute(tx)
  return rows.map((row) => (Array.isArray(row) ? row : Object.values(row)))
}

/** Whole rows of a table, of a query that begins `select` and the columns. */
export async function wholeRows<Row extends object>(
  tx: Tx,
  session: Pick<Session, 'dialect'>,
  table: 'opportunities' | 'accounts',
  alias: string,
  from: RawBuilder<unknown>,
): Promise<Row[]> {
  const names = COLUMNS[table].map(({ name }) => name)
  const found = await lists(tx, session, sql`select ${listOf(alias, names)} ${from}`)
  return found.map((cells) => {
    const row: Record<string, unknown> = {}
    for (let i = 0; i < names.length; i += 1) row[names[i] as string] = cells[i]
    return row as Row
  })
}
