import { afterEach, expect, test } from 'vitest'
import { explain } from '../../src/reports/explain/explain.js'
import { recordedBy } from '../../src/reports/explain/recorded.js'
import { explanationJson, headline } from '../../src/reports/explain/words.js'
import { programOf, type VirtualTime, virtualTime } from '../scheduler/virtual-time.js'
import { databases } from '../support/databases.js'

const program = programOf(`
calendar: { timezone: UTC }
people: { dana: { name: Dana Ruiz, manager: lee }, lee: { name: Lee Park } }
pipelines: { main: { stages: { open: {} } } }
activities: { touches: [call] }
channels: { mail: { type: email, from: pipeline@example.com } }
rules:
  quiet:
    for: opportunity
    when: { status: open, time_since_activity: { over: 2 days } }
    lasting: 1 day
    then: [{ notify: owner }, { create_task: { assign: owner, title: Call } }]
    remind: { every: 5 days, then: [{ notify: owner }] }
  old:
    for: opportunity
    when: { status: open, time_since_activity: { over: 2 days } }
    then: [{ notify: owner }]
    remind: { every: 5 days, then: [{ notify: owner }] }
    escalate: [{ after: 2 days, then: [{ notify: manager }, { create_task: { assign: manager, title: Look } }] }]
  rich: { for: opportunity, when: { status: open, account.segment: big } }
`)
const [rule] = program.rules
const subject = { kind: 'opportunity', id: 'o1' } as const
const at = (text: string) => Date.parse(`${text}Z`)
const LATER =
  'What was found and done later does not count; what was not told yet, and a hold or a snooze that has ended since, is not remembered.'

let time: VirtualTime
afterEach(() => time.end())

test.each(databases)('what happened later than the instant asked about does not count, on $name', async ({ place }) => {
  time = await virtualTime(place, program)
  await time.jump(at('2026-03-09T09:00'))
  await time.tell({ record: 'opportunities', id: 'o1', values: { owner: 'dana' } })
  await time.go(at('2026-03-13T09:00'))
  const finding = { rule: 'quiet', ...subject, episode: 1 }
  await time.store.acknowledge(finding, 'dana', time.now())
  await time.go(at('2026-03-14T09:00'))
  const snooze = { until: at('2026-03-31T00:00'), endsOn: null, reason: 'away' }
  await time.store.snooze(finding, snooze, 'dana', time.now())
  const [task] = await time.store.tasks({ subject })
  await time.store.completeTask(task!.id, 'dana', time.now())
  await time.go(at('2026-03-20T09:00'))
  await time.tell({
    record: 'activities',
    id: 'a1',
    values: { kind: 'call', at: '2026-03-20T09:00:00Z', opportunity: 'o1' },
  })
  await time.go(at('2026-03-20T10:00'))
  const asked = async (text: string) => {
    const explanation = (await explain(time.store, program, rule!, subject, at(text)))!
    const { finding, life, unknown, untold } = explanation
    const said = { says: headline(explanation, program), unknown, state: finding?.state ?? null, untold: untold.length }
    return {
      ...said,
      life: life.map((one) => one.what.replace(/:.*/s, '')),
      json: explanationJson(explanation, program),
    }
  }
  const changed =
    'What is known of it, or of what belongs with it, changed on 2026-03-20 09:00: it is read as it stands now, with the clocks of then.'
  const first = 'It was first seen on 2026-03-09 09:00: it is read as it stands now, with the clocks of then.'
  expect(await asked('2026-03-08T09:00')).toMatchObject({ state: null, life: [], unknown: `${first} ${LATER}` })
  expect(await asked('2026-03-11T12:00')).toMatchObject({
    says: 'It is pending since 2026-03-11 09:00.',
    ...{ state: 'pending', life: ['began to hold'], untold: 0 },
  })
  expect(await asked('2026-03-12T12:00')).toMatchObject({ state: 'open', life: ['began to hold', 'opened'] })
  expect(await asked('2026-03-13T12:00')).toMatchObject({
    says: 'It is open since 2026-03-12 09:00, acknowledged by Dana Ruiz on 2026-03-13 09:00.',
    life: ['began to hold', 'opened', 'acknowledged by Dana Ruiz'],
    unknown: `${changed} ${LATER}`,
    json: { finding: { state: 'open', opened_at: '2026-03-12T09:00Z', resolved_at: null, resolved_because: null } },
  })
  const hands = ['acknowledged by Dana Ruiz', 'snoozed by Dana Ruiz', 'task done by Dana Ruiz']
  expect(await asked('2026-03-20T10:00')).toMatchObject({
    state: 'resolved',
    life: ['began to hold', 'opened', ...hands, 'resolved'],
    unknown: null,
  })
})

const explained = async (name: string, now: number) => {
  const one = program.rules.find(({ id }) => id === name)!
  const explanation = (await explain(time.store, program, one, subject, now))!
  const next = explanation.next.map(({ at, what }) => `${time.say(at)} ${what}`)
  return { ...explanation, next, says: headline(explanation, program) }
}

test('what was not told then is not told of an instant that has passed', async () => {
  time = await virtualTime(databases[0]!.place, program)
  await time.jump(at('2026-03-09T09:00'))
  await time.tell({ record: 'opportunities', id: 'o1', values: { owner: 'dana' } })
  await time.go(at('2026-03-12T09:30'))
  const then = time.now()
  expect((await explained('quiet', then)).unknown).toBeNull()
  expect((await explained('quiet', then)).untold).toMatchObject([{ state: 'kept' }])
  // A letter gathers the notice, and dies for want of an address: nobody has applied anything.
  await time.go(at('2026-03-12T18:00'))
  await time.go(at('2026-03-13T08:45'))
  expect((await explained('quiet', time.now())).untold).toMatchObject([{ state: 'dead' }])
  expect(await explained('quiet', then)).toMatchObject({ untold: [], unknown: LATER })
})

test('a clock that ran out in a snooze is not said to come with the next apply once the snooze has ended', async () => {
  time = await virtualTime(databases[0]!.place, program)
  await time.jump(at('2026-03-09T09:00'))
  await time.tell({ record: 'opportunities', id: 'o1', values: { owner: 'dana' } })
  await time.go(at('2026-03-12T10:00'))
  const snooze = { until: at('2026-03-18T00:00'), endsOn: null, reason: 'away' }
  await time.store.snooze({ rule: 'old', ...subject, episode: 1 }, snooze, 'dana', time.now())
  await time.go(at('2026-03-24T09:00'))
  const { next, says, unknown, life } = await explained('old', at('2026-03-19T12:00'))
  expect({ next, unknown, says }).toEqual({
    says: 'It is open since 2026-03-11 09:00.',
    next: ['2026-03-21 09:00 reminder 2: tell Dana Ruiz'],
    unknown: LATER,
  })
  expect(life.map(({ what }) => what.replace(/:.*/s, ''))).toEqual(['opened'])
})

test('a clock that ran out and was looked at late is told as it was', async () => {
  time = await virtualTime(databases[0]!.place, program)
  await time.jump(at('2026-03-09T09:00'))
  await time.tell({ record: 'opportunities', id: 'o1', values: { owner: 'dana' } })
  await time.go(at('2026-03-12T10:00'))
  await time.jump(at('2026-03-17T09:00'))
  expect((await explained('old', at('2026-03-14T12:00'))).next).toEqual([
    '2026-03-14 12:00 the escalation after 2 days, with the next apply: tell Lee Park; task for Lee Park: "Look"',
    '2026-03-16 09:00 reminder 1: tell Dana Ruiz',
  ])
})

test('an effect that was tried again is no other escalation', async () => {
  time = await virtualTime(databases[0]!.place, program)
  await time.jump(at('2026-03-09T09:00'))
  await time.tell({ record: 'opportunities', id: 'o1', values: { owner: 'dana' } })
  await time.go(at('2026-03-17T09:00'))
  const findings = await time.store.findings({ rule: 'old', subject })
  const intents = (await time.store.intents({ subject })).filter((one) => one.rule === 'old')
  const again = intents.flatMap((one) => (one.step === 'escalate-2d' ? [{ ...one, step: 'escalate-2d#2' }] : []))
  const all = { findings, intents: [...intents, ...again], tasks: [], holds: [], told: { notices: [], letters: [] } }
  expect(again).toHaveLength(1)
  expect(recordedBy(at('2026-03-14T09:00'), null, all).then.findings).toMatchObject([{ escalated: 1, reminded: 0 }])
})

test('what changed of a record that is read beside the subject is told of that record', async () => {
  time = await virtualTime(databases[0]!.place, program)
  await time.jump(at('2026-03-09T09:00'))
  await time.tell({ record: 'opportunities', id: 'o1', values: { owner: 'dana' } })
  await time.jump(at('2026-03-10T09:00'))
  await time.tell({ record: 'accounts', id: 'acme', values: { segment: 'big' } })
  await time.tell({ record: 'opportunities', id: 'o1', values: { account: 'acme' } })
  await time.go(at('2026-03-12T09:00'))
  await time.tell({ record: 'accounts', id: 'acme', values: { segment: 'small' } })
  const end = 'it is read as it stands now, with the clocks of then.'
  const { unknown: before } = await explained('rich', at('2026-03-09T12:00'))
  expect(before).toBe(`The account acme, which it reads, was first seen on 2026-03-10 09:00: ${end} ${LATER}`)
  const { says, unknown } = await explained('rich', at('2026-03-11T09:00'))
  expect(unknown).toBe(`What is known of it, or of what belongs with it, changed on 2026-03-12 09:00: ${end}`)
  // That the condition does not hold now does not say that the next apply resolved it then.
  expect(says).toBe('It is open since 2026-03-10 09:00.')
})
