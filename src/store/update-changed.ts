import { type RawBuilder, sql } from 'kysely'
import { columnsOf, ID, type Table, writeRows } from './bulk.js'
import type { Session, Tx } from './session.js'

/** A row as it is stored, and as it is to be; both have the same id. */
export interface Change<Row> {
  readonly before: Row
  readonly after: Row
}

/**
 * Writes of rows the columns that are other than before, in a statement for all of which the same columns changed. What stays is
 * not written: neither is an index on it, which lies on other pages, nor what somebody else makes of it meanwhile.
 */
export async function updateChanged<Row extends { id: string }>(
  tx: Tx,
  session: Pick<Session, 'dialect'>,
  table: Table,
  changes: readonly Change<Row>[],
): Promise<void> {
  const all = columnsOf(table)
  const groups = new Map<string, { columns: typeof all; rows: Row[] }>()
  for (const { before, after } of changes) {
    const changed = all.filter(([name]) => before[name as keyof Row] !== after[name as keyof Row])
    const names = changed.map(([name]) => name).join()
    const group = groups.get(names)
    if (group) group.rows.push(after)
    else groups.set(names, { columns: changed, rows: [after] })
  }
  for (const { columns, rows } of groups.values()) {
    if (columns.length === 0) continue
    const set = (to: (name: string) => RawBuilder<unknown>) =>
      sql`update ${sql.table(table)} set ${sql.join(columns.map(([name]) => sql`${sql.ref(name)} = ${to(name)}`))}`
    await writeRows(tx, session, [...columns, ...ID], rows, {
      name: `update ${table} ${columns.map(([name]) => name)}`,
      byRow: () => sql`${set(() => sql.raw('?'))} where id = ?`,
      atOnce: (given) =>
        sql`${set((name) => sql.ref(`r.${name}`))} from ${given} where ${sql.ref(`${table}.id`)} = r.id`,
    })
  }
}
