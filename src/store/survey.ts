import { type RawBuilder, sql } from 'kysely'
import type { Account, Opportunity, SubjectKind } from '../domain/subjects.js'
import type { Sighted } from '../engine/store.js'
import type { Instant } from '../lib/instant.js'
import { lightRows, Unread } from './light.js'
import type { Session, Tx } from './session.js'

/** Subjects looked at in one transaction, about 10 ms; the first slices, in which it is learnt what to read, are small. */
const SLICE = 1_000
const FIRST_SLICE = 8

/** Who is looked at: whoever is due at an instant under a program, or everybody. */
export interface Asked {
  now: Instant
  program: number
  which: 'due' | 'all'
}

/** How the rows of a slice are read and seen. */
interface Sight {
  readonly columns: Readonly<Record<'opportunities' | 'accounts', readonly string[]>>
  /** Whether the other opportunities of an account are read. */
  readonly siblings: boolean
  readonly opportunityOf: (cells: unknown[]) => Opportunity
  readonly accountOf: (cells: unknown[]) => Account
}

/** Where a survey stands, and what it has learnt to read. */
export interface Survey {
  readonly asked: Asked
  readonly kind: SubjectKind
  readonly sight: Sight
  /** How many subjects the next slice has. */
  readonly size: number
  /** The id after which it goes on; null at its end. */
  readonly after: string | null
}

function sightOf(kind: SubjectKind, columns: Sight['columns'], siblings = false): Sight {
  return {
    columns,
    siblings,
    opportunityOf: lightRows('opportunities', columns.opportunities, 0),
    accountOf: lightRows('accounts', columns.accounts, kind === 'account' ? 0 : columns.opportunities.length),
  }
}

/** What is read of every subject; what else is asked for on the way is read from then on. */
const COLUMNS = {
  opportunities: ['id', 'account', 'due', 'due_program', 'last_change'],
  accounts: ['id', 'due', 'due_program', 'last_change'],
}

const begin = (asked: Asked, kind: SubjectKind): Survey => ({
  asked,
  kind,
  sight: sightOf(kind, COLUMNS),
  size: FIRST_SLICE,
  after: '',
})

/** A look at the accounts, then at the opportunities, each in order of id, a slice at a time. */
export const startSurvey = (asked: Asked, from: SubjectKind = 'account'): Survey => begin(asked, from)

/** Gives the next slice to `look`. Where that asks for more than was read, the slice is read again, and with more from then on. */
export async function nextSlice<Found>(
  tx: Tx,
  session: Pick<Session, 'dialect'>,
  survey: Survey,
  look: (seen: Sighted) => Found,
): Promise<{ found: Found[]; survey: Survey }> {
  const found: Found[] = []
  let at = survey
  for (;;) {
    const slice = await readSlice(tx, session, at)
    try {
      for (let i = found.length; i < slice.length; i += 1) found.push(look(slice[i] as Sighted))
      return { found, survey: behind(at, slice) }
    } catch (error) {
      if (!(error instanceof Unread)) throw error
      at = { ...at, sight: learnt(at, error.what) }
    }
  }
}

function learnt({ kind, sight }: Survey, what: Unread['what']): Sight {
  const { columns, siblings } = sight
  if (what === 'siblings') return sightOf(kind, columns, true)
  return sightOf(kind, { ...columns, [what.table]: [...columns[what.table], what.column] }, siblings)
}

function behind(survey: Survey, slice: readonly Sighted[]): Survey {
  const last = slice[survey.size - 1]
  const after = last ? ((last.opportunity ?? last.account)?.id ?? null) : null
  if (after === null && survey.kind === 'account') return begin(survey.asked, 'opportunity')
  return { ...survey, after, size: Math.min(4 * survey.size, SLICE) }
}

async function readSlice(tx: Tx, session: Pick<Session, 'dialect'>, survey: Survey): Promise<Sighted[]> {
  const { kind, sight, size } = survey
  const { opportunityOf, accountOf } = sight
  const slice = await (kind === 'account' ? readAccounts : readOpportunities)(tx, session, survey)
  const involved = await readInvolved(tx, survey, slice[size - 1]?.[0] as string | undefined)
  const accountAt = kind === 'account' ? 0 : sight.columns.opportunities.length
  const accounts = sight.siblings ? slice.map((cells) => cells[accountAt]) : []
  const siblings = sight.siblings ? await readSiblings(tx, session, survey, accounts) : null
  return slice.map((cells): Sighted => {
    const account = cells[accountAt] === null ? null : accountOf(cells)
    const opportunity = kind === 'opportunity' ? opportunityOf(cells) : null
    return new Seen(opportunity, account, involved.has(cells[0] as string), siblings)
  })
}

type Siblings = ReadonlyMap<string, readonly Opportunity[]>

/** Fields are declared only, as those of light rows. */
class Seen implements Sighted {
  declare readonly opportunity: Opportunity | null
  declare readonly account: Account | null
  declare readonly involved: boolean
  declare readonly siblings: Siblings | null
  constructor(opportunity: Opportunity | null, account: Account | null, involved: boolean, siblings: Siblings | null) {
    this.opportunity = opportunity
    this.account = account
    this.involved = involved
    this.siblings = siblings
  }
  get opportunities(): readonly Opportunity[] {
    if (!this.account) return []
    if (!this.siblings) throw new Unread('siblings')
    return this.siblings.get(this.account.id) ?? []
  }
}

const listOf = (alias: string, names: readonly string[]) =>
  sql.join(names.map((name) => sql`${sql.ref(`${alias}.${name}`)} as ${sql.ref(`${alias}_${name}`)}`))

const isDue = (alias: 'o' | 'a', { now, program, which }: Asked): RawBuilder<unknown> => {
  if (which === 'all') return sql`1 = 1`
  const [due, by] = [sql.ref(`${alias}.due`), sql.ref(`${alias}.due_program`)]
  return sql`(${due} <= ${now} or ${by} < ${program} or ${by} > ${program})`
}

async function lists(tx: Tx, { dialect }: Pick<Session, 'dialect'>, query: RawBuilder<unknown>): Promise<unknown[][]> {
  const { rows } = await sql<unknown[] | Record<string, unknown>>`${dialect.asLists}${query}`.execute(tx)
  return rows.map((row) => (Array.isArray(row) ? row : Object.values(row)))
}

const readAccounts = (tx: Tx, session: Pick<Session, 'dialect'>, { sight: { columns }, after, asked, size }: Survey) =>
  lists(
    tx,
    session,
    sql`select ${listOf('a', columns.accounts)} from accounts as a
    where a.id > ${after} and a.deleted_at is null and ${isDue('a', asked)} order by a.id limit ${size}`,
  )

const readOpportunities = (
  tx: Tx,
  session: Pick<Session, 'dialect'>,
  { sight: { columns }, after, asked, size }: Survey,
) =>
  lists(
    tx,
    session,
    sql`select ${listOf('o', columns.opportunities)}, ${listOf('a', columns.accounts)}
    from opportunities as o left join accounts as a on a.id = o.account and a.deleted_at is null
    where o.id > ${after} and o.deleted_at is null and ${isDue('o', asked)} order by o.id limit ${size}`,
  )

async function readSiblings(
  tx: Tx,
  session: Pick<Session, 'dialect'>,
  { sight: { columns } }: Survey,
  accounts: readonly unknown[],
) {
  const wanted = JSON.stringify([...new Set(accounts.filter((id) => id !== null))])
  const found = await lists(
    tx,
    session,
    sql`select ${listOf('o', columns.opportunities)} from opportunities as o
    where o.account in (select value from ${session.dialect.jsonTexts(sql`${wanted}`, 'wanted')}) and o.deleted_at is null
    order by o.account, o.id`,
  )
  const rowOf = lightRows('opportunities', columns.opportunities, 0)
  const groups = new Map<string, Opportunity[]>()
  for (const row of found.map(rowOf)) {
    const group = groups.get(row.account as string)
    if (group) group.push(row)
    else groups.set(row.account as string, [row])
  }
  return groups
}

/** The ids of a slice on which something hangs. */
async function readInvolved(tx: Tx, { kind, after }: Survey, last: string | undefined): Promise<Set<string>> {
  const range = (id: string) =>
    sql`kind = ${kind} and ${sql.ref(id)} > ${after} ${last === undefined ? sql`` : sql`and ${sql.ref(id)} <= ${last}`}`
  const { rows } = await sql<{ id: string }>`select id from findings where ${range('id')} and state <> 'resolved'
    union select id from holds where ${range('id')}
    union select subject as id from events where ${range('subject')} and judged = 0`.execute(tx)
  return new Set(rows.map(({ id }) => id))
}
