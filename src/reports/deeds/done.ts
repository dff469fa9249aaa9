import { extend } from '../../domain/activities.js'
import type { Incoming, RecordKind } from '../../domain/incoming.js'
import { NOTHING_SAID } from '../../domain/said.js'
import type { Account, Opportunity } from '../../domain/subjects.js'
import { takeAccount } from '../../domain/take-account.js'
import { activityOf, fileActivity } from '../../domain/take-activity.js'
import { takeOpportunity } from '../../domain/take-opportunity.js'
import { binCountsSince, nothingFollows, type Taking } from '../../domain/taking.js'
import { assess } from '../../engine/assess.js'
import { snapshotOf } from '../../engine/snapshots.js'
import type { Snapshot } from '../../facts/fact.js'
import { requiredOfRows } from '../../facts/table.js'
import type { Instant } from '../../lib/instant.js'
import type { Program } from '../../program/program.js'
import type { Deed, Step } from './deeds.js'

/** The subject once people have done something, and whether what they sent is refused. */
export interface Done {
  snapshot: Snapshot
  isRefused: boolean
}

/**
 * What people send to do all of it, in order: contacts, what is planned, accounts, what happened, opportunities. What several
 * deeds say of one subject they say at once.
 */
export function recordsOf(deeds: readonly Deed[], { now }: Pick<Snapshot, 'now'>): Incoming[] {
  const turns = new Map<string, Incoming>()
  for (const { steps } of deeds) {
    const taken = new Map<string, number>()
    for (const { record, id, values } of steps) {
      const subject = `${record}/${id}`
      const turn = (taken.get(subject) ?? -1) + 1
      taken.set(subject, turn)
      const name = `${turn} ${subject}`
      turns.set(name, { record, id, line: 0, values: { ...turns.get(name)?.values, ...values } })
    }
  }
  const turnOf = (name: string) => Number.parseInt(name, 10)
  return [...turns]
    .sort(([a, one], [b, other]) => rankOf(one, now) - rankOf(other, now) || turnOf(a) - turnOf(b))
    .map(([, record]) => record)
}

const rankOf = ({ record, values }: Step, now: Instant): number =>
  record === 'activities' && Number(values.at) > now ? 1 : (RANK[record] ?? 4)
const RANK: Partial<Record<RecordKind, number>> = { contacts: 0, accounts: 2, activities: 3 }

/** The deeds in the order in which they are done. */
export const inOrder = (deeds: readonly Deed[], { now }: Pick<Snapshot, 'now'>): Deed[] => {
  const rank = ({ steps }: Deed) =>
    Math.min(...steps.map((step) => (step.record === 'contacts' ? 3 : rankOf(step, now))))
  return [...deeds].sort((a, b) => rank(a) - rank(b))
}

/** The subject after the records, as the rows are changed by whoever sends them. Null where they cannot be taken at all. */
export function doneTo(program: Program, before: Snapshot, records: readonly Incoming[]): Done | null {
  const taking = takingOf(program, before)
  const contacts = new Map<string, string>()
  let isRefused = false
  for (const incoming of records) {
    const { record, id, values } = incoming
    if (record === 'contacts') contacts.set(id, String(values.account))
    else if (record === 'activities') {
      if (!happens(taking, contacts, incoming)) return null
    } else {
      const take = record === 'accounts' ? takeAccount : takeOpportunity
      taking.refuses = 'all'
      if (take(taking, NOTHING_SAID, incoming).outcome !== 'rejected') continue
      isRefused = true
      taking.refuses = 'nothing'
      if (take(taking, NOTHING_SAID, incoming).outcome === 'rejected') return null
    }
  }
  const account = before.account && (taking.accounts.get(before.account.id) ?? null)
  const opportunities = [...taking.opportunities.values()].filter((row) => row.account === (account?.id ?? null))
  const subject = { kind: before.kind, id: (before.opportunity ?? before.account)?.id as string }
  const { people, now } = before
  return {
    isRefused,
    snapshot: assess(program, snapshotOf(program, people, { account, opportunities }, subject, now)).snapshot,
  }
}

type Desk = Taking & {
  refuses: Taking['refuses']
  opportunities: Map<string, Opportunity>
  accounts: Map<string, Account>
}

function takingOf(
  { vocabulary, wakes }: Program,
  { account, opportunity, opportunities, people, now }: Snapshot,
): Desk {
  const rows = account ? opportunities : opportunity ? [opportunity] : []
  return {
    bringing: { source: '', as: 'event', by: '', now },
    vocabulary,
    wakes,
    remembers: false,
    refuses: 'all',
    missing: requiredOfRows(vocabulary, people, now),
    opportunities: new Map(rows.map((row) => [row.id, row])),
    accounts: new Map(account ? [[account.id, account]] : []),
    ...nothingFollows(),
  }
}

/** Adds an activity to what is known of its subjects. False where it names what is not there. */
function happens(taking: Desk, contacts: ReadonlyMap<string, string>, incoming: Incoming): boolean {
  const { opportunities, accounts, vocabulary, bringing } = taking
  const onlyOpen = (account: string) => {
    const open = [...opportunities.values()].filter((row) => row.account === account && row.status === 'open')
    return open.length === 1 ? open[0]?.id : undefined
  }
  const filed = fileActivity(taking, { contacts, onlyOpen: { get: onlyOpen } }, incoming, undefined)
  if (typeof filed === 'string') return false
  const byOwner = (row: Opportunity | Account) => (filed.by === null || filed.by === row.owner ? 1 : 0)
  const opportunity = opportunities.get(filed.opportunity ?? '')
  if (opportunity) {
    const told = activityOf({ ...filed, by_owner_of_opportunity: byOwner(opportunity) }, 'opportunity')
    opportunities.set(opportunity.id, {
      ...opportunity,
      activity: extend(opportunity.activity, [told], bringing.now, null),
    })
  }
  const account = accounts.get(filed.account ?? '')
  if (account) {
    const told = activityOf({ ...filed, by_owner_of_account: byOwner(account) }, 'account')
    const since = binCountsSince(account, vocabulary)
    accounts.set(account.id, { ...account, activity: extend(account.activity, [told], bringing.now, since) })
  }
  return true
}
