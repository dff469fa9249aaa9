import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { databases } from '../support/databases.js'
import { programOf, type VirtualTime, virtualTime } from './virtual-time.js'

const program = programOf(`
calendar: { timezone: America/New_York }
people:
  dana: { name: Dana Ruiz, email: dana@example.com, role: rep, manager: lee, team: west }
  lee:  { name: Lee Park, email: lee@example.com, role: manager, team: west }
money: { currency: USD }
pipelines: { new-business: { stages: { discovery: {}, proposal: { label: Proposal }, closed: { statuses: [won, lost, abandoned] } } } }
activities: { touches: [call] }
limits: { per_run: { share: 100% } }
channels: { mail: { type: email, from: "Pipeline <pipeline@example.com>" } }
rules:
  quiet-proposal:
    title: The proposal has gone quiet
    why: Proposals that nobody touches for two weeks rarely come back.
    for: opportunity
    when: { status: open, stage: proposal, time_since_activity: { over: 14 days } }
    lasting: 1 day
    severity: poor
    then:
      - create_task: { title: "Call {{ account.name }}", due: 2 business days }
      - notify: { to: [owner, manager] }
    remind: { every: 3 business days, then: [{ notify: { to: owner } }] }
    escalate: [{ after: 5 business days, then: [{ notify: { to: manager, urgent: true } }] }]
    on_resolve: [{ close_tasks: {} }, { notify: { to: manager, text: "{{ account.name }} was called." } }]
    cooldown: 20 days
  no-next-step:
    title: Nobody knows the next step
    for: opportunity
    when: { status: open, next_step: { missing: true } }
    lasting: 3 days
    then: [{ notify: { to: [owner, manager] } }]
`)
const at = (text: string) => Date.parse(`${text}${text >= '2026-03-08' ? '-04:00' : '-05:00'}`)
const EPISODE = { rule: 'quiet-proposal', kind: 'opportunity', id: 'OPP-1' } as const

describe.each(databases)('a quarter of one finding, on $name', ({ place }) => {
  let time: VirtualTime
  beforeEach(async () => {
    time = await virtualTime(place, program)
  })
  afterEach(() => time.end())
  const call = (when: string) =>
    time.tell({
      record: 'activities',
      id: when,
      values: { kind: 'call', at: new Date(at(when)).toISOString(), opportunity: 'OPP-1', by: 'dana' },
    })
  const episodes = async () =>
    (await time.store.findings({ rule: 'quiet-proposal' })).map(
      ({ episode, state, pending_since, opened_at, resolved_at, reminded, escalated }) =>
        [
          `${episode} ${state}:`,
          ...[pending_since, opened_at, resolved_at].map((one) => (one === null ? '-' : time.say(one))),
          `reminded ${reminded}`,
          `escalated ${escalated}`,
        ].join(' '),
    )

  test('pending, open, reminders, an escalation, resolved, cooldown; then acknowledged, snoozed until a touch, resolved', async () => {
    const { store } = time
    await time.jump(at('2026-01-05T09:00'))
    await time.tell(
      { record: 'accounts', id: 'acme', values: { name: 'Acme Corp' } },
      { record: 'accounts', id: 'globex', values: { name: 'Globex' } },
      {
        record: 'opportunities',
        id: 'OPP-1',
        values: {
          name: 'Acme renewal',
          account: 'acme',
          owner: 'dana',
          stage: 'proposal',
          amount: 48_000,
          next_step: 'Send the offer',
        },
      },
    )
    await call('2026-01-05T09:00')
    await time.go(at('2026-01-19T08:59'))
    expect(await episodes()).toEqual([])
    await time.go(at('2026-01-19T09:00'))
    expect(await episodes()).toEqual(['1 pending: 2026-01-19 09:00 - - reminded 0 escalated 0'])
    await time.go(at('2026-01-20T10:00'))
    expect(await episodes()).toEqual(['1 open: 2026-01-19 09:00 2026-01-20 09:00 - reminded 0 escalated 0'])

    // Something beside it, about which they want to hear nothing for a while.
    const silenced = { account: 'globex', until: at('2026-02-03T12:00'), comment: 'their year ends' }
    await store.silence(silenced, 'lee', time.now())
    await time.tell({
      record: 'opportunities',
      id: 'OPP-2',
      values: { name: 'Globex pilot', account: 'globex', owner: 'dana', amount: 5_000 },
    })
    await time.go(at('2026-01-29T14:00'))
    expect(await episodes()).toEqual(['1 open: 2026-01-19 09:00 2026-01-20 09:00 - reminded 2 escalated 1'])
    await call('2026-01-29T14:00')
    await time.go(at('2026-02-18T13:59'))
    expect(await episodes()).toEqual([
      '1 resolved: 2026-01-19 09:00 2026-01-20 09:00 2026-01-29 14:00 reminded 2 escalated 1',
    ])

    // It holds again since the 12th; its cooldown ends on the 18th.
    await time.go(at('2026-02-20T10:00'))
    expect((await episodes())[1]).toBe('2 open: 2026-02-18 14:00 2026-02-19 14:00 - reminded 0 escalated 0')
    expect(await store.acknowledge({ ...EPISODE, episode: 2 }, 'dana', time.now())).toBe('done')
    await time.go(at('2026-02-28T10:00'))
    expect((await episodes())[1]).toBe('2 open: 2026-02-18 14:00 2026-02-19 14:00 - reminded 2 escalated 0')
    const snooze = { until: at('2026-03-30T09:00'), endsOn: 'touch', reason: 'They are on holiday.' } as const
    expect(await store.snooze({ ...EPISODE, episode: 2 }, snooze, 'dana', time.now())).toBe('done')
    await time.go(at('2026-03-12T11:00'))
    expect((await episodes())[1]).toBe('2 open: 2026-02-18 14:00 2026-02-19 14:00 - reminded 2 escalated 0')
    await call('2026-03-12T11:00')
    await time.go(at('2026-03-25T10:00'))
    expect((await episodes())[1]).toBe(
      '2 resolved: 2026-02-18 14:00 2026-02-19 14:00 2026-03-12 11:00 reminded 2 escalated 0',
    )
    expect((await store.tasks()).map(({ state, ended_at }) => `${state} ${time.say(ended_at ?? 0)}`)).toEqual([
      'closed 2026-01-29 14:00',
      'closed 2026-03-12 11:00',
    ])

    const letters = time.sent.map(
      ({ at: when, to, subject, text }) =>
        `${'='.repeat(72)}\n${time.say(when)}  ${to}\nSubject: ${subject}\n\n${text.trimEnd()}\n`,
    )
    await expect(letters.join('\n')).toMatchFileSnapshot('golden/quarter.txt')
    const escalation = time.sent.find(({ subject }) => subject.startsWith('Urgent'))
    await expect(escalation?.html).toMatchFileSnapshot('golden/quarter.html')
    expect((await store.letters({ held: true })).notices).toEqual([])
  })
})
