import { DAY } from '../lib/civil.js'
import type { Instant } from '../lib/instant.js'
import type { Settable } from './effects.js'

/** When something was said, and by which event: of two at the same time the greater id is the later. */
export type Clock = readonly [at: Instant, event: string]

/** One statement about a fact; `mute` where no row of history stands for the change that it tells. */
export type Statement = readonly [at: Instant, event: string, value: Settable, mute?: 1]

/** What was said of a fact, in order of its own time. `base` is what it was before; absent where the record came into being so. */
export interface Told {
  base?: readonly [Settable]
  said: readonly Statement[]
}

/** What a source's events said of one record: the last word on every field, and the recent words on those whose past is kept. */
export interface Heard {
  clocks: Readonly<Record<string, Clock>>
  told: Readonly<Record<string, Told>>
  /** Of a record that such an event made: the earliest of those that spoke of it. */
  born?: Clock
}

/** The facts whose past changes are kept as history, by kind of record. */
export const TOLD: Readonly<Record<string, readonly string[]>> = {
  opportunities: ['stage', 'status', 'owner', 'amount', 'close_date'],
  accounts: ['owner'],
}

export const NOTHING_HEARD: Heard = { clocks: {}, told: {} }

/** Is `a` later than `b`? */
export const isLater = (a: Clock, b: Clock | undefined): boolean =>
  b === undefined || a[0] > b[0] || (a[0] === b[0] && a[1] > b[1])

/** What a statement that came late makes of history. `at` and `to` name the row that is meant. */
export type Amendment =
  | { is: 'add'; from: Settable; to: Settable; at: Instant; event: string }
  | { is: 'from'; at: Instant; to: Settable; from: Settable }
  | { is: 'move'; at: Instant; to: Settable; earlier: Instant; event: string }
  | { is: 'drop'; at: Instant; to: Settable }

/** As many statements are kept of a fact, and so long: what comes later still is history without its neighbours. */
const KEPT = 40
const LONG = 3 * DAY

/**
 * Puts a statement where it belongs in time. One that is the latest changes no history (taking it writes its row); of one that
 * came late, the rows are those that would stand there had it come in time.
 */
export function tell(told: Told, statement: Statement): { told: Told; amendments: Amendment[] } {
  const [at, event, value] = statement
  const clock: Clock = [at, event]
  const i = told.said.findIndex(([a, e]) => !isLater(clock, [a, e]))
  if (i < 0) return { told: kept({ ...told, said: [...told.said, statement] }), amendments: [] }
  const next = told.said[i] as Statement
  if (next[1] === event && next[0] === at) {
    // Said again: under a mended mapping it may mean something else, which counts while nothing later is known.
    if (i < told.said.length - 1 || next[2] === value) return { told, amendments: [] }
    return { told: { ...told, said: [...told.said.slice(0, i), statement] }, amendments: [] }
  }
  const before = i === 0 ? told.base : ([told.said[i - 1]?.[2] ?? null] as const)
  const said = [...told.said.slice(0, i), statement, ...told.said.slice(i)]
  return { told: { ...told, said }, amendments: amend(before, statement, next) }
}

function amend(before: readonly [Settable] | undefined, [at, event, value]: Statement, next: Statement): Amendment[] {
  const [nextAt, nextEvent, nextValue, mute] = next
  const ofNext: Amendment[] = []
  if (before === undefined) {
    // The record came into being with `next`: now it does so with this one, and `next` is a change.
    return value === nextValue || mute ? [] : [{ is: 'add', from: value, to: nextValue, at: nextAt, event: nextEvent }]
  }
  if (before[0] === value) return []
  if (!mute) {
    if (nextValue === value) return [{ is: 'move', at: nextAt, to: nextValue, earlier: at, event }]
    if (before[0] === nextValue) ofNext.push({ is: 'add', from: value, to: nextValue, at: nextAt, event: nextEvent })
    else ofNext.push({ is: 'from', at: nextAt, to: nextValue, from: value })
  }
  return [{ is: 'add', from: before[0], to: value, at, event }, ...ofNext]
}

/** Puts a statement first with which, as is known only now, the record came into being: no change, so that there is no row. */
export function bear(told: Told, statement: Statement): { told: Told; amendments: Amendment[] } {
  const [next] = told.said
  if (told.base === undefined || !next) return tell(told, statement)
  const [at, event, to, mute] = next
  const value = statement[2]
  const hasRow = told.base[0] !== to && !mute
  const amendment: Amendment[] = []
  if (hasRow) amendment.push(to === value ? { is: 'drop', at, to } : { is: 'from', at, to, from: value })
  else if (to !== value && !mute) amendment.push({ is: 'add', from: value, to, at, event })
  return { told: { said: [statement, ...told.said] }, amendments: amendment }
}

/**
 * The record came into being before anything was said of this fact: it did so with `value`, and what was said first is a
 * change. Nothing where that is known already.
 */
export function begin(told: Told, value: Settable): { told: Told; amendments: Amendment[] } {
  const [first] = told.said
  if (told.base !== undefined || !first) return { told, amendments: [] }
  const [at, event, to, mute] = first
  const changes = to !== value && !mute
  return { told: { ...told, base: [value] }, amendments: changes ? [{ is: 'add', from: value, to, at, event }] : [] }
}

/** Without what is too old to have neighbours that come late. */
function kept(told: Told): Told {
  const last = told.said.at(-1)?.[0] ?? 0
  const from = told.said.findIndex(([at], i) => i >= told.said.length - KEPT && last - at <= LONG)
  if (from <= 0) return told
  return { base: [told.said[from - 1]?.[2] ?? null], said: told.said.slice(from) }
}
