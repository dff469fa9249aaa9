import { sql } from 'kysely'
import type { Account, Opportunity, SubjectKind } from '../domain/subjects.js'
import type { Sighted } from '../engine/store.js'
import { type Asked, areFew, askedRows, isAsked } from './asked.js'
import { lightRows, Unread } from './light.js'
import { columnsUnder, lists } from './lists.js'
import type { Session, Tx } from './session.js'

/** Subjects looked at in one transaction, about 10 ms; the first slices, in which it is learnt what to read, are small. */
const SLICE = 1_000
const FIRST_SLICE = 8

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
    const { rows, see } = await readSlice(tx, session, at)
    try {
      for (let i = found.length; i < rows.length; i += 1) found.push(look(see(rows[i] as unknown[])))
      return { found, survey: behind(at, rows) }
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

/** The id stands first in every row. */
const idOf = (cells: readonly unknown[]): string => cells[0] as string

function behind(survey: Survey, rows: readonly unknown[][]): Survey {
  const last = rows[survey.size - 1]
  const after = last ? idOf(last) : null
  if (after === null && survey.kind === 'account') return begin(survey.asked, 'opportunity')
  return { ...survey, after, size: Math.min(4 * survey.size, SLICE) }
}

interface Slice {
  rows: unknown[][]
  /** What is seen of a row: made only when it is looked at, and gone thereafter. */
  see: (cells: unknown[]) => Sighted
}

async function readSlice(tx: Tx, session: Pick<Session, 'dialect'>, survey: Survey): Promise<Slice> {
  const { kind, sight } = survey
  const { opportunityOf, accountOf } = sight
  const rows = await (kind === 'account' ? readAccounts : readOpportunities)(tx, session, survey)
  const involved = await readInvolved(tx, session, survey, rows)
  const accountAt = kind === 'account' ? 0 : sight.columns.opportunities.length
  const accounts = sight.siblings ? rows.map((cells) => cells[accountAt]) : []
  const siblings = sight.siblings ? await readSiblings(tx, session, survey, accounts) : null
  const see = (cells: unknown[]): Sighted => {
    const account = cells[accountAt] === null ? null : accountOf(cells)
    const opportunity = kind === 'opportunity' ? opportunityOf(cells) : null
    return new Seen(opportunity, account, involved.size > 0 && involved.has(idOf(cells)), siblings)
  }
  return { rows, see }
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

const readAccounts = (tx: Tx, session: Pick<Session, 'dialect'>, survey: Survey) =>
  lists(
    tx,
    session,
    columnsUnder('a', survey.sight.columns.accounts),
    sql`from ${askedRows('a', survey)}
    where ${isAsked('a', survey)} and a.deleted_at is null order by a.id limit ${survey.size}`,
  )

const readOpportunities = (tx: Tx, session: Pick<Session, 'dialect'>, survey: Survey) =>
  lists(
    tx,
    session,
    [...columnsUnder('o', survey.sight.columns.opportunities), ...columnsUnder('a', survey.sight.columns.accounts)],
    sql`from ${askedRows('o', survey)} left join accounts as a on a.id = o.account and a.deleted_at is null
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
    columnsUnder('o', columns.opportunities),
    sql`from opportunities as o
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
  slice: readonly unknown[][],
): Promise<Set<string>> {
  const last = slice[size - 1]
  const among = (id: string) =>
    few
      ? sql`${sql.ref(id)} in (select value from ${dialect.jsonTexts(sql`${JSON.stringify(slice.map(idOf))}`, 'wanted')})`
      : sql`${sql.ref(id)} > ${after} ${last === undefined ? sql`` : sql`and ${sql.ref(id)} <= ${idOf(last)}`}`
  const { rows } = await sql<{ id: string }>`select id from findings
      where kind = ${kind} and ${among('id')} and state <> 'resolved'
    union select id from holds where kind = ${kind} and ${among('id')}
    union select subject as id from events where kind = ${kind} and ${among('subject')} and judged = 0`.execute(tx)
  return new Set(rows.map(({ id }) => id))
}
