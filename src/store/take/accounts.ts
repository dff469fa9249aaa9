import { changeAccount, newAccount } from '../../domain/change.js'
import type { Settable } from '../../domain/effects.js'
import type { Incoming, Taken } from '../../domain/incoming.js'
import { refuseMove } from '../../domain/legality.js'
import type { Account, FieldValue } from '../../domain/subjects.js'
import { finish } from './finish.js'
import { refuseAccount } from './required.js'
import { compare, readSaid, type Said } from './said.js'
import { binCountsSince, loadAccounts, putAccount, record, startsIn, type Work } from './work.js'

/** A bin cannot become unknown; when it changed is a clock, not a fact. */
const NEVER_UNKNOWN = ['bin']
const CLOCKS = ['bin_changed']

export async function takeAccounts(work: Work, batch: readonly Incoming[]): Promise<Taken[]> {
  await loadAccounts(
    work,
    batch.map(({ id }) => id),
  )
  const said = await readSaid(work, 'accounts', batch)
  const taken = batch.map((incoming) => takeAccount(work, said, incoming))
  await finish(work, () => said.write())
  return taken
}

function takeAccount(work: Work, said: Said, incoming: Incoming): Taken {
  const { id, line, values } = incoming
  const before = work.accounts.get(id)
  if (before && before.deleted_at !== null) return { outcome: 'rejected', line, why: deleted('account', id) }
  if (!before) return takeNew(work, said, incoming)
  const arrives = isOnlyAnId(before)
  const present = (name: string) => accountValue(before, name)
  const facts = Object.entries(values).filter(([name]) => !CLOCKS.includes(name))
  facts.sort(([a], [b]) => Number(a === 'bin') - Number(b === 'bin'))
  const policy = { remembers: work.remembers, never: NEVER_UNKNOWN }
  const { apply, diverged } = compare(Object.fromEntries(facts), said.before(id), present, policy)
  const at = typeof values.bin_changed === 'number' ? values.bin_changed : null
  const refused: string[] = []
  const changes: { fact: string; from: Settable; to: Settable; at?: number | null }[] = []
  let row = before
  for (const fact of apply) {
    const to = values[fact] ?? null
    if (fact === 'bin' && arrives) row = { ...row, ...arrivedIn(String(to), at, work.bringing.now) }
    else if (fact === 'bin') {
      const refusal = refuseMove(work.meaning.vocabulary.assemblyLine, row.bin, String(to))
      if (refusal && !work.remembers) return { outcome: 'rejected', line, why: refusal.why }
      if (refusal) refused.push(refusal.why)
      else {
        row = changeAccount(row, 'bin', to, at ?? work.bringing.now)?.row ?? row
        changes.push({ fact, from: before.bin, to, at })
      }
    } else {
      const change = changeAccount(row, fact, to, work.bringing.now)
      if (!change) continue
      changes.push({ fact, from: change.from, to })
      row = fact === 'created' ? sinceCreated(change.row, row, work) : change.row
    }
  }
  const clock = (said.before(id)?.bin_changed ?? null) !== at
  if (at !== null && clock && row.bin_since !== at && (values.bin ?? row.bin) === row.bin) {
    row = { ...row, bin_since: at, bin_since_known: true }
  }
  const why = work.remembers ? null : refuseAccount(work, before, row)
  if (why !== null) return { outcome: 'rejected', line, why }
  said.keep(id, values, refused.length > 0 ? ['bin', 'bin_changed'] : [])
  if (row === before) return { outcome: 'unchanged', line, diverged, refused }
  if (row.bin_since !== before.bin_since) work.resummarise.account.add(id)
  for (const change of changes) record(work, 'account', id, change)
  putAccount(work, row)
  return { outcome: 'changed', line, diverged, refused }
}

function takeNew(work: Work, said: Said, { id, line, values }: Incoming): Taken {
  const { now } = work.bringing
  let row = newAccount(id, startsIn(work.meaning), now)
  const fields: Record<string, FieldValue> = {}
  for (const [name, value] of Object.entries(values)) {
    if (value === null || name === 'bin' || CLOCKS.includes(name)) continue
    if (name.startsWith('fields.')) fields[name.slice('fields.'.length)] = value
    else row = { ...row, [name]: value }
  }
  const at = typeof values.bin_changed === 'number' ? values.bin_changed : null
  const standing =
    typeof values.bin === 'string'
      ? arrivedIn(values.bin, at, now)
      : { bin_since: row.created ?? now, bin_since_known: row.created !== null }
  row = { ...row, fields, ...standing }
  const why = work.remembers ? null : refuseAccount(work, null, row)
  if (why !== null) return { outcome: 'rejected', line, why }
  said.keep(id, values)
  firstSight(work, row)
  return { outcome: 'new', line, diverged: [], refused: [] }
}

const arrivedIn = (bin: string, at: number | null, now: number) => ({
  bin,
  bin_since: at ?? now,
  bin_since_known: at !== null,
})

/** An account that has always been where accounts start has been there since it was created, as soon as that is known. */
function sinceCreated(row: Account, before: Account, { meaning }: Work): Account {
  const always = binCountsSince(before, meaning) === Number.NEGATIVE_INFINITY
  return always ? { ...row, bin_since: row.created ?? row.seen, bin_since_known: row.created !== null } : row
}

/** Made because something named it: nothing but its id is known, so that its own record may still put it into any bin. */
const isOnlyAnId = (row: Account) =>
  row.bin_episode === 0 &&
  !row.bin_since_known &&
  [row.name, row.owner, row.segment, row.industry, row.created, row.duplicate_of].every((value) => value === null) &&
  Object.keys(row.fields).length === 0

function firstSight(work: Work, row: Account): void {
  putAccount(work, row)
  record(work, 'account', row.id, {
    fact: 'created',
    from: null,
    to: row.created,
    at: row.created ?? work.bringing.now,
  })
}

/** The account of that id, made with its id alone where nobody has spoken of it yet; a reason where it was deleted. */
export function accountNamed(work: Work, id: string): Account | string {
  const account = work.accounts.get(id)
  if (account) return account.deleted_at === null ? account : deleted('account', id)
  const made = newAccount(id, startsIn(work.meaning), work.bringing.now)
  firstSight(work, made)
  return made
}

/** A deleted record stays deleted: what names it is told so, row by row. */
export const deleted = (kind: string, id: string) => `The ${kind} "${id}" was deleted, and stays so.`

function accountValue(row: Account, name: string): Settable {
  if (name.startsWith('fields.')) return row.fields[name.slice('fields.'.length)] ?? null
  return (row[name as keyof Account] as Settable) ?? null
}
