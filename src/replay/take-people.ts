import type { Settable } from '../domain/effects.js'
import type { Incoming, Taken } from '../domain/incoming.js'
import { compare } from '../domain/said.js'
import { type Contact, type Person, personKnownById } from '../domain/subjects.js'
import { accountNamed } from '../domain/take-account.js'
import { reads } from '../domain/wakes.js'
import { type Cell, isLiving, waits } from './cells.js'
import { type Desk, done, wake } from './desk.js'
import type { State } from './state.js'

/** Takes a person; what somebody owns is due when anything of that person changes. */
export function takePerson(state: State, desk: Desk, { id, line, values }: Incoming): Taken {
  const before = state.people.get(id)
  const present = (name: string) => (before?.[name as keyof Person] as Settable) ?? null
  const { apply } = compare(values, null, present, { remembers: false, never: ['active'] })
  if (before && apply.length === 0) return done('unchanged', line)
  const said = Object.fromEntries(apply.map((name) => [name, values[name]]))
  state.people = new Map(state.people).set(id, { ...(before ?? personKnownById(id)), ...said })
  wakeOwned(state, id, desk)
  return done(before ? 'changed' : 'new', line)
}

/** Whoever is owned is due when anything of the owner changes, and who is judged by the owner of the account. */
function wakeOwned(state: State, owner: string, { wakes, bringing: { now } }: Desk): void {
  const isRead = reads(wakes, 'people')
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
    for (const member of cell.members) if (isLiving(member) && (isRead || waits(member))) wake(state, member, now)
  }
}

/** Takes a contact. One that names an unknown account makes it. */
export function takeContact(state: State, desk: Desk, { id, line, values }: Incoming): Taken {
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
