import { describe, expect, test } from 'vitest'
import { complaintsOf } from './company.js'

const inRule = (when: string, kind = 'opportunity') => `rules: { quiet: { for: ${kind}, when: ${when} } }`
const inThen = (then: string, kind = 'opportunity') =>
  `rules: { quiet: { for: ${kind}, when: { name: x }, then: [${then}] } }`

describe.each([
  [
    'rules: { q: { for: opportunity } }',
    ['rules.q  The rule q needs "when" or "event".  Say when it holds, or to which event it listens.'],
  ],
  [
    inThen('{ move_stage: closed }', 'account'),
    ['rules.quiet.then.0.move_stage  move_stage is no action of a rule for an account.'],
  ],
  [
    inRule('{ close_date: { missing: true } }', 'account'),
    ['rules.quiet.when.close_date  There is no fact "close_date" of an account.  It is a fact of an opportunity.'],
  ],
  [
    'rules: { paid: { for: opportunity, event: { activity: paymnet }, lasting: 1 day, coach: x, then: [{ close_tasks: {} }] } }',
    [
      'rules.paid.lasting  "lasting" belongs to findings, and an event rule opens none.',
      'rules.paid.coach  "coach" belongs to findings, and an event rule opens none.',
      'rules.paid.event.activity  There is no kind of activity "paymnet".  Did you mean "payment"?',
      'rules.paid.then.0.close_tasks  close_tasks closes what a finding made, and here there is no finding.',
    ],
  ],
  [
    'rules: { b: { for: opportunity, event: { change: bin } } }',
    [
      'rules.b.event.change  No bin of an opportunity ever changes.  Rules for opportunities listen to changes of stage, status, owner, amount, close_date.',
    ],
  ],
  [
    'rules: { q: { for: opportunity, when: { name: x }, remind: { every: 0 days, then: [] }, cooldown: "2", escalate: [{ after: 1 day, then: [] }, { after: 1 day, then: [] }] } }',
    [
      'rules.q.remind.every  A reminder cannot come every moment.',
      'rules.q.escalate.1.after  There are two escalations after 1 day.  Put their actions into one.',
      'rules.q.cooldown  "cooldown" takes a span such as "14 days" or "3 business days", not "2".',
    ],
  ],
  [
    'thresholds: { quiet-after: { by: stage, else: soon } }\nrules: { q: { for: opportunity, when: { age: { over: quiet-after } } }, r: { for: opportunity, when: { age: { over: quiet-afer } } } }',
    [
      'thresholds.quiet-after.else  The threshold quiet-after takes a number, a span such as "14 days" or a table, not "soon".',
      'rules.r.when.age.over  "over" of age takes a span such as "14 days", not "quiet-afer".  Did you mean "quiet-after"?',
    ],
  ],
  [
    'thresholds: { big: 100000, late: { by: stage, else: 3 days } }\nrules: { q: { for: opportunity, when: { age: { over: big } } }, r: { for: account, when: { age: { over: late } } } }',
    [
      'rules.q.when.age.over  "over" of age takes a span such as "14 days", not 100000 (the threshold big).',
      'rules.r.when.age.over  This threshold varies by stage, which is no fact of an account.',
    ],
  ],
  [
    'scoring: { opportunity: [{ when: { qualification: 3 }, add: 1 }], account: [{ when: { score: 3 }, add: 1 }] }\nqualification: { needs: { a: fields.bugdet } }',
    [
      'scoring.account.0.when.score  The score cannot read "score": it is not reckoned by then.  Score and qualification are reckoned first, then health, then rules.',
      'scoring.opportunity.0.when.qualification  The score cannot read "qualification": it is not reckoned by then.  Score and qualification are reckoned first, then health, then rules.',
      'qualification.needs.a  There is no fact "fields.bugdet" of an opportunity.  Did you mean "fields.budget"?',
    ],
  ],
  [
    'health: { indicators: { age: { at_risk: 5 }, owner: { poor: 3 }, time_in_stge: { poor: 3 days }, pushes: { level: poor, when: { name: x } }, sad: { level: poor, coach: cheer-up }, score: { poor: 3, when: { health.age: poor } } } }',
    [
      'health.indicators.age.at_risk  "at_risk" of age takes a span such as "14 days", not 5.',
      'health.indicators.owner  The indicator owner cannot have levels: owner is no span and no number.  Give it "when" and "level".',
      'health.indicators.time_in_stge  There is no fact "time_in_stge" of which "at_risk" and "poor" could be levels.  Did you mean "time_in_stage"?',
      'health.indicators.pushes  The indicator pushes is named after a fact: it has "at_risk" or "poor", no "level".',
      'health.indicators.sad.coach  There is no playbook "cheer-up".',
      'health.indicators.sad  The indicator sad needs "when".',
      'health.indicators.score.when.health.age  Health cannot read "health.age": it is not reckoned by then.  Score and qualification are reckoned first, then health, then rules.',
    ],
  ],
  [
    'views: { v: { columns: [name, amout], sort: [-age, -agee] } }\ndigests: { d: { every: often, starting: 2026-02-30, at: noon, show: [v, stuck-ones], to: [managers, dena] } }\ngoals: { g: { measure: count, when: { name: x }, at_most: 15% }, h: { measure: share_of_value, when: { nmae: x } } }\nnotifications: { via: crm, gather: { at: "25:00" }, quiet_hours: { from: "07:00", to: "07:00" }, at_most: "5" }',
    [
      'views.v.columns.1  There is no fact "amout" of an opportunity.  Did you mean "amount"?',
      'views.v.sort.1  There is no fact "agee" of an opportunity.  Did you mean "age"?',
      'notifications.via  People are told by email, Slack or Teams, not by a webhook.  The channels are mail, deals.',
      'notifications.gather.at  A time of day such as "08:30" is expected here, not "25:00".',
      'notifications.quiet_hours  Quiet hours must end at another time than they begin.',
      'notifications.at_most  A daily maximum is written "5 per day", not "5".',
      'digests.d.every  A digest comes every "2 weeks", "month" or "workday", not "often".',
      'digests.d.starting  There is no day "2026-02-30": 2026-03-02 is one.',
      'digests.d.at  A time of day such as "08:30" is expected here, not "noon".',
      'digests.d.show.1  There is no view "stuck-ones".  It may show v, health, findings, tasks, goals, moves.',
      'digests.d.to.1  There is nobody called "dena".  Did you mean "dana"?',
      'goals.g.at_most  A count is no share: write 15.',
      'goals.h.when.nmae  There is no fact "nmae" of an opportunity.  Did you mean "name"?',
      'goals.h  The goal h needs either "at_most" or "at_least".',
    ],
  ],
  [
    'sources: { crm: { opportunities: { id: i, pipeline: { value: renewal }, stage: { column: s, map: { A: discovery, B: due } }, fields: { bugdet: b } }, activities: { kind: { column: k, else: fax }, at: a }, accounts: { id: i, name: { text: "{{ a" } }, people: { id: i, role: { value: boss } }, changes: { at: a, fact: { column: f, map: { x: stgae } }, to: t, account: a } } }',
    [
      'sources.crm.opportunities.fields.bugdet  There is no custom field "bugdet" of an opportunity.  Did you mean "budget"?',
      'sources.crm.accounts.name.text  The text cannot be read: Output "{{ a" not closed.',
      'sources.crm.opportunities.stage.map.A  There is no stage of renewal "discovery".  It is one of due, proposal, signed.',
      'sources.crm.changes.fact.map.x  There is no fact "stgae".  Did you mean "stage"?',
      'sources.crm.people.role.value  There is no role "boss".  It is one of rep, manager, revops, admin.',
      'sources.crm.activities.kind.else  There is no kind of activity "fax".  It is one of email, call, meeting, payment.',
      'sources.crm.activities  "activities" needs one of opportunity, account, contact: what they belong to.',
    ],
  ],
  [
    'people: { ann: { manager: bob, email: nowhere }, bob: { manager: ann, timezone: Mars }, eva: { manager: boob }, max: { manager: the-boss } }',
    [
      'people.ann.email  "nowhere" is no address.',
      'people.ann.manager  ann stands above ann: the managers form a circle.',
      'people.bob.timezone  There is no time zone "Mars".  Zones have names such as America/New_York.',
      'people.eva.manager  There is no person "boob".  Did you mean "bob"?',
    ],
  ],
  [
    'assembly_line: { starts_in: clod, bins: { cold: { group: input, expected: "3" }, warm: { group: working, requires: [segmnet] } }, moves: [{ from: cold, to: warm, when: { touches_in_bin: 1 } }, { from: cold, to: warm, when: { score: 1 } }, { from: [any, cold], to: wram }, { from: warm, to: cold, then: [] }, { from: cold, to: cold }] }',
    [
      'assembly_line.bins.cold.expected  "expected" takes a span such as "14 days" or "3 business days", not "3".',
      'assembly_line.starts_in  There is no bin "clod".  Did you mean "cold"?',
      'assembly_line.bins.warm.requires.0  There is no fact "segmnet" to require.  Did you mean "segment"?',
      'assembly_line.moves.1  Two moves are called cold-to-warm.  (also assembly_line.moves.0)  Give one of them an "id" of its own.',
      'assembly_line.moves.2.from.0  "any" stands alone: it is every bin but the bins to avoid.',
      'assembly_line.moves.2.to  There is no bin "wram".  Did you mean "warm"?',
      'assembly_line.moves.3.then  "then" belongs to moves that are made by themselves, and this one has no "when".',
      'assembly_line.moves.4.to  A move cannot lead from cold to itself.',
    ],
  ],
  [
    'playbooks: { p: { steps: [{ when: { stge: due }, say: "{{ nmae }}" }] } }\nrules: { a: { for: account, when: { name: x }, coach: p }, o: { for: opportunity, when: { name: x }, coach: p } }',
    [
      'playbooks.p  The playbook p is given for opportunities and for accounts.  Write one for each.',
      'playbooks.p.steps.0.when.stge  There is no fact "stge" of an opportunity.  Did you mean "stage"?',
      'playbooks.p.steps.0.say  There is nothing called "nmae" to say of an opportunity.  Did you mean "{{ name }}"?',
    ],
  ],
  [
    'activities: { touches: [call], others: [call] }\nmoney: { rates: { EUR: 1.1 } }\nlimits: { per_run: { share: lots } }\ncalendar: { timezone: Berlin, hours: { from: "17:00", to: "09:00" }, holidays: [2026-02-30] }\nfields: { account: { a: { type: choice }, b: { type: text, of: [x] } } }',
    [
      'calendar.timezone  There is no time zone "Berlin".  Zones have names such as America/New_York.',
      'calendar.hours  Business hours run from a time of day to a later one, not from "17:00" to "09:00".  { from: "09:00", to: "17:30" }',
      'calendar.holidays.0  "2026-02-30" is no day.  Write a day that exists as 2026-12-25.',
      'money.rates  Rates need the currency in which amounts are added up.  Declare "currency" beside them.',
      'activities.others.0  The kind "call" stands among the touches and among the others.',
      'fields.account.a  The choice a needs "of": what it may be.  of: [small, large]',
      'fields.account.b.of  Only a choice has "of"; b is of type text.',
      'limits.per_run.share  "share" takes per cent such as 25%, not "lots".',
    ],
  ],
  [
    'rules: { a: { for: account, when: { name: x }, was: b }, b: { for: account, when: { name: x }, was: old }, c: { for: account, when: { name: x }, was: old }, d: { for: account, when: { name: x }, was: d } }',
    [
      'rules.a.was  The rule b is still there.  "was" is the name that a rule had before.',
      'rules.c.was  The findings of old are taken over by b.  Keep one of them.',
      'rules.d.was  The rule d is still called so.  Take "was" out.',
    ],
  ],
  [
    'assembly_line: { starts_in: a, bins: { a: { group: input }, b: { group: avoid } }, moves: [{ from: any, to: a, when: { name: x } }] }',
    [
      'assembly_line.moves.0.from  There is no bin from which "any" could lead to a: those to avoid are not among them.  Name the bins.',
    ],
  ],
])('%s', (text, complaints) => {
  test('all problems are told at once', () => {
    expect(complaintsOf(text)).toEqual(complaints)
  })
})

test('where people come as data, one whom no rule knows is taken, but for a slip of the pen', () => {
  const sources = 'sources: { crm: { people: { id: who } } }\n'
  expect(complaintsOf(sources + inThen('{ assign: zoe }, { notify: team.north }'))).toEqual([])
  expect(complaintsOf(`people: {}\n${inThen('{ assign: zoe }')}`)).toEqual([])
  expect(complaintsOf(sources + inThen('{ notify: mannager }'))).toEqual([
    'rules.quiet.then.0.notify  There is no person "mannager".  Did you mean "manager"?',
  ])
})
