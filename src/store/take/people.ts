import { sql } from 'kysely'
import type { Settable } from '../../domain/effects.js'
import type { Incoming, Taken } from '../../domain/incoming.js'
import { compare } from '../../domain/said.js'
import { type Contact, type Person, personKnownById } from '../../domain/subjects.js'
import { accountNamed } from '../../domain/take-account.js'
import { reads } from '../../domain/wakes.js'
import { upsert } from '../bulk.js'
import { people } from '../rows.js'
import { lookAgain } from '../waiting.js'
import { dueAtOnce, WAITS } from '../wake.js'
import { finish } from './finish.js'
import { readSaid } from './said.js'
import { loadAccounts, oneOf, type Work } from './work.js'

/** By these facts of a person it is decided when that person is told, and of whom. */
const DECIDE_WHEN_TOLD = ['timezone', 'team', 'active']

/** Takes people. What somebody owns is due when anything of that person changes, and what waits to be told may be told at another time. */
export async function takePeople(work: Work, batch: readonly Incoming[]): Promise<Taken[]> {
  const { tx, meaning } = work
  const ids = batch.map(({ id }) => id)
  const rows = await tx.selectFrom('people').selectAll().where('id', 'in', oneOf(meaning.dialect, ids)).execute()
  const known = new Map(rows.map((row) => [row.id, people.decode(row)]))
  const said = await readSaid(work, 'people', batch)
  const changed = new Map<string, Person>()
  let toldOtherwise = false
  const taken = batch.map(({ id, line, values }): Taken => {
    const before = known.get(id)
    const present = (name: string) => (before?.[name as keyof Person] as Settable) ?? null
    const { apply, diverged } = compare(values, said.before(id), present, {
      remembers: work.remembers,
      never: ['active'],
    })
    said.keep(id, values)
    if (before && apply.length === 0) return { outcome: 'unchanged', line, diverged, refused: [] }
    const row = { ...(before ?? personKnownById(id)), ...Object.fromEntries(apply.map((name) => [name, values[name]])) }
    known.set(id, row)
    changed.set(id, row)
    toldOtherwise ||= apply.some((name) => DECIDE_WHEN_TOLD.includes(name))
    return { outcome: before ? 'changed' : 'new', line, diverged: before ? diverged : [], refused: [] }
  })
  if (changed.size > 0) await wakeOwned(work, [...changed.keys()])
  if (toldOtherwise) await lookAgain(tx)
  await upsert(tx, meaning, 'people', ['id'], [...changed.values()].map(people.encode))
  await said.write()
  return taken
}

/** Families are bumped too: a plan that was made under the former manager or team is stale. */
async function wakeOwned({ tx, meaning, wakes, bringing }: Work, ids: readonly string[]): Promise<void> {
  const owners = oneOf(meaning.dialect, ids)
  const { due, last_change } = dueAtOnce(bringing.now)
  const atOnce = sql`due = ${due}, last_change = ${last_change}`
  await sql`update accounts set version = version + 1 where id in
    (select account from opportunities where owner in ${owners} and account is not null)
    or owner in ${owners}`.execute(tx)
  await sql`update accounts set ${atOnce} where owner in ${owners} and deleted_at is null`.execute(tx)
  await sql`update opportunities set version = version + 1, ${atOnce}
    where owner in ${owners} and deleted_at is null`.execute(tx)
  const isRead = reads(wakes, 'people')
  await sql`update opportunities set ${atOnce} where deleted_at is null and ${isRead ? sql`1 = 1` : WAITS}
    and account in (select id from accounts where owner in ${owners} and deleted_at is null)`.execute(tx)
}

/** Takes contacts. One that names an unknown account makes it, with its id alone. */
export async function takeContacts(work: Work, batch: readonly Incoming[]): Promise<Taken[]> {
  const { tx, meaning } = work
  const ids = batch.map(({ id }) => id)
  const rows = await tx.selectFrom('contacts').selectAll().where('id', 'in', oneOf(meaning.dialect, ids)).execute()
  const known = new Map<string, Contact>(rows.map((row) => [row.id, row]))
  await loadAccounts(
    work,
    batch.map(({ values }) => String(values.account)),
  )
  const said = await readSaid(work, 'contacts', batch)
  const changed = new Map<string, Contact>()
  const taken = batch.map(({ id, line, values }): Taken => {
    const before = known.get(id)
    const present = (name: string) => (before?.[name as keyof Contact] as Settable) ?? null
    const { apply, diverged } = compare(values, said.before(id), present, {
      remembers: work.remembers,
      never: ['account'],
    })
    if (!before && typeof values.account !== 'string') return { outcome: 'rejected', line, why: 'It names no account.' }
    if (before && apply.length === 0) {
      said.keep(id, values)
      return { outcome: 'unchanged', line, diverged, refused: [] }
    }
    if (apply.includes('account')) {
      const account = accountNamed(work, String(values.account))
      if (typeof account === 'string') return { outcome: 'rejected', line, why: account }
    }
    said.keep(id, values)
    const empty: Contact = { id, account: String(values.account), name: null, email: null }
    const row = { ...(before ?? empty), ...Object.fromEntries(apply.map((name) => [name, values[name]])) }
    known.set(id, row)
    changed.set(id, row)
    return { outcome: before ? 'changed' : 'new', line, diverged: before ? diverged : [], refused: [] }
  })
  await finish(work, async () => {
    await upsert(tx, meaning, 'contacts', ['id'], [...changed.values()])
    await said.write()
  })
  return taken
}
