import { loadRules } from '../../src/config/load.js'
import type { Said } from '../../src/intake/record.js'
import { DAY, HOUR } from '../../src/lib/civil.js'
import type { Program } from '../../src/program/program.js'

/** When the world was set up and first run, and when races take place. */
export const T0 = Date.UTC(2026, 0, 5, 12)
export const T1 = T0 + 31 * DAY
/** An hour later: some clocks run out in between. */
export const T2 = T1 + HOUR
/** When everything is run to quiet. */
export const T3 = T2 + HOUR

const MODEL = `
calendar: { timezone: UTC }
pipelines:
  main: { stages: { first: {}, second: {}, third: {}, closed: { statuses: [won, lost, abandoned] } } }
activities: { touches: [call], others: [payment] }
assembly_line:
  starts_in: cold
  bins: { cold: { group: input }, active-opportunity: { group: nurture }, dead-opportunity: { group: nurture } }
  moves:
    - { from: any, to: active-opportunity, when: { open_opportunities: { at_least: 1 } } }
    - { from: active-opportunity, to: dead-opportunity, when: { open_opportunities: 0, won_opportunities: 0 } }
limits: { per_run: { effects: 60 } }
sources:
  crm:
    dates: yyyy-MM-dd
    people: { id: id, name: name, manager: manager }
    accounts: { id: id, name: name, owner: owner, segment: segment }
    opportunities: { id: id, account: account, stage: stage, stage_changed: stage_changed, status: status, amount: amount, owner: owner, next_step: next_step }
rules:
  give-up:
    for: opportunity
    when: { status: open, stage: second, time_in_stage: { over: 30 days } }
    then: [{ set_status: { to: abandoned, reason: silence } }, { move_stage: closed }, { notify: { to: [owner, manager] } }]
  paid:
    for: opportunity
    event: { activity: payment }
    when: { status: open }
    then: [{ set_status: won }, { move_stage: closed }, { create_task: { title: "Thank {{ account.name }}" } }]
  nudge:
    for: opportunity
    when: { status: open, amount: { at_least: 50000 } }
    then: [${Array.from({ length: 10 }, (_, i) => `{ create_task: { title: "Nudge ${i}" } }`).join(', ')}]
  grave:
    for: account
    when: { bin: dead-opportunity }
    then: [{ create_task: { title: "Bury {{ name }}" } }]
    on_resolve: [{ close_tasks: {} }]
`

const QUIET = (amount: number) => `
  quiet:
    for: opportunity
    when: { status: open, next_step: { missing: true }, amount: { at_least: ${amount} } }
    then: [{ create_task: { title: "Call {{ name }}" } }, { notify: { to: [owner, manager] } }]
    on_resolve: [{ close_tasks: {} }]
`
const YOUNG = `
  young:
    for: opportunity
    when: { status: open, stage: first, time_in_stage: { under: 30 days } }
    then: [{ create_task: { title: "Welcome {{ name }}" } }]
    on_resolve: [{ close_tasks: {} }, { create_task: { title: "Look back on {{ name }}" } }]
`
const BIG_ACCOUNT = `
  big-account:
    for: opportunity
    when: { status: open, account.segment: enterprise }
    then: [{ create_task: { title: "Send a director to {{ name }}" } }]
`

function programOf(text: string): Program {
  const { program, problems } = loadRules([{ path: 'rules.yaml', text }])
  if (!program) throw new Error(problems.map((p) => `${p.place.line}: ${p.message}`).join('\n'))
  return program
}

/** The rules of the race, and what somebody makes of them: one edited, one taken out, and one new that reads accounts. */
export const BEFORE = programOf(MODEL + QUIET(1000) + YOUNG)
export const EDITED = programOf(MODEL + QUIET(3000) + BIG_ACCOUNT)

/** The rules without a limit worth the name, as the file that they are. */
export const UNLIMITED_RULES = (MODEL + QUIET(1000) + YOUNG).replace('effects: 60', 'effects: 1000000, share: 100%')
export const UNLIMITED = programOf(UNLIMITED_RULES)

/** Half an hour after T1 they are 30 days in their stage. */
const SOON = new Date(T1 - 30 * DAY + HOUR / 2).toISOString()
const LONG = new Date(T0).toISOString()

export const FILES = {
  people: 'id,name,manager\ndana,Dana,lee\nlee,Lee,\nkim,Kim,\n',
  accounts: `id,name,owner,segment\n${[1, 2, 3, 5, 6, 7, 8].map((i) => `a${i},Account ${i},dana,small\n`).join('')}`,
  opportunities: [
    'id,account,stage,stage_changed,status,amount,owner,next_step',
    `o1,a1,second,${LONG},open,10,dana,x`,
    `o2,a2,third,${LONG},open,2000,dana,`,
    `o3,a3,third,${LONG},open,10,dana,x`,
    `o4,,third,${LONG},open,4000,dana,x`,
    `o5,a2,third,${LONG},open,10,dana,x`,
    `o6,a5,second,${SOON},open,10,dana,x`,
    `o8,a6,second,${LONG},open,10,dana,x`,
    `o10,a7,third,${LONG},lost,10,dana,x`,
    `o11,a8,first,${SOON},open,10,dana,x`,
    ...[1, 2, 3, 4, 5, 6].map((i) => `n${i},,third,${LONG},open,60000,dana,x`),
  ].join('\n'),
}

/** What a later export says: the same, but for what changed. */
export const LATER_FILES = {
  people: 'id,name,manager\ndana,Dana,kim\nlee,Lee,\nkim,Kim,\n',
  opportunities: [
    'id,account,stage,stage_changed,status,amount,owner,next_step',
    `o2,a2,third,${LONG},open,500,dana,`,
    `o3,a3,third,${LONG},open,10,dana,`,
    `o4,a4,third,${LONG},open,4000,dana,x`,
    `o5,a3,third,${LONG},open,5000,dana,`,
    `o12,a1,third,${LONG},open,10,dana,x`,
    `n1,a6,third,${LONG},open,60000,dana,x`,
  ].join('\n'),
}

/** What a person says, in two calls. */
export const PERSON: readonly (readonly Said[])[] = [
  [
    { record: 'opportunities', id: 'o2', values: { next_step: 'call' } },
    { record: 'activities', id: 'p1', values: { kind: 'payment', at: new Date(T1).toISOString(), opportunity: 'o3' } },
    { record: 'opportunities', id: 'o9', values: { account: 'a6', amount: 10, owner: 'dana', next_step: 'x' } },
    { record: 'opportunities', id: 'n2', values: { amount: 20 } },
  ],
  [
    { record: 'opportunities', id: 'o10', values: { status: 'open', stage: 'first' } },
    { record: 'opportunities', id: 'o4', values: { next_step: null } },
    { record: 'accounts', id: 'a2', values: { segment: 'enterprise' } },
    { record: 'opportunities', id: 'o6', values: { stage: 'third' } },
    { record: 'opportunities', id: 'n3', values: { amount: 70000 } },
  ],
]
