import { type Day, workdayFrom, workdayUpTo } from './days.js'
import type { Account, Activity, Opportunity } from './model.js'
import { ownerOn, present } from './opportunities.js'
import type { Random } from './random.js'
import { LEAVER, LEFT_AGO, repsOf, TEAMS } from './staff.js'

const TOUCH = { email: 52, call: 30, meeting: 18 } as const
const COLD_TOUCH = { email: 60, call: 36, meeting: 4 } as const

/** Workdays from the first to the last, both included, some days apart. */
function rhythm(random: Random, first: Day, last: Day, low: number, high: number): Day[] {
  const days: Day[] = []
  for (let day = workdayFrom(first); day < last; day = workdayFrom(day + random.int(low, high))) days.push(day)
  return days.at(-1) === last ? days : [...days, last]
}

/** Nobody works after having left: a colleague stands in. */
const atWork = (random: Random, id: string, day: Day, today: Day): string =>
  id === LEAVER && day >= today - LEFT_AGO ? random.pick(repsOf('central')) : id

/** What happened with an opportunity, and what is planned. */
export function ofOpportunity(random: Random, opportunity: Opportunity, lastTouch: Day, today: Day): Activity[] {
  const { account, troubles } = opportunity
  const has = (trouble: Opportunity['troubles'][number]) => troubles.includes(trouble)
  if (has('untouched')) return []
  const activities: Activity[] = []
  const add = (kind: Activity['kind'], day: Day, minute: number, by: string, contact = '') =>
    activities.push({ kind, day, minute, by, opportunity: opportunity.id, account: '', contact })
  const anybody = () => (random.pick(account.contacts) as { id: string }).id
  const someone = has('single-threaded')
    ? () => (account.contacts[0] as { id: string }).id
    : () => (random.chance(0.78) ? anybody() : '')
  const owner = (day: Day) => ownerOn(opportunity, day) || account.owner

  for (const day of rhythm(random, opportunity.created, lastTouch, 5, 13)) {
    const kind = random.weighted(TOUCH)
    const contact = someone()
    const by = day !== lastTouch && random.chance(0.1) ? random.pick(repsOf(account.team)) : owner(day)
    add(kind, day, random.int(15, 190), atWork(random, by, day, today), contact)
    const answer = workdayFrom(day + 1)
    if (kind === 'email' && answer < today && answer <= lastTouch && random.chance(0.35))
      add('reply', answer, random.int(0, 195), '', contact || anybody())
  }
  if (opportunity.fate === 'won' && opportunity.ended !== null) {
    const paid = workdayFrom(opportunity.ended + random.int(14, 45))
    if (paid < today) add('payment', paid, random.int(0, 400), '')
  }
  const forgotten = (['quiet', 'no-next-step', 'closed-but-open', 'orphaned', 'unowned'] as const).some(has)
  if (opportunity.fate === 'open' && !forgotten) {
    const sure = present(opportunity, 'stage') === 'negotiation'
    if (sure || random.chance(0.6))
      add(
        random.weighted({ meeting: 60, call: 40 }),
        workdayFrom(today + random.int(1, 14)),
        random.int(0, 400),
        owner(today),
        someone(),
      )
  }
  return activities
}

/** What happened with an account beside its opportunities: prospecting, care for clients, visits to the web site. */
export function ofAccount(
  random: Random,
  account: Account,
  prospecting: readonly { from: Day; to: Day }[],
  today: Day,
): Activity[] {
  const activities: Activity[] = []
  const touch = (day: Day, minute: number, by: string, kind: Activity['kind']) =>
    activities.push({
      kind,
      day,
      minute,
      by: atWork(random, by, day, today),
      opportunity: '',
      account: account.id,
      contact: '',
    })
  for (const { from, to } of prospecting) {
    rhythm(random, from, to, 3, 6).forEach((day, i) => {
      touch(day, i === 0 ? 0 : random.int(10, 190), account.owner, random.weighted(COLD_TOUCH))
    })
  }
  for (const day of careDays(random, account, today))
    touch(day, random.int(20, 400), account.owner, random.weighted(TOUCH))
  if (account.troubles.includes('worked-by-stranger')) {
    const team = TEAMS[(TEAMS.indexOf(account.team as (typeof TEAMS)[number]) + 1) % TEAMS.length] as string
    touch(workdayUpTo(today - random.int(1, 4)), random.int(20, 400), random.pick(repsOf(team)), 'call')
  }
  if (random.chance(0.45)) {
    const visitor = (random.pick(account.contacts) as { id: string }).id
    const around = today - random.int(2, 160)
    for (let n = random.int(1, 4); n > 0; n--)
      activities.push({
        kind: 'web-visit',
        day: Math.min(today - 1, around + random.int(0, 9)),
        minute: random.int(-300, 500),
        by: '',
        opportunity: '',
        account: '',
        contact: visitor,
      })
  }
  return activities
}

/** A client is called within two weeks of the signature, and then every month or two, until something else is open. */
function careDays(random: Random, account: Account, today: Day): Day[] {
  const present = account.changes.at(-1)
  if (present?.to !== 'current-client' || account.troubles.includes('left-alone')) return []
  const opened = account.opportunities.filter((o) => o.fate === 'open').map((o) => o.created - 1)
  const until = Math.min(
    today - (account.troubles.includes('worked-by-stranger') ? random.int(45, 80) : random.int(1, 30)),
    ...opened,
  )
  const first = workdayFrom(present.day + random.int(3, 10))
  const days = first < today ? [first] : []
  for (let day = first + random.int(30, 55); day <= until; day += random.int(30, 55)) days.push(workdayFrom(day))
  return days.filter((day) => day === first || day <= until)
}
