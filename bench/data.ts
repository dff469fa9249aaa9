import { newAccount, newOpportunity } from '../src/domain/change.js'
import type { Account, Opportunity } from '../src/domain/subjects.js'
import { DAY } from '../src/lib/civil.js'
import { numbersFrom } from '../test/support/chance.js'

/** The instant at which the bench works: Wednesday, 18 November 2026, ten in the morning in New York. */
export const NOW = Date.UTC(2026, 10, 18, 15)

/** Opportunities to an account. */
const PER_ACCOUNT = 5

const STAGES = ['discovery', 'discovery', 'qualified', 'qualified', 'proposal', 'proposal', 'negotiation', 'verbal']
const SEGMENTS = ['enterprise', 'midmarket', 'smb', 'smb', null]

/** One account and its open opportunities: a pipeline in fair order, in which about one opportunity in a hundred is amiss. */
export interface Household {
  account: Account
  opportunities: Opportunity[]
}

/** A pipeline of so many open opportunities, account by account. The same for the same size. */
export function* pipeline(size: number, seed = 20_261_118): Generator<Household> {
  const random = numbersFrom(seed)
  const among = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const ago = (days: number) => NOW - Math.floor(random() * days * DAY)
  for (let made = 0; made < size; made += PER_ACCOUNT) {
    const n = made / PER_ACCOUNT
    const person = () => `rep-${Math.floor(random() * 200)}`
    const account: Account = {
      ...newAccount(`account-${String(n).padStart(7, '0')}`, 'unfiled', ago(400)),
      name: `Account ${n}`,
      owner: person(),
      segment: among(SEGMENTS),
      industry: among(['software', 'retail', 'energy']),
      created: ago(900),
    }
    const opportunities: Opportunity[] = []
    for (let i = made; i < Math.min(made + PER_ACCOUNT, size); i += 1) {
      const created = ago(280)
      const amount = random() < 0.0005 ? null : Math.floor(1_000 + random() ** 3 * 989_000) * 1_000
      const since = created + Math.floor(random() * Math.min(NOW - created, 75 * DAY))
      const touched = Math.max(created, ago(28))
      const closes = NOW + Math.floor((random() < 0.002 ? -20 : 1 + random() * 150) * DAY)
      opportunities.push({
        ...newOpportunity(`opportunity-${String(i).padStart(8, '0')}`, 'new-business', among(STAGES), created),
        account: account.id,
        name: `Opportunity ${i} of ${account.name}`,
        amount,
        amount_high: amount === null ? null : amount + Math.floor(random() * amount * 0.3),
        owner: random() < 0.0005 ? null : person(),
        source: among(['web', 'event', 'outbound']),
        origin: among(['sales', 'marketing']),
        created,
        close_date: random() < 0.001 ? null : new Date(closes).toISOString().slice(0, 10),
        next_step: random() < 0.7 ? 'Send the revised quote' : null,
        fields: random() < 0.6 ? { budget: 250_000_000, decision_maker: 'Ms Gray' } : {},
        stage_since: Math.max(since, NOW - 80 * DAY),
        stage_since_known: true,
        status_since: created,
        status_since_known: true,
        owner_since: random() < 0.3 ? touched : null,
        pushes: Math.floor(random() ** 4 * 7.001),
        setbacks: Math.floor(random() * 2),
        said_last_activity: touched,
        activity:
          random() < 0.3
            ? {
                kinds: { call: { n: 3, last: touched, owner: touched, in_bin: 0, contacts: ['contact-7'] } },
                planned: [],
              }
            : { kinds: {}, planned: [] },
        last_change: NOW - DAY,
      })
    }
    yield { account, opportunities }
  }
}
