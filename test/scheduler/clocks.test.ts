import { afterEach, describe, expect, test } from 'vitest'
import { databases } from '../support/databases.js'
import { programOf, type VirtualTime, virtualTime } from './virtual-time.js'

const rules = (more: string) =>
  programOf(`
calendar: { timezone: America/New_York, workdays: [mon, tue, wed, thu, fri, sat, sun], fiscal_year_starts: february }
people: { dana: { name: Dana Ruiz, email: dana@example.com } }
pipelines: { main: { stages: { open: {}, closed: { statuses: [won, lost, abandoned] } } } }
activities: { touches: [call] }
limits: { per_run: { share: 100% } }
channels: { mail: { type: email, from: pipeline@example.com } }
${more}`)

const daily = rules(`
notifications: { gather: { at: "02:30" }, quiet_hours: { from: "23:00", to: "01:00" } }
rules:
  quiet:
    for: opportunity
    when: { status: open, time_since_activity: { over: 2 days } }
    lasting: 1 day
    then: [{ notify: owner }]
    remind: { every: 1 day, then: [{ notify: owner }] }
`)

const periods = rules(`
rules:
  overdue: { for: opportunity, when: { status: open, close_date: { before: today } } }
  month-old: { for: opportunity, when: { status: open, time_since_activity: { over: 1 month } } }
  this-year: { for: opportunity, when: { status: open, close_date: { in: this year } } }
  last-quarter: { for: opportunity, when: { status: open, close_date: { in: last quarter } } }
`)

const workweek = programOf(`
calendar: { timezone: America/New_York }
people: { dana: { name: Dana Ruiz, email: dana@example.com } }
pipelines: { main: { stages: { open: {} } } }
activities: { touches: [call] }
limits: { per_run: { share: 100% } }
channels: { mail: { type: email, from: pipeline@example.com } }
rules:
  quiet:
    for: opportunity
    when: { status: open, time_since_activity: { over: 2 days } }
    then: [{ notify: owner }]
    remind: { every: 1 day, then: [{ notify: owner }] }
    escalate: [{ after: 1 day, then: [{ create_task: { title: First } }] }, { after: 2 days, then: [{ create_task: { title: Second } }] }]
`)

describe.each(databases)('the loop and the clock on $name', ({ place }) => {
  let time: VirtualTime
  afterEach(() => time.end())
  const create = (id: string, values: Record<string, unknown> = {}) =>
    time.tell({ record: 'opportunities', id, values: { owner: 'dana', ...values } })
  const letters = () => time.sent.map(({ at, text }) => `${time.say(at)} ${/\[(.*)\]/.exec(text)?.[1] ?? ''}`)
  const opened = async () =>
    Object.fromEntries(
      (await time.store.findings()).map(({ rule, opened_at, resolved_at }) => [
        rule,
        [opened_at, resolved_at].map((at) => (at === null ? '-' : time.say(at))).join(' to '),
      ]),
    )

  test.each([
    [
      'an hour is skipped',
      '2026-03-04T09:00-05:00',
      '2026-03-11T00:00-04:00',
      [
        // Of the window at 02:30 the end of the gap.
        '2026-03-08 03:00 to watch, new',
        '2026-03-09 02:30 to watch, reminder 1',
        '2026-03-10 02:30 to watch, reminder 2',
      ],
    ],
    [
      'an hour comes twice',
      '2026-10-28T09:00-04:00',
      '2026-11-04T00:00-05:00',
      [
        '2026-11-01 02:30 to watch, new',
        '2026-11-02 02:30 to watch, reminder 1',
        '2026-11-03 02:30 to watch, reminder 2',
      ],
    ],
  ])('%s: one letter a day all the same, at its hour on the wall', async (_, from, to, told) => {
    time = await virtualTime(place, daily)
    await time.jump(Date.parse(from))
    await create('o1')
    await time.go(Date.parse(to))
    expect(letters()).toEqual(told)
    const [finding] = await time.store.findings()
    expect(time.say(finding?.opened_at ?? 0)).toMatch(/ 09:00$/)
  })

  test('asleep for three days: one letter with what stands now, all escalations, and no reminder twice', async () => {
    time = await virtualTime(place, workweek)
    await time.jump(Date.parse('2026-03-16T09:00-04:00'))
    await create('o1')
    await time.go(Date.parse('2026-03-18T10:00-04:00'))
    // From Wednesday to Saturday noon, which is a day off.
    await time.jump(Date.parse('2026-03-21T12:00-04:00'))
    expect((await time.store.tasks()).map(({ title }) => title).sort()).toEqual(['First', 'Second'])
    expect(letters()).toEqual([])
    await time.go(Date.parse('2026-03-23T08:30-04:00'))
    // The reminders of Thursday and Friday are not made up for; that of Sunday has come in time.
    expect(letters()).toEqual(['2026-03-23 08:30 to watch, reminder 4, new'])
    expect(time.sent[0]?.subject).toBe('Reminder 4: Quiet: opportunity o1')
  })

  test('asleep over a window: it is made up for once, in the morning of a workday', async () => {
    time = await virtualTime(place, workweek)
    await time.jump(Date.parse('2026-03-16T09:00-04:00'))
    await create('o1')
    await time.go(Date.parse('2026-03-18T10:00-04:00'))
    await time.jump(Date.parse('2026-03-19T21:00-04:00'))
    expect(letters()).toEqual([])
    await time.jump(Date.parse('2026-03-20T11:00-04:00'))
    expect(letters()).toHaveLength(1)
    await time.go(Date.parse('2026-03-20T23:00-04:00'))
    expect(letters()).toHaveLength(1)
  })

  test('set back an hour: nothing is done twice, nothing is lost, it goes on when it has caught up', async () => {
    time = await virtualTime(place, workweek)
    await time.jump(Date.parse('2026-03-16T09:00-04:00'))
    await create('o1')
    await time.go(Date.parse('2026-03-19T09:00-04:00'))
    const before = letters()
    expect(before).toEqual(['2026-03-19 08:30 to watch, new'])
    await time.jump(Date.parse('2026-03-19T08:00-04:00'))
    await create('o2')
    await time.jump(Date.parse('2026-03-19T08:30-04:00'))
    expect(letters()).toEqual(before)
    expect(await time.store.findings()).toHaveLength(1)
    await time.jump(Date.parse('2026-03-19T09:00-04:00'))
    await time.go(Date.parse('2026-03-23T08:30-04:00'))
    expect(letters()).toEqual([
      ...before,
      '2026-03-20 08:30 to watch, reminder 1',
      expect.stringMatching(/^2026-03-23 08:30/),
    ])
    expect((await time.store.findings()).map(({ id, state }) => `${id} ${state}`)).toEqual(['o1 open', 'o2 open'])
    expect((await time.store.intents()).map(({ step }) => step).filter((step) => step === 'open')).toHaveLength(2)
  })

  test('a leap day is a day, and a month from the 31st ends when the next one begins', async () => {
    time = await virtualTime(place, periods)
    await time.jump(Date.parse('2028-01-31T10:00-05:00'))
    await create('leap', { close_date: '2028-02-29' })
    await time.go(Date.parse('2028-03-02T00:00-05:00'))
    expect(await opened()).toMatchObject({
      overdue: '2028-03-01 00:00 to -',
      'month-old': '2028-03-01 00:00 to -',
    })
  })

  test('a fiscal year ends at its midnight: what was this year is last quarter', async () => {
    time = await virtualTime(place, periods)
    await time.jump(Date.parse('2027-01-20T10:00-05:00'))
    await create('end', { close_date: '2027-01-31' })
    await create('begin', { close_date: '2027-02-01' })
    await time.go(Date.parse('2027-02-02T10:00-05:00'))
    const found = (await time.store.findings()).map(
      ({ rule, id, opened_at, resolved_at }) =>
        `${id} ${rule} ${[opened_at, resolved_at].map((at) => (at === null ? '-' : time.say(at))).join(' to ')}`,
    )
    expect(found.sort()).toEqual([
      'begin overdue 2027-02-02 00:00 to -',
      'begin this-year 2027-02-01 00:00 to -',
      'end last-quarter 2027-02-01 00:00 to -',
      'end overdue 2027-02-01 00:00 to -',
      'end this-year 2027-01-20 10:00 to 2027-02-01 00:00',
    ])
  })
})
