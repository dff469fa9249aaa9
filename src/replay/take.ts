import { extend, summarise } from '../domain/activities.js'
import type { Settable } from '../domain/effects.js'
import type { DomainEvent } from '../domain/findings.js'
import type { Bringing, Incoming, Taken } from '../domain/incoming.js'
import { ownerAt } from '../domain/owners.js'
import { compare, NOTHING_SAID } from '../domain/said.js'
import type { Account, Contact, Opportunity, Person, SubjectKind } from '../domain/subjects.js'
import { accountNamed, takeAccount } from '../domain/take-account.js'
import { activityOf, bringEvents, type FiledActivity, fileActivity } from '../domain/take-activity.js'
import { takeOpportunity } from '../domain/take-opportunity.js'
import { binCountsSince, putAccount, putSummary, type Taking, type Told } from '../domain/taking.js'
import { peopleUnder } from '../engine/snapshots.js'
import { requiredOfRows } from '../facts/table.js'
import type { Instant } from '../lib/instant.js'
import type { Program } from '../program/program.js'
import { type Cell, isLiving } from './cells.js'
import { isHeard } from './sight.js'
import { cellOf, onlyOpenOf, putRow, type State, schedule } from './state.js'

const both = () => ({ opportunity: new Set<string>(), account: new Set<string>() })

/** Where records are taken: one for all, since what is on its way is done before the next comes. */
export interface Desk extends Taking {
  bringing: Bringing
  refuses: Taking['refuses']
  vocabulary: Taking['vocabulary']
  /** Accounts to which activities came from another one: who did what as the owner is told anew. */
  readonly reowned: Set<string>
}

/** A desk over the rows of a world. */
export function openDesk(state: State, program: Program): Desk {
  const rows = <Row extends Opportunity | Account>(kind: SubjectKind) => ({
    get: (id: string) => state.cells[kind].get(id)?.row as Row | undefined,
    set: (_: string, row: Row) => putRow(state, kind, row),
  })
  const desk: Desk = {
    bringing: { source: '', as: 'event', by: '', now: 0 },
    vocabulary: program.vocabulary,
    remembers: false,
    refuses: 'all',
    missing: (requires, opportunity, account) =>
      requiredOfRows(desk.vocabulary, peopleUnder(program, state.people), desk.bringing.now)(
        requires,
        opportunity,
        account,
      ),
    opportunities: rows('opportunity'),
    accounts: rows('account'),
    changed: both(),
    rewritten: both(),
    history: [],
    events: [],
    resummarise: both(),
    rehomed: new Set(),
    reowned: new Set(),
  }
  return desk
}

/** Takes one record, and leaves of rows what the store would leave. Past changes are not taken: a world is told them in order. */
export function takeRecord(state: State, desk: Desk, incoming: Incoming, readsAccount: boolean): Taken {
  const taken = takeOne(state, desk, incoming)
  if (taken.outcome === 'new' || taken.outcome === 'changed') finish(state, desk, readsAccount)
  clear(desk)
  return taken
}

function takeOne(state: State, desk: Desk, incoming: Incoming): Taken {
  switch (incoming.record) {
    case 'opportunities':
      return takeOpportunity(desk, NOTHING_SAID, incoming)
    case 'accounts':
      return takeAccount(desk, NOTHING_SAID, incoming)
    case 'activities':
      return takeActivity(state, desk, incoming)
    case 'people':
      return takePerson(state, desk, incoming)
    case 'contacts':
      return takeContact(state, desk, incoming)
    case 'changes':
      return { outcome: 'rejected', line: incoming.line, why: 'Past changes are taken by a store only.' }
  }
}

const done = (outcome: 'new' | 'changed' | 'unchanged', line: number): Taken => ({
  outcome,
  line,
  diverged: [],
  refused: [],
})

function takeActivity(state: State, desk: Desk, incoming: Incoming): Taken {
  const { now } = desk.bringing
  const before = state.activities.get(incoming.id)
  const around = {
    contacts: { get: (id: string) => state.contacts.get(id)?.account },
    onlyOpen: { get: (account: string) => onlyOpenOf(state, account) },
  }
  const filed = fileActivity(desk, around, incoming, before)
  if (typeof filed === 'string') return { outcome: 'rejected', line: incoming.line, why: filed }
  if (filed === before) return done('unchanged', incoming.line)
  for (const kind of ['opportunity', 'account'] as const) tellOwner(state, filed, kind)
  state.activities.set(filed.id, filed)
  if (before) {
    for (const cell of homesOf(state, before)) {
      cell.activities = cell.activities.filter((one) => one !== before)
      desk.resummarise[cell.kind].add(cell.id)
      desk.changed[cell.kind].add(cell.id)
    }
  } else bringEvents(desk, filed)
  for (const cell of homesOf(state, filed)) {
    cell.activities.push(filed)
    if (before) {
      desk.resummarise[cell.kind].add(cell.id)
      desk.changed[cell.kind].add(cell.id)
      continue
    }
    const binSince = cell.kind === 'account' ? binCountsSince(cell.row as Account, desk.vocabulary) : null
    cell.row.activity = extend(cell.row.activity, [activityOf(filed, cell.kind)], now, binSince)
    desk.changed[cell.kind].add(cell.id)
  }
  return done(before ? 'changed' : 'new', incoming.line)
}

function homesOf(state: State, { opportunity, account }: FiledActivity): Cell[] {
  const homes: Cell[] = []
  const [o, a] = [state.cells.opportunity.get(opportunity ?? ''), state.cells.account.get(account ?? '')]
  if (opportunity !== null && o) homes.push(o)
  if (account !== null && a) homes.push(a)
  return homes
}

function tellOwner(state: State, filed: FiledActivity, kind: SubjectKind): void {
  const { by, at } = filed
  const id = filed[kind]
  const cell = id === null ? undefined : state.cells[kind].get(id)
  filed[`by_owner_of_${kind}`] = by === null || !cell || ownerAt(cell.owners, at, cell.row.owner) === by ? 1 : 0
}

function takePerson(state: State, desk: Desk, { id, line, values }: Incoming): Taken {
  const nobody: Person = {
    id,
    name: null,
    email: null,
    role: null,
    manager: null,
    team: null,
    active: true,
    timezone: null,
  }
  const before = state.people.get(id)
  const present = (name: string) => (before?.[name as keyof Person] as Settable) ?? null
  const { apply } = compare(values, null, present, { remembers: false, never: ['active'] })
  if (before && apply.length === 0) return done('unchanged', line)
  const said = Object.fromEntries(apply.map((name) => [name, values[name]]))
  state.people = new Map(state.people).set(id, { ...(before ?? nobody), ...said })
  wakeOwned(state, id, desk.bringing.now)
  return done(before ? 'changed' : 'new', line)
}

/** Whoever is owned is due when anything of the owner changes. */
function wakeOwned(state: State, owner: string, now: Instant): void {
  const bumped = new Set<Cell>()
  for (const cell of state.owned.get(owner) ?? []) {
    if (cell.kind === 'account') bumped.add(cell)
    else if (cell.account) bumped.add(cell.account)
  }
  for (const account of bumped) account.row.version += 1
  for (const cell of state.owned.get(owner) ?? []) {
    if (!isLiving(cell)) continue
    if (cell.kind === 'opportunity') cell.row.version += 1
    wake(state, cell, now)
  }
}

function takeContact(state: State, desk: Desk, { id, line, values }: Incoming): Taken {
  const before = state.contacts.get(id)
  const present = (name: string) => (before?.[name as keyof Contact] as Settable) ?? null
  const { apply } = compare(values, null, present, { remembers: false, never: ['account'] })
  if (!before && typeof values.account !== 'string') return { outcome: 'rejected', line, why: 'It names no account.' }
  if (before && apply.length === 0) return done('unchanged', line)
  if (apply.includes('account')) {
    const account = accountNamed(desk, String(values.account))
    if (typeof account === 'string') return { outcome: 'rejected', line, why: account }
  }
  const said = Object.fromEntries(apply.map((name) => [name, values[name]]))
  const empty: Contact = { id, account: String(values.account), name: null, email: null }
  state.contacts.set(id, { ...(before ?? empty), ...said })
  return done(before ? 'changed' : 'new', line)
}

/** What follows from what was taken: activities go with their opportunity, summaries, versions, who is due, events. */
function finish(state: State, desk: Desk, readsAccount: boolean): void {
  const { changed, bringing } = desk
  for (const told of desk.history) keepOwner(state, told)
  for (const id of desk.rehomed) rehome(state, desk, id)
  for (const id of desk.reowned)
    for (const filed of state.cells.account.get(id)?.activities ?? []) tellOwner(state, filed, 'account')
  resummarise(state, desk, 'opportunity')
  resummarise(state, desk, 'account')
  const accounts = new Set<Cell>()
  for (const id of changed.account) accounts.add(cellOf(state, { kind: 'account', id }))
  const opportunities = new Set<Cell>()
  for (const id of changed.opportunity) {
    const cell = cellOf(state, { kind: 'opportunity', id })
    opportunities.add(cell)
    if (!cell.account) continue
    if (isLiving(cell.account)) accounts.add(cell.account)
    else cell.account.row.version += 1
  }
  for (const cells of [accounts, opportunities]) {
    for (const cell of cells) {
      cell.row.version += 1
      wake(state, cell, bringing.now)
    }
  }
  if (readsAccount) {
    for (const { members } of accounts)
      for (const cell of members) if (!opportunities.has(cell) && isLiving(cell)) wake(state, cell, bringing.now)
  }
  for (const event of desk.events) keepEvent(state, event, bringing.now)
}

/** A subject of which something changed is due at once. */
function wake(state: State, cell: Cell, now: Instant): void {
  const { row } = cell
  row.due = 0
  if (row.last_change < now) row.last_change = now
  schedule(state, cell)
}

/** An event of that name is heard once. One to which no rule listens is not kept until it is judged. */
function keepEvent(state: State, event: DomainEvent, now: Instant): void {
  const cell = cellOf(state, event.subject)
  if (event.at <= now && state.program && !isHeard(state.program, event)) state.unheard.add(cell)
  else if (!cell.events.some(({ id }) => id === event.id)) cell.events.push(event)
}

/** Remembers who owned a subject when: by it activities are told to be the owner's. */
export function keepOwner(
  state: State,
  { kind, id, fact, from, to, at }: Pick<Told, 'kind' | 'id' | 'fact' | 'from' | 'to' | 'at'>,
): void {
  if (fact !== 'owner') return
  const owners = state.cells[kind].get(id)?.owners
  owners?.push({ at, from: from as string | null, to: to as string | null })
  owners?.sort((a, b) => a.at - b.at)
}

/** Activities of an opportunity that changed accounts are now of the new one; both are summarised anew. */
function rehome(state: State, desk: Desk, id: string): void {
  const cell = state.cells.opportunity.get(id)
  if (!cell || cell.activities.length === 0) return
  const home = (cell.row as Opportunity).account
  const touched = new Set<string>(home === null ? [] : [home])
  for (const filed of cell.activities) {
    const former = filed.account === null ? undefined : state.cells.account.get(filed.account)
    if (former) former.activities = former.activities.filter((one) => one !== filed)
    if (filed.account !== null) touched.add(filed.account)
    filed.account = home
    if (home !== null) state.cells.account.get(home)?.activities.push(filed)
  }
  for (const account of touched) {
    const row = desk.accounts.get(account)
    if (!row) continue
    putAccount(desk, row)
    desk.resummarise.account.add(account)
    desk.reowned.add(account)
  }
}

function resummarise(state: State, desk: Desk, kind: SubjectKind): void {
  for (const id of desk.resummarise[kind]) {
    const cell = state.cells[kind].get(id)
    if (!cell) continue
    const list = cell.activities.toSorted((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
    const binSince = kind === 'account' ? binCountsSince(cell.row as Account, desk.vocabulary) : null
    const seen = list.map((filed) => activityOf(filed, kind))
    putSummary(desk, kind, id, summarise(seen, desk.bringing.now, binSince))
  }
}

function clear(desk: Desk): void {
  const { changed, rewritten, resummarise } = desk
  for (const pair of [changed, rewritten, resummarise]) {
    if (pair.opportunity.size > 0) pair.opportunity.clear()
    if (pair.account.size > 0) pair.account.clear()
  }
  if (desk.rehomed.size > 0) desk.rehomed.clear()
  if (desk.reowned.size > 0) desk.reowned.clear()
  desk.history.length = 0
  desk.events.length = 0
}
