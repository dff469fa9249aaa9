import { type RawBuilder, sql } from 'kysely'
import type { Account, Opportunity, SubjectKind } from '../domain/subjects.js'
import type { Sighted } from '../engine/store.js'
import type { Instant } from '../lib/instant.js'
import { lightRows, Unread } from './light.js'
import type { Session, Tx } from './session.js'

/** Subjects looked at in one transaction, about 10 ms; the first slices, in which it is learnt what to read, are small. */
const SLICE = 1_000
const FIRST_SLICE = 8
/** So many are found by the index on what is due; of more, the table is walked. */
const FEW = 5_000

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
  /** Whether so few are due that the index leads to them; null where nobody has looked yet. */
  readonly few: boolean | null
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
const COLUMNS: Record<SubjectKind, Sight['columns']> = {
  opportunity: { opportunities: ['id', 'due', 'due_program'], accounts: ['id'] },
  account: { opportunities: ['id'], accounts: ['id', 'due', 'due_program'] },
}

/** What the last survey under a program learnt to read. */
const lastSights = new Map<string, Sight>()
const MOST_SIGHTS = 20

const begin = (asked: Asked, kind: SubjectKind): Survey => {
  const sight = lastSights.get(`${kind}/${asked.program}`)
  return {
    asked,
    kind,
    sight: sight ?? sightOf(kind, COLUMNS[kind]),
    few: asked.which === 'all' ? false : null,
    size: sight ? SLICE : FIRST_SLICE,
    after: '',
  }
}

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
  let at = survey.few === null ? { ...survey, few: await areFew(tx, survey) } : survey
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

function learnt({ kind, asked, sight: { columns, siblings } }: Survey, what: Unread['what']): Sight {
  const { table, column } = what === 'siblings' ? { table: 'opportunities' as const, column: 'account' } : what
  const read = new Set(columns[table]).add(column)
  const sight = sightOf(kind, { ...columns, [table]: [...read] }, siblings || what === 'siblings')
  if (lastSights.size > MOST_SIGHTS) lastSights.clear()
  lastSights.set(`${kind}/${asked.program}`, sight)
  return sight
}

function behind(survey: Survey, slice: readonly Sighted[]): Survey {
  const last = slice[survey.size - 1]
  const after = last ? ((last.opportunity ?? last.account)?.id ?? null) : null
  if (after === null && survey.kind === 'account') return begin(survey.asked, 'opportunity')
  return { ...survey, after, size: Math.min(4 * survey.size, SLICE) }
}

async function readSlice(tx: Tx, session: Pick<Session, 'dialect'>, survey: Survey): Promise<Sighted[]> {
  const { kind, sight } = survey
  const { opportunityOf, accountOf } = sight
  const slice = await (kind === 'account' ? readAccounts : readOpportunities)(tx, session, survey)
  const ids = slice.map(([id]) => id as string)
  const involved = await readInvolved(tx, session, survey, ids)
  const accountAt = kind === 'account' ? 0 : sight.columns.opportunities.length
  const accounts = sight.siblings ? slice.map((cells) => cells[accountAt]) : []
  const siblings = sight.siblings ? await readSiblings(tx, session, survey, accounts) : null
  return slice.map((cells): Sighted => {
    const account = cells[accountAt] === null ? null : accountOf(cells)
    const opportunity = kind === 'opportunity' ? opportunityOf(cells) : null
    return new Seen(opportunity, account, involved.size > 0 && involved.has(cells[0] as string), siblings)
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

const TABLES = { account: 'accounts', opportunity: 'opportunities' } as const

/** Ids of who is due, each once, each condition answered by its own index: a union of other than `all` would walk the table. */
const dueIds = (kind: SubjectKind, { now, program }: Asked) => {
  const of = (due: RawBuilder<unknown>) =>
    sql`select id from ${sql.table(TABLES[kind])} where deleted_at is null and ${due}`
  const reckoned = of(sql`due <= ${now} and +due_program = ${program}`)
  return sql`${reckoned} union all ${of(sql`due_program < ${program}`)} union all ${of(sql`due_program > ${program}`)}`
}

async function areFew(tx: Tx, { kind, asked }: Survey): Promise<boolean> {
  const { rows } = await sql`select 1 as found from (${dueIds(kind, asked)}) as due limit ${FEW + 1}`.execute(tx)
  return rows.length <= FEW
}

/**
 * The rows of a table that are looked at, under an alias. A few that are due lead to their rows (`cross join` keeps SQLite from
 * turning that round); where many are, the whole table is walked in order of id, whatever the indexes would say.
 */
const askedRows = (alias: 'o' | 'a', { kind, asked, few }: Survey): RawBuilder<unknown> => {
  const rows = sql`${sql.table(TABLES[kind])} as ${sql.ref(alias)}`
  return few ? sql`(${dueIds(kind, asked)}) as due cross join ${rows}` : rows
}

const isAsked = (alias: 'o' | 'a', { asked, few, after }: Survey): RawBuilder<unknown> => {
  const id = sql.ref(`${alias}.id`)
  if (few) return sql`due.id > ${after} and ${id} = due.id`
  if (asked.which === 'all') return sql`${id} > ${after}`
  const [due, by] = [sql.ref(`${alias}.due`), sql.ref(`${alias}.due_program`)]
  return sql`${id} > ${after} and (+${due} <= ${asked.now} or +${by} < ${asked.program} or +${by} > ${asked.program})`
}

async function lists(tx: Tx, { dialect }: Pick<Session, 'dialect'>, query: RawBuilder<unknown>): Promise<unknown[][]> {
  const { rows } = await sql<unknown[] | Record<string, unknown>>`${dialect.asLists}${query}`.execute(tx)
  return rows.map((row) => (Array.isArray(row) ? row : Object.values(row)))
}

const readAccounts = (tx: Tx, session: Pick<Session, 'dialect'>, survey: Survey) =>
  lists(
    tx,
    session,
    sql`select ${listOf('a', survey.sight.columns.accounts)} from ${askedRows('a', survey)}
    where ${isAsked('a', survey)} and a.deleted_at is null order by a.id limit ${survey.size}`,
  )

const readOpportunities = (tx: Tx, session: Pick<Session, 'dialect'>, survey: Survey) =>
  lists(
    tx,
    session,
    sql`select ${listOf('o', survey.sight.columns.opportunities)}, ${listOf('a', survey.sight.columns.accounts)}
    from ${askedRows('o', survey)} left join accounts as a on a.id = o.account and a.deleted_at is null
    where ${isAsked('o', survey)} and o.deleted_at is null order by o.id limit ${survey.size}`,
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

/** The ids of a slice on which something hangs. Of a few that are due far apart each is asked for; else the stretch of ids they are of. */
async function readInvolved(
  tx: Tx,
  { dialect }: Pick<Session, 'dialect'>,
  { kind, few, size, after }: Survey,
  ids: readonly string[],
): Promise<Set<string>> {
  const last = ids[size - 1]
  const among = (id: string) =>
    few
      ? sql`${sql.ref(id)} in (select value from ${dialect.jsonTexts(sql`${JSON.stringify(ids)}`, 'wanted')})`
      : sql`${sql.ref(id)} > ${after} ${last === undefined ? sql`` : sql`and ${sql.ref(id)} <= ${last}`}`
  const { rows } = await sql<{ id: string }>`select id from findings
      where kind = ${kind} and ${among('id')} and state <> 'resolved'
    union select id from holds where kind = ${kind} and ${among('id')}
    union select subject as id from events where kind = ${kind} and ${among('subject')} and judged = 0`.execute(tx)
  return new Set(rows.map(({ id }) => id))
}
