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
  [
    '{ set_status: lost, reason: price }',
    '0  "reason" stands beside set_status, not in it.  set_status: { to: …, reason: … }',
  ],
  [
    '{ create_task: { title: Call, due: 2 } }',
    '0.create_task.due  "due" of create_task takes a span from now such as "2 business days", not "2".',
  ],
  ['{ set_field: { amount: "{{ amount }}" } }', '0.set_field.amount  amount is a number, not "{{ amount }}".'],
  [
    '{ create_task: , title: Call }',
    '0  One action a line: create_task and title stand in one map.  Indent the options of create_task below it.',
  ],
  ['notify', '0  An action is expected, not "notify".  Such as: - notify: owner'],
])('then: %s', (then, complaint) => {
  test('is told once, by place, sentence and next step', () => {
    expect(complaintsOf(inThen(then))).toEqual([`rules.quiet.then.${complaint}`])
  })
})
