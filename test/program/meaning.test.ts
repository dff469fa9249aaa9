import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { compile } from '../../src/program/compile.js'
import { programOf, rulesOf } from './company.js'
import { inWords, operandOf } from './in-words.js'

describe('rules', () => {
  const rule = (text: string) => programOf(`rules: { silent-one: ${text} }`).rules[0]!
  test('have what they do not say', () => {
    expect(rule('{ for: account, when: { name: x } }')).toMatchObject({
      id: 'silent-one',
      is: 'state',
      title: 'Silent one',
      why: null,
      severity: 'watch',
      mode: 'act',
      priority: 0,
      lasting: null,
      remind: null,
      escalate: [],
      then: [],
      onResolve: [],
      disabled: null,
      cooldown: null,
      event: null,
      move: null,
      evenIfAvoided: false,
      coach: null,
      was: null,
      place: null,
    })
  })
  test('have what they say', () => {
    const full =
      rule(`{ for: opportunity, when: { name: x }, title: T, why: W, severity: poor, mode: observe, priority: 3,
      lasting: 1 day, cooldown: 30 days, was: old, disabled: until May, even_if_avoided: true, then: [{ notify: owner }],
      remind: { every: 3 business days, then: [{ notify: owner }] }, on_resolve: [{ close_tasks: {} }],
      escalate: [{ after: 5 days, then: [{ notify: manager }, { assign: manager }] }] }`)
    expect(full).toMatchObject({
      title: 'T',
      why: 'W',
      severity: 'poor',
      mode: 'observe',
      priority: 3,
      lasting: { count: 1, unit: 'day' },
      was: 'old',
      cooldown: { count: 30, unit: 'day' },
      disabled: 'until May',
      evenIfAvoided: true,
      then: [{ name: 'notify' }],
      remind: { every: { count: 3, unit: 'business_day' }, then: [{ name: 'notify', options: { to: 'owner' } }] },
      escalate: [{ after: { count: 5, unit: 'day' }, then: [{ name: 'notify' }, { name: 'assign' }] }],
      onResolve: [{ name: 'close_tasks' }],
    })
    expect(rule('{ for: account, when: { name: x }, disabled: true }').disabled).toBe('disabled')
    expect(rule('{ for: account, when: { name: x }, disabled: false }').disabled).toBe(null)
  })
  test('on events need no condition', () => {
    const paid = rule(
      '{ for: opportunity, event: { activity: payment }, then: [{ set_status: won }, { move_stage: closed }] }',
    )
    expect(paid).toMatchObject({ is: 'event', event: { activity: 'payment' }, when: { is: 'all', parts: [] } })
  })
  test('come by priority, moves first, then as written; each with its place', () => {
    const { program } = compile(
      rulesOf(`assembly_line:
  starts_in: a
  bins: { a: { group: input }, b: { group: working } }
  moves: [{ from: a, to: b, when: { name: x } }, { from: b, to: a, priority: 9, when: { name: x } }]
rules:
  r: { for: account, when: { name: x } }
  s: { for: account, when: { name: x }, priority: 5 }
  t: { for: account, when: { name: x }, priority: 9 }
  u: { for: account, when: { name: x } }`),
      (path) => path.join('.'),
    )
    expect(program?.rules.map(({ id, place }) => `${id} at ${place}`)).toEqual([
      'b-to-a at assembly_line.moves.1',
      't at rules.t',
      's at rules.s',
      'a-to-b at assembly_line.moves.0',
      'r at rules.r',
      'u at rules.u',
    ])
  })
})

describe('moves', () => {
  const bins =
    'bins: { cold: { group: input }, warm: { group: working }, hot: { group: nurture }, no-go: { group: avoid } }'
  const moves = (list: string) => programOf(`assembly_line: { starts_in: cold, ${bins}, moves: [${list}] }`)
  test('are rules for accounts that begin with the bin', () => {
    const [rule] = moves(
      '{ from: cold, to: warm, when: { touches_in_bin: { at_least: 1 } }, then: [{ notify: owner }] }',
    ).rules
    expect(rule).toMatchObject({
      id: 'cold-to-warm',
      is: 'move',
      for: 'account',
      move: { from: ['cold'], to: 'warm' },
      title: 'From cold to warm',
      then: [{ name: 'notify' }],
    })
    expect(inWords(rule!.when)).toBe('all(bin is ["cold"], touches_in_bin at_least 1)')
  })
  test('from any bin mean every bin but the target and the bins to avoid', () => {
    const [rule] = moves('{ from: any, to: hot, when: { name: x } }').rules
    expect(rule).toMatchObject({ id: 'any-to-hot', move: { from: ['cold', 'warm'], to: 'hot' } })
  })
  test('from several bins are called after each, unless they have a name', () => {
    const ids = (line: string) => moves(line).rules.map((rule) => [rule.id, rule.move?.from, rule.move?.to])
    expect(ids('{ from: [cold, warm], to: hot, when: { name: x } }')).toEqual([
      ['cold-to-hot', ['cold'], 'hot'],
      ['warm-to-hot', ['warm'], 'hot'],
    ])
    expect(ids('{ id: heat, from: [cold, warm], to: hot, when: { name: x } }')).toEqual([
      ['heat', ['cold', 'warm'], 'hot'],
    ])
  })
  test('without `when` are allowed, and never made', () => {
    const { rules, vocabulary } = moves('{ from: any, to: [hot, warm] }, { from: no-go, to: cold }')
    expect(rules).toEqual([])
    expect(vocabulary.assemblyLine?.allowed).toEqual([
      { from: 'any', to: ['hot', 'warm'] },
      { from: ['no-go'], to: ['cold'] },
    ])
  })
})

describe('health', () => {
  test('keeps each indicator with its rows, worst first', () => {
    const { health } = programOf(`health:
  when: { status: open }
  indicators:
    age: { at_risk: 120 days, poor: { by: stage, proposal: 10 days }, when: { next_activity: { missing: true } } }
    pushes: { poor: 3 }
    overdue: { when: { close_date: { before: today }, status: open }, level: poor, title: Overdue }`)
    expect(inWords(health!.when)).toBe('status is ["open"]')
    expect(
      health!.indicators.map(({ name, title, fact, facts, rows }) => ({
        name,
        title,
        fact: fact?.name,
        facts,
        rows: rows.map(({ level, when, threshold }) => [level, inWords(when), threshold && operandOf(threshold)]),
      })),
    ).toEqual([
      {
        name: 'age',
        title: 'Age',
        fact: 'age',
        facts: ['age'],
        rows: [
          ['poor', 'all(any(all(stage is ["proposal"], age over 10 day)), next_activity missing true)', null],
          ['at_risk', 'all(age over 120 day, next_activity missing true)', '120 day'],
        ],
      },
      {
        name: 'pushes',
        title: 'Pushes',
        fact: 'pushes',
        facts: ['pushes'],
        rows: [['poor', 'pushes at_least 3', '3']],
      },
      {
        name: 'overdue',
        title: 'Overdue',
        fact: undefined,
        facts: ['close_date', 'status'],
        rows: [['poor', 'all(close_date before [{"unit":"day","offset":0}], status is ["open"])', null]],
      },
    ])
  })
})

test('scores, needs, views, playbooks and limits', () => {
  const program = programOf(`
scoring: { account: [{ when: { segment: enterprise }, add: 20 }], opportunity: [{ when: { account.score: { over: 1 } }, add: -5 }] }
qualification: { needs: { budget: fields.budget, paper: fields.nda, timing: { close_date: { missing: false } } } }
views: { mine: { when: { health: [at_risk, poor] }, sort: [health, -amount] }, theirs: { for: account, columns: [name] } }
health: { indicators: { age: { poor: 1 year } } }
playbooks: { wake: { steps: [{ say: "Ask {{ owner.name }}" }, { when: { status: open }, say: Call }], practice: Talk. } }
limits: { per_run: { share: 10%, amount: 5 } }`)
  expect(program.scoring.account.map((line) => [inWords(line.when), line.add])).toEqual([
    ['segment is ["enterprise"]', 20],
  ])
  expect(program.qualification?.map((need) => `${need.name}: ${inWords(need.met)}`)).toEqual([
    'budget: fields.budget missing false',
    'paper: fields.nda is [true]',
    'timing: close_date missing false',
  ])
  expect(program.facts.opportunity.has('qualification.paper')).toBe(true)
  const mine = program.views.get('mine')!
  expect(mine).toMatchObject({ title: 'Mine', for: 'opportunity', sort: [{ descending: false }, { descending: true }] })
  expect(mine.columns.map((fact) => fact.name)).toContain('amount')
  expect(program.views.get('theirs')).toMatchObject({
    for: 'account',
    when: { is: 'all', parts: [] },
    columns: [{ name: 'name' }],
  })
  expect(program.playbooks.get('wake')).toMatchObject({
    title: 'Wake',
    practice: 'Talk.',
    steps: [{ say: { variables: ['owner.name'] } }, {}],
  })
  expect(program.limits).toEqual({ effects: 500, share: 10, amount: 5000 })
  expect(program.wakes.accounts).toBe(true)
  expect([...program.wakes.account].sort()).toEqual(['score', 'segment'])
  expect(programOf('rules: {}')).toMatchObject({
    limits: { effects: 500, share: 25, amount: null },
    wakes: { accounts: false, account: new Set(), siblings: new Set() },
    health: null,
    qualification: null,
  })
})

test('rules need nothing but what they need', () => {
  const { program, complaints } = compile(
    parse('rules: { q: { for: opportunity, when: { stage: anything }, then: [{ move_stage: else }] } }'),
  )
  expect(complaints).toEqual([])
  expect(program?.vocabulary).toMatchObject({ touches: ['email', 'call', 'meeting'], assemblyLine: null })
  expect(compile({}).complaints).toEqual([])
})

describe('digests', () => {
  const base = 'rules: { a: { for: account, when: { name: x } }, b: { for: account, when: { name: y } } }'
  test('say the same of the same, wherever it stands', () => {
    const at = (place: string) => compile(rulesOf(base), () => place).program!
    expect(at('a:1').digest).toBe(at('b:2').digest)
    expect(at('a:1').rules.map((rule) => rule.digest)).toEqual(at('b:2').rules.map((rule) => rule.digest))
  })
  test.each([
    ['a value', base.replace('name: x', 'name: z'), [false, true]],
    ['an action', base.replace('{ name: x }', '{ name: x }, then: [{ notify: owner }]'), [false, true]],
    ['a span', base.replace('{ name: y }', '{ name: y }, lasting: 1 day'), [true, false]],
    [
      'an order that decides',
      'rules: { b: { for: account, when: { name: y } }, a: { for: account, when: { name: x } } }',
      [true, true],
    ],
  ])('tell that %s is another one', (_, text, same) => {
    const [before, after] = [programOf(base), programOf(text)]
    expect(after.digest).not.toBe(before.digest)
    const digestOf = (program: typeof before, id: string) => program.rules.find((rule) => rule.id === id)?.digest
    expect(['a', 'b'].map((id) => digestOf(before, id) === digestOf(after, id))).toEqual(same)
  })
})
