import { describe, expect, test } from 'vitest'
import { effectsOf, NOW } from './steps.js'

const deal = { kind: 'opportunity', id: 'acme-deal' }
const acme = { kind: 'account', id: 'acme' }

describe('set_status', () => {
  test('keeps what was and the reason', () => {
    expect(effectsOf('[{ set_status: { to: lost, reason: price } }]')).toEqual([
      { kind: 'set_status', subject: deal, from: 'open', to: 'lost', reason: 'price' },
    ])
  })
  test('has nothing to do where it is so already', () => {
    expect(effectsOf('[{ set_status: open }]')).toEqual([])
    const lost = { deal: { status: 'lost', reason: 'price' } } as const
    expect(effectsOf('[{ set_status: { to: lost, reason: price } }]', lost)).toEqual([])
    expect(effectsOf('[{ set_status: { to: lost, reason: timing } }]', lost)).toMatchObject([{ reason: 'timing' }])
  })
})

describe('moves', () => {
  test('to a stage of the own pipeline', () => {
    expect(effectsOf('[{ move_stage: negotiation }]')).toEqual([
      { kind: 'move_stage', subject: deal, from: 'proposal', to: 'negotiation' },
    ])
    expect(effectsOf('[{ move_stage: proposal }]')).toEqual([])
  })
  test('to a stage of another pipeline are left out, with that reason', () => {
    expect(effectsOf('[{ move_stage: signed }]')).toEqual([
      { kind: 'left_out', action: 'move_stage', why: 'The pipeline new-business has no stage signed.' },
    ])
  })
  test('to a bin move the account, also in a rule for opportunities', () => {
    const moved = [{ kind: 'move_bin', subject: acme, from: 'cold', to: 'working' }]
    expect(effectsOf('[{ move_bin: working }]')).toEqual(moved)
    expect(effectsOf('[{ move_bin: working }]', { for: 'account' })).toEqual(moved)
    expect(effectsOf('[{ move_bin: cold }]')).toEqual([])
    expect(effectsOf('[{ move_bin: working }]', { account: null })).toEqual([
      { kind: 'left_out', action: 'move_bin', why: 'The opportunity has no account.' },
    ])
  })
})

describe('set_field', () => {
  test('keeps money in thousandths, choices, flags, days, instants, and fills in texts', () => {
    const effects = effectsOf(
      `[{ set_field: { amount: 1200.5, close_date: 2026-05-01, next_step: "Ask {{ owner.name }}", fields.budget: 10,
          fields.competitor: acme, fields.nda: true, fields.signed: "2026-03-01T09:00" } }]`,
    )
    expect(effects.map((effect) => effect.kind === 'set_field' && [effect.field, effect.from, effect.to])).toEqual([
      ['amount', null, 1_200_500],
      ['close_date', null, '2026-05-01'],
      ['next_step', null, 'Ask Dana Ruiz'],
      ['fields.budget', null, 10_000],
      ['fields.competitor', null, 'acme'],
      ['fields.nda', null, true],
      ['fields.signed', null, Date.UTC(2026, 2, 1, 14)],
    ])
  })
  test('changes only what differs, and can make a fact unknown', () => {
    const deal = { amount: 5000, next_step: 'Call', fields: { budget: 1000 } }
    expect(effectsOf('[{ set_field: { amount: 5, next_step: null, fields.budget: null } }]', { deal })).toMatchObject([
      { field: 'next_step', from: 'Call', to: null },
      { field: 'fields.budget', from: 1000, to: null },
    ])
  })
  test('of an account', () => {
    expect(effectsOf('[{ set_field: { segment: 7, fields.employees: 12 } }]', { for: 'account' })).toMatchObject([
      { subject: acme, field: 'segment', to: '7' },
      { subject: acme, field: 'fields.employees', to: 12 },
    ])
  })
})

describe('create_task', () => {
  test('is for the owner, unless it says otherwise, and due after a span', () => {
    expect(effectsOf('[{ create_task: { title: "Call {{ account.name }}", due: 2 business days } }]')).toEqual([
      {
        kind: 'create_task',
        subject: deal,
        assign: 'dana',
        title: 'Call Acme',
        due: Date.parse('2026-03-17T23:59:59.999-04:00'), // Friday and two business days is Tuesday, all of it
        due_in: '2 business days',
      },
    ])
    expect(effectsOf('[{ create_task: { title: Look, assign: manager } }]')).toMatchObject([
      { assign: 'lee', due: null, due_in: null },
    ])
  })
  test('says the name behind the kind, and what is unknown', () => {
    const title = '{{ opportunity.name }}, {{ next_step }}, {{ amount }}, {{ rule.title }}, {{ owner }}'
    expect(effectsOf(`[{ create_task: "${title}" }]`, { deal: { amount: 12_500 } })).toMatchObject([
      { title: 'Deal, unknown, 12.5, It is quiet, dana' },
    ])
    expect(effectsOf('[{ create_task: "{{ account.name }} = {{ name }}" }]', { for: 'account' })).toMatchObject([
      { title: 'Acme = Acme' },
    ])
  })
  test('says spans, days and instants in words', () => {
    const title = '{{ time_in_stage }}, {{ close_date }}, {{ created }}'
    const deal = { stage_since: NOW - 16 * 86_400_000, close_date: '2026-04-01', created: NOW }
    expect(effectsOf(`[{ create_task: "${title}" }]`, { deal })).toMatchObject([
      { title: '16 days, 2026-04-01, 2026-03-13 10:00' },
    ])
  })
})

test('close_tasks closes what this finding made', () => {
  expect(effectsOf('[{ close_tasks: {} }]')).toEqual([
    { kind: 'close_tasks', finding: { rule: 'quiet', ...deal, episode: 1 } },
  ])
})

describe('notify', () => {
  test("says the rule's title and why, unless it has a text", () => {
    expect(effectsOf('[{ notify: [owner, manager] }]')).toEqual([
      { kind: 'notify', to: ['dana', 'lee'], text: 'It is quiet\nQuiet deals die.', urgent: false },
    ])
    expect(effectsOf('[{ notify: { to: kim, text: "{{ name }}!", urgent: true } }]')).toEqual([
      { kind: 'notify', to: ['kim'], text: 'Deal!', urgent: true },
    ])
  })
})

describe('send_email', () => {
  const letter = (to: string) =>
    `[{ send_email: { to: ${to}, subject: "About\\n{{ name }}", text: "Dear {{ owner.name }}" } }]`
  test('goes to people by id, to addresses, and to texts that give one; its subject is one line', () => {
    expect(effectsOf(letter('[owner, ceo@example.com, "{{ owner.email }}", kim, owner]'))).toEqual([
      {
        kind: 'send_email',
        to: ['dana', 'ceo@example.com', 'dana@example.com', 'kim'],
        subject: 'About Deal',
        text: 'Dear Dana Ruiz',
      },
    ])
  })
  test('is left out where nobody has an address', () => {
    expect(effectsOf(letter('[owner, "{{ owner.email }}"]'), { deal: { owner: 'zoe' } })).toEqual([
      {
        kind: 'left_out',
        action: 'send_email',
        why: 'No email address of zoe is known. "unknown" is no address.',
      },
    ])
  })
})

test('post_message fills in its text', () => {
  expect(effectsOf('[{ post_message: { channel: deals, text: "{{ name }} of {{ account.name }}" } }]')).toEqual([
    { kind: 'post_message', channel: 'deals', text: 'Deal of Acme' },
  ])
})

test("call_webhook carries the subject's facts, as programs read them, and nothing that moves with the clock", () => {
  const [effect] = effectsOf('[{ call_webhook: crm }]', { deal: { amount: 1500, stage_since: NOW - 1000 } })
  expect(effect).toMatchObject({
    kind: 'call_webhook',
    channel: 'crm',
    facts: { name: 'Deal', amount: 1.5, 'account.name': 'Acme', time_in_stage: { since: '2026-03-13T13:59:59.000Z' } },
  })
  expect(effect).not.toHaveProperty('facts.close_date')
})
