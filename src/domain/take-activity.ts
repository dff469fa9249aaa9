import type { Instant } from '../lib/instant.js'
import type { Activity } from './activities.js'
import type { Incoming } from './incoming.js'
import type { SubjectKind } from './subjects.js'
import { deleted, type Taking } from './taking.js'

/** What an activity names, and where it belongs. */
export interface Named {
  opportunity: string | null
  account: string | null
  contact: string | null
}

/** An activity where it was filed: of each subject whether its owner at that time did it, or nobody known. */
export interface FiledActivity extends Named {
  id: string
  kind: string
  at: Instant
  by: string | null
  source: string | null
  by_owner_of_opportunity: 0 | 1
  by_owner_of_account: 0 | 1
  learned_at: Instant
  called_off_at: Instant | null
}

/** What is known of those whom activities name. */
export interface Around {
  /** The account of a contact. */
  readonly contacts: { get(id: string): string | undefined }
  /** The only open opportunity of an account that has exactly one. */
  readonly onlyOpen: { get(account: string): string | undefined }
}

/** An activity as one of its subjects sees it. */
export const activityOf = (filed: FiledActivity, subject: SubjectKind): Activity => ({
  id: filed.id,
  kind: filed.kind,
  at: filed.at,
  by: filed.by,
  opportunity: filed.opportunity,
  account: filed.account,
  contact: filed.contact,
  by_owner: (subject === 'opportunity' ? filed.by_owner_of_opportunity : filed.by_owner_of_account) === 1,
})

/**
 * Files an activity: it belongs to what it names, and by the language to the account of its opportunity or to the only open
 * opportunity of its account. The same one as before where nothing changed; a sentence where what it names is unknown.
 */
export function fileActivity(
  taking: Taking,
  around: Around,
  incoming: Incoming,
  before: FiledActivity | undefined,
): FiledActivity | string {
  const home = homeOf(taking, around, namedBy(incoming), before)
  if (typeof home === 'string') return home
  const filed = filedAs(taking, incoming, home, before)
  const same = before && before.kind === filed.kind && before.at === filed.at && before.by === filed.by
  return same && sameHome(before, filed) ? before : filed
}

/** Each of its subjects hears of a new activity, where whoever brings it brings events. */
export function bringEvents(taking: Taking, { id, kind, at, opportunity, account }: FiledActivity): void {
  if (taking.bringing.as !== 'event') return
  const event = { activity: kind }
  if (opportunity !== null) taking.events.push({ id, subject: { kind: 'opportunity', id: opportunity }, event, at })
  if (account !== null) taking.events.push({ id, subject: { kind: 'account', id: account }, event, at })
}

const namedBy = ({ values }: Incoming): Named => {
  const text = (name: string) => (typeof values[name] === 'string' ? (values[name] as string) : null)
  return { opportunity: text('opportunity'), account: text('account'), contact: text('contact') }
}

/** What was filed once stays where it was filed. */
function homeOf(
  taking: Taking,
  { contacts, onlyOpen }: Around,
  { opportunity, account, contact }: Named,
  before: FiledActivity | undefined,
): Named | string {
  if (opportunity === null && account === null && contact === null)
    return 'It names neither an opportunity nor an account nor a contact.'
  if (contact !== null && contacts.get(contact) === undefined) return `There is no contact "${contact}".`
  if (account !== null) {
    const row = taking.accounts.get(account)
    if (!row) return `There is no account "${account}".`
    if (row.deleted_at !== null) return deleted('account', account)
  }
  if (opportunity !== null) {
    const row = taking.opportunities.get(opportunity)
    if (!row) return `There is no opportunity "${opportunity}".`
    if (row.deleted_at !== null) return deleted('opportunity', opportunity)
    return { opportunity, account: row.account ?? account, contact }
  }
  const home = account ?? contacts.get(contact as string) ?? null
  if (before && before.contact === contact && (account === null || before.account === account)) {
    return { opportunity: before.opportunity, account: before.account, contact }
  }
  return { opportunity: onlyOpen.get(home ?? '') ?? null, account: home, contact }
}

function filedAs({ bringing }: Taking, { id, values }: Incoming, home: Named, before?: FiledActivity): FiledActivity {
  return {
    id,
    kind: String(values.kind),
    at: Number(values.at),
    by: typeof values.by === 'string' ? values.by : null,
    ...home,
    source: bringing.source,
    by_owner_of_opportunity: 1,
    by_owner_of_account: 1,
    learned_at: before?.learned_at ?? bringing.now,
    called_off_at: before?.called_off_at ?? null,
  }
}

const sameHome = (a: Named, b: Named) =>
  a.opportunity === b.opportunity && a.account === b.account && a.contact === b.contact
