import { changeAccount, newAccount } from './change.js'
import type { Settable } from './effects.js'
import type { Incoming, Taken } from './incoming.js'
import { refuseMove } from './legality.js'
import { compare, type Said } from './said.js'
import type { Account } from './subjects.js'
import { binCountsSince, deleted, putAccount, record, startsIn, type Taking } from './taking.js'

/** A bin cannot become unknown; when it changed is a clock, not a fact. */
const NEVER_UNKNOWN = ['bin']
const CLOCKS = ['bin_changed']

/** Takes what is said of one account. An illegal bin is refused, and the rest taken, where what has happened is taken as it is. */
export function takeAccount(taking: Taking, said: Said, incoming: Incoming): Taken {
  const { id, line, values } = incoming
  const before = taking.accounts.get(id)
  if (before && before.deleted_at !== null) return { outcome: 'rejected', line, why: deleted('account', id) }
  if (!before) return takeNew(taking, said, incoming)
  const arrives = said.before(id) === null && isOnlyAnId(before, taking)
  const isFirstWord = arrives && taking.remembers
  const present = (name: string) => accountValue(before, name)
  const facts = Object.keys(values).filter((name) => !CLOCKS.includes(name))
  facts.sort((a, b) => Number(a === 'bin') - Number(b === 'bin'))
  const policy = { remembers: taking.remembers, never: NEVER_UNKNOWN }
  const { apply, diverged } = compare(values, said.before(id), present, policy, facts)
  const at = typeof values.bin_changed === 'number' ? values.bin_changed : null
  const refused: string[] = []
  const changes: { fact: string; from: Settable; to: Settable; at?: number | null }[] = []
  let row = before
  for (const fact of apply) {
    const to = values[fact] ?? null
    if (fact === 'bin' && arrives) row = { ...row, ...arrivedIn(String(to), at, taking) }
    else if (fact === 'bin') {
      const refusal =
        taking.refuses === 'nothing' ? null : refuseMove(taking.vocabulary.assemblyLine, row.bin, String(to))
      if (refusal && taking.refuses === 'all') return { outcome: 'rejected', line, why: refusal.why }
      if (refusal) refused.push(refusal.why)
      else {
        row = changeAccount(row, 'bin', to, at ?? taking.bringing.now)?.row ?? row
        changes.push({ fact, from: before.bin, to, at })
      }
    } else {
      const change = changeAccount(row, fact, to, taking.bringing.now)
      if (!change) continue
      changes.push({ fact, from: change.from, to })
      row = fact === 'created' ? sinceCreated(change.row, row, taking) : change.row
    }
  }
  const clock = (said.before(id)?.bin_changed ?? null) !== at
  if (at !== null && clock && row.bin_since !== at && (values.bin ?? row.bin) === row.bin) {
    row = { ...row, bin_since: at, bin_since_known: true }
  }
  const why = taking.refuses === 'all' ? refuseAccount(taking, before, row) : null
  if (why !== null) return { outcome: 'rejected', line, why }
  said.keep(id, values, refused.length > 0 ? ['bin', 'bin_changed'] : [])
  if (row === before) return { outcome: 'unchanged', line, diverged, refused }
  if (row.bin_since !== before.bin_since) taking.resummarise.account.add(id)
  if (isFirstWord) arrive(taking, row)
  else {
    for (const change of changes) record(taking, 'account', id, change)
    putAccount(taking, row)
  }
  return { outcome: 'changed', line, diverged, refused }
}

function takeNew(taking: Taking, said: Said, { id, line, values }: Incoming): Taken {
  const { now } = taking.bringing
  const row = newAccount(id, startsIn(taking.vocabulary), now)
  const facts = row as unknown as Record<string, Settable>
  for (const name in values) {
    const value = values[name] ?? null
    if (value === null || name === 'bin' || CLOCKS.includes(name)) continue
    if (name.startsWith('fields.')) row.fields[name.slice('fields.'.length)] = value
    else facts[name] = value
  }
  const at = typeof values.bin_changed === 'number' ? values.bin_changed : null
  const standing =
    typeof values.bin === 'string'
      ? arrivedIn(values.bin, at, taking)
      : { bin_since: row.created ?? now, bin_since_known: row.created !== null }
  Object.assign(row, standing)
  const why = taking.refuses === 'all' ? refuseAccount(taking, null, row) : null
  if (why !== null) return { outcome: 'rejected', line, why }
  said.keep(id, values)
  firstSight(taking, row)
  return { outcome: 'new', line, diverged: [], refused: [] }
}

/** Whoever puts an account into its first bin by a word of their own does so now; a source finds it there, since who knows when. */
const arrivedIn = (bin: string, at: number | null, { bringing, refuses }: Taking) => ({
  bin,
  bin_since: at ?? bringing.now,
  bin_since_known: at !== null || refuses === 'all',
})

/** An account that has always been where accounts start has been there since it was created, as soon as that is known. */
function sinceCreated(row: Account, before: Account, { vocabulary }: Taking): Account {
  const always = binCountsSince(before, vocabulary) === Number.NEGATIVE_INFINITY
  return always ? { ...row, bin_since: row.created ?? row.seen, bin_since_known: row.created !== null } : row
}

/** As if made because something named it: nothing but its id is known, so that its own record may still put it into any bin. */
const isOnlyAnId = (row: Account, { vocabulary }: Taking) =>
  row.bin === startsIn(vocabulary) &&
  row.bin_since === row.seen &&
  row.bin_episode === 0 &&
  !row.bin_since_known &&
  row.owner_since === null &&
  [row.name, row.owner, row.segment, row.industry, row.created, row.duplicate_of].every((value) => value === null) &&
  Object.keys(row.fields).length === 0

/** What a source says first of an account that was nothing but an id was always so: nothing of it has changed. */
function arrive(taking: Taking, row: Account): void {
  putAccount(taking, { ...row, owner_since: null })
  taking.reowned.account.add(row.id)
  taking.resummarise.account.add(row.id)
  const { id, created } = row
  if (created !== null) record(taking, 'account', id, { fact: 'created', from: null, to: created, at: created })
}

function firstSight(taking: Taking, row: Account): void {
  putAccount(taking, row)
  record(taking, 'account', row.id, {
    fact: 'created',
    from: null,
    to: row.created,
    at: row.created ?? taking.bringing.now,
  })
}

/** The account of that id, made with its id alone where nobody has spoken of it yet; a reason where it was deleted. */
export function accountNamed(taking: Taking, id: string): Account | string {
  const account = taking.accounts.get(id)
  if (account) return account.deleted_at === null ? account : deleted('account', id)
  const made = newAccount(id, startsIn(taking.vocabulary), taking.bringing.now)
  firstSight(taking, made)
  return made
}

function accountValue(row: Account, name: string): Settable {
  if (name.startsWith('fields.')) return row.fields[name.slice('fields.'.length)] ?? null
  return (row[name as keyof Account] as Settable) ?? null
}

/** Why an account may not be in the bin into which a person or the API puts it; null where it may. */
function refuseAccount(taking: Taking, before: Account | null, after: Account): string | null {
  if (before?.bin === after.bin) return null
  const line = taking.vocabulary.assemblyLine
  const bin = line?.bins.get(after.bin)
  if (line && !bin) return `There is no bin ${after.bin}.`
  const missing = taking.missing(bin?.requires ?? [], null, after)
  return missing.length > 0 ? `Bin ${after.bin} requires ${missing.join(', ')}.` : null
}
