import { type RawBuilder, sql } from 'kysely'

/** The few ways in which databases differ, side by side. Nothing else in the house asks which database it is. */
export interface Dialect {
  readonly name: 'sqlite' | 'postgres'
  /** A text inside a JSON column, by path: null where it is absent. */
  jsonText(column: RawBuilder<unknown>, path: readonly string[]): RawBuilder<string | null>
  /** A number inside a JSON column. */
  jsonNumber(column: RawBuilder<unknown>, path: readonly string[]): RawBuilder<number | null>
  /** Rows `key, value` of a JSON object given as a bound parameter, under an alias. */
  jsonEntries(json: string, alias: string): RawBuilder<unknown>
  /** Elements of a JSON list column, under an alias with the column `value`. */
  jsonElements(column: RawBuilder<unknown>, alias: string): RawBuilder<unknown>
  /** Does `text` contain `part`, capitals included, no wildcards. */
  contains(text: RawBuilder<unknown>, part: string): RawBuilder<boolean>
  startsWith(text: RawBuilder<unknown>, part: string): RawBuilder<boolean>
  /** The larger of two numbers, ignoring null; null when both are. */
  greatest(a: RawBuilder<unknown>, b: RawBuilder<unknown>): RawBuilder<number | null>
}

const path = (parts: readonly string[]) => `$${parts.map((p) => `."${p.replaceAll('"', '\\"')}"`).join('')}`

export const sqlite: Dialect = {
  name: 'sqlite',
  jsonText: (column, parts) => sql`json_extract(${column}, ${path(parts)})`,
  jsonNumber: (column, parts) => sql`json_extract(${column}, ${path(parts)})`,
  jsonEntries: (json, alias) => sql`json_each(${json}) as ${sql.ref(alias)}`,
  jsonElements: (column, alias) => sql`json_each(${column}) as ${sql.ref(alias)}`,
  contains: (text, part) => sql`instr(${text}, ${part}) > 0`,
  startsWith: (text, part) => sql`substr(${text}, 1, ${[...part].length}) = ${part}`,
  greatest: (a, b) => sql`coalesce(max(${a}, ${b}), ${a}, ${b})`,
}
