import type { SectionName } from '../program/sections/index.js'
import type { Schema } from './json-schema.js'

/** What each section declares, in one sentence. */
export const SECTION_SUMMARIES: Record<SectionName, string> = {
  calendar: 'The zone in which days begin and end, workdays, business hours, holidays and the fiscal year.',
  people: 'Who owns, manages and is told, by id.',
  fields: 'Custom fields of opportunities and accounts.',
  pipelines: 'Pipelines with their stages in order.',
  assembly_line: 'The bins of accounts, their groups, and the moves between them.',
  activities: 'Every kind of activity there is, and which of them are a touch.',
  thresholds: 'Named numbers or spans that may differ by stage, segment or any other fact.',
  health: 'The indicators that make an opportunity healthy, at risk or poor.',
  scoring: 'The points whose sum is the lead score.',
  qualification: 'What must be known before an opportunity is qualified.',
  rules: 'The rules: what is wrong, whom it concerns, and what is done about it.',
  playbooks: 'Coaching advice, given when an indicator or a rule speaks.',
  views: 'Saved views: a condition, columns and an order.',
  notifications: 'How and when people are told: the channel, the time of day, quiet hours, a daily maximum.',
  channels: 'The wires over which letters go: email, Slack, Teams, webhooks. Secrets come from the environment.',
  digests: 'Letters that come at fixed times and show views or reports.',
  goals: 'Hygiene goals to hold a team to.',
  money: 'The currency of amounts that name none, and rates to add different ones up.',
  limits: 'How much one run, with the 24 hours before it, may change before a person must approve.',
  sources: 'How the columns of a CSV file, or the fields of a webhook, map onto the model.',
}

/** What the keys of the larger things are for; `*` stands for a name or an element of a list. */
const KEYS: Record<string, string> = {
  'rules.*.title': 'What people read when the rule speaks.',
  'rules.*.why': 'Why it matters, in one or two sentences.',
  'rules.*.for': 'What the rule looks at: opportunity or account.',
  'rules.*.when': 'The condition: every line must hold.',
  'rules.*.event': 'Makes it an event rule: it speaks when something happens, and opens no finding.',
  'rules.*.lasting': 'The condition must hold this long without a break first.',
  'rules.*.severity': 'How grave a finding is: watch (default), at_risk or poor.',
  'rules.*.then': 'What is done once, when the finding opens. Left out, the rule only finds.',
  'rules.*.remind': 'What is done again and again while the finding is open.',
  'rules.*.escalate': 'What is done when the finding has been open for so long.',
  'rules.*.on_resolve': 'What is done when the finding resolves.',
  'rules.*.coach': 'The playbook that goes with the finding.',
  'rules.*.mode': 'act (default), or observe: findings without effects.',
  'rules.*.disabled': 'Takes the rule out; the text says why.',
  'rules.*.was': 'The former name of the rule, whose findings it takes over.',
  'rules.*.priority': 'Higher speaks first; 0 where nothing is said.',
  'rules.*.cooldown': 'How long after it resolved it may not open again.',
  'rules.*.even_if_avoided': 'Acts on accounts in the bins to avoid, too.',
  'assembly_line.starts_in': 'The bin of an account that arrives without one.',
  'assembly_line.bins': 'The bins by name.',
  'assembly_line.bins.*.group': 'What kind of bin it is; accounts in a bin to avoid are left alone.',
  'assembly_line.bins.*.expected': 'How long an account normally stays.',
  'assembly_line.bins.*.requires': 'Facts that must be known of an account in it.',
  'assembly_line.moves': 'The moves that are allowed; any other is refused.',
  'assembly_line.moves.*.then': 'What is done when Linewalker made the move by itself.',
  'pipelines.*.stages': 'The stages in order.',
  'pipelines.*.stages.*.probability': 'Per cent.',
  'pipelines.*.stages.*.expected': 'How long an opportunity normally stays.',
  'pipelines.*.stages.*.statuses': 'The statuses that the stage allows; all four where nothing is said.',
  'pipelines.*.stages.*.requires': 'Facts that must be known of an opportunity in it.',
  'pipelines.*.backwards': 'May an opportunity go back to an earlier stage?',
  'pipelines.*.reasons': 'What the reason may be, by status; any text where a status is not listed.',
  'health.when': 'Which opportunities have a health at all.',
  'health.indicators':
    'The indicators by name: that of an elapsed or number fact, or any other with "when" and "level".',
  'health.indicators.*.at_risk': 'From here on the indicator is at risk.',
  'health.indicators.*.poor': 'From here on the indicator is poor.',
  'health.indicators.*.when': 'Must hold, too.',
  'health.indicators.*.level': 'The level of an indicator that is not named after a fact.',
  'views.*.columns': 'The facts to show.',
  'views.*.sort': 'The facts to sort by; a leading minus turns the order round.',
  'people.*.manager': 'The id of the manager.',
  'people.*.active': 'Whether they may be assigned and told; true where nothing is said.',
  'notifications.via': 'The channel over which people are told.',
  'digests.*.show': 'The views or reports it shows.',
  'digests.*.to': 'Who gets it: people, managers (each the own team) or owners (each the own).',
  'action.set_status.to': 'The status: open, won, lost or abandoned.',
  'action.set_status.reason': 'Why; needed with lost and abandoned.',
  'action.move_stage.to': 'A stage of its own pipeline.',
  'action.move_bin.to': 'The bin.',
  'action.create_task.due': 'A span from now, such as 2 business days.',
  'action.notify.to': 'One who is told, or a list of them.',
  'action.notify.urgent': 'Goes at once, outside quiet hours.',
  'action.send_email.to': 'People, an address, or a text that gives one.',
  'action.post_message.channel': 'A channel of the type slack or teams.',
  'action.call_webhook.channel': 'A channel of the type webhook.',
  'people.*.name': 'As people write it.',
  'people.*.email': 'Where letters go.',
  'people.*.role': 'What they may do: rep, manager, revops or admin.',
  'people.*.team': 'A team is whoever names it.',
  'people.*.timezone': 'IANA name, where it is not that of the calendar.',
  'fields.opportunity': 'Those of opportunities, by name.',
  'fields.account': 'Those of accounts, by name.',
  'calendar.workdays': 'Monday to Friday where nothing is said.',
  'calendar.holidays': 'Days that are no workdays.',
  'calendar.fiscal_year_starts': 'The month in which the fiscal year begins.',
  'scoring.opportunity': 'Lines that add points where they hold.',
  'scoring.account': 'Lines that add points where they hold.',
  'qualification.needs': 'Each is a fact, or a condition: met when it is known and not false.',
  'playbooks.*.title': 'What people read above it.',
  'playbooks.*.steps': 'What to say, and when.',
  'playbooks.*.practice': 'The practice behind it, in a sentence or two.',
  'pipelines.*.label': 'What people read.',
  'goals.*.title': 'What people read.',
  'goals.*.for': 'What is counted: opportunities (default) or accounts.',
  'goals.*.at_most': 'The goal is met up to this much.',
  'goals.*.at_least': 'The goal is met from this much on.',
  'goals.*.measure': 'What is counted: subjects, their value, or the share of one of them.',
  'goals.*.of': 'Of which subjects; the open ones where nothing is said.',
  'goals.*.when': 'Which of them count.',
  'goals.*.per': 'Whose goal it is: of each owner, team or manager.',
  'views.*.title': 'What people read above it.',
  'views.*.for': 'What it lists: opportunity or account.',
  'views.*.when': 'Which of them it lists.',
  'digests.*.title': 'The subject of the letter.',
  'digests.*.starting': 'The day of the first one.',
  'digests.*.at': 'The time of day.',
  'limits.per_run': 'A run that would do more is held, rule by rule.',
  'money.currency': 'The currency of amounts that name none.',
  'notifications.gather': 'The times of day at which notices are gathered into one letter.',
  'notifications.quiet_hours': 'When nothing is sent, not even what is urgent.',
  'activities.touches': 'Kinds of activity that are a touch.',
  'activities.others': 'Kinds of activity that are none.',
}

/** The schema with the sentences of this page at its sections and keys, so that editors can show them. */
export function describeKeys(schema: Schema): Schema {
  const sections = Object.entries(schema.properties ?? {}).map(([name, section]) => {
    const described = describe(section, name)
    return [name, { description: SECTION_SUMMARIES[name as SectionName], ...described }] as const
  })
  const action = describe(schema.$defs?.action ?? {}, 'action')
  return { ...schema, properties: Object.fromEntries(sections), $defs: { ...schema.$defs, action } }
}

function describe(schema: Schema, path: string): Schema {
  const copy: Schema = { ...schema }
  const sentence = KEYS[path]
  if (sentence && copy.description === undefined) copy.description = sentence
  if (schema.properties) {
    const entries = Object.entries(schema.properties)
    copy.properties = Object.fromEntries(entries.map(([key, part]) => [key, describe(part, `${path}.${key}`)]))
  }
  if (typeof schema.additionalProperties === 'object') {
    copy.additionalProperties = describe(schema.additionalProperties, `${path}.*`)
  }
  if (schema.anyOf) copy.anyOf = schema.anyOf.map((part) => (part.properties ? describe(part, path) : part))
  if (schema.items) copy.items = describe(schema.items, `${path}.*`)
  return copy
}
