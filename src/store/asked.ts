import { type RawBuilder, sql } from 'kysely'
import { PLURAL, type SubjectKind } from '../domain/subjects.js'
import type { Instant } from '../lib/instant.js'
import type { Tx } from './session.js'

/** So many are found by the index on what is due; of more, the table is walked. */
const FEW = 5_000

/** Who is looked at: whoever is due at an instant under a program, or everybody. */
export interface Asked {
  now: Instant
  program: number
  which: 'due' | 'all'
}

/** Those of a kind who are asked for and come after an id. */
interface Stretch {
  readonly kind: SubjectKind
  readonly asked: Asked
  /** Whether so few are due that the index leads to them; null where nobody has looked yet. */
  readonly few: boolean | null
  readonly after: string | null
}

/** Ids of who is due, each once, each condition answered by its own index: a union of other than `all` would walk the table. */
const dueIds = (kind: SubjectKind, { now, program }: Asked) => {
  const of = (due: RawBuilder<unknown>) =>
    sql`select id from ${sql.table(PLURAL[kind])} where deleted_at is null and ${due}`
  const reckoned = of(sql`due <= ${now} and +due_program = ${program}`)
  return sql`${reckoned} union all ${of(sql`due_program < ${program}`)} union all ${of(sql`due_program > ${program}`)}`
}

/** Whether so few are due that the index leads to them. */
export async function areFew(tx: Tx, { kind, asked }: Pick<Stretch, 'kind' | 'asked'>): Promise<boolean> {
  const { rows } = await sql<{ found: number }>`select count(*) as found
    from (select 1 from (${dueIds(kind, asked)}) as due limit ${FEW + 1}) as first`.execute(tx)
  return Number(rows[0]?.found ?? 0) <= FEW
}

/**
 * The rows of a table that are looked at, under an alias. A few that are due lead to their rows (`cross join` keeps SQLite from
 * turning that round); where many are, the whole table is walked in order of id, whatever the indexes would say.
 */
export const askedRows = (alias: 'o' | 'a', { kind, asked, few }: Stretch): RawBuilder<unknown> => {
  const rows = sql`${sql.table(PLURAL[kind])} as ${sql.ref(alias)}`
  return few ? sql`(${dueIds(kind, asked)}) as due cross join ${rows}` : rows
}

/** Of those rows the ones that are asked for, from an id on. */
export const isAsked = (alias: 'o' | 'a', { asked, few, after }: Stretch): RawBuilder<unknown> => {
  const id = sql.ref(`${alias}.id`)
  if (few) return sql`due.id > ${after} and ${id} = due.id`
  if (asked.which === 'all') return sql`${id} > ${after}`
  const [due, by] = [sql.ref(`${alias}.due`), sql.ref(`${alias}.due_program`)]
  return sql`${id} > ${after} and (+${due} <= ${asked.now} or +${by} < ${asked.program} or +${by} > ${asked.program})`
}
