import type { Day } from './days.js'
import type { Account, Fate, PipelineName, Trouble } from './model.js'
import type { Random } from './random.js'

/** An opportunity to be written: of an ended one, the day on which it ended. */
export interface Spec {
  account: Account
  pipeline: PipelineName
  fate: Fate
  ended: Day | null
  troubles: readonly Trouble[]
}

/** What goes wrong together, and how often. Most open opportunities stay without any of it. */
const BUNDLES: readonly (readonly [count: number, troubles: readonly Trouble[]])[] = [
  [3, ['untouched']],
  [3, ['quiet']],
  [3, ['quiet', 'overdue']],
  [3, ['quiet', 'no-next-step']],
  [3, ['stuck']],
  [3, ['stuck', 'pushed']],
  [2, ['old', 'backwards']],
  [2, ['old', 'pushed']],
  [4, ['overdue']],
  [2, ['overdue', 'pushed']],
  [2, ['pushed']],
  [4, ['no-next-step']],
  [3, ['no-amount']],
  [1, ['no-amount', 'no-next-step']],
  [3, ['undated']],
  [3, ['closed-but-open']],
  [3, ['shrunk']],
  [3, ['single-threaded']],
  [3, ['too-early']],
  [2, ['unowned']],
]
/** A renewal goes wrong in fewer ways. */
const RENEWAL_BUNDLES: readonly (readonly [count: number, troubles: readonly Trouble[]])[] = [
  [2, ['quiet']],
  [1, ['stuck']],
  [2, ['overdue']],
  [1, ['no-next-step']],
]

const past = (today: Day, random: Random, from: number, to: number): Day => today - random.int(from, to)

/** Those that ended before the account came to where it is; `before` is the day its present affair began. */
function earlier(random: Random, account: Account, before: Day, today: Day): Spec[] {
  const ended = before - random.int(70, 200)
  const fate = random.weighted({ lost: 78, abandoned: 22 })
  return ended < today - 600 ? [] : [{ account, pipeline: 'new-business', fate, ended, troubles: [] }]
}

function clientSpecs(random: Random, account: Account, today: Day): Spec[] {
  const has = (trouble: Account['troubles'][number]) => account.troubles.includes(trouble)
  const business = (fate: Fate, ended: Day | null, pipeline: PipelineName = 'new-business'): Spec => ({
    account,
    pipeline,
    fate,
    ended,
    troubles: [],
  })
  if (has('slow-bin')) return [business('won', past(today, random, 2, 6))]
  if (has('left-alone')) return [business('won', past(today, random, 22, 70))]
  const first = has('worked-by-stranger') ? past(today, random, 200, 560) : past(today, random, 20, 620)
  const specs = [business('won', first)]
  if (random.chance(0.2)) specs.unshift(...earlier(random, account, first, today))
  const room = today - 15 - (first + 30)
  const later = () => first + 30 + random.int(0, room)
  if (room > 0 && random.chance(0.5)) specs.push(business('won', later()))
  if (room > 0 && random.chance(0.32)) specs.push(business('lost', later()))
  if (room > 0 && random.chance(0.12)) specs.push(business('lost', later()))
  for (let renewal = first + 365; renewal < today - 20; renewal += 365)
    specs.push(business(random.chance(0.85) ? 'won' : 'lost', renewal - random.int(0, 12), 'renewals'))
  if (has('worked-by-stranger')) return specs
  if (first < today - 150 && random.chance(0.42)) specs.push(business('open', null, 'renewals'))
  if (random.chance(0.3)) specs.push(business('open', null))
  return specs
}

function otherSpecs(random: Random, account: Account, today: Day): Spec[] {
  const slow = account.troubles.includes('slow-bin')
  const business = (fate: Fate, ended: Day | null): Spec => ({
    account,
    pipeline: 'new-business',
    fate,
    ended,
    troubles: [],
  })
  switch (account.goal) {
    case 'current-client':
      return clientSpecs(random, account, today)
    case 'active-opportunity': {
      const specs = [business('open', null)]
      if (account.troubles.includes('owner-left')) return specs.map((spec) => ({ ...spec, troubles: ['orphaned'] }))
      if (random.chance(0.45)) specs.unshift(...earlier(random, account, today - 120, today))
      if (!slow && random.chance(0.14)) specs.push(business('open', null))
      return specs
    }
    case 'dead-opportunity': {
      const last = slow ? past(today, random, 2, 6) : past(today, random, 12, 320)
      const specs = [business(random.weighted({ lost: 70, abandoned: 30 }), last)]
      return random.chance(0.4) ? [...earlier(random, account, last, today), ...specs] : specs
    }
    case 'cold':
      return account.troubles.includes('client-as-prospect') ? [business('won', past(today, random, 150, 300))] : []
    case 'working':
    case 'check-back':
    case 'bad-fit':
      return random.chance(0.35) ? earlier(random, account, today - 100, today) : []
    case 'duplicate':
      return []
  }
}

const wantsNewcomer = (troubles: readonly Trouble[]): boolean =>
  troubles.includes('untouched') || troubles.includes('quiet')

/** Deals out the bundles; what must be seen at the account too goes to accounts that have nothing else. */
function dealOut(random: Random, specs: readonly Spec[]): Spec[] {
  const dealt = new Map<Spec, readonly Trouble[]>()
  const open = random.shuffled(specs.filter((spec) => spec.fate === 'open' && spec.troubles.length === 0))
  const alone = (spec: Spec) => specs.every((other) => other === spec || other.account !== spec.account)
  const give = (pipeline: PipelineName, bundles: typeof BUNDLES) => {
    for (const [count, troubles] of bundles) {
      for (let i = 0; i < count; i++) {
        const spec = open.find(
          (s) =>
            s.pipeline === pipeline &&
            !dealt.has(s) &&
            (pipeline === 'renewals' || !wantsNewcomer(troubles) || (alone(s) && s.account.troubles.length === 0)),
        )
        if (spec) dealt.set(spec, troubles)
      }
    }
  }
  give('new-business', BUNDLES)
  give('renewals', RENEWAL_BUNDLES)
  return specs.map((spec) => ({ ...spec, troubles: dealt.get(spec) ?? spec.troubles }))
}

/** Which opportunities there are, and what is wrong with which. */
export function makeSpecs(random: Random, accounts: readonly Account[], today: Day): Spec[] {
  return dealOut(
    random,
    accounts.flatMap((account) => otherSpecs(random, account, today)),
  )
}
