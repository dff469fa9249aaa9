import { type RawBuilder, sql } from 'kysely'

type Sql = RawBuilder<unknown>

/** What a column holds: an instant, a count and a bit are integers; `serial` numbers its rows by itself. */
export type ColumnType = 'text' | 'integer' | 'real' | 'serial'

/** A column of a table under an alias. */
export type ColumnOf = readonly [alias: string, column: string]

/** The few ways in which databases differ, side by side. Nothing else in the house asks which database it is. */
export interface Dialect {
  readonly name: 'sqlite' | 'postgres'
  /** A text inside a JSON column, by path: null where it is absent or no text. */
  jsonText(column: Sql, path: readonly string[]): RawBuilder<string | null>
  /** A number inside a JSON column: null where it is absent or no number. */
  jsonNumber(column: Sql, path: readonly string[]): RawBuilder<number | null>
  /** A flag inside a JSON column as 1 or 0: null where it is absent or no flag. */
  jsonFlag(column: Sql, path: readonly string[]): RawBuilder<number | null>
  /** A text that is a real day of the calendar (`YYYY-MM-DD`): null where it is none. */
  realDate(text: Sql): RawBuilder<string | null>
  /** A list or an object inside a JSON column, as JSON. */
  jsonAt(column: Sql, path: readonly string[]): Sql
  /** Rows `key, value` of a JSON object of texts or of numbers, given as a bound parameter, under an alias. */
  jsonEntries(json: string, alias: string): Sql
  /** Elements of a JSON list of objects, under an alias with the column `value`, which is JSON. None of null. */
  jsonElements(list: Sql, alias: string): Sql
  /** Elements of a JSON list of texts, under an alias with the column `value`, which is text. None of null. */
  jsonTexts(list: Sql, alias: string): Sql
  /** Does `text` contain `part`, capitals included, no wildcards. */
  contains(text: Sql, part: string): RawBuilder<boolean>
  startsWith(text: Sql, part: string): RawBuilder<boolean>
  /** The largest, or least, of numbers within the safe integers, passing over null; null when all are. */
  greatest(...values: readonly Sql[]): RawBuilder<number | null>
  least(...values: readonly Sql[]): RawBuilder<number | null>
  /** Ends a select: the rows of the table are about to be changed, nobody else changes them until the transaction ends. */
  forUpdate(alias: string): Sql
  /** The same, leaving out rows that somebody else is about to change. */
  forUpdateOfFree(alias: string): Sql
  /** Ends a select: the transaction rests on the rows of the table being as they are. */
  forShare(alias: string): Sql
  /**
   * The number of the transaction, for what is read in the order of transactions. Ask for it before anything that it numbers is
   * written: then whatever a later transaction writes has a greater one. The same for all where transactions take turns.
   */
  readonly transactionNumber: RawBuilder<number>
  /** Is the transaction of that number over, and every one with a lower number too? */
  isOver(transaction: Sql): RawBuilder<boolean>
  /** Begins a statement with the columns it selects, whose rows may come as lists of cells instead of objects: a hot path. */
  selectLists(columns: readonly ColumnOf[]): Sql
  /** Begins a statement that is carried out once for each of its parameters, a list of values; null where one for all is faster. */
  readonly eachRow: Sql | null
  /** How a column of a type is declared. */
  readonly columnTypes: Readonly<Record<ColumnType, string>>
  /** Rows given as one bound parameter, a JSON list of lists in the order of the columns, under an alias. */
  rows(json: string, columns: readonly (readonly [name: string, type: ColumnType])[], alias: string): Sql
}

/** As text: references are put together for long. */
const quoted = ([alias, column]: ColumnOf) => `"${alias}"."${column}"`

const path = (parts: readonly string[]) => `$${parts.map((p) => `."${p.replaceAll('"', '\\"')}"`).join('')}`

/** SQLite's `max` and `min` of several values are null as soon as one is: null stands beyond every safe integer. */
const outermost = (name: 'max' | 'min', beyond: string, values: readonly Sql[]): RawBuilder<number | null> => {
  if (values.length === 1) return sql`${values[0]}`
  const known = values.map((value) => sql`coalesce(${value}, ${sql.raw(beyond)})`)
  return sql`nullif(${sql.raw(name)}(${sql.join(known)}), ${sql.raw(beyond)})`
}

const typed = <T>(column: Sql, parts: readonly string[], types: string): RawBuilder<T> =>
  sql`case when json_type(${column}, ${path(parts)}) in (${sql.raw(types)})
    then json_extract(${column}, ${path(parts)}) end`

export const sqlite: Dialect = {
  name: 'sqlite',
  jsonText: (column, parts) => typed(column, parts, `'text'`),
  jsonNumber: (column, parts) => typed(column, parts, `'integer', 'real'`),
  jsonFlag: (column, parts) => typed(column, parts, `'true', 'false'`),
  realDate: (text) => sql`case when date(${text}) = ${text} and ${text} >= '0001' then ${text} end`,
  jsonAt: (column, parts) => sql`json_extract(${column}, ${path(parts)})`,
  jsonEntries: (json, alias) => sql`json_each(${json}) as ${sql.ref(alias)}`,
  jsonElements: (list, alias) => sql`json_each(${list}) as ${sql.ref(alias)}`,
  jsonTexts: (list, alias) => sql`json_each(${list}) as ${sql.ref(alias)}`,
  contains: (text, part) => sql`instr(${text}, ${part}) > 0`,
  startsWith: (text, part) => sql`substr(${text}, 1, ${[...part].length}) = ${part}`,
  greatest: (...values) => outermost('max', '-9007199254740992', values),
  least: (...values) => outermost('min', '9007199254740992', values),
  forUpdate: () => sql``,
  forUpdateOfFree: () => sql``,
  forShare: () => sql``,
  transactionNumber: sql`0`,
  isOver: () => sql`1 = 1`,
  selectLists: (columns) => sql.raw(`/* lists */ select cells(${columns.map(quoted).join(', ')})`),
  eachRow: sql`/* each row */ `,
  columnTypes: { text: 'text', integer: 'integer', real: 'real', serial: 'integer primary key autoincrement' },
  rows: (json, columns, alias) => {
    const picked = columns.map(([name], i) => sql`value ->> ${sql.lit(i)} as ${sql.ref(name)}`)
    return sql`(select ${sql.join(picked)} from json_each(${json})) as ${sql.ref(alias)}`
  },
}

/** Texts are compared by their code points, whatever the order of the database: also those that no column holds. */
const plain = <T extends string | null>(text: Sql): RawBuilder<T> => sql`(${text}) collate "C"`

const within = (column: Sql, parts: readonly string[]): Sql =>
  sql`jsonb_extract_path((${column})::jsonb, ${sql.join(parts.map((part) => sql`${part}`))})`

/** Something inside a JSON column as text, if it is of a type. */
const typedText = (column: Sql, parts: readonly string[], type: 'string' | 'number' | 'boolean'): Sql => {
  const found = within(column, parts)
  return sql`case when jsonb_typeof(${found}) = ${sql.lit(type)} then ${found} #>> '{}' end`
}

const list = (json: Sql): Sql =>
  sql`case when jsonb_typeof((${json})::jsonb) = 'array' then (${json})::jsonb else '[]'::jsonb end`

/** A day of a month that has it; 'yyyy-02-31' is no error, as it is in a cast to a date. */
const isDay = (text: Sql): Sql => sql`case when ${text} ~ '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$'
  and substr(${text}, 1, 4) <> '0000' then substr(${text}, 9, 2)::int <= extract(day from
    make_date(substr(${text}, 1, 4)::int, substr(${text}, 6, 2)::int, 1) + interval '1 month' - interval '1 day') end`

const casts: Readonly<Record<ColumnType, string>> = {
  text: 'text collate "C"',
  integer: 'bigint',
  real: 'double precision',
  serial: 'bigint',
}

export const postgres: Dialect = {
  name: 'postgres',
  jsonText: (column, parts) => plain(typedText(column, parts, 'string')),
  jsonNumber: (column, parts) => sql`(${typedText(column, parts, 'number')})::double precision`,
  jsonFlag: (column, parts) => sql`(${typedText(column, parts, 'boolean')})::boolean::int`,
  realDate: (text) => sql`case when ${isDay(text)} then ${text} end`,
  jsonAt: within,
  jsonEntries: (json, alias) => sql`(select key collate "C" as key, value collate "C" as value
    from jsonb_each_text(${json}::jsonb)) as ${sql.ref(alias)}`,
  jsonElements: (json, alias) => sql`jsonb_array_elements(${list(json)}) as ${sql.ref(alias)}`,
  jsonTexts: (json, alias) => sql`(select value collate "C" as value
    from jsonb_array_elements_text(${list(json)})) as ${sql.ref(alias)}`,
  contains: (text, part) => sql`strpos(${text}, ${part}) > 0`,
  startsWith: (text, part) => sql`starts_with(${text}, ${part})`,
  greatest: (...values) => sql`greatest(${sql.join(values)})`,
  least: (...values) => sql`least(${sql.join(values)})`,
  forUpdate: (alias) => sql`for update of ${sql.ref(alias)}`,
  forUpdateOfFree: (alias) => sql`for update of ${sql.ref(alias)} skip locked`,
  forShare: (alias) => sql`for share of ${sql.ref(alias)}`,
  transactionNumber: sql`pg_current_xact_id()::text::bigint`,
  isOver: (transaction) => sql`${transaction} < pg_snapshot_xmin(pg_current_snapshot())::text::bigint`,
  // Under names of which no two are the same.
  selectLists: (columns) =>
    sql.raw(`select ${columns.map((one) => `${quoted(one)} as "${one.join('_')}"`).join(', ')}`),
  eachRow: null,
  columnTypes: { ...casts, serial: 'bigint generated always as identity primary key' },
  rows: (json, columns, alias) => {
    const picked = columns.map(
      ([name, type], i) => sql`(value ->> ${sql.lit(i)})::${sql.raw(casts[type])} as ${sql.ref(name)}`,
    )
    return sql`(select ${sql.join(picked)} from jsonb_array_elements(${json}::jsonb)) as ${sql.ref(alias)}`
  },
}
