import { type Kysely, sql } from 'kysely'
import type { ColumnType, Dialect } from '../../sql/dialect.js'
import type { Database } from '../../sql/tables.js'

/** One step of the schema. Steps are numbered by their place in the list, are never edited, and have no way back. */
export interface Migration {
  readonly name: string
  up(db: Kysely<Database>, dialect: Dialect): Promise<void>
}

export interface Column {
  readonly name: string
  readonly type: ColumnType
  readonly required: boolean
}

/** Reads `id text!, account text, …`. */
export const readColumns = (text: string): Column[] =>
  text.split(',').map((column) => {
    const [name, type] = column.trim().split(/\s+/) as [string, string]
    return { name, type: type.replace('!', '') as ColumnType, required: type.endsWith('!') }
  })

/** Makes a table of columns as `readColumns` reads them. */
export async function makeTable(
  db: Kysely<Database>,
  dialect: Dialect,
  name: string,
  { columns, key }: { columns: string; key: readonly string[] },
) {
  let table = db.schema.createTable(name)
  for (const { name: column, type, required } of readColumns(columns)) {
    table = table.addColumn(column, sql.raw(dialect.columnTypes[type]), (c) => (required ? c.notNull() : c))
  }
  if (key.length > 0) table = table.addPrimaryKeyConstraint(`${name}_key`, key as never)
  await table.execute()
}

export interface Index {
  readonly name: string
  readonly table: string
  readonly columns: readonly string[]
  readonly unique?: boolean
  readonly where?: { readonly column: string; readonly is: number }
}

export async function makeIndex(db: Kysely<Database>, { name, table, columns, unique, where }: Index) {
  let index = db.schema
    .createIndex(name)
    .on(table)
    .columns([...columns])
  if (unique) index = index.unique()
  if (where) index = index.where(sql.ref(where.column), '=', sql.lit(where.is))
  await index.execute()
}
