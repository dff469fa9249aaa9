import { makeAccounts } from './accounts.js'
import { ofAccount, ofOpportunity } from './activities.js'
import { walk } from './bins.js'
import { toCsv } from './csv.js'
import { type Day, dayOf } from './days.js'
import type { Account, Opportunity } from './model.js'
import { makeOpportunity } from './opportunities.js'
import { type Random, random } from './random.js'
import { makeSpecs } from './specs.js'
import { accountRows, activityRows, changeRows, contactRows, opportunityRow, peopleRows } from './tables.js'

/** The files of the company, in the order in which they are imported. */
export const FILES = {
  people: 'people.csv',
  accounts: 'accounts.csv',
  contacts: 'contacts.csv',
  opportunities: 'opportunities.csv',
  activities: 'activities.csv',
  changes: 'changes.csv',
} as const
export type CompanyFile = (typeof FILES)[keyof typeof FILES]

/** The opportunities in order of creation, each put to its account, with the day of its last touch. */
function makeOpportunities(chance: Random, accounts: readonly Account[], today: Day) {
  const made: { opportunity: Opportunity; lastTouch: Day }[] = []
  for (const spec of makeSpecs(chance, accounts, today)) {
    const { draft, lastTouch } = makeOpportunity(chance, spec, today)
    const opportunity: Opportunity = { id: '', ...draft }
    spec.account.opportunities.push(opportunity)
    if (spec.troubles.includes('untouched')) spec.account.created = opportunity.created // it came in with it
    made.push({ opportunity, lastTouch })
  }
  made.sort((a, b) => a.opportunity.created - b.opportunity.created)
  made.forEach(({ opportunity }, i) => {
    opportunity.id = `OPP-${String(i + 1).padStart(4, '0')}`
  })
  return made
}

/**
 * Brightwater Systems, a seller of industrial water treatment, with two years of history up to the day before `today`
 * (`YYYY-MM-DD`) and some activities planned after it: the texts of its CSV files. Pure: the same seed and day give the
 * same bytes. Throws where `today` is no day.
 */
export function generateCompany({ seed, today }: { seed: number; today: string }): Record<CompanyFile, string> {
  const day = dayOf(today)
  const accounts = makeAccounts(random(seed, 'accounts'), day)
  const made = makeOpportunities(random(seed, 'opportunities'), accounts, day)

  const moves = random(seed, 'moves')
  const work = random(seed, 'activities')
  const activities = made.flatMap(({ opportunity, lastTouch }) => ofOpportunity(work, opportunity, lastTouch, day))
  for (const account of accounts) {
    const { changes, prospecting } = walk(moves, account, day)
    account.changes = changes
    activities.push(...ofAccount(work, account, prospecting, day))
  }

  const planned = new Set(activities.filter((a) => a.day >= day).map((a) => a.opportunity))
  const details = random(seed, 'details')
  return {
    [FILES.people]: toCsv(peopleRows()),
    [FILES.accounts]: toCsv(accountRows(accounts)),
    [FILES.contacts]: toCsv(contactRows(accounts)),
    [FILES.opportunities]: toCsv(made.map(({ opportunity }) => opportunityRow(details, opportunity, planned))),
    [FILES.activities]: toCsv(activityRows(activities)),
    [FILES.changes]: toCsv(changeRows(accounts)),
  }
}
