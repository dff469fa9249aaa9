import { type RawBuilder, sql } from 'kysely'
import type { Reckoning } from '../engine/plan.js'
import { ID, writeRows } from './bulk.js'
import * as rows from './rows.js'
import type { Session, Tx } from './session.js'

const DUE = [
  ['due', 'integer'],
  ['score', 'real'],
] as const
const HEALTH = [...DUE, ['health', 'text'], ['levels', 'text'], ['qualification', 'text']] as const

/** Subjects of which the same is written. */
interface Kind {
  /** Of its statement. */
  name: string
  table: 'accounts' | 'opportunities'
  has(reckoning: Reckoning): boolean
  /** What differs from row to row. */
  columns: typeof DUE | typeof HEALTH
  row(reckoning: Reckoning): object
  /** What is the same of all. */
  set: readonly RawBuilder<unknown>[]
}

const hasHealth = ({ health, qualification }: Reckoning): boolean => health !== null || qualification !== null
const dueOf = ({ subject, due, score }: Reckoning) => ({ id: subject.id, due, score })

const KINDS: readonly Kind[] = [
  {
    name: 'reckon accounts',
    table: 'accounts',
    has: ({ subject }) => subject.kind === 'account',
    columns: DUE,
    row: dueOf,
    set: [],
  },
  {
    name: 'reckon opportunities',
    table: 'opportunities',
    has: (reckoning) => reckoning.subject.kind === 'opportunity' && hasHealth(reckoning),
    columns: HEALTH,
    // With a spread for the first three, all that is done here would take half as long again.
    row: ({ subject, due, score, health, levels, qualification }) => ({
      id: subject.id,
      due,
      score,
      health,
      levels: rows.json(levels),
      qualification: rows.toJson(qualification),
    }),
    set: [],
  },
  // Most programs reckon less than they might: what they do not is not sent row by row, and of another's nothing is left.
  {
    name: 'reckon opportunities without health',
    table: 'opportunities',
    has: (reckoning) => reckoning.subject.kind === 'opportunity' && !hasHealth(reckoning),
    columns: DUE,
    row: dueOf,
    set: [sql`health = null, levels = '{}', qualification = null`],
  },
]

/**
 * Stores what assessments left on subjects, under the number of the program that reckoned it. Where that is the one before,
 * the index on it, a page for nearly every row, is not written again.
 */
export async function reckon(
  tx: Tx,
  session: Pick<Session, 'dialect'>,
  reckonings: readonly Reckoning[],
  program: number,
): Promise<void> {
  for (const kind of KINDS) {
    const those = reckonings.filter(kind.has)
    if (those.length === 0) continue
    await update(
      tx,
      session,
      kind,
      those.filter(({ again }) => again),
    )
    await update(
      tx,
      session,
      under(program, kind),
      those.filter(({ again }) => !again),
    )
  }
}

const under = (program: number, kind: Kind): Kind => ({
  ...kind,
  name: `${kind.name} under ${program}`,
  set: [sql`due_program = ${sql.lit(program)}`, ...kind.set],
})

async function update(
  tx: Tx,
  session: Pick<Session, 'dialect'>,
  { name, table, columns, row, set }: Kind,
  reckonings: readonly Reckoning[],
): Promise<void> {
  if (reckonings.length === 0) return
  const setTo = (value: (column: string) => RawBuilder<unknown>) => {
    const each = columns.map(([column]) => sql`${sql.ref(column)} = ${value(column)}`)
    return sql`update ${sql.table(table)} set ${sql.join([...set, ...each])}`
  }
  await writeRows(tx, session, [...columns, ...ID], reckonings.map(row), {
    name,
    byRow: () => sql`${setTo(() => sql.raw('?'))} where id = ?`,
    atOnce: (given) =>
      sql`${setTo((column) => sql.ref(`r.${column}`))} from ${given} where ${sql.ref(`${table}.id`)} = r.id`,
  })
}
