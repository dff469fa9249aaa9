import { CompiledQuery, sql } from 'kysely'
import { apply, planNow } from '../../src/app.js'
import type { Program } from '../../src/program/program.js'
import { COLUMNS } from '../../src/store/migrations/index.js'
import type { Store } from '../../src/store/store.js'
import { BEFORE, EDITED, T3 } from './world.js'

type Row = Record<string, string | number | null>
type Table = keyof typeof COLUMNS
/** Every row of every table, in a fixed order. */
export type Everything = Readonly<Record<Table, readonly Row[]>>

const TABLES = Object.keys(COLUMNS) as Table[]
const named = (table: Table) => COLUMNS[table].filter((c) => c.type !== 'serial').map((c) => c.name)
const quoted = (table: Table) =>
  named(table)
    .map((name) => `"${name}"`)
    .join(', ')
const inOrder = (table: Table) =>
  COLUMNS[table].some((c) => c.type === 'serial') ? 'seq' : COLUMNS[table].map((_, i) => i + 1).join(', ')

/** Keeps a copy of every table beside it. */
export const keepAll = (store: Store): Promise<void> =>
  store.write(async (tx) => {
    for (const table of TABLES) await sql.raw(`create table kept_${table} as select * from ${table}`).execute(tx)
  })

/** Puts every table back as it was kept. */
export const restoreAll = (store: Store): Promise<void> =>
  store.write(async (tx) => {
    const steps = TABLES.flatMap((table) => [
      `delete from ${table}`,
      `insert into ${table} (${quoted(table)}) select ${quoted(table)} from kept_${table} order by ${inOrder(table)}`,
    ])
    if (store.dialect.name === 'postgres') await tx.executeQuery(CompiledQuery.raw(steps.join(';')))
    else for (const step of steps) await tx.executeQuery(CompiledQuery.raw(step))
  })

export const readAll = (store: Store): Promise<Everything> =>
  store.read(async (tx) => {
    const read: [Table, readonly Row[]][] = []
    for (const table of TABLES)
      read.push([table, (await sql.raw<Row>(`select * from ${table} order by ${inOrder(table)}`).execute(tx)).rows])
    return Object.fromEntries(read) as unknown as Everything
  })

/** The program that is in force. */
export async function inForce(store: Store): Promise<Program & { number: number }> {
  const { digest, number } = (await store.inForce())!
  return { ...(digest === EDITED.digest ? EDITED : BEFORE), number }
}

/** Applies what is in force until nothing is due; returns how often it took. */
export async function runToQuiet(store: Store): Promise<number> {
  const program = await inForce(store)
  const process = { id: 'quiet', command: 'apply', clock: T3 }
  for (let runs = 0; runs < 4; runs += 1) {
    const due = await store.nextDue(program.number)
    if (due === null || due > T3) return runs
    await apply(store, program, T3, process)
  }
  throw new Error('It is never quiet.')
}

/** Steps that stand although nothing is due: what somebody forgot to make due. */
export async function lost(store: Store): Promise<string[]> {
  const planned = await planNow(store, await inForce(store), T3, { everything: true })
  return planned.families.flatMap((f) => f.intents.map(({ key }) => key.join('/')))
}

/** Accounts in Dead Opportunity with an open opportunity, though nobody is going to look at them. */
export function illegal({ accounts, opportunities }: Everything): string[] {
  return accounts
    .filter((a) => a.bin === 'dead-opportunity' && (a.due === null || Number(a.due) > T3))
    .filter((a) => opportunities.some((o) => o.account === a.id && o.status === 'open' && o.deleted_at === null))
    .map((a) => String(a.id))
}

/**
 * Walks through history from the first row to the last: each change begins where the one before it ended, the last ends
 * where the row is, and nobody went to Dead Opportunity with an open opportunity.
 */
export function contradictions({ accounts, opportunities, history }: Everything): string[] {
  const found: string[] = []
  const rows = new Map<string, Row>([
    ...accounts.map((row) => [`account/${row.id}`, row] as const),
    ...opportunities.map((row) => [`opportunity/${row.id}`, row] as const),
  ])
  const now = new Map<string, unknown>()
  const name = (row: Row) => `${row.kind}/${row.id}/${row.fact}`
  const value = (json: string | number | null | undefined) => (typeof json === 'string' ? JSON.parse(json) : null)
  const changes = history.filter((row) => row.fact !== 'created')
  for (const row of changes) if (!now.has(name(row))) now.set(name(row), value(row.from))
  const born = new Set(history.filter((r) => r.fact === 'created').map((r) => `${r.kind}/${r.id}`))
  const at = (subject: string, fact: string) => {
    const known = now.get(`${subject}/${fact}`)
    return known === undefined ? (rows.get(subject)?.[fact] ?? null) : known
  }
  const alive = new Set<string>()
  for (const row of history) {
    const subject = `${row.kind}/${row.id}`
    if (row.fact === 'created') {
      alive.add(subject)
      continue
    }
    const [from, to] = [value(row.from), value(row.to)]
    const before = now.get(name(row)) ?? null
    if (before !== from) found.push(`${name(row)}: from ${from}, but it was ${before}`)
    now.set(name(row), to)
    if (row.fact !== 'bin' || to !== 'dead-opportunity') continue
    for (const o of opportunities) {
      const one = `opportunity/${o.id}`
      const there = alive.has(one) || !born.has(one)
      if (there && at(one, 'account') === row.id && at(one, 'status') === 'open')
        found.push(`${row.id} went to Dead Opportunity while ${o.id} was open`)
    }
  }
  for (const [path, last] of now) {
    const [kind, id, ...fact] = path.split('/')
    const is = rows.get(`${kind}/${id}`)?.[fact.join('/')] ?? null
    if (is !== last) found.push(`${path}: history ends with ${last}, the row says ${is}`)
  }
  return found
}

/**
 * Families, as they are, and as they are after an import that moves opportunities to other accounts. Each is consistent by
 * itself: a run may meet one of the two families of a move before it and the other after it.
 */
const FAMILIES = ['a1 o1 o12', 'a2 o2 o5', 'a3 o3', 'a4 o4', 'a5 o6', 'a6 o8 o9', 'a7 o10', 'a8 o11']
const MOVED = ['a1 o1 o12', 'a2 o2', 'a3 o3 o5', 'a4 o4', 'a5 o6', 'a6 o8 o9 n1', 'a7 o10', 'a8 o11']
const ALONE = ['n1', 'n2', 'n3', 'n4', 'n5', 'n6']

/** What is known of each family, without numbers that only count how often somebody wrote. */
export function families(all: Everything, { moved }: { moved: boolean }): string[] {
  const subjectOf: Partial<Record<Table, (row: Row) => unknown>> = {
    accounts: (row) => row.id,
    opportunities: (row) => row.id,
    findings: (row) => row.id,
    intents: (row) => row.id,
    holds: (row) => row.id,
    history: (row) => row.id,
    tasks: (row) => row.subject,
    notices: (row) => row.subject,
    letters: (row) => row.subject,
    events: (row) => row.subject,
    activities: (row) => row.opportunity,
    said: (row) => row.id,
  }
  const plain = ({ version: _, seq: __, ...row }: Row) => JSON.stringify(row).replaceAll(/@\d+-\d+/g, '@')
  const groups = [...(moved ? MOVED : FAMILIES), ...ALONE].map((ids) => ids.split(' '))
  return groups.map((ids) =>
    Object.entries(subjectOf)
      .flatMap(([table, of]) => {
        const lines = all[table as Table].filter((row) => ids.includes(String(of(row)))).map(plain)
        return lines.sort().map((line) => `${table} ${line}`)
      })
      .join('\n'),
  )
}
