import type { Rules } from '../../src/program/sections/index.js'
import type { Chance } from '../support/chance.js'

type Rule = NonNullable<Rules['rules']>[string]
type When = Record<string, unknown>

/** A random company whose rules have none of the faults that the analysis knows: built so, not filtered. */
export interface Company {
  readonly rules: Rules
  readonly stages: readonly string[]
}

const STAGES = ['discovery', 'evaluation', 'proposal', 'negotiation']
const RENEWALS = ['upcoming', 'quoted']
const SIDE = ['start', 'gated']
const CLOSED = { statuses: ['won' as const, 'lost' as const, 'abandoned' as const] }

/** What may be asked of an open opportunity beside its status: each of another fact, so that no two contradict. */
const ASKS: readonly ((at: Chance) => When)[] = [
  (at) => ({
    amount: at.pick([
      { at_least: at.int(1, 90) * 1000 },
      { under: 5000 },
      { between: [1000, 9000] },
      { missing: true },
    ]),
  }),
  (at) => ({ pushes: at.pick([{ at_least: at.int(1, 4) }, at.int(0, 3)]) }),
  (at) => ({ setbacks: { over: at.int(0, 2) } }),
  (at) => ({ time_since_activity: { over: `${at.int(3, 60)} days` } }),
  (at) => ({ next_activity: { missing: at.often(0.7) } }),
  (at) => ({ next_step: { missing: at.often(0.7) } }),
  (at) => ({
    close_date: at.pick<unknown>([
      { before: 'today' },
      { within_next: '14 days' },
      { in: 'this quarter' },
      { missing: true },
      { on_or_after: 'quarter+1' },
    ]),
  }),
  (at) => ({ source: at.pick<unknown>(['web', ['web', 'fair'], { is_not: 'partner' }, { contains: 'e' }]) }),
  (at) => ({ origin: at.pick(['sales', 'marketing']) }),
  (at) => ({ 'account.segment': at.pick<unknown>(['enterprise', { is_not: ['small', 'tiny'] }]) }),
  (at) => ({ 'account.fields.employees': { at_least: at.int(10, 900) } }),
  (at) => ({ age: { over: `${at.int(30, 200)} days` } }),
  (at) => ({ time_in_stage: { over: at.pick([`${at.int(5, 40)} days`, 'expected', '2 x expected']) } }),
  (at) => ({ 'fields.budget': at.pick<unknown>([{ missing: true }, { over: 1000 }]) }),
  (at) => ({ any: [{ skips: { over: at.int(1, 9) } }, { currency: at.pick(['EUR', 'CHF']) }] }),
  (at) => ({ not: { 'fields.competitor': at.pick(['acme', 'globex']) } }),
]

const clean = (when: When): When => Object.fromEntries(Object.entries(when).filter(([, value]) => value !== undefined))

const asks = (at: Chance, most: number): When =>
  clean(
    Object.assign(
      {},
      ...at
        .some(ASKS)
        .slice(0, at.int(1, most))
        .map((ask) => ask(at)),
    ) as When,
  )

/** A random clean company. */
export function cleanCompany(at: Chance): Company {
  const stages = at.some(STAGES, 2)
  const two = at.often(0.4)
  const side = at.often(0.3)
  const all = [...stages, ...(two ? RENEWALS : []), ...(side ? SIDE : []), 'closed']
  const open = at.often(0.4) ? [] : at.some(two ? [...stages, ...RENEWALS] : stages, 1)
  const hasHealth = at.often(0.6)
  const rules: Record<string, Rule> = {}
  for (let n = 1; n <= at.int(1, 3); n += 1) rules[`rule-${n}`] = opportunityRule(at, open, n)
  if (at.often(0.4))
    rules.paid = {
      for: 'opportunity',
      event: { activity: 'payment' },
      when: { status: 'open' },
      then: [{ set_status: 'won' }, { move_stage: 'closed' }],
    }
  if (at.often(0.3))
    rules.varies = { for: 'opportunity', when: { status: 'open', time_in_status: { over: 'quiet-after' } } }
  if (side) Object.assign(rules, helped(at))
  if (at.often(0.3)) Object.assign(rules, at.pick(ENDING)(at, stages))
  if (at.often(0.3)) Object.assign(rules, at.pick(FORESTALLED)(at))
  if (at.often(0.2)) rules.stopped = stopped(at)
  if (at.often(0.2)) rules.unled = at.pick(OWNERS)
  const imports = at.often(0.3)
  if (imports || at.often(0.1)) rules.mismatched = { for: 'opportunity', when: { status: 'open', stage: 'closed' } }
  const hasLine = at.often(0.6)
  if (hasLine && at.often(0.5))
    rules['at-work'] = {
      for: 'account',
      when: { bin: at.pick(['working', 'parked']), time_since_activity: { over: '20 days' } },
      then: [{ notify: 'owner' }],
    }
  if (at.often(0.4)) rules['rule-1'] = { ...(rules['rule-1'] as Rule), coach: 'advice' }
  const coached = rules['rule-1']?.coach !== undefined
  return {
    stages: all,
    rules: {
      people: {
        dana: { name: 'Dana', email: 'dana@example.com', manager: 'lee', team: 'west' },
        lee: { name: 'Lee', email: 'lee@example.com', role: 'manager', team: 'west' },
      },
      channels: { mail: { type: 'email', smtp: 'smtp://localhost', from: 'pipeline@example.com' } },
      fields: {
        opportunity: {
          budget: { type: 'money' },
          competitor: { type: 'choice', of: ['acme', 'globex'] },
          tier: { type: 'text' },
          grade: { type: 'number' },
          mark: { type: 'choice', of: ['x', 'y', 'z'] },
          track: { type: 'text' },
        },
        account: { employees: { type: 'number' } },
      },
      pipelines: {
        main: {
          stages: Object.fromEntries([
            ...stages.map((name) => [name, { expected: `${at.int(7, 30)} days` }]),
            ['closed', CLOSED],
          ]),
        },
        ...(two
          ? {
              renewals: {
                stages: { upcoming: { expected: '30 days' }, quoted: { expected: '21 days' }, closed: CLOSED },
              },
            }
          : {}),
        ...(side ? { side: { stages: { start: {}, gated: { requires: ['source'] }, closed: CLOSED } } } : {}),
      },
      activities: { touches: ['call', 'email'], others: ['payment'] },
      thresholds: {
        'quiet-after': {
          by: 'stage',
          ...Object.fromEntries(all.map((stage) => [stage, `${at.int(2, 30)} days`])),
          ...(at.often(0.5) ? { else: '40 days' } : {}),
        },
      },
      ...(hasLine ? { assembly_line: line(at, imports) } : {}),
      ...(imports ? { sources: { crm: hasLine ? SOURCE : { opportunities: SOURCE.opportunities } } } : {}),
      ...(hasHealth ? { health: health(at) } : {}),
      rules,
      views: view(at, hasHealth),
      ...(coached ? { playbooks: { advice: { steps: [{ say: 'Call {{ name }}.' }] } } } : {}),
      ...(at.often(0.4)
        ? {
            digests: {
              weekly: {
                every: '1 week',
                at: '08:00',
                show: ['listed'],
                to: at.pick(['managers', 'owners', 'dana', 'team.west']),
              },
            },
          }
        : {}),
    } as Rules,
  }
}

/** Each writes a field of its own, which no condition asks for. */
function opportunityRule(at: Chance, stages: readonly string[], n: number): Rule {
  const writes = { 1: { 'fields.tier': 'a' }, 2: { 'fields.grade': 3 }, 3: { next_step: 'Call {{ name }}' } }[n] ?? {}
  const when = asks(at, 4)
  const mayWrite = n < 3 || !('next_step' in when)
  return {
    for: 'opportunity',
    when: { status: 'open', ...(stages.length > 0 && at.often(0.5) ? { stage: stages } : {}), ...when },
    ...(at.often(0.3) ? { lasting: at.pick(['1 day', '3 business days']) } : {}),
    then: [
      ...(at.often(0.6)
        ? [{ notify: at.pick<unknown>(['owner', 'manager', { to: ['dana', 'team.west'], urgent: true }]) }]
        : []),
      ...(at.often(0.4) ? [{ create_task: { title: 'Look at {{ name }}' } }] : []),
      ...(mayWrite && at.often(0.4) ? [{ set_field: writes }] : []),
    ],
    ...(at.often(0.4) ? { escalate: [{ after: '5 days', then: [{ notify: 'manager' }] }] } : {}),
    ...(at.often(0.4) ? { on_resolve: [{ close_tasks: {} }] } : {}),
    ...(at.often(0.3) ? { cooldown: '2 days' } : {}),
    ...(at.often(0.3) ? { priority: at.int(-3, 3) } : {}),
  } as Rule
}

/** What brings accounts into a bin to which no move leads, and opportunities as they are. */
const SOURCE = {
  accounts: { id: 'id', bin: { column: 'bin', map: { Old: 'legacy', New: 'cold' } } },
  opportunities: { id: 'id', stage: 'stage', status: 'status' },
}

/** What a stage requires is written just before by the rule in front. */
const helped = (at: Chance): Record<string, Rule> => ({
  'says-source': {
    for: 'opportunity',
    when: { status: 'open', pipeline: 'side', source: { missing: true } },
    then: [{ set_field: { source: 'web' } }],
    priority: 6,
  },
  'goes-on': {
    for: 'opportunity',
    when: { status: 'open', pipeline: 'side', stage: 'start', source: { missing: true }, pushes: at.int(0, 2) },
    then: [{ move_stage: 'gated' }],
  },
})

/** Rules that undo each other, and come to an end: what grows, or time, ends it. */
const ENDING: readonly ((at: Chance, stages: readonly string[]) => Record<string, Rule>)[] = [
  (at, [first, second]) =>
    going(
      { stage: first, time_in_stage: { over: `${at.int(1, 5)} days` }, setbacks: { under: at.int(2, 9) } },
      { move_stage: second },
      { stage: second, time_in_stage: { over: `${at.int(1, 5)} days` } },
      { move_stage: first },
    ),
  (at, [first, second]) =>
    going(
      { stage: first, setbacks: { at_most: at.int(2, 9) } },
      { move_stage: second },
      { stage: second, setbacks: { under: at.int(3, 9) } },
      { move_stage: first },
    ),
  (at) =>
    going(
      {
        'fields.track': 'p',
        ...at.pick<When>([
          { close_date: { on_or_after: 'today' } },
          { close_date: { in: at.pick(['this month', 'this quarter', 'this year']) } },
          { close_date: { within_next: `${at.int(2, 9)} weeks` } },
          { created: { within_last: `${at.int(30, 300)} days` } },
          { created: { in: 'this year' } },
          { age: { under: `${at.int(90, 2000)} days` } },
          { time_since_activity: { under: `${at.int(10, 1500)} days` } },
          { time_in_status: { under: `${at.int(2, 50)} months` } },
          { any: [{ age: { under: '3 years' } }, { amount: { under: 1 } }] },
        ]),
      },
      { set_field: { 'fields.track': 'q' } },
      { 'fields.track': 'q' },
      { set_field: { 'fields.track': 'p' } },
      { lasting: `${at.int(1, 20)} days` },
    ),
  // Each hears the other, and what the one asks for the other has taken away, or counted out.
  (at, [first, second]) => {
    const event = { change: 'stage' }
    return at.often(0.5)
      ? going(
          { stage: first, setbacks: { under: at.int(1, 9) } },
          { move_stage: second },
          { stage: second },
          { move_stage: first },
          { event, priority: at.int(0, 2) },
        )
      : going(
          { stage: second, 'fields.track': 'seen', next_step: 'Start anew' },
          { move_stage: first },
          { stage: first },
          { set_field: { 'fields.track': at.pick(['seen', 'known']) } },
          { event },
        )
  },
  // Only what is longer in its stage than it is old would go round.
  (at) => {
    const [most, days] = [at.int(1, 9) * 1000, at.int(3, 20)]
    const clock = at.pick(['time_in_stage', 'time_in_status'])
    return going(
      { amount: { over: most }, [clock]: { over: `${days} days` } },
      { set_field: { amount: most - 100 } },
      { amount: { under: most - 50 }, age: { under: `${at.int(1, days)} days` } },
      { set_field: { amount: most + 100 } },
    )
  },
  // A third one ends it, long after.
  (at) => ({
    ...going(
      { 'fields.track': 'p' },
      { set_field: { 'fields.track': 'q' } },
      { 'fields.track': 'q' },
      { set_field: { 'fields.track': 'p' } },
      { lasting: '9 days' },
    ),
    ends: {
      for: 'opportunity',
      when: {
        status: 'open',
        'fields.track': ['p', 'q'],
        time_in_status: { over: `${at.int(3, 6)} years` },
      },
      then: [{ set_field: { 'fields.track': 'over' } }],
      priority: 4,
    },
  }),
]

const going = (here: When, goes: object, there: When, back: object, more: object = {}) =>
  ({
    goes: { for: 'opportunity', when: { status: 'open', pipeline: 'main', ...here }, then: [goes] },
    back: { for: 'opportunity', when: { status: 'open', pipeline: 'main', ...there }, then: [back], ...more },
  }) as Record<string, Rule>

/** Rules that would end, or always come first, were it not for another one that now and then writes before them. */
const FORESTALLED: readonly ((at: Chance) => Record<string, Rule>)[] = [
  (at) =>
    ({
      'ends-itself': {
        for: 'opportunity',
        when: { status: 'open', 'fields.mark': ['y', 'z'] },
        then: [{ set_field: { 'fields.mark': 'x' } }],
        escalate: [{ after: `${at.int(2, 9)} days`, then: [{ notify: 'manager' }] }],
      },
      before: {
        for: 'opportunity',
        when: { status: 'open', 'fields.mark': 'z', amount: { over: at.int(1, 9) * 1000 } },
        then: [{ set_field: { 'fields.mark': 'y' } }],
        priority: 5,
      },
    }) as Record<string, Rule>,
  (at) =>
    ({
      third: {
        for: 'opportunity',
        when: { status: 'open', amount: { over: at.int(1, 9) * 1000 } },
        then: [{ set_field: { 'fields.mark': 'z' } }],
        priority: 9,
      },
      stronger: {
        for: 'opportunity',
        when: { status: 'open', 'fields.mark': { missing: true } },
        then: [{ set_field: { 'fields.mark': 'x' } }],
        priority: 8,
      },
      weaker: {
        for: 'opportunity',
        when: { status: 'open', 'fields.mark': { missing: true }, pushes: { over: at.int(0, 3) } },
        then: [{ set_field: { 'fields.mark': 'y' } }],
        priority: 7,
      },
    }) as Record<string, Rule>,
  (at) =>
    ({
      closes: {
        for: 'opportunity',
        when: { status: 'open', pipeline: 'main', age: { over: '300 days' } },
        then: [{ set_status: { to: 'lost', reason: 'old' } }, { move_stage: 'closed' }],
        remind: { every: '3 days', then: [{ notify: 'owner' }] },
        priority: 4,
      },
      before: {
        for: 'opportunity',
        when: { status: 'open', age: { over: '300 days' }, amount: { over: at.int(1, 9) * 1000 } },
        then: [{ set_status: { to: 'open', reason: 'large' } }],
        priority: 5,
      },
    }) as Record<string, Rule>,
]

/** Where the owner is spoken of, somebody is told. */
const OWNERS = [
  { when: { owner: { missing: true } }, then: [{ notify: 'team.west' }], on_resolve: [{ notify: 'owner' }] },
  { when: { 'owner.active': false }, then: [{ notify: 'owner' }] },
  { when: { owner: 'dana' }, then: [{ notify: ['owner', 'manager'] }] },
  { when: { owner: ['dana', 'lee'] }, escalate: [{ after: '3 days', then: [{ notify: 'manager' }] }] },
].map(({ when, ...more }) => ({ for: 'opportunity', when: { status: 'open', ...when }, ...more }) as Rule)

/** The age of what is closed stands still: this may last for ever. */
const stopped = (at: Chance): Rule => ({
  for: 'opportunity',
  when: { status: 'won', age: { under: `${at.int(5, 20)} days` } },
  lasting: '30 days',
  then: [],
  escalate: [{ after: '40 days', then: [{ notify: 'manager' }] }],
})

/** One goes on by what people do, and back by a person's word, or in time where a touch must come first again. */
const line = (at: Chance, imports: boolean) => ({
  starts_in: 'cold',
  bins: {
    cold: { group: 'input' },
    working: { group: 'working', expected: '30 days' },
    parked: { group: 'nurture' },
    'bad-fit': { group: 'avoid' },
    ...(imports ? { legacy: { group: 'nurture' } } : {}),
  },
  moves: [
    ...(imports ? [{ from: 'legacy', to: 'cold' }] : []),
    { from: 'cold', to: 'working', when: { touches_in_bin: { at_least: at.int(1, 3) } } },
    ...(at.often(0.5)
      ? [
          {
            from: 'working',
            to: 'cold',
            when: { time_in_bin: { over: '14 days' }, time_since_activity: { over: '14 days' } },
          },
        ]
      : []),
    at.often(0.5)
      ? { from: 'any', to: 'parked', when: { open_opportunities: { at_least: 1 } } }
      : { from: 'working', to: 'parked' },
    { from: ['parked', 'bad-fit'], to: 'cold' },
    { from: ['working', 'parked'], to: 'bad-fit' },
  ],
})

const health = (at: Chance) => ({
  when: { status: 'open' },
  indicators: {
    age: { at_risk: `${at.int(20, 60)} days`, poor: `${at.int(61, 200)} days` },
    ...(at.often(0.5) ? { pushes: { at_risk: at.int(1, 2), poor: at.int(3, 5) } } : {}),
    ...(at.often(0.5) ? { time_in_stage: { at_risk: 'expected', poor: '2 x expected' } } : {}),
    ...(at.often(0.5) ? { overdue: { when: { close_date: { before: 'today' } }, level: 'poor' } } : {}),
  },
})

const view = (at: Chance, hasHealth: boolean) => ({
  listed: {
    for: 'opportunity' as const,
    when: {
      status: 'open',
      ...(hasHealth && at.often(0.6) ? { health: at.pick<unknown>(['poor', ['at_risk', 'poor'], 'healthy']) } : {}),
      ...(hasHealth ? {} : asks(at, 3)),
    },
  },
})
