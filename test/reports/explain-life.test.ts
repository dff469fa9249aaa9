import { afterEach, expect, test } from 'vitest'
import { commit, plan } from '../../src/engine/run.js'
import { explain } from '../../src/reports/explain/explain.js'
import { sayUntold } from '../../src/reports/explain/told.js'
import { headline } from '../../src/reports/explain/words.js'
import { broughtBy } from '../../src/store/in-force.js'
import { programOf, type VirtualTime, virtualTime } from '../scheduler/virtual-time.js'
import { databases } from '../support/databases.js'

const RULES = `
calendar: { timezone: UTC }
people: { dana: { name: Dana Ruiz, manager: lee }, lee: { name: Lee Park } }
pipelines: { main: { stages: { open: {} } } }
activities: { touches: [call] }
channels: { mail: { type: email, from: pipeline@example.com } }
rules:
  quiet:
    for: opportunity
    when: { status: open, time_since_activity: { over: 2 days } }
    lasting: 2 business days
    then: [{ notify: owner }]
    remind: { every: 5 days, then: [{ notify: owner }] }
    escalate:
      - { after: 15 business days, then: [{ notify: { to: manager, urgent: true } }] }
      - { after: 5 business days, then: [{ notify: manager }] }
`
const program = programOf(RULES)
const [rule] = program.rules
const subject = { kind: 'opportunity', id: 'o1' } as const
const at = (text: string) => Date.parse(`${text}Z`)

let time: VirtualTime
afterEach(() => time.end())

test('a finding that has held as long as it has to is said to open next, at the very instant too', async () => {
  time = await virtualTime(databases[0]!.place, program)
  await time.jump(at('2026-03-09T09:00'))
  await time.tell({ record: 'opportunities', id: 'o1', values: { owner: 'dana' } })
  await time.go(at('2026-03-11T09:00'))
  const asked = async (now: number) => {
    const explanation = (await explain(time.store, program, rule!, subject, now))!
    return [headline(explanation, program), ...explanation.next.map((one) => `${time.say(one.at)} ${one.what}`)]
  }
  const waits = 'It holds since 2026-03-11 09:00, and has to hold 2 business days before it opens.'
  const opens = 'It holds since 2026-03-11 09:00, and has held 2 business days: the next apply opens it.'
  const soon = '2026-03-13 09:00 it opens, if it holds until then'
  expect(await asked(at('2026-03-13T08:59'))).toEqual([waits, soon])
  expect(await asked(at('2026-03-13T09:00'))).toEqual([opens, '2026-03-13 09:00 it opens, with the next apply'])
  expect(await asked(at('2026-03-16T10:00'))).toEqual([opens, '2026-03-16 10:00 it opens, with the next apply'])
})

test.each(databases)(
  'a pending finding whose condition was edited is said to wait anew, and does, on $name',
  async ({ place }) => {
    time = await virtualTime(place, program)
    await time.jump(at('2026-03-09T09:00'))
    await time.tell({ record: 'opportunities', id: 'o1', values: { owner: 'dana' } })
    await time.go(at('2026-03-11T09:00'))
    const asked = async (under: typeof program, now: number) => {
      const explanation = (await explain(time.store, under, under.rules[0]!, subject, now))!
      return [headline(explanation, under), ...explanation.next.map((one) => `${time.say(one.at)} ${one.what}`)]
    }
    const edited = programOf(RULES.replace('over: 2 days', 'over: 1 day'))
    const retold = programOf(RULES.replace('every: 5 days', 'every: 6 days'))
    const now = at('2026-03-13T10:00')
    const opens = ['2026-03-13 10:00 it opens, with the next apply']
    expect((await asked(program, now)).slice(1)).toEqual(opens)
    expect((await asked(retold, now)).slice(1)).toEqual(opens)
    expect(await asked(edited, now)).toEqual([
      'Its condition was edited since it began to hold: it waits anew, and opens once it has held 2 business days.',
      '2026-03-13 10:00 it waits anew: its condition was edited',
      '2026-03-17 10:00 it opens, if it holds until then',
    ])
    const number = await time.store.bringIntoForce(broughtBy(edited), { id: 'me', command: 'loop', clock: now }, now)
    await commit(time.store, await plan(time.store, { ...edited, number }, now))
    expect(await asked(edited, now)).toEqual([
      'It holds since 2026-03-13 10:00, and has to hold 2 business days before it opens.',
      '2026-03-17 10:00 it opens, if it holds until then',
    ])
  },
)

test('what happened at one instant is told as a finding lives, and escalations are told apart', async () => {
  time = await virtualTime(databases[0]!.place, program)
  await time.jump(at('2026-03-09T09:00'))
  await time.tell({ record: 'opportunities', id: 'o1', values: { owner: 'dana' } })
  await time.go(at('2026-03-13T09:00'))
  await time.jump(at('2026-04-20T09:00'))
  const explanation = (await explain(time.store, program, rule!, subject, time.now()))!
  const life = explanation.life.map((one) => `${time.say(one.at)} ${one.what.replace(/:.*/s, '')}`)
  expect(life).toEqual([
    '2026-03-11 09:00 began to hold',
    '2026-03-13 09:00 opened',
    '2026-04-20 09:00 reminded',
    '2026-04-20 09:00 escalated after 5 business days',
    '2026-04-20 09:00 escalated after 15 business days',
  ])
  expect(explanation.untold.map(sayUntold).map((line) => line.replace(/:.*/s, ''))).toEqual([
    'notice to Dana Ruiz of its opening',
    'notice to Dana Ruiz of reminder 7',
    'notice to Lee Park of the escalation after 5 business days',
    'notice to Lee Park of the escalation after 15 business days',
  ])
})

test('a snooze that ends on a touch is said to be over once there was one, as the next apply has it', async () => {
  const looked = programOf(RULES.replace(', time_since_activity: { over: 2 days }', ''))
  const [open] = looked.rules
  time = await virtualTime(databases[0]!.place, looked)
  await time.jump(at('2026-03-09T09:00'))
  await time.tell({ record: 'opportunities', id: 'o1', values: { owner: 'dana' } })
  await time.go(at('2026-03-12T09:00'))
  const snooze = { until: at('2026-03-31T00:00'), endsOn: 'touch' as const, reason: 'away' }
  await time.store.snooze({ rule: 'quiet', ...subject, episode: 1 }, snooze, 'dana', time.now())
  await time.go(at('2026-03-13T09:00'))
  const asked = async () => {
    const { next } = (await explain(time.store, looked, open!, subject, time.now()))!
    return next.map((one) => `${time.say(one.at)} ${one.what}`)
  }
  expect(await asked()).toEqual([
    '2026-03-31 00:00 its snooze ends',
    '2026-03-31 09:00 reminder 4: tell Dana Ruiz',
    '2026-04-01 09:00 the escalation after 15 business days: tell Lee Park at once',
  ])
  const call = { kind: 'call', at: '2026-03-13T09:00:00Z', opportunity: 'o1', by: 'dana' }
  await time.tell({ record: 'activities', id: 'a1', values: call })
  const tocome = [
    '2026-03-16 09:00 reminder 1: tell Dana Ruiz',
    '2026-03-18 09:00 the escalation after 5 business days: tell Lee Park',
    '2026-04-01 09:00 the escalation after 15 business days: tell Lee Park at once',
  ]
  expect(await asked()).toEqual(['2026-03-13 09:00 its snooze ends, with the next apply', ...tocome])
  await time.go(at('2026-03-13T09:00'))
  expect(await asked()).toEqual(tocome)
})
