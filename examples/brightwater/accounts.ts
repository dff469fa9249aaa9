import type { Day } from './days.js'
import type { Account, AccountTrouble, Bin, Contact } from './model.js'
import { companies, personName } from './names.js'
import type { Random } from './random.js'
import { LEAVER, repsOf, TEAMS } from './staff.js'

const number = (n: number, digits: number): string => String(n).padStart(digits, '0')

/** How many accounts end up in which bin, and what is wrong with how many of them. */
const SHAPE: readonly { goal: Bin; count: number; troubles: Partial<Record<AccountTrouble, number>> }[] = [
  { goal: 'active-opportunity', count: 84, troubles: { 'slow-bin': 4, 'owner-left': 4 } },
  { goal: 'current-client', count: 70, troubles: { 'slow-bin': 2, 'worked-by-stranger': 4, 'left-alone': 3 } },
  { goal: 'working', count: 28, troubles: { stale: 9, 'owner-left': 1 } },
  { goal: 'dead-opportunity', count: 24, troubles: { 'slow-bin': 2, touched: 2 } },
  { goal: 'cold', count: 18, troubles: { touched: 3, 'client-as-prospect': 2 } },
  { goal: 'check-back', count: 12, troubles: { ripe: 3 } },
  { goal: 'bad-fit', count: 8, troubles: { 'worked-in-vain': 2 } },
  { goal: 'duplicate', count: 6, troubles: { 'worked-in-vain': 1, 'of-nothing': 1 } },
]

function employeesOf(random: Random): number {
  const size = random.weighted({ small: 40, medium: 40, large: 20 })
  return { small: random.int(3, 19) * 10, medium: random.int(20, 99) * 10, large: random.int(10, 90) * 100 }[size]
}

function contactsOf(random: Random, company: string, serial: { contacts: number }): Contact[] {
  const domain = `${company.toLowerCase().replaceAll(' ', '')}.example`
  const taken = new Set<string>()
  return Array.from({ length: random.weighted({ 1: 15, 2: 35, 3: 30, 4: 20 }) as unknown as number }, () => undefined)
    .map(() => personName(random))
    .filter((name) => !taken.has(name) && taken.add(name))
    .map((name) => ({
      id: `CON-${number(++serial.contacts, 4)}`,
      name,
      email: `${name.toLowerCase().replace(' ', '.')}@${domain}`,
    }))
}

/** The accounts, without their opportunities and their history. */
export function makeAccounts(random: Random, today: Day): Account[] {
  const plans = random.shuffled(
    SHAPE.flatMap(({ goal, count, troubles }) => {
      const wrong = Object.entries(troubles).flatMap(([trouble, n]) =>
        Array<AccountTrouble>(n).fill(trouble as AccountTrouble),
      )
      return Array.from({ length: count }, (_, i) => ({ goal, troubles: wrong.slice(i, i + 1) }))
    }),
  )
  const names = companies(random, plans.length)
  const serial = { contacts: 0 }
  const accounts = plans.map(({ goal, troubles }, i): Account => {
    const { name, industry } = names[i] as { name: string; industry: string }
    const employees = employeesOf(random)
    const left = troubles.includes('owner-left')
    const team = left ? 'central' : random.pick(TEAMS)
    return {
      id: `ACC-${number(i + 1, 3)}`,
      name,
      industry,
      employees,
      segment: employees >= 1000 ? 'enterprise' : employees >= 200 ? 'mid-market' : 'small',
      team,
      owner: left ? LEAVER : random.pick(repsOf(team)),
      goal,
      troubles,
      created: today - random.int(760, 1100),
      duplicateOf: '',
      contacts: contactsOf(random, name, serial),
      opportunities: [],
      changes: [],
    }
  })
  nameDuplicates(random, accounts)
  return accounts
}

/** A duplicate bears nearly the name of the account that is kept. */
function nameDuplicates(random: Random, accounts: readonly Account[]): void {
  const kept = random.shuffled(accounts.filter((a) => a.goal === 'current-client' || a.goal === 'active-opportunity'))
  accounts
    .filter((a) => a.goal === 'duplicate')
    .forEach((account, i) => {
      const original = kept[i] as Account
      account.name = `${original.name} ${random.pick(['Inc', 'LLC', 'Co.', 'Corp'])}`
      account.industry = original.industry
      if (!account.troubles.includes('of-nothing')) account.duplicateOf = original.id
    })
}
