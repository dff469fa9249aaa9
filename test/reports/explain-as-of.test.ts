import { afterEach, expect, test } from 'vitest'
import { explain } from '../../src/reports/explain/explain.js'
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
`)
const [rule] = program.rules
const subject = { kind: 'opportunity', id: 'o1' } as const
const at = (text: string) => Date.parse(`${text}Z`)
const LATER = 'What was found and done later does not count; a hold or a snooze that has ended since is not remembered.'

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
    'What is known of it changed on 2026-03-20 09:00: it is read as it stands now, with the clocks of then.'
  const first = 'It was first seen on 2026-03-09 09:00: it is read as it stands now, with the clocks of then.'
  expect(await asked('2026-03-08T09:00')).toMatchObject({ state: null, life: [], unknown: `${first} ${LATER}` })
  expect(await asked('2026-03-11T12:00')).toMatchObject({ state: 'pending', life: ['began to hold'], untold: 0 })
  expect(await asked('2026-03-12T12:00')).toMatchObject({ state: 'open', life: ['began to hold', 'opened'] })
  expect(await asked('2026-03-13T12:00')).toMatchObject({
    life: ['began to hold', 'opened', 'acknowledged by dana'],
    unknown: `${changed} ${LATER}`,
    json: { finding: { state: 'open', opened_at: '2026-03-12T09:00Z', resolved_at: null, resolved_because: null } },
  })
  const hands = ['acknowledged by dana', 'snoozed by dana', 'task done by Dana Ruiz']
  expect(await asked('2026-03-20T10:00')).toMatchObject({
    state: 'resolved',
    life: ['began to hold', 'opened', ...hands, 'resolved'],
    unknown: null,
  })
})
