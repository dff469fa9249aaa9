import { afterEach, expect, test } from 'vitest'
import { explain } from '../../src/reports/explain/explain.js'
import { sayUntold } from '../../src/reports/explain/told.js'
import { programOf, type VirtualTime, virtualTime } from '../scheduler/virtual-time.js'
import { databases } from '../support/databases.js'

const program = programOf(`
calendar: { timezone: UTC }
people: { dana: { name: Dana Ruiz, email: dana@example.com, manager: lee }, lee: { name: Lee Park } }
pipelines: { main: { stages: { open: {} } } }
activities: { touches: [call] }
channels:
  mail: { type: email, from: pipeline@example.com }
  crm: { type: webhook, url: "http://127.0.0.1:1/", subscribe: [opened] }
rules:
  quiet:
    for: opportunity
    when: { status: open, time_since_activity: { over: 2 days } }
    then: [{ notify: owner }, { notify: manager }, { call_webhook: crm }]
    remind: { every: 1 day, then: [{ notify: owner }] }
`)

let time: VirtualTime
afterEach(() => time.end())

test.each(databases)('what was not told is explained with its reason, on $name', async ({ place }) => {
  time = await virtualTime(place, program)
  const at = (text: string) => Date.parse(`${text}Z`)
  const rule = program.rules[0] as (typeof program.rules)[number]
  const subject = { kind: 'opportunity', id: 'o1' } as const
  const said = async () =>
    ((await explain(time.store, program, rule, subject, time.now()))?.untold ?? []).map(sayUntold)

  await time.jump(at('2026-03-16T09:00'))
  await time.tell({ record: 'opportunities', id: 'o1', values: { owner: 'dana' } })
  await time.go(at('2026-03-18T10:00'))
  expect((await said()).sort()).toEqual([
    'notice to Dana Ruiz of its opening: It waits for its window, until 2026-03-19 08:30.',
    'notice to Lee Park of its opening: It waits for its window, until 2026-03-19 08:30.',
    'webhook to crm of an announcement: dead. The address 127.0.0.1 is not public; "allow_private: true" in the channel would allow it.',
    'webhook to crm of its opening: dead. The address 127.0.0.1 is not public; "allow_private: true" in the channel would allow it.',
  ])
  await time.go(at('2026-03-19T10:00'))
  const silence = await time.store.silence(
    { owner: 'dana', until: at('2026-04-01T00:00'), comment: 'away' },
    'lee',
    time.now(),
  )
  await time.go(at('2026-03-19T11:00'))
  const later = await said()
  expect(later).toContain(
    `notice to Dana Ruiz of reminder 1: A silence keeps it back (${silence.id}), until 2026-04-01 08:30.`,
  )
  expect(later).toContain('notice to Lee Park of its opening: dead. No email address of lee is known.')
  expect(later.some((line) => line.startsWith('notice to Dana Ruiz of its opening'))).toBe(false)
  await time.tell({
    record: 'activities',
    id: 'c',
    values: { kind: 'call', at: '2026-03-19T11:00:00Z', opportunity: 'o1' },
  })
  await time.go(at('2026-03-19T12:00'))
  expect(await said()).toContain(
    'notice to Dana Ruiz of reminder 1: withdrawn. The finding was resolved before it was sent.',
  )
  const json = await explain(time.store, program, rule, subject, time.now())
  expect(json?.untold).toContainEqual({
    at: at('2026-03-19T09:00'),
    what: 'notice',
    to: 'Dana Ruiz',
    step: 'remind-1',
    state: 'withdrawn',
    why: 'The finding was resolved before it was sent.',
  })
})
