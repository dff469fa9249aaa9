import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { apply, record } from '../../src/app.js'
import { loadRules } from '../../src/config/load.js'
import type { Finding } from '../../src/domain/findings.js'
import type { Incoming } from '../../src/domain/incoming.js'
import type { SubjectKind } from '../../src/domain/subjects.js'
import { readSaid, type Said } from '../../src/intake/record.js'
import { gatherNotices } from '../../src/letters/gather.js'
import { HOUR } from '../../src/lib/civil.js'
import type { Program } from '../../src/program/program.js'
import { replay } from '../../src/replay/run.js'
import { createWorld, type World } from '../../src/replay/world.js'
import { openStore } from '../../src/store/open.js'
import * as rows from '../../src/store/rows.js'
import type { Store } from '../../src/store/store.js'
import { type Chance, chance } from '../support/chance.js'
import { databases } from '../support/databases.js'

const START = Date.UTC(2026, 2, 2, 9)

const RULES = `
calendar: { timezone: America/New_York }
notifications: { gather: { at: "08:30" }, at_most: 2 per day }
people:
  dana: { name: Dana, manager: lee, team: west }
  lee: { name: Lee, team: west }
  kim: { name: Kim, team: west, active: false, manager: lee }
fields: { opportunity: { budget: { type: money } }, account: { employees: { type: number } } }
pipelines:
  main:
    stages: { first: { expected: 3 days }, second: { requires: [amount] }, closed: { statuses: [won, lost, abandoned] } }
activities: { touches: [call, email], others: [payment, visit] }
assembly_line:
  starts_in: cold
  bins: { cold: { group: input }, active: { group: nurture }, dead: { group: nurture, expected: 4 days }, bad: { group: avoid } }
  moves:
    - { from: cold, to: active, when: { touches_in_bin: { at_least: 2 } } }
    - { from: any, to: active, when: { open_opportunities: { at_least: 2 } } }
    - { from: active, to: dead, when: { open_opportunities: 0, time_in_bin: { over: 2 days } }, then: [{ create_task: { title: "Look" } }] }
    - { from: dead, to: cold, when: { time_in_bin: { over: expected } } }
    - { from: [cold, active, dead], to: bad }
    - { from: bad, to: cold }
scoring:
  account: [{ when: { activities.visit: { at_least: 1 } }, add: 10 }, { when: { time_since_activity: { under: 1 day } }, add: 5 }]
  opportunity: [{ when: { account.score: { at_least: 10 } }, add: 3 }]
health:
  when: { status: open }
  indicators: { time_since_owner_activity: { at_risk: 1 day, poor: 3 days }, pushes: { at_risk: 1 } }
rules:
  quiet:
    for: opportunity
    when: { status: open, time_since_activity: { over: 2 days }, next_activity: { missing: true } }
    lasting: 12 hours
    then: [{ create_task: { title: "Call {{ name }}", due: 2 business days } }, { notify: { to: [owner, manager] } }]
    remind: { every: 1 day, then: [{ notify: { to: owner } }] }
    escalate: [{ after: 2 days, then: [{ notify: { to: manager, urgent: true } }] }]
    on_resolve: [{ close_tasks: {} }]
    cooldown: 1 day
  stuck: { for: opportunity, when: { status: open, time_in_stage: { over: expected } }, then: [{ notify: { to: team.west } }] }
  rich: { for: opportunity, when: { account.score: { at_least: 10 }, amount: { at_least: 100 } }, then: [{ assign: account.owner }] }
  poor: { for: opportunity, when: { health: poor }, then: [{ send_email: { to: owner, subject: Look, text: "{{ name }}" } }] }
  paid: { for: opportunity, event: { activity: payment }, when: { status: open }, then: [{ set_status: won }, { move_stage: closed }] }
  moved: { for: account, event: { change: bin }, then: [{ create_task: { assign: lee, title: "{{ name }} moved" } }] }
  bold: { for: opportunity, when: { stage: first, pushes: { at_least: 1 } }, then: [{ move_stage: second }, { notify: { to: owner } }] }
  left: { for: account, when: { owner.active: false }, then: [{ notify: { to: manager } }] }
  crowded: { for: account, when: { touches: { at_least: 3 }, bin: [active, bad] }, then: [{ create_task: { title: "Many" } }] }
`

/** Rules that read little of accounts, and judge none: most changes of one wake nobody. */
const NARROW = `
pipelines: { main: { stages: { first: {}, second: { requires: [account.segment] }, closed: { statuses: [won, lost, abandoned] } } } }
fields: { account: { employees: { type: number } } }
people: { dana: { name: Dana, manager: lee, team: west }, lee: { name: Lee, team: west }, kim: { manager: lee } }
activities: { touches: [call, email], others: [payment, visit] }
assembly_line: { starts_in: cold, bins: { cold: { group: input }, active: { group: nurture }, dead: { group: nurture }, bad: { group: avoid } } }
rules:
  busy: { for: opportunity, when: { status: open, account.activities.visit: { at_least: 2 } }, then: [{ create_task: { title: Look } }] }
  idle: { for: opportunity, when: { status: open, time_since_activity: { over: 2 days } }, lasting: 6 hours, then: [{ create_task: { title: Idle } }] }
  alone: { for: opportunity, when: { account.won_opportunities: { at_least: 1 }, status: open }, then: [{ create_task: { title: More } }] }
  ours: { for: opportunity, when: { account.owner.team: east }, then: [{ create_task: { title: Ours } }] }
  big: { for: opportunity, when: { account.fields.employees: { at_least: 5 }, stage: first }, then: [{ move_stage: second }] }
  paid: { for: opportunity, event: { activity: payment }, when: { status: open }, then: [{ create_task: { title: Paid } }] }
`

function programOf(text: string): Program {
  const { program, problems } = loadRules([{ path: 'rules.yaml', text }])
  if (!program) throw new Error(problems.map((p) => `${p.place.line}: ${p.message}`).join('\n'))
  return program
}

const ACCOUNTS = ['A', 'B', 'C']
const DEALS = ['O1', 'O2', 'O3', 'O4']
const OWNERS = ['dana', 'lee', 'kim', null]

/** What may happen next, as the API would be told it. */
function someRecord(at: Chance, n: number, now: number): Said {
  const iso = (instant: number) => new Date(instant).toISOString()
  const day = (days: number) => iso(now + days * 24 * HOUR).slice(0, 10)
  switch (at.int(0, 9)) {
    case 0: {
      const values: Said['values'] = {
        owner: at.pick(OWNERS),
        segment: at.pick(['big', null]),
        'fields.employees': at.int(1, 9),
      }
      return {
        record: 'accounts',
        id: at.pick(ACCOUNTS),
        values: { ...values, ...(at.often(0.2) ? { created: day(-9) } : {}) },
      }
    }
    case 1:
      return { record: 'accounts', id: at.pick(ACCOUNTS), values: { bin: at.pick(['cold', 'active', 'dead', 'bad']) } }
    case 2:
      return {
        record: 'people',
        id: at.pick(['sam', 'dana', 'kim']),
        values: {
          active: at.often(0.5),
          team: at.pick(['west', 'east']),
          manager: 'lee',
          timezone: at.pick(['Asia/Tokyo', 'America/New_York', null]),
        },
      }
    case 3:
      return { record: 'contacts', id: at.pick(['c1', 'c2']), values: { account: at.pick(ACCOUNTS) } }
    case 4:
    case 5:
    case 6: {
      const whom = at.pick<Said['values']>([
        { opportunity: at.pick(DEALS) },
        { account: at.pick(ACCOUNTS) },
        { contact: at.pick(['c1', 'c2']) },
      ])
      const when = at.often(0.2) ? now + at.int(1, 90) * HOUR : now - at.int(0, 40) * HOUR
      const kind = at.pick(['call', 'email', 'call', 'payment', 'visit'])
      const by: Said['values'] = at.often(0.6) ? { by: at.pick(['dana', 'lee', 'sam']) } : {}
      return {
        record: 'activities',
        id: at.often(0.1) ? 'again' : `act${n}`,
        values: { kind, at: iso(when), ...by, ...whom },
      }
    }
    case 7:
      return {
        record: 'opportunities',
        id: at.pick(DEALS),
        values: {
          account: at.pick([...ACCOUNTS, null]),
          owner: at.pick(OWNERS),
          amount: at.pick([50, 100, 200, null]),
        },
      }
    case 8:
      return {
        record: 'opportunities',
        id: at.pick(DEALS),
        values: { stage: at.pick(['first', 'second']), close_date: day(at.int(-5, 20)) },
      }
    default: {
      const [status, stage, reason] = at.pick([
        ['open', 'first', null],
        ['lost', 'closed', 'price'],
        ['won', 'closed', null],
      ] as const)
      return { record: 'opportunities', id: at.pick(DEALS), values: { status, stage, reason } }
    }
  }
}

/** All that the rows of a store say, and all that a world says, in the same shape. */
async function readStore(store: Store) {
  const read = await store.read(async (tx) => ({
    accounts: (await tx.selectFrom('accounts').selectAll().orderBy('id').execute()).map(rows.accounts.decode),
    opportunities: (await tx.selectFrom('opportunities').selectAll().orderBy('id').execute()).map(
      rows.opportunities.decode,
    ),
    events: (await tx.selectFrom('events').selectAll().where('judged', '=', 0).execute()).map(rows.events.decode),
    findings: (await tx.selectFrom('findings').selectAll().execute()).map(rows.findings.decode),
    tasks: (await tx.selectFrom('tasks').selectAll().where('state', '=', 'open').execute()).map(rows.tasks.decode),
    letters: await tx.selectFrom('letters').select(['id']).where('state', '<>', 'withdrawn').execute(),
    told: await tx.selectFrom('notices').select(['id', 'letter']).where('letter', 'is not', null).execute(),
  }))
  return { ...read, holds: await store.holds() }
}

/** In a world a letter is out as soon as it is written. */
const deliver = (store: Store) =>
  store.write(async (tx) => {
    await tx.updateTable('letters').set({ state: 'delivered', next_at: null }).where('state', '=', 'waiting').execute()
  })

const readWorld = (
  world: World,
  letters: { id: string; notices: readonly { id: string; letter: string | null }[] }[],
) => ({
  accounts: ACCOUNTS.flatMap((id) => world.account(id) ?? []),
  opportunities: DEALS.flatMap((id) => world.opportunity(id) ?? []),
  events: world.events(),
  findings: world.findings(),
  tasks: world.tasks(),
  letters: letters.map(({ id }) => ({ id })),
  told: letters.flatMap(({ notices }) => notices.map(({ id, letter }) => ({ id, letter }))),
  holds: world.holds(),
})

const sorted = (read: Awaited<ReturnType<typeof readStore>> | ReturnType<typeof readWorld>) =>
  Object.fromEntries(
    Object.entries(read).map(([name, list]) => [
      name,
      (list as unknown[]).map((one) => JSON.stringify(one, sortKeys)).sort(),
    ]),
  )
const sortKeys = (_: string, value: unknown) =>
  value && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value

describe.each([
  ['that judge accounts, whose score opportunities read', RULES, { opened: 50, wrote: 25 }],
  ['that read little of accounts and judge none', NARROW, { opened: 25, wrote: 0 }],
])('a world leaves what the store leaves, under rules %s', (_, rules, least) => {
  const program = programOf(rules)
  const database = databases.find(({ name }) => name === 'SQLite')!
  const process = { id: 'test', command: 'test', clock: START }
  const open = (findings: readonly Finding[]) => findings.filter(({ state }) => state === 'open')

  test('whatever happens: rows, who is due, findings, holds, events, tasks, letters', async () => {
    let ran = 0
    let opened = 0
    let wrote = 0
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const at = chance(seed)
        const place = database.place()
        const store = await openStore(place.url, { create: true, now: START })
        const world = createWorld()
        const own = world.bringIntoForce(program, START)
        const letters: Parameters<typeof readWorld>[1] = []
        try {
          await apply(store, program, START, process)
          let now = START
          for (let n = 0; n < 30; n += 1) {
            now += at.pick([0, 1, 6, 24, 50]) * HOUR + at.int(0, 1)
            const act = at.often(0.25) ? at.int(0, 3) : -1
            const [finding] = open(world.findings())
            const [task] = world.tasks()
            if (act === 0 && finding) {
              const [a, b] = [
                await store.acknowledge(finding, 'dana', now),
                world.take({ do: 'acknowledge', finding }, { at: now, by: 'dana' }),
              ]
              expect(b.outcome).toBe(a)
            } else if (act === 1 && finding) {
              const snooze = {
                until: now + 60 * HOUR,
                endsOn: at.pick(['touch', 'stage', null] as const),
                reason: 'Later',
              }
              const a = await store.snooze(finding, snooze, 'dana', now)
              expect(world.take({ do: 'snooze', finding, snooze }, { at: now, by: 'dana' }).outcome).toBe(a)
            } else if (act === 2 && task) {
              const a = await store.completeTask(task.id, 'dana', now)
              const subject = { kind: task.kind, id: task.subject }
              expect(world.take({ do: 'complete_task', subject, task: task.id }, { at: now, by: 'dana' }).outcome).toBe(
                a,
              )
            } else if (act === 3 && at.often(0.4)) {
              const subject = {
                kind: at.pick<SubjectKind>(['account', 'opportunity']),
                id: at.pick([...ACCOUNTS, ...DEALS]),
              }
              const a = await store.deleteSubject(subject.kind, subject.id, 'dana', now)
              expect(world.take({ do: 'delete', subject }, { at: now, by: 'dana' }).outcome).toBe(
                a ? 'done' : 'unknown',
              )
            } else {
              const said = someRecord(at, n, now)
              const [a] = await record(store, program, [said], { by: 'dana', now })
              const b = world.take(
                { do: 'record', record: readSaid(said, program.vocabulary, 1) as Incoming },
                { at: now, by: 'dana' },
              )
              expect(b).toEqual(a)
            }
            if (at.often(0.3)) continue
            await apply(store, program, now, process)
            await gatherNotices(store, program, now)
            await deliver(store)
            await replay(world, own, {
              from: now,
              to: now,
              on: (one) => void (one.is === 'letter' && letters.push(one.letter)),
            })
            ran += 1
            expect(sorted(readWorld(world, letters))).toEqual(sorted(await readStore(store)))
          }
          opened += world.findings().length
          wrote += letters.length
        } finally {
          await store.close()
          await place.remove()
        }
      }),
      { numRuns: 10, seed: 20_260_302 },
    )
    expect(Math.min(ran / 125, opened / least.opened)).toBeGreaterThan(1)
    expect(wrote).toBeGreaterThanOrEqual(least.wrote)
  })
})
