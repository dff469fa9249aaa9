import { loadRules } from '../../src/config/load.js'
import type { Incoming, RecordKind } from '../../src/domain/incoming.js'
import type { SubjectRef } from '../../src/domain/subjects.js'
import { assess } from '../../src/engine/assess.js'
import { peopleUnder, snapshotOf } from '../../src/engine/snapshots.js'
import type { Snapshot } from '../../src/facts/fact.js'
import { DAY } from '../../src/lib/civil.js'
import { createWorld, type World } from '../../src/replay/world.js'
import { type Chance, chance } from '../support/chance.js'
import { day } from '../support/engine.js'

/** When everybody is looked at. */
export const NOW = day(200) + 9 * 3_600_000

/** A world with all that may refuse: stages that require and forbid, reasons, moves, bins that require, no way back. */
const rules = (backwards: string) => `
calendar: { timezone: Europe/Berlin }
people: { dana: { name: Dana, manager: lee, team: west }, lee: { name: Lee }, omar: { name: Omar, active: false, team: east } }
fields:
  opportunity: { budget: { type: money }, pain: { type: text }, rival: { type: choice, of: [acme, globex] }, sure: { type: flag } }
  account: { employees: { type: number }, renewal: { type: date } }
pipelines:
  main:
    stages:
      discovery: { expected: 20 days }
      proposal: { requires: [amount, close_date], expected: 30 days }
      negotiation: { requires: [amount, fields.pain, next_activity] }
      closed: { statuses: [won, lost, abandoned] }
    backwards: ${backwards}
    reasons: { won: [price, product], lost: [price, timing] }
  renewals:
    stages: { upcoming: { statuses: [open] }, done: { statuses: [won, lost], requires: [owner] } }
activities: { touches: [call, email], others: [payment] }
assembly_line:
  starts_in: cold
  bins:
    cold: { group: input }
    working: { group: working, expected: 30 days }
    client: { group: avoid, requires: [won_opportunities] }
    twin: { group: avoid, requires: [duplicate_of] }
  moves: [{ from: cold, to: working }, { from: working, to: [cold, twin] }, { from: any, to: client }, { from: twin, to: cold }]
qualification: { needs: { budget: fields.budget, need: fields.pain, timing: close_date } }
scoring:
  account: [{ when: { segment: enterprise }, add: 20 }, { when: { won_opportunities: { at_least: 1 } }, add: 10 }]
  opportunity: [{ when: { touches: { at_least: 2 } }, add: 5 }, { when: { account.score: { at_least: 20 } }, add: 7 }]
health:
  when: { status: open }
  indicators:
    time_since_owner_activity: { at_risk: 7 days, poor: 30 days }
    pushes: { at_risk: 2, poor: 3 }
    no-date: { when: { close_date: { missing: true } }, level: at_risk }
`
/** With moves back between stages, and without. */
const programs = ['allowed', 'refused'].map((backwards) => {
  const { program, problems } = loadRules([{ path: 'rules.yaml', text: rules(backwards) }])
  if (!program) throw new Error(JSON.stringify(problems))
  return program
})

type Said = Incoming & { at: number }

/** What was said of an account and its opportunities up to now; not all of it in order. */
function randomPast(at: Chance): Said[] {
  const past: Said[] = []
  const say = (when: number, record: RecordKind, id: string, values: Incoming['values']) =>
    past.push({ at: when, record, id, values, line: 0 })
  const some = (n: number) => day(at.int(n, 199)) + at.int(0, DAY / 2)
  const account = at.often(0.8) ? 'acme' : null
  const owner = () => at.pick(['dana', 'lee', 'omar', 'ghost', null])
  if (account) {
    const segment = at.pick(['enterprise', 'small', null])
    say(day(0), 'accounts', account, { name: 'Acme', owner: owner(), segment, created: day(0) })
    say(day(1), 'contacts', 'ann', { account })
    if (at.often(0.6)) say(some(2), 'accounts', account, { bin: at.pick(['working', 'client', 'twin']) })
    if (at.often(0.3)) say(some(2), 'accounts', account, { duplicate_of: 'other', 'fields.employees': at.int(1, 900) })
  }
  const ids = ['o1', 'o2', 'o3'].slice(0, account ? at.int(1, 3) : 1)
  for (const id of ids) {
    const [pipeline, stages] = at.often(0.8)
      ? (['main', ['discovery', 'proposal', 'negotiation', 'closed']] as const)
      : (['renewals', ['upcoming', 'done']] as const)
    const created = at.often(0.8) ? day(at.int(0, 30)) : null
    say(day(31), 'opportunities', id, {
      account,
      pipeline,
      stage: at.pick(stages),
      owner: owner(),
      created,
      amount: at.pick([null, 0, 5_000_000, 20_000_000]),
    })
    for (let n = at.int(0, 6); n > 0; n -= 1) {
      const values = at.pick<Incoming['values']>([
        { stage: at.pick(stages) },
        { status: at.pick(['open', 'won', 'lost', 'abandoned']), reason: at.pick([null, 'price', 'timing', 'gone']) },
        { amount: at.int(0, 30) * 1_000_000 },
        { close_date: new Date(NOW + at.int(-40, 60) * DAY).toISOString().slice(0, 10) },
        { owner: owner() },
        { next_step: at.pick(['Call', null]), 'fields.pain': at.pick(['costs', null]) },
        {
          'fields.rival': at.pick(['acme', 'globex']),
          'fields.sure': at.often(0.5),
          origin: at.pick(['sales', 'marketing']),
        },
      ])
      say(some(32), 'opportunities', id, values)
    }
  }
  for (let n = at.int(0, 5); n > 0; n -= 1) {
    const when = at.often(0.8) ? some(32) : NOW + at.int(1, 20) * DAY
    const who: Incoming['values'] = account && at.often(0.3) ? { account } : { opportunity: at.pick(ids) }
    const contact: Incoming['values'] = account && at.often(0.4) ? { contact: 'ann' } : {}
    say(when, 'activities', `a${n}`, {
      kind: at.pick(['call', 'email', 'payment']),
      at: when,
      by: owner(),
      ...who,
      ...contact,
    })
  }
  return past.sort((a, b) => Math.min(a.at, NOW) - Math.min(b.at, NOW))
}

/** A world in which all of it was said. */
export const worldOf = (program: (typeof programs)[number], past: readonly Said[]): World => {
  const world = createWorld()
  world.bringIntoForce(program, 0)
  for (const { at, ...record } of past)
    world.take({ do: 'record', record }, { at: Math.min(at, NOW), by: 'crm', refuses: 'nothing' })
  return world
}

/** A random program, past and subject, and the subject as it is seen now. */
export function randomCase(seed: number) {
  const at = chance(seed)
  const program = at.pick(programs)
  const past = randomPast(at)
  const hasAccount = past.some(({ record }) => record === 'accounts')
  const subject: SubjectRef =
    hasAccount && at.often(0.3) ? { kind: 'account', id: 'acme' } : { kind: 'opportunity', id: 'o1' }
  const see = (world: World): Snapshot => {
    const { family } = world.family(subject)!
    return assess(program, snapshotOf(program, peopleUnder(program, world.imported()), family, subject, NOW)).snapshot
  }
  return { at, program, past, subject, see, snapshot: see(worldOf(program, past)) }
}
