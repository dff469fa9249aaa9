import { type RawBuilder, sql } from 'kysely'
import type { Reckoning } from '../engine/plan.js'
import { ID, writeRows } from './bulk.js'
import * as rows from './rows.js'
import type { Session, Tx } from './session.js'

const DUE = [
  ['id', 'text'],
  ['due', 'integer'],
  ['score', 'real'],
] as const
const HEALTH = [...DUE, ['health', 'text'], ['levels', 'text'], ['qualification', 'text']] as const

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
  await store(
    tx,
    session,
    reckonings.filter(({ again }) => again),
    null,
  )
  await store(
    tx,
    session,
    reckonings.filter(({ again }) => !again),
    program,
  )
}

/** Null is the program that stands there already. */
async function store(
  tx: Tx,
  session: Pick<Session, 'dialect'>,
  reckonings: readonly Reckoning[],
  program: number | null,
): Promise<void> {
  const accounts = reckonings.filter((r) => r.subject.kind === 'account')
  const opportunities = reckonings.filter((r) => r.subject.kind === 'opportunity')
  const healthy = opportunities.filter(hasHealth)
  // Most programs reckon less than they might: what they do not is not sent row by row.
  const plain = healthy.length === 0 ? opportunities : opportunities.filter((r) => !hasHealth(r))
  await updateRows(tx, session, 'accounts', DUE, accounts, program)
  await updateRows(tx, session, 'opportunities', DUE, plain, program, true)
  await updateRows(tx, session, 'opportunities', HEALTH, healthy, program)
}

const PLAIN = sql`, health = null, levels = '{}', qualification = null`

/** Of plain opportunities nothing is left of what another program reckoned. */
async function updateRows(
  tx: Tx,
  session: Pick<Session, 'dialect'>,
  table: 'accounts' | 'opportunities',
  columns: typeof DUE | typeof HEALTH,
  reckonings: readonly Reckoning[],
  program: number | null,
  isPlain = false,
): Promise<void> {
  if (reckonings.length === 0) return
  const encoded = reckonings.map(({ subject, due, score, health, levels, qualification }) => ({
    id: subject.id,
    due,
    score,
    health,
    levels: columns === HEALTH ? rows.json(levels) : null,
    qualification: rows.toJson(qualification),
  }))
  const names = columns.map(([name]) => name).filter((name) => name !== 'id')
  const set = (to: (name: string) => RawBuilder<unknown>) =>
    sql`update ${sql.table(table)} set ${program === null ? sql`` : sql`due_program = ${sql.lit(program)},`}
      ${sql.join(names.map((name) => sql`${sql.ref(name)} = ${to(name)}`))} ${isPlain ? PLAIN : sql``}`
  const cells = [...columns.filter(([name]) => name !== 'id'), ...ID]
  await writeRows(tx, session, cells, encoded, {
    name: `reckon ${table} ${names} ${program} ${isPlain}`,
    byRow: () => sql`${set(() => sql.raw('?'))} where id = ?`,
    atOnce: (given) => sql`${set((name) => sql.ref(`r.${name}`))} from ${given} where ${sql.ref(`${table}.id`)} = r.id`,
  })
}

const hasHealth = ({ health, qualification }: Reckoning): boolean => health !== null || qualification !== null
