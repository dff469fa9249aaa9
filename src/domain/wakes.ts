import type { Account, Opportunity } from './subjects.js'

/** Says of a fact that any change at all may change it. */
export const ANYTHING = '*'

/** What stands before a column where it is that of an account's opportunities. */
export const OF_ITS_OPPORTUNITIES = 'opportunities.'

/** Whom a change within a family makes due beside its own subject: what the program that judges them reads of each other. */
export interface Wakes {
  /** Whether anything is judged of accounts; else no change is a reason to look at one. */
  readonly accounts: boolean
  /** What is read of the account of an opportunity: columns of its row, `fields.NAME`, its `people`, its `score`. */
  readonly account: ReadonlySet<string>
  /** What is read of all opportunities of that account: columns of their rows. */
  readonly siblings: ReadonlySet<string>
}

/** Whatever changes, all of its family are due. */
export const WAKES_ALL: Wakes = { accounts: true, account: new Set([ANYTHING]), siblings: new Set([ANYTHING]) }

/** Are an account's opportunities judged by its owner, by its activities, by its score? */
export const reads = ({ account }: Wakes, what: 'people' | 'activity' | 'score'): boolean =>
  account.has(what) || account.has(ANYTHING)

/** Are an account's opportunities judged by what changed in its row? */
export function readsChange({ account: names }: Wakes, before: Account | undefined, after: Account): boolean {
  if (names.has(ANYTHING)) return true
  for (const name of names) if (readOf(before, name) !== readOf(after, name)) return true
  return false
}

function readOf(row: Account | undefined, name: string): unknown {
  if (!row) return undefined
  return name.startsWith('fields.') ? row.fields[name.slice('fields.'.length)] : row[name as keyof Account]
}

/** Are the other opportunities of an account judged by what changed in the row of one, or by its coming or going? */
export function readsSibling({ siblings: names }: Wakes, before: Opportunity | undefined, after: Opportunity): boolean {
  if (names.size === 0) return false
  if (names.has(ANYTHING) || before?.account !== after.account) return true
  for (const name of names) if (before?.[name as keyof Opportunity] !== after[name as keyof Opportunity]) return true
  return false
}
