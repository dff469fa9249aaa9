import { factsFor } from '../facts/table.js'
import type { SectionName } from '../program/sections/index.js'
import type { Schema } from './json-schema.js'
import { KEY_SUMMARIES } from './key-summaries.js'
import { ANY_VOCABULARY } from './words.js'

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

/** What a key is for: as it is written down, or, where records are mapped, the summary of the fact. */
export function summaryAt(path: string): string | undefined {
  const [, mapped, name = ''] = /^sources\.\*\.(opportunities|accounts)\.(\w+)$/.exec(path) ?? []
  const fact = mapped && factsFor(mapped === 'accounts' ? 'account' : 'opportunity', ANY_VOCABULARY).get(name)
  const said = path.replace(/^fields\.(opportunity|account)\.\*/, 'fields.*').replace(/^scoring\.\w+\.\*/, 'scoring.*')
  return KEY_SUMMARIES[said] ?? (fact || undefined)?.summary
}

/** The schema with a sentence at each of its sections and keys, so that editors can show them. */
export function describeKeys(schema: Schema): Schema {
  const sections = Object.entries(schema.properties ?? {}).map(([name, section]) => {
    const part = described(section, name)
    return [name, { description: SECTION_SUMMARIES[name as SectionName], ...part }] as const
  })
  const { action = {}, origin = {} } = schema.$defs ?? {}
  const defs = { ...schema.$defs, origin: described(origin, 'origin'), action: described(action, 'action') }
  return { ...schema, properties: Object.fromEntries(sections), $defs: defs }
}

/** A part of the schema with a sentence at each of its keys; `path` is where it stands. */
export function described(schema: Schema, path: string): Schema {
  const copy: Schema = { ...schema }
  const sentence = summaryAt(path)
  if (sentence && copy.description === undefined) copy.description = sentence
  if (schema.properties) {
    const entries = Object.entries(schema.properties)
    copy.properties = Object.fromEntries(entries.map(([key, part]) => [key, described(part, `${path}.${key}`)]))
  }
  if (typeof schema.additionalProperties === 'object') {
    copy.additionalProperties = described(schema.additionalProperties, `${path}.*`)
  }
  const alternative = (part: Schema): Schema => (part.properties ? described(part, path) : part)
  if (schema.anyOf) copy.anyOf = schema.anyOf.map(alternative)
  if (schema.oneOf) copy.oneOf = schema.oneOf.map(alternative)
  if (schema.items) copy.items = described(schema.items, `${path}.*`)
  return copy
}
