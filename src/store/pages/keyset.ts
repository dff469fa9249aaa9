import { type RawBuilder, sql } from 'kysely'

/** A value by which rows are sorted, as a cursor carries it. */
export type KeyValue = string | number | null

/** One column of an order: the last one must tell any two rows apart. */
export interface SortKey {
  readonly expression: RawBuilder<unknown>
  readonly descending: boolean
}

/** The order, missing last either way. */
export const orderBy = (keys: readonly SortKey[]): RawBuilder<unknown> =>
  sql.join(
    keys.map(({ expression, descending }) => sql`${expression} ${sql.raw(descending ? 'desc' : 'asc')} nulls last`),
  )

/** What comes after the row with these values, in that order; all where there is none. Values are bound, never written in. */
export function after(keys: readonly SortKey[], values: readonly KeyValue[] | null): RawBuilder<boolean> {
  if (values === null) return sql<boolean>`(1 = 1)`
  const [key, ...others] = keys
  const [value = null, ...rest] = values
  if (!key) return sql<boolean>`(1 = 0)`
  const { expression, descending } = key
  const same =
    others.length === 0
      ? sql`(1 = 0)`
      : sql`(${value === null ? sql`${expression} is null` : sql`${expression} = ${value}`} and ${after(others, rest)})`
  if (value === null) return sql<boolean>`${same}`
  const beyond = descending ? sql`${expression} < ${value}` : sql`${expression} > ${value}`
  return sql<boolean>`(${beyond} or ${expression} is null or ${same})`
}

/** The values of a row that was read with `as k0, k1, …`. */
export const keysOf = (row: Readonly<Record<string, unknown>>, keys: readonly SortKey[]): KeyValue[] =>
  keys.map((_, i) => row[`k${i}`] as KeyValue)

/** The keys as columns of a select, named `k0`, `k1`, … */
export const asColumns = (keys: readonly SortKey[]): RawBuilder<unknown> =>
  sql.join(keys.map(({ expression }, i) => sql`${expression} as ${sql.ref(`k${i}`)}`))
