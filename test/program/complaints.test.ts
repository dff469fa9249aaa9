import { describe, expect, test } from 'vitest'
import { complaintsOf } from './company.js'

const inRule = (when: string, kind = 'opportunity') => `rules: { quiet: { for: ${kind}, when: ${when} } }`
const inThen = (then: string, kind = 'opportunity') =>
  `rules: { quiet: { for: ${kind}, when: { name: x }, then: [${then}] } }`

describe.each([
  ['{ amuont: 3 }', 'amuont  There is no fact "amuont" of an opportunity.  Did you mean "amount"?'],
  ['{ stage: { is_nto: closed } }', 'stage.is_nto  There is no operator "is_nto".  Did you mean "is_not"?'],
  ['{ stage: [proposal, colsed] }', 'stage.1  There is no stage "colsed".  Did you mean "closed"?'],
  ['{ account.bin: wroking }', 'account.bin  There is no bin "wroking".  Did you mean "working"?'],
  ['{ fields.competitor: globux }', 'fields.competitor  There is no competitor "globux".  Did you mean "globex"?'],
  ['{ budget: 3 }', 'budget  There is no fact "budget" of an opportunity.  A custom field is written "fields.budget".'],
  ['{ segment: x }', 'segment  There is no fact "segment" of an opportunity.  Of its account it is "account.segment".'],
  [
    '{ opportunity.name: x }',
    'opportunity.name  There is no fact "opportunity.name" of an opportunity.  Write "name".',
  ],
  [
    '{ activities.fax: 1 }',
    'activities.fax  There is no fact "activities.fax" of an opportunity.  The section "activities" declares the kinds.',
  ],
  [
    '{ time_in_stage: { over: 14 } }',
    'time_in_stage.over  "over" of time_in_stage takes a span such as "14 days", not 14.',
  ],
  ['{ amount: { over: 14 days } }', 'amount.over  "over" of amount takes a number, not "14 days".'],
  [
    '{ amount: { over: "50,000" } }',
    'amount.over  "over" of amount takes a number, not "50,000".  Write 50000, without commas.',
  ],
  ['{ amount: 1.2345 }', 'amount  amount is an amount of at most three decimals, not 1.2345.'],
  [
    '{ amount: { between: [5, 1] } }',
    'amount.between  "between" of amount takes the lower number first, not [5,1].  Write [1, 5].',
  ],
  [
    '{ pushes: { over: 20% } }',
    'pushes.over  "over" of pushes takes a number, not 20%.  Only amount_drop is in per cent.',
  ],
  ['{ owner: }', 'owner  owner needs a value.  Write { missing: true } for "is not known".'],
  [
    '{ owner: { is: } }',
    'owner.is  "is" of owner takes a value, not nothing.  Write { missing: true } for "is not known".',
  ],
  ['{ owner: [] }', 'owner  An empty list is no value of owner.  Name at least one.'],
  ['{ owner: {} }', 'owner  owner needs an operator.  It takes is, is_not, contains, starts_with, missing.'],
  ['{}', '  A condition cannot be empty.  Say what must hold, such as { status: open }.'],
  ['{ any: [] }', 'any  "any" cannot be empty.  any: [{ … }, { … }]'],
  ['{ any: { name: x } }', 'any  "any" takes a list of conditions.  any: [{ … }, { … }]'],
  [
    '{ not: [{ name: x }] }',
    'not  A condition is a map from facts to what they must be, not a list.  Take the dashes out, or put the list behind "any" or "all".',
  ],
  [
    '{ time_in_stage: 14 days }',
    'time_in_stage  time_in_stage cannot be compared with "14 days" alone.  Write { over: 14 days }.',
  ],
  [
    '{ close_date: today }',
    'close_date  close_date cannot be compared with "today" alone.  Write { before: today }, { in: this quarter } or { within_next: 14 days }.',
  ],
  [
    '{ close_date: { before: 31.12.2026 } }',
    'close_date.before  "before" of close_date takes a date such as 2026-03-31 or a period such as "this quarter" or "month-1", not "31.12.2026".',
  ],
  [
    '{ close_date: { in: [this quarter, soon] } }',
    'close_date.in  "in" of close_date takes a period such as "this quarter" or "month-1", not ["this quarter","soon"].',
  ],
  [
    '{ name: { over: 3 } }',
    'name.over  "over" does not compare name, whose kind is text.  It takes is, is_not, contains, starts_with, missing.',
  ],
  ['{ fields.nda: maybe }', 'fields.nda  fields.nda is true or false, not "maybe".'],
  [
    '{ age: { over: expected } }',
    'age.over  "over" of age cannot be compared with "expected".  Only time_in_stage and time_in_bin can.',
  ],
  [
    '{ age: { over: { by: stgae, else: 3 days } } }',
    'age.over.by  There is no fact "stgae" of an opportunity.  Did you mean "stage"?',
  ],
  [
    '{ age: { over: { by: stage, propsal: 3 days } } }',
    'age.over.propsal  There is no stage "propsal".  Did you mean "proposal"?',
  ],
  [
    '{ age: { over: { by: stage, proposal: 3 } } }',
    'age.over.proposal  "over" of age takes a span such as "14 days", not 3.',
  ],
  [
    '{ age: { over: { by: close_date, else: 3 days } } }',
    'age.over.by  A table cannot vary by close_date, whose kind is date: it has no values to name.',
  ],
])('when: %s', (when, complaint) => {
  test('is told once, by place, sentence and next step', () => {
    expect(complaintsOf(inRule(when))).toEqual([`rules.quiet.when.${complaint}`.replace('when.  ', 'when  ')])
  })
})

describe.each([
  ['{ create_taks: { titel: 3 } }', '0.create_taks  There is no action "create_taks".  Did you mean "create_task"?'],
  [
    '{ create_task: { titel: Call } }',
    '0.create_task.titel  There is no option "titel" of create_task.  Did you mean "title"?',
  ],
  ['{ create_task: { assign: owner } }', '0.create_task  create_task needs "title".'],
  [
    '{ create_task: { title: "{{ acount.name }}" } }',
    '0.create_task.title  There is nothing called "acount.name" to say of an opportunity.  Did you mean "{{ account.name }}"?',
  ],
  [
    '{ create_task: { title: "{{ name" } }',
    '0.create_task.title  The text cannot be read: Output "{{ name" not closed.',
  ],
  [
    '{ create_task: { title: Call, due: soon } }',
    '0.create_task.due  "due" of create_task takes a span from now such as "2 business days", not "soon".',
  ],
  [
    '{ create_task: { title: Call, assign: danna } }',
    '0.create_task.assign  There is no person "danna".  Did you mean "dana"?',
  ],
  ['{ assign: team.wset }', '0.assign  There is no team "wset".  Did you mean "team.west"?'],
  ['{ notify: [owner, mannager] }', '0.notify.1  There is no person "mannager".  Did you mean "manager"?'],
  ['{ set_status: lost }', '0.set_status  set_status to lost needs a "reason".'],
  [
    '{ set_status: { to: lost, reason: prize } }',
    '0.set_status.reason  "prize" is no reason for lost.  Did you mean "price"?',
  ],
  [
    '{ set_status: wun }',
    '0.set_status  "to" of set_status cannot be "wun".  It is one of open, won, lost, abandoned.',
  ],
  ['{ move_stage: colsed }', '0.move_stage  There is no stage "colsed" in any pipeline.  Did you mean "closed"?'],
  ['{ move_bin: wroking }', '0.move_bin  There is no bin "wroking".  Did you mean "working"?'],
  [
    '{ set_field: { stage: closed } }',
    '0.set_field.stage  set_field cannot set "stage" of an opportunity.  It may set amount, close_date, next_step, source, origin, fields.budget, fields.competitor, fields.nda, fields.signed.',
  ],
  ['{ set_field: { amount: lots } }', '0.set_field.amount  amount is a number, not "lots".'],
  [
    '{ set_field: { close_date: soon } }',
    '0.set_field.close_date  close_date is a day such as 2026-03-31, not "soon".',
  ],
  ['{ set_field: {} }', '0.set_field  set_field needs a fact and its value.'],
  ['{ close_tasks: { all: true } }', '0.close_tasks.all  There is no option "all" of close_tasks.  It takes none: {}.'],
  [
    '{ post_message: { channel: mail, text: Hi } }',
    '0.post_message.channel  post_message needs a channel of type slack or teams; "mail" is of type email.  It may be deals.',
  ],
  ['{ call_webhook: crn }', '0.call_webhook  There is no channel "crn".  Did you mean "crm"?'],
  [
    '{ notify: owner, close_tasks: {} }',
    '0  One action a line: notify and close_tasks stand in one map.  Begin each with a dash.',
  ],
  ['notify', '0  An action is expected, not "notify".  Such as: - notify: owner'],
])('then: %s', (then, complaint) => {
  test('is told once, by place, sentence and next step', () => {
    expect(complaintsOf(inThen(then))).toEqual([`rules.quiet.then.${complaint}`])
  })
})

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
