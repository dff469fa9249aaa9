import { afterEach, expect, test } from 'vitest'
import { explain } from '../../src/reports/explain/explain.js'
import { explanationJson, headline, treeLines } from '../../src/reports/explain/words.js'
import { programOf, type VirtualTime, virtualTime } from '../scheduler/virtual-time.js'
import { databases } from '../support/databases.js'

const program = programOf(`
calendar: { timezone: UTC }
people: { dana: { name: Dana Ruiz, manager: lee }, lee: { name: Lee Park } }
pipelines: { main: { stages: { open: {} } } }
activities: { touches: [call] }
channels: { mail: { type: email, from: pipeline@example.com } }
limits: { per_run: { effects: 1 } }
rules:
  watched:
    for: opportunity
    when: { status: open }
    then: [{ notify: owner }]
    remind: { every: 7 days, then: [{ notify: owner }, { create_task: { assign: owner, title: Call } }] }
    escalate:
      - { after: 10 business days, then: [{ notify: { to: manager, urgent: true } }] }
      - { after: 5 business days, then: [{ notify: manager }] }
`)
const [rule] = program.rules
const at = (text: string) => Date.parse(`${text}Z`)
const APPROVE = '"linewalker approve watched" lets it act; "linewalker baseline watched" takes what it finds as it is.'

let time: VirtualTime
afterEach(() => time.end())

const asked = async (id: string) => {
  const found = (await explain(time.store, program, rule!, { kind: 'opportunity', id }, time.now()))!
  return {
    says: headline(found, program),
    next: found.next.map((one) => `${time.say(one.at).slice(0, 10)} ${one.what}`),
    json: explanationJson(found, program) as { [name: string]: unknown },
  }
}

test.each(databases)(
  'an open finding is said to be open, and which of its steps is held back, on $name',
  async ({ place }) => {
    time = await virtualTime(place, program)
    await time.jump(at('2026-03-02T09:00'))
    await time.tell({ record: 'opportunities', id: 'one', values: { owner: 'dana' } })
    await time.go(at('2026-03-02T10:00'))
    expect((await asked('one')).next).toEqual([
      '2026-03-09 reminder 1: tell Dana Ruiz; task for Dana Ruiz: "Call"',
      '2026-03-09 the escalation after 5 business days: tell Lee Park',
      '2026-03-16 the escalation after 10 business days: tell Lee Park at once',
    ])
    await time.tell({ record: 'opportunities', id: 'two', values: { owner: 'dana' } })
    await time.jump(at('2026-03-10T09:00'))
    const one = await asked('one')
    expect(one.says).toBe(
      `It is open since 2026-03-02 09:00. Reminder 1 and the escalation after 5 business days are held back. A limit holds this rule until a person approves. ${APPROVE}`,
    )
    expect(one.json.held).toMatchObject([{ step: 'remind-1' }, { step: 'escalate-5bd' }])
    expect((await asked('two')).says).toBe(`A limit holds it. ${APPROVE}`)
  },
)

test('who acknowledged a finding and what keeps it quiet is in its headline and in JSON, and what it did is a list', async () => {
  time = await virtualTime(databases[0]!.place, program)
  await time.jump(at('2026-03-02T09:00'))
  await time.tell({ record: 'opportunities', id: 'one', values: { owner: 'dana' } })
  await time.go(at('2026-03-03T09:00'))
  const finding = { rule: 'watched', kind: 'opportunity', id: 'one', episode: 1 } as const
  await time.store.acknowledge(finding, 'dana', time.now())
  expect((await asked('one')).next).toEqual(['2026-03-09 reminder 1: tell Dana Ruiz; task for Dana Ruiz: "Call"'])
  const snooze = { until: at('2026-03-20T00:00'), endsOn: 'touch' as const, reason: 'They are away' }
  await time.store.snooze(finding, snooze, 'lee', time.now())
  const { says, next, json } = await asked('one')
  expect(says).toBe(
    'It is open since 2026-03-02 09:00, acknowledged by Dana Ruiz on 2026-03-03 09:00. It is snoozed by Lee Park until 2026-03-20, or the next touch: They are away.',
  )
  expect(next).toEqual([
    '2026-03-20 its snooze ends',
    '2026-03-23 reminder 3: tell Dana Ruiz; task for Dana Ruiz: "Call"',
  ])
  expect(json.finding).toMatchObject({
    ...{ acknowledged_at: '2026-03-03T09:00Z', acknowledged_by: 'dana', snoozed_until: '2026-03-20T00:00Z' },
    ...{ snoozed_by: 'lee', snooze_reason: 'They are away', snooze_ends_on: 'touch' },
  })
  expect(json.life).toMatchObject([
    { what: 'opened: status is open\n  tell Dana Ruiz', effects: ['tell Dana Ruiz'] },
    { effects: [] },
    { effects: [] },
  ])
  expect(json.next).toMatchObject([
    { step: null, effects: [] },
    { step: 'remind-3', effects: ['tell Dana Ruiz', 'task for Dana Ruiz: "Call"'] },
  ])
})

test('several operators on one fact are lines like any others where all must hold', async () => {
  const both = programOf(`
calendar: { timezone: UTC }
pipelines: { main: { stages: { open: {} } } }
rules: { it: { for: opportunity, when: { status: open, age: { over: 1 day, under: 9 days }, any: [{ any: [{ amount: 1 }, { amount: 2 }] }, { owner: dana }] } } }`)
  time = await virtualTime(databases[0]!.place, both)
  await time.jump(at('2026-03-02T09:00'))
  await time.tell({ record: 'opportunities', id: 'one', values: {} })
  const found = (await explain(time.store, both, both.rules[0]!, { kind: 'opportunity', id: 'one' }, time.now()))!
  expect(treeLines(found.tree).map(({ depth, text }) => `${depth} ${text.replace(/:.*/, '')}`)).toEqual([
    ...['0 all of', '1 status is open', '1 age over 1 day', '1 age under 9 days'],
    ...['1 any of', '2 amount is 1', '2 amount is 2', '2 owner is dana'],
  ])
})

test('what is held back is told once, in whole sentences, and a family that is broken with when it is tried again', async () => {
  const wrong = programOf(`
calendar: { timezone: UTC }
people: { dana: { name: Dana Ruiz } }
pipelines: { main: { stages: { open: {} } } }
rules: { watched: { for: opportunity, when: { status: open }, then: [{ notify: owner }] } }`)
  time = await virtualTime(databases[0]!.place, wrong)
  await time.jump(at('2026-03-02T09:00'))
  await time.tell({ record: 'opportunities', id: 'one', values: { owner: 'dana' } })
  const subject = { kind: 'opportunity', id: 'one' } as const
  const found = (await explain(time.store, wrong, wrong.rules[0]!, subject, time.now()))!
  const failing = { step: 'open', reason: 'failing_text', why: 'The text fails: col:1', until: null } as const
  const broken = { step: 'broken', reason: 'broken', why: 'It cannot be assessed: no id', until: time.now() } as const
  expect(headline({ ...found, held: [failing, broken] }, wrong)).toBe(
    'It holds. Its opening is held back. The text fails: col:1. It cannot be assessed: no id. It is tried again on 2026-03-02 09:00.',
  )
})
