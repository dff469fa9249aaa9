import { describe, expect, it } from 'vitest'
import { type ActivitySummary, NO_ACTIVITY } from '../../src/domain/activities.js'
import type { Vocabulary } from '../../src/domain/vocabulary.js'
import type { Snapshot } from '../../src/facts/fact.js'
import { factsFor, requiredMissing, settableFacts } from '../../src/facts/table.js'
import { DEFAULT_CALENDAR, makeCalendar } from '../../src/lib/calendar.js'
import { NEVER } from '../../src/lib/instant.js'
import { account, opportunity, snapshot } from '../support/subjects.js'
import { person } from '../support/vocabularies.js'

const day = (n: number) => Date.UTC(2026, 2, n)

const stage = (name: string, requires: readonly string[] = []) => ({
  name,
  label: name,
  probability: null,
  expected: null,
  statuses: ['open', 'won', 'lost', 'abandoned'] as const,
  requires,
})
const bin = (name: string, group: 'input' | 'working' | 'avoid', requires: readonly string[] = []) =>
  [name, { name, label: name, group, expected: null, requires }] as const

const words: Vocabulary = {
  calendar: makeCalendar(DEFAULT_CALENDAR),
  money: { currency: 'USD', rates: {} },
  touches: ['email', 'call', 'meeting'],
  otherActivities: ['web-visit'],
  pipelines: new Map([
    [
      'new-business',
      {
        name: 'new-business',
        label: 'New business',
        stages: [stage('discovery'), stage('proposal', ['amount', 'next_activity', 'account.segment'])],
        backwards: 'allowed',
        reasons: {},
      },
    ],
  ]),
  assemblyLine: {
    startsIn: 'cold',
    bins: new Map([bin('cold', 'input'), bin('working', 'working'), bin('duplicate', 'avoid', ['duplicate_of'])]),
    allowed: [],
  },
  fields: {
    opportunity: new Map([
      ['budget', { name: 'budget', type: 'money', label: 'Budget', of: [] }],
      ['competitor', { name: 'competitor', type: 'choice', label: '', of: ['acme', 'globex'] }],
      ['signs_on', { name: 'signs_on', type: 'date', label: '', of: [] }],
    ]),
    account: new Map([['employees', { name: 'employees', type: 'number', label: 'Employees', of: [] }]]),
  },
  people: new Map([['dana', person('dana', { name: 'Dana Ruiz', manager: 'lee', team: 'west' })]]),
  indicators: ['age', 'no_next_step'],
  needs: ['budget', 'timing'],
}

const read = (subject: Snapshot, name: string) => {
  const fact = factsFor(subject.kind, words).get(name)
  if (!fact) throw new Error(`There is no fact ${name}.`)
  return fact.read(subject)
}
const changes = (subject: Snapshot, name: string) =>
  factsFor(subject.kind, words).get(name)?.changes?.(subject) ?? NEVER

const of = (more: Parameters<typeof opportunity>[0], now = day(20)) =>
  snapshot(words, now, { opportunity: opportunity(more) })

const kind = (n: number, last: number, more = {}) => ({ n, last, owner: null, in_bin: 0, contacts: [], ...more })
const planned = (n: number, of: string, more = {}) => ({ at: day(n), kind: of, owner: false, contact: null, ...more })

describe('the table of facts', () => {
  it('is what the language page lists', async () => {
    const lines = (['opportunity', 'account'] as const).flatMap((subject) => [
      `# ${subject}`,
      ...[...factsFor(subject, words).values()].map(
        (fact) => `${fact.name}: ${fact.kind}${fact.choices ? ` (${fact.choices.join(', ')})` : ''}. ${fact.summary}`,
      ),
      '',
    ])
    await expect(lines.join('\n')).toMatchFileSnapshot('golden/facts.txt')
  })

  it('says of each in one sentence what it is', () => {
    for (const fact of factsFor('opportunity', words).values()) expect(fact.summary).toMatch(/^[A-Z].*[^.]\.$/)
  })

  it('gives an opportunity every fact of its account', () => {
    const names = [...factsFor('account', words).keys()]
    const ofAccount = [...factsFor('opportunity', words).keys()].filter((name) => name.startsWith('account.'))
    expect(ofAccount).toEqual(names.map((name) => `account.${name}`))
  })

  it('is the same for the same vocabulary', () => {
    expect(factsFor('account', words)).toBe(factsFor('account', words))
  })
})

describe('touches and their clocks', () => {
  const activity: ActivitySummary = {
    kinds: {
      email: kind(3, day(5), { owner: day(2), contacts: ['ann', 'bob'], in_bin: 2 }),
      call: kind(1, day(3), { owner: day(3), contacts: ['bob'], in_bin: 1 }),
      'web-visit': kind(7, day(9), { owner: day(9), contacts: ['zoe'] }),
    },
    planned: [
      planned(12, 'meeting', { owner: true, contact: 'cid' }),
      planned(18, 'web-visit'),
      planned(22, 'call', { contact: 'dot' }),
      planned(25, 'meeting'),
    ],
  }

  it('know touches only, and what was planned once its time has come', () => {
    const before = of({ activity }, day(12) - 1)
    expect(['touches', 'last_activity', 'next_activity', 'contacts_touched'].map((f) => read(before, f))).toEqual([
      4,
      day(5),
      day(12),
      2,
    ])
    expect(changes(before, 'touches')).toBe(day(12))
    const after = of({ activity }, day(12))
    expect(['touches', 'last_activity', 'next_activity', 'contacts_touched'].map((f) => read(after, f))).toEqual([
      5,
      day(12),
      day(22),
      3,
    ])
    expect(changes(after, 'touches')).toBe(day(22))
    expect(changes(of({ activity }, day(25)), 'touches')).toBe(NEVER)
  })

  it('speak of a kind behind its name, touch or not', () => {
    const now = of({ activity })
    expect(read(now, 'activities.web-visit')).toBe(8)
    expect(read(now, 'last_activity.web-visit')).toBe(day(18))
    expect(read(now, 'next_activity.web-visit')).toBeNull()
    expect(read(now, 'activities.meeting')).toBe(1)
    expect(read(now, 'next_activity.meeting')).toBe(day(25))
    expect(read(now, 'activities.email')).toBe(3)
  })

  it('are counted as 0, and name no contact, where nothing happened', () => {
    const quiet = of({})
    expect(read(quiet, 'touches')).toBe(0)
    expect(read(quiet, 'activities.call')).toBe(0)
    expect(read(quiet, 'contacts_touched')).toBeNull()
    expect(read(quiet, 'last_activity')).toBeNull()
  })

  it('run from the last touch, else from creation, else from when it was first seen', () => {
    expect(read(of({ activity, created: day(1), seen: day(4) }), 'time_since_activity')).toBe(day(12))
    expect(read(of({ created: day(1), seen: day(4) }), 'time_since_activity')).toBe(day(1))
    expect(read(of({ seen: day(4) }), 'time_since_activity')).toBe(day(4))
    expect(read(of({ seen: day(4) }), 'age')).toBeNull()
  })

  it('of the owner run from the later of the last touch by the owner and the day of taking over', () => {
    const early = (more = {}) => read(of({ activity, created: day(1), ...more }, day(10)), 'time_since_owner_activity')
    expect(early()).toBe(day(3))
    expect(early({ owner_since: day(7) })).toBe(day(7))
    expect(early({ owner_since: day(2) })).toBe(day(3))
    expect(early({ activity: NO_ACTIVITY, owner_since: day(7) })).toBe(day(7))
    expect(early({ activity: NO_ACTIVITY })).toBe(day(1))
    expect(read(of({ activity }, day(12)), 'time_since_owner_activity')).toBe(day(12))
    expect(read(of({ activity }, day(23)), 'time_since_owner_activity')).toBe(day(12))
  })

  it('believe what the source itself says of touches, as if by nobody known', () => {
    const said = { activity, said_last_activity: day(8), said_next_activity: day(15), created: day(1) }
    const before = of(said, day(10))
    expect(read(before, 'last_activity')).toBe(day(8))
    expect(read(before, 'time_since_owner_activity')).toBe(day(8))
    expect(read(before, 'next_activity')).toBe(day(12))
    expect(read(of(said, day(13)), 'next_activity')).toBe(day(15))
    expect(changes(of(said, day(13)), 'last_activity')).toBe(day(15))
    expect(read(of(said, day(15)), 'last_activity')).toBe(day(15))
    expect(read(of(said, day(15)), 'touches')).toBe(5)
  })

  it('of an account know what the sources say of its opportunities', () => {
    const deal = opportunity({ account: 'acme', said_last_activity: day(8), said_next_activity: day(24) })
    const acme = snapshot(words, day(10), { account: account({ created: day(1) }), opportunities: [deal] })
    expect(read(acme, 'time_since_activity')).toBe(day(8))
    expect(read(acme, 'next_activity')).toBe(day(24))
    expect(changes(acme, 'time_since_activity')).toBe(day(24))
  })

  it('in a bin are those since the account came into it', () => {
    const late = { activity, bin_since: day(15) }
    const at = (n: number) => snapshot(words, day(n), { account: account(late) })
    expect(read(at(20), 'touches_in_bin')).toBe(3)
    expect(read(at(22), 'touches_in_bin')).toBe(4)
  })
})

describe('an opportunity', () => {
  it('grows no older once it is closed', () => {
    const age = factsFor('opportunity', words).get('age')!
    expect(age.stopped?.(of({ created: day(1), status: 'won', status_since: day(9) }))).toBe(day(9))
    expect(age.stopped?.(of({ created: day(1) }))).toBeNull()
  })

  it('has lost so many per cent of its highest amount', () => {
    expect(read(of({ amount: 80_000, amount_high: 100_000 }), 'amount_drop')).toBe(20)
    expect(read(of({ amount: 100_000, amount_high: 100_000 }), 'amount_drop')).toBe(0)
    expect(read(of({ amount: 80_000 }), 'amount_drop')).toBe(0)
    expect(read(of({ amount_high: 80_000 }), 'amount_drop')).toBeNull()
  })

  it('names the currency of the rules where it has an amount and none of its own', () => {
    expect(read(of({ amount: 1 }), 'currency')).toBe('USD')
    expect(read(of({ amount: 1, currency: 'EUR' }), 'currency')).toBe('EUR')
    expect(read(of({}), 'currency')).toBeNull()
  })

  it('is incomplete while something is missing that its stage requires', () => {
    const lacking = of({ stage: 'proposal', amount: 1, activity: { kinds: {}, planned: [planned(22, 'call')] } })
    expect(read(lacking, 'incomplete')).toBe(true)
    expect(requiredMissing(['amount', 'next_activity', 'account.segment'], lacking)).toEqual(['account.segment'])
    const whole = snapshot(words, day(20), {
      opportunity: lacking.opportunity!,
      account: account({ segment: 'enterprise' }),
    })
    expect(read(whole, 'incomplete')).toBe(false)
    expect(changes(whole, 'incomplete')).toBe(day(22))
    expect(read({ ...whole, now: day(22) }, 'incomplete')).toBe(true)
    expect(read(of({ stage: 'discovery' }), 'incomplete')).toBe(false)
  })

  it('knows its owner as far as the people are known', () => {
    const names = ['owner', 'owner.name', 'owner.manager', 'owner.team', 'owner.email', 'owner.active']
    expect(names.map((name) => read(of({ owner: 'dana' }), name))).toEqual([
      'dana',
      'Dana Ruiz',
      'lee',
      'west',
      null,
      true,
    ])
    expect(names.map((name) => read(of({ owner: 'pat' }), name))).toEqual(['pat', 'pat', null, null, null, null])
    expect(names.map((name) => read(of({}), name))).toEqual([null, null, null, null, null, null])
  })

  it('shows what was reckoned of it', () => {
    const poor = { level: 'poor', value: null, threshold: null, facts: [] } as const
    const seen = of({ health: 'poor', levels: { age: poor }, qualification: ['timing'], score: 5 })
    const names = ['health', 'health.age', 'health.no_next_step', 'qualification', 'qualification.budget', 'score']
    expect(names.map((name) => read(seen, name))).toEqual(['poor', 'poor', null, 1, false, 5])
    expect(read(seen, 'qualification.timing')).toBe(true)
    expect(names.map((name) => read(of({}), name))).toEqual([null, null, null, null, null, null])
  })

  it('has custom fields of the declared type only', () => {
    const fields = { budget: 5000, competitor: 'acme', signs_on: '2026-02-30' }
    expect(read(of({ fields }), 'fields.budget')).toBe(5000)
    expect(read(of({ fields }), 'fields.signs_on')).toBeNull()
    expect(read(of({ fields: { budget: 'much' } }), 'fields.budget')).toBeNull()
    expect(read(of({}), 'fields.competitor')).toBeNull()
  })

  it('without an account knows nothing of one, not even counts', () => {
    for (const fact of factsFor('opportunity', words).values())
      if (fact.name.startsWith('account.')) expect([fact.name, fact.read(of({}))]).toEqual([fact.name, null])
  })
})

describe('an account', () => {
  const deals = [
    opportunity({ id: 'a', status: 'won', status_since: day(3) }),
    opportunity({ id: 'b', status: 'abandoned', status_since: day(6) }),
    opportunity({ id: 'c' }),
  ]
  const acme = snapshot(words, day(20), { account: account({ bin: 'duplicate' }), opportunities: deals })

  it('counts its opportunities', () => {
    const names = ['open_opportunities', 'won_opportunities', 'lost_opportunities']
    expect(names.map((name) => read(acme, name))).toEqual([1, 1, 0])
    expect(names.map((name) => read(snapshot(words, day(20), { account: account() }), name))).toEqual([0, 0, 0])
    expect(read(acme, 'time_since_last_opportunity_closed')).toBe(day(6))
    expect(read(snapshot(words, 1, { account: account() }), 'time_since_last_opportunity_closed')).toBeNull()
  })

  it('is in the group of its bin, and incomplete where the bin requires more', () => {
    expect(read(acme, 'group')).toBe('avoid')
    expect(read(acme, 'incomplete')).toBe(true)
    expect(read(snapshot(words, 1, { account: account({ bin: 'gone' }) }), 'group')).toBeNull()
  })

  it('tells its facts to its opportunities', () => {
    const deal = snapshot(words, day(20), { account: account(), opportunities: deals, opportunity: deals[2]! })
    expect(read(deal, 'account.won_opportunities')).toBe(1)
    expect(read(deal, 'account.bin')).toBe('cold')
    expect(read(deal, 'account.touches')).toBe(0)
  })
})

describe('what may be set', () => {
  it('is a few plain facts and the custom fields', () => {
    expect(Object.fromEntries(settableFacts('opportunity', words))).toEqual({
      amount: 'money',
      close_date: 'date',
      next_step: 'text',
      source: 'text',
      origin: 'choice',
      'fields.budget': 'money',
      'fields.competitor': 'choice',
      'fields.signs_on': 'date',
    })
    expect(Object.fromEntries(settableFacts('account', words))).toEqual({
      segment: 'text',
      industry: 'text',
      duplicate_of: 'text',
      'fields.employees': 'number',
    })
  })
})
