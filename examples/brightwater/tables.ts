import type { Cell } from './csv.js'
import { dateOf, instantOf } from './days.js'
import type { Account, Activity, Change, Opportunity } from './model.js'
import { COMPETITORS, NEXT_STEPS, PAINS } from './names.js'
import { present } from './opportunities.js'
import type { Random } from './random.js'
import { emailOf, STAFF } from './staff.js'

type Row = Record<string, Cell>

export const peopleRows = (): Row[] =>
  STAFF.map(({ id, name, role, manager, team, active }) => ({
    user_id: id,
    name,
    email: emailOf(id),
    role,
    manager,
    team,
    active,
  }))

export const accountRows = (accounts: readonly Account[]): Row[] =>
  accounts.map((account) => {
    const bin = account.changes.findLast((c) => c.fact === 'bin')
    return {
      account_id: account.id,
      name: account.name,
      owner: account.owner,
      segment: account.segment,
      industry: account.industry,
      employees: account.employees,
      created: dateOf(account.created),
      bin: bin?.to ?? 'cold',
      bin_changed: bin ? instantOf(bin.day, bin.minute) : dateOf(account.created),
      duplicate_of: account.duplicateOf,
    }
  })

export const contactRows = (accounts: readonly Account[]): Row[] =>
  accounts.flatMap((account) =>
    account.contacts.map(({ id, name, email }) => ({ contact_id: id, account_id: account.id, name, email })),
  )

/** `planned` holds the ids of those with something ahead. */
export function opportunityRow(random: Random, opportunity: Opportunity, planned: ReadonlySet<string>): Row {
  const { account, created, fate, troubles, changes, steps } = opportunity
  const newBusiness = opportunity.pipeline === 'new-business'
  const stage = changes.findLast((c) => c.fact === 'stage')
  const status = changes.findLast((c) => c.fact === 'status')
  const inbound = troubles.includes('untouched') || troubles.includes('unowned')
  const marketing = inbound || random.chance(0.38)
  const knows = newBusiness && (steps.length > 1 || random.chance(0.3)) ? 0.72 : 0.25
  const amount = present(opportunity, 'amount')
  const waits = fate === 'open' && !troubles.includes('no-next-step')
  const step = random.pick(NEXT_STEPS)
  return {
    opportunity_id: opportunity.id,
    name: opportunity.name,
    account_id: account.id,
    pipeline: opportunity.pipeline,
    stage: present(opportunity, 'stage'),
    status: present(opportunity, 'status'),
    reason: opportunity.reason,
    amount,
    currency: 'USD',
    owner: present(opportunity, 'owner'),
    lead_source: newBusiness
      ? random.pick(marketing ? ['web', 'trade-show', 'webinar'] : ['outbound', 'referral', 'partner'])
      : 'client',
    origin: newBusiness && marketing ? 'marketing' : 'sales',
    created: instantOf(created, 10),
    close_date: present(opportunity, 'close_date'),
    next_step: waits && !(planned.has(opportunity.id) && random.chance(0.15)) ? step : '',
    stage_changed: instantOf(stage?.day ?? created, stage?.minute ?? 10),
    status_changed: instantOf(status?.day ?? created, status?.minute ?? 10),
    budget:
      amount !== '' && random.chance(knows) ? Math.round((Number(amount) * random.int(90, 125)) / 100_000) * 1000 : '',
    decision_maker: random.chance(knows) ? random.pick(account.contacts).name : '',
    pain: random.chance(knows) ? random.pick(PAINS) : '',
    competitor: random.chance(newBusiness ? 0.4 : 0.1) ? random.pick(COMPETITORS) : '',
    site_survey:
      newBusiness && steps.length > 2 && random.chance(0.85) ? dateOf((steps[1] as { day: number }).day + 4) : '',
  }
}

const byTime = (a: { day: number; minute: number }, b: { day: number; minute: number }): number =>
  a.day - b.day || a.minute - b.minute
const serial = (prefix: string, i: number): string => `${prefix}-${String(i + 1).padStart(5, '0')}`

export const activityRows = (activities: readonly Activity[]): Row[] =>
  [...activities].sort(byTime).map(({ kind, day, minute, by, opportunity, account, contact }, i) => ({
    activity_id: serial('ACT', i),
    kind,
    at: instantOf(day, minute),
    by,
    opportunity_id: opportunity,
    account_id: account,
    contact_id: contact,
  }))

export function changeRows(accounts: readonly Account[]): Row[] {
  const row = (of: { opportunity_id: string; account_id: string }) => (change: Change) => ({ change, of })
  return accounts
    .flatMap((account) => [
      ...account.changes.map(row({ opportunity_id: '', account_id: account.id })),
      ...account.opportunities.flatMap((o) => o.changes.map(row({ opportunity_id: o.id, account_id: '' }))),
    ])
    .sort((a, b) => byTime(a.change, b.change))
    .map(({ change: { fact, day, minute, from, to, by }, of }, i) => ({
      change_id: serial('CHG', i),
      at: instantOf(day, minute),
      ...of,
      fact,
      from,
      to,
      by,
    }))
}
