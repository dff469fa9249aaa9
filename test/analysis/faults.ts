import type { Rules } from '../../src/program/sections/index.js'
import type { Chance } from '../support/chance.js'
import type { Company } from './companies.js'

/** A fault to plant into a clean company: what it makes of the rules, and where the warning of which kind must point. */
export interface Fault {
  readonly kind: string
  /** A word of the message: the rule, the bin, the view that is at fault. */
  readonly names: string
  plant(company: Company, at: Chance): Rules
}

const rule = (name: string, made: (at: Chance, company: Company) => object) => ({
  names: name,
  plant: (company: Company, at: Chance): Rules =>
    ({ ...company.rules, rules: { ...company.rules.rules, [name]: made(at, company) } }) as Rules,
})
const opportunity = (when: object, more: object = {}) => ({
  for: 'opportunity',
  when: { status: 'open', ...when },
  ...more,
})

/** Conditions that nothing meets. */
const NEVER: readonly ((at: Chance) => object)[] = [
  (at) => ({ amount: { over: at.int(5, 9) * 1000, under: at.int(1, 5) * 1000 } }),
  (at) => ({ pushes: { at_least: at.int(4, 9), at_most: at.int(0, 3) } }),
  (at) => ({ all: [{ source: 'web' }, { source: at.pick(['fair', 'partner']) }] }),
  (at) => ({ source: { starts_with: 'a', is: at.pick(['web', 'fair']) } }),
  (at) => ({ time_in_stage: { over: `${at.int(20, 40)} days`, under: `${at.int(2, 20)} days` } }),
  (at) => ({ age: { over: `${at.int(2, 4)} quarters`, under: `${at.int(1, 6)} months` } }),
  (at) => ({ close_date: { before: 'today', within_next: `${at.int(3, 30)} days` } }),
  () => ({ close_date: { in: 'last month', on_or_after: 'this month' } }),
  () => ({ close_date: { in: 'quarter+2', before: 'this month' } }),
  (at) => ({
    close_date: { in: at.pick(['this month', 'this quarter']) },
    any: [{ all: [{ close_date: { in: 'next year' } }] }, { close_date: { in: 'last year' } }],
  }),
  (at) => ({ close_date: { in: `month+${at.int(1, 5)}`, on_or_after: `year+${at.int(2, 4)}` } }),
  (at) => ({ amount: { missing: true }, amount_drop: { over: at.int(1, 50) } }),
  (at) => ({ next_step: { missing: true, contains: at.pick(['call', 'x']) } }),
  () => ({ 'fields.competitor': { is_not: ['acme', 'globex'] } }),
  (at) => ({ touches: { under: at.int(1, 3) }, 'activities.call': { at_least: at.int(4, 6) } }),
  () => ({ last_activity: { within_last: '3 days' }, time_since_activity: { over: '14 days' } }),
  () => ({ status: 'won', not: { status: 'won' } }),
  () => ({ owner: { missing: true }, 'owner.team': 'east' }),
  (at) => ({ owner: ['dana', 'lee'], 'owner.active': false, pushes: { over: at.int(0, 4) } }),
  () => ({ 'account.id': { missing: true }, 'account.open_opportunities': { at_least: 1 } }),
  () => ({ 'account.open_opportunities': 0, 'account.id': { missing: false } }),
  () => ({ any: [{ stage: 'closed', not: { stage: 'closed' } }, { amount: { over: 5, at_most: 5 } }] }),
  () => ({ qualification: { at_least: 1 } }),
  () => ({ score: { at_least: 1 } }),
]

const moves = (company: Company, more: readonly object[], bins: object = {}): Rules => {
  const line = company.rules.assembly_line ?? {
    starts_in: 'cold',
    bins: {
      cold: { group: 'input' },
      working: { group: 'working' },
      parked: { group: 'nurture' },
      'bad-fit': { group: 'avoid' },
    },
    moves: [
      { from: 'cold', to: 'working' },
      { from: 'working', to: ['parked', 'bad-fit'] },
      { from: ['parked', 'bad-fit'], to: 'cold' },
    ],
  }
  return {
    ...company.rules,
    assembly_line: { ...line, bins: { ...line.bins, ...bins }, moves: [...more, ...(line.moves ?? [])] },
  } as Rules
}

const health = (company: Company, indicator: object): Rules =>
  ({
    ...company.rules,
    health: { when: { status: 'open' }, indicators: { ...company.rules.health?.indicators, ...indicator } },
  }) as Rules

/** Every fault that can be planted. */
export const FAULTS: readonly Fault[] = [
  ...NEVER.map(
    (when): Fault => ({
      kind: 'rule-never-fires',
      ...rule('planted', (at) => ({ for: 'opportunity', when: { status: 'open', ...when(at) } })),
    }),
  ),
  {
    kind: 'rule-never-fires',
    ...rule('planted', (at, { stages }) =>
      opportunity({
        stage: stages[0],
        pipeline: stages.includes('upcoming') ? 'renewals' : 'main',
        not: { stage: stages[0] },
        pushes: at.int(0, 2),
      }),
    ),
  },
  {
    kind: 'rule-never-fires',
    ...rule('planted', (at) => ({
      for: 'opportunity',
      when: { status: 'won', time_in_status: { under: `${at.int(2, 5)} days` } },
      lasting: `${at.int(5, 9)} days`,
    })),
  },
  {
    kind: 'rule-never-fires',
    names: 'planted',
    plant: (company, at) =>
      moves(company, [
        {
          id: 'planted',
          from: 'cold',
          to: 'parked',
          when: { touches_in_bin: { at_least: at.int(3, 5) }, touches: { at_most: at.int(0, 2) } },
        },
      ]),
  },
  {
    kind: 'rule-never-fires',
    names: 'planted',
    plant: ({ rules }, at) =>
      ({
        ...rules,
        pipelines: { ...rules.pipelines, kept: { stages: { early: { statuses: ['open', 'lost'] }, late: {} } } },
        sources: {
          maps: {
            opportunities: {
              id: 'id',
              pipeline: { value: 'kept' },
              stage: { column: 'stage', map: { L: 'late' } },
              status: { column: 'status', map: { O: 'open', X: 'lost' } },
            },
          },
        },
        rules: {
          ...rules.rules,
          planted: {
            for: 'opportunity',
            when: { status: ['won', 'abandoned'], stage: 'early', pushes: { over: at.int(0, 4) } },
          },
        },
      }) as Rules,
  },
  {
    kind: 'view-never-lists',
    names: 'planted',
    plant: ({ rules }, at) =>
      ({ ...rules, views: { ...rules.views, planted: { when: { status: 'open', ...at.pick(NEVER)(at) } } } }) as Rules,
  },
  {
    kind: 'view-never-lists',
    names: 'planted',
    plant: (company) =>
      ({
        ...health(company, { age: { at_risk: '30 days' } }),
        views: { ...company.rules.views, planted: { when: { status: ['won', 'lost'], health: ['at_risk', 'poor'] } } },
      }) as Rules,
  },
  {
    kind: 'effects-refused',
    ...rule('planted', (at) =>
      opportunity(
        { stage: { is_not: 'closed' }, pushes: { over: at.int(3, 9) } },
        { then: [{ move_stage: 'closed' }], priority: 9 },
      ),
    ),
  },
  {
    kind: 'effects-refused',
    names: 'planted',
    plant: (company, at) =>
      ({
        ...moves(company, []),
        rules: {
          planted: {
            for: 'account',
            when: { bin: 'bad-fit', lost_opportunities: { over: at.int(0, 3) } },
            then: [{ move_bin: 'parked' }],
          },
        },
      }) as Rules,
  },
  {
    kind: 'effects-refused',
    names: 'planted',
    plant: ({ rules }, at) =>
      ({
        ...rules,
        pipelines: { ...rules.pipelines, oneway: { backwards: 'refused', stages: { one: {}, two: {}, three: {} } } },
        rules: {
          ...rules.rules,
          planted: opportunity(
            { pipeline: 'oneway', stage: ['two', 'three'], setbacks: at.int(0, 3) },
            { then: [{ move_stage: 'one' }], priority: 9 },
          ),
        },
      }) as Rules,
  },
  {
    kind: 'effects-refused',
    names: 'planted',
    plant: ({ rules }, at) =>
      ({
        ...rules,
        pipelines: { ...rules.pipelines, gates: { stages: { before: {}, behind: { requires: ['next_step'] } } } },
        rules: {
          ...rules.rules,
          planted: opportunity(
            { pipeline: 'gates', stage: 'before', next_step: { missing: true }, pushes: { over: at.int(0, 3) } },
            { then: [{ move_stage: 'behind' }, { notify: 'owner' }], priority: 9 },
          ),
        },
      }) as Rules,
  },
  {
    kind: 'effects-refused',
    names: 'planted',
    plant: (company) =>
      moves(
        company,
        [
          { id: 'planted', from: 'working', to: 'double', when: { duplicate_of: { missing: true }, touches: 0 } },
          { from: 'double', to: 'cold' },
        ],
        { double: { group: 'avoid', requires: ['duplicate_of'] } },
      ),
  },
  {
    kind: 'always-overruled',
    names: 'planted',
    plant: (company, at) =>
      moves(company, [
        { id: 'strong', from: 'cold', to: 'working', when: { lost_opportunities: { at_least: at.int(1, 2) } } },
        { id: 'planted', from: 'cold', to: 'parked', when: { lost_opportunities: { at_least: at.int(2, 5) } } },
      ]),
  },
  {
    kind: 'always-overruled',
    names: 'planted',
    plant: ({ rules }, at) =>
      ({
        ...rules,
        rules: {
          ...rules.rules,
          strong: {
            for: 'opportunity',
            when: { status: 'open', 'fields.tier': { missing: true } },
            then: [{ set_field: { 'fields.tier': 'x' } }],
            priority: 9,
          },
          planted: {
            for: 'opportunity',
            when: { status: 'open', 'fields.tier': { missing: true }, setbacks: { over: at.int(0, 4) } },
            then: [{ set_field: { 'fields.tier': 'y' } }],
            priority: 8,
          },
        },
      }) as unknown as Rules,
  },
  {
    kind: 'always-overruled',
    names: 'planted',
    plant: ({ rules }, at) => {
      const days = at.int(100, 900)
      const ends = (more: number, to: string, priority: number) =>
        opportunity(
          { age: { over: `${days + more} days` } },
          { then: [{ set_status: { to, reason: 'old' } }, { move_stage: 'closed' }], priority },
        )
      // What other rules write before leaves it open.
      return {
        ...rules,
        rules: { strong: ends(0, 'lost', 9), planted: ends(at.int(0, 90), 'abandoned', at.int(0, 8)) },
      } as Rules
    },
  },
  {
    kind: 'always-overruled',
    names: 'planted',
    plant: (company, at) => {
      const least = at.int(1, 3)
      const line = moves(company, [
        { id: 'strong', from: 'cold', to: 'working', when: { lost_opportunities: { at_least: least } } },
      ])
      const when = { bin: 'cold', lost_opportunities: { at_least: least + at.int(0, 2) } }
      return { ...line, rules: { planted: { for: 'account', when, then: [{ move_bin: 'parked' }] } } } as Rules
    },
  },
  {
    kind: 'two-writers',
    names: 'planted',
    plant: (company, at) =>
      ({
        ...moves(company, [{ from: 'cold', to: 'parked' }]),
        rules: {
          planted: {
            for: 'account',
            when: { bin: 'cold', open_opportunities: { at_least: at.int(1, 3) } },
            then: [{ move_bin: 'working' }],
            priority: 7,
          },
          second: opportunity(
            { 'account.bin': 'cold', setbacks: { at_least: at.int(0, 3) } },
            { then: [{ move_bin: 'parked' }], priority: 7 },
          ),
        },
      }) as Rules,
  },
  {
    kind: 'two-writers',
    names: 'planted',
    plant: ({ rules }, at) =>
      ({
        ...rules,
        rules: {
          ...rules.rules,
          first: opportunity(
            { setbacks: { over: at.int(0, 3) } },
            { then: [{ set_field: { 'fields.grade': 1 } }], priority: 7 },
          ),
          planted: opportunity(
            { skips: { over: at.int(0, 3) } },
            { then: [{ set_field: { 'fields.grade': 2 } }], priority: 7 },
          ),
        },
      }) as Rules,
  },
  {
    kind: 'two-writers',
    names: 'planted',
    plant: ({ rules, stages: [stage] }, at) =>
      ({
        ...rules,
        rules: {
          ...rules.rules,
          first: {
            for: 'opportunity',
            event: { activity: 'payment' },
            when: { status: 'open' },
            then: [{ set_field: { source: 'a' } }],
            priority: 6,
          },
          planted: {
            for: 'opportunity',
            event: { activity: 'payment' },
            when: { stage: { is_not: [stage] }, pushes: { at_most: at.int(0, 5) } },
            then: [{ set_field: { source: 'b' } }],
            priority: 6,
          },
        },
      }) as Rules,
  },
  {
    kind: 'own-effect',
    ...rule('planted', () => ({
      for: 'opportunity',
      event: { change: 'owner' },
      when: { status: 'open' },
      then: [{ assign: 'manager' }, { notify: 'owner' }],
    })),
  },
  {
    kind: 'own-effect',
    ...rule('planted', (at) => ({
      for: 'opportunity',
      event: { change: 'amount' },
      when: { status: 'open' },
      then: [{ set_field: { amount: at.int(1, 9) * 1000 } }, { notify: 'owner' }],
    })),
  },
  {
    kind: 'own-effect',
    ...rule('planted', (at) =>
      opportunity(
        { next_step: { missing: true }, pushes: { at_least: at.int(0, 3) } },
        { on_resolve: [{ set_field: { next_step: null } }] },
      ),
    ),
  },
  {
    kind: 'own-effect',
    ...rule('planted', (at) =>
      opportunity(
        { source: ['web', at.pick(['fair', 'partner'])] },
        { on_resolve: [{ set_field: { source: 'web' } }] },
      ),
    ),
  },
  {
    kind: 'own-effect',
    ...rule('planted', (at) =>
      opportunity(
        { close_date: { missing: true }, pushes: { at_least: at.int(0, 3) } },
        { on_resolve: [{ set_field: { close_date: null } }] },
      ),
    ),
  },
  {
    kind: 'ping-pong',
    names: 'planted',
    plant: (company, at) =>
      moves(company, [
        { id: 'first', from: 'working', to: 'bad-fit', when: { time_in_bin: { over: `${at.int(5, 13)} days` } } },
        { id: 'planted', from: 'bad-fit', to: 'working', when: { time_in_bin: { over: `${at.int(5, 30)} days` } } },
      ]),
  },
  {
    kind: 'ping-pong',
    names: 'planted',
    plant: (company, at) =>
      moves(company, [
        { id: 'one', from: 'working', to: 'parked', when: { lost_opportunities: { at_least: 1 } } },
        { id: 'two', from: 'parked', to: 'bad-fit', when: { time_in_bin: { over: `${at.int(1, 9)} days` } } },
        { id: 'planted', from: 'bad-fit', to: 'working', when: { lost_opportunities: { at_least: at.int(1, 3) } } },
      ]),
  },
  {
    kind: 'ping-pong',
    names: 'planted',
    plant: ({ rules }, at) =>
      ({
        ...rules,
        rules: {
          ...rules.rules,
          first: opportunity(
            { 'fields.tier': 'p', setbacks: { at_least: at.int(0, 3) } },
            { then: [{ set_field: { 'fields.tier': 'q' } }] },
          ),
          planted: opportunity({ 'fields.tier': 'q' }, { then: [{ set_field: { 'fields.tier': 'p' } }] }),
        },
      }) as Rules,
  },
  {
    kind: 'ping-pong',
    names: 'planted',
    plant: ({ rules, stages }) =>
      ({
        ...rules,
        rules: {
          first: opportunity({ pipeline: 'main', stage: stages[0] }, { then: [{ move_stage: stages[1] }] }),
          planted: opportunity({ pipeline: 'main', stage: stages[1] }, { then: [{ move_stage: stages[0] }] }),
        },
      }) as Rules,
  },
  {
    kind: 'ping-pong',
    names: 'planted',
    plant: ({ rules, stages }, at) =>
      ({
        ...rules,
        rules: {
          first: opportunity(
            { pipeline: 'main', stage: stages[0], setbacks: { at_least: at.int(0, 3) } },
            {
              ...at.pick<object>([{ event: { change: 'stage' } }, {}]),
              then: [{ move_stage: stages[1] }],
              priority: 8,
            },
          ),
          planted: opportunity(
            { pipeline: 'main', stage: stages[1], pushes: { at_least: at.int(0, 3) } },
            { event: { change: 'stage' }, then: [{ move_stage: stages[0] }], priority: 8 },
          ),
        },
      }) as Rules,
  },
  {
    kind: 'ping-pong',
    names: 'planted',
    plant: ({ rules, stages: [one, two] }, at) => {
      const add = at.int(1, 20)
      return {
        ...rules,
        scoring: { opportunity: [{ when: { stage: one }, add }] },
        rules: {
          first: opportunity({ pipeline: 'main', score: { at_least: add } }, { then: [{ move_stage: two }] }),
          planted: opportunity({ pipeline: 'main', stage: two, score: 0 }, { then: [{ move_stage: one }] }),
        },
      } as unknown as Rules
    },
  },
  {
    kind: 'escalation-too-late',
    ...rule('planted', (at) => ({
      for: 'opportunity',
      when: { status: 'won', time_in_status: { under: `${at.int(3, 20)} days` } },
      escalate: [{ after: `${at.int(20, 40)} days`, then: [{ notify: 'manager' }] }],
    })),
  },
  {
    kind: 'escalation-too-late',
    ...rule('planted', (at) =>
      opportunity(
        { 'fields.grade': { missing: true } },
        {
          then: [{ set_field: { 'fields.grade': at.int(1, 9) } }],
          escalate: [{ after: '3 days', then: [{ notify: 'manager' }] }],
        },
      ),
    ),
  },
  {
    kind: 'escalation-too-late',
    ...rule('planted', (at) => ({
      for: 'opportunity',
      when: { status: at.pick(['open', 'won']), created: { within_last: `${at.int(2, 9)} days` } },
      escalate: [{ after: `${at.int(9, 20)} days`, then: [{ notify: 'manager' }] }],
    })),
  },
  {
    kind: 'escalation-too-late',
    ...rule('planted', (at) => {
      const [lasting, after] = [at.int(3, 9), at.int(3, 9)]
      return opportunity(
        { age: { under: `${lasting + after - 1} days` } },
        { lasting: `${lasting} days`, remind: { every: `${after} days`, then: [{ notify: 'owner' }] } },
      )
    }),
  },
  {
    kind: 'escalation-too-late',
    ...rule('planted', (at) =>
      opportunity(
        { age: { over: `${at.int(100, 900)} days` } },
        {
          then: [{ set_status: { to: 'lost', reason: 'old' } }, { move_stage: 'closed' }],
          escalate: [{ after: '3 days', then: [{ notify: 'manager' }] }],
          priority: 9,
        },
      ),
    ),
  },
  {
    kind: 'escalation-too-late',
    ...rule('planted', (at) => {
      const weeks = at.int(1, 4)
      return {
        for: 'opportunity',
        when: { status: 'lost', time_in_status: { under: `${weeks * 7} days` } },
        escalate: [{ after: `${weeks * 5} business days`, then: [{ notify: 'manager' }] }],
      }
    }),
  },
  {
    kind: 'names-no-status',
    ...rule('planted', (at) => ({
      for: 'opportunity',
      event: at.pick<object>([{ activity: 'payment' }, { change: 'owner' }]),
      when: { pushes: { at_least: at.int(0, 5) } },
      then: [{ notify: 'owner' }],
    })),
  },
  {
    kind: 'names-no-status',
    ...rule('planted', (at) => ({
      for: 'opportunity',
      when: { time_in_status: { over: `${at.int(2, 9)} days` }, amount: { over: 5 } },
      then: [{ notify: 'owner' }],
    })),
  },
  {
    kind: 'names-no-status',
    ...rule('planted', (at) => ({
      for: 'opportunity',
      when: { pushes: { at_least: at.int(1, 5) } },
      then: [{ notify: 'owner' }],
    })),
  },
  {
    kind: 'names-no-status',
    names: 'planted',
    plant: ({ rules }, at) =>
      ({ ...rules, views: { ...rules.views, planted: { when: { amount: { over: at.int(1, 9) } } } } }) as Rules,
  },
  {
    kind: 'unreachable-bin',
    names: 'planted',
    plant: (company) => moves(company, [{ from: 'planted', to: 'cold' }], { planted: { group: 'nurture' } }),
  },
  {
    kind: 'unreachable-bin',
    names: 'planted',
    plant: (company) => ({
      ...moves(company, [{ from: 'planted', to: 'cold' }], { planted: { group: 'nurture' } }),
      sources: {
        maps: { accounts: { id: 'id', bin: { column: 'bin', map: { A: 'cold', B: 'working' }, else: 'parked' } } },
      },
    }),
  },
  {
    kind: 'bin-without-exit',
    names: 'planted',
    plant: (company) => moves(company, [{ from: 'working', to: 'planted' }], { planted: { group: 'avoid' } }),
  },
  {
    kind: 'levels-out-of-order',
    names: 'setbacks',
    plant: (company, at) => health(company, { setbacks: { at_risk: at.int(5, 9), poor: at.int(1, 4) } }),
  },
  {
    kind: 'levels-out-of-order',
    names: 'time_in_status',
    plant: (company, at) =>
      health(company, {
        time_in_status: {
          at_risk: { by: 'stage', [company.stages[0] as string]: `${at.int(15, 30)} days`, else: '5 days' },
          poor: '14 days',
        },
      }),
  },
  {
    kind: 'levels-out-of-order',
    names: 'where account.segment is large',
    plant: (company, at) =>
      health(company, {
        time_since_owner_activity: {
          at_risk: { by: 'account.segment', large: '10 business days', else: '1 week' },
          poor: `${at.int(8, 13)} days`,
        },
      }),
  },
  {
    kind: 'threshold-hole',
    ...rule('planted', (_at, { stages }) =>
      opportunity({
        stage: { is_not: 'closed' },
        time_in_stage: { over: { by: 'stage', [stages[0] as string]: '3 days', closed: '4 days' } },
      }),
    ),
  },
  {
    kind: 'threshold-line-never-reached',
    names: 'closed',
    plant: ({ rules, stages }, at) =>
      ({
        ...rules,
        rules: {
          planted: opportunity({
            stage: stages.filter((stage) => stage !== 'closed'),
            time_since_activity: { over: { by: 'stage', closed: `${at.int(2, 9)} days`, else: '9 days' } },
          }),
        },
      }) as Rules,
  },
  {
    kind: 'notice-to-nobody',
    names: 'kim',
    plant: ({ rules }, at) =>
      ({
        ...rules,
        people: { ...rules.people, kim: { name: 'Kim' } },
        rules: {
          planted: opportunity({ pushes: { over: at.int(0, 4) } }, { then: [{ notify: { to: ['owner', 'kim'] } }] }),
        },
      }) as Rules,
  },
  {
    kind: 'notice-to-nobody',
    names: 'team.east',
    plant: ({ rules }, at) =>
      ({
        ...rules,
        people: { ...rules.people, kim: { team: 'east', email: 'kim@example.com', active: false } },
        rules: {
          planted: opportunity(
            { pushes: { over: at.int(0, 4) } },
            { escalate: [{ after: '2 days', then: [{ notify: 'team.east' }] }] },
          ),
        },
      }) as Rules,
  },
  {
    kind: 'notice-to-nobody',
    ...rule('planted', (at) =>
      opportunity(
        at.pick<object>([{ owner: { missing: true } }, { owner: 'lee' }]),
        at.pick<object>([
          { then: [{ notify: 'manager' }] },
          { escalate: [{ after: '2 days', then: [{ notify: ['manager', 'dana'] }] }] },
        ]),
      ),
    ),
  },
  {
    kind: 'digest-for-nobody',
    names: 'planted',
    plant: ({ rules }) =>
      ({
        ...rules,
        people: { ...rules.people, kim: { name: 'Kim', team: 'east' } },
        digests: { planted: { every: '1 week', at: '08:00', show: ['findings'], to: 'team.east' } },
      }) as Rules,
  },
  {
    kind: 'playbook-never-given',
    names: 'planted',
    plant: ({ rules }) =>
      ({ ...rules, playbooks: { ...rules.playbooks, planted: { steps: [{ say: 'Call {{ name }}.' }] } } }) as Rules,
  },
]
