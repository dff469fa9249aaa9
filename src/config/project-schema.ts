import type { Program } from '../program/program.js'
import { DIGEST_REPORTS } from '../program/telling.js'
import { forEditors } from './for-editors.js'
import { changedAt, type Schema } from './json-schema.js'
import { nearPattern } from './near-pattern.js'
import { schemaOver } from './schema.js'

const TEXT = ['string', 'number', 'boolean']
const ROLES_OF_SUBJECT = ['owner', 'manager', 'account.owner']

/**
 * The published schema with this project's own words: stages, bins, people, fields, activities, playbooks, views,
 * channels and the names of its rules, so that an editor completes them.
 */
export function projectSchema(program: Program): Schema {
  const { vocabulary, facts, sections } = program
  const table = new Map([...facts.account, ...facts.opportunity])
  const stages = [...vocabulary.pipelines.values()].flatMap((pipeline) => pipeline.stages.map((stage) => stage.name))
  const people = [...vocabulary.people.values()]
  const teams = people.flatMap((person) => (person.team ? [`team.${person.team}`] : []))
  const managers = people.flatMap((person) => person.manager ?? [])
  const isOpen = people.length === 0 || Object.values(sections.sources ?? {}).some((source) => source.people)
  const bins = [...(vocabulary.assemblyLine?.bins.keys() ?? [])]
  const names: Record<string, readonly string[]> = {
    stage: stages,
    bin: bins,
    bin_or_any: bins.length > 0 ? ['any', ...bins] : [],
    person: [...vocabulary.people.keys()],
    activity: [...vocabulary.touches, ...vocabulary.otherActivities],
    fact: [...table.keys()],
    column: [...table.keys()].flatMap((name) => [name, `-${name}`]),
    playbook: [...program.playbooks.keys()],
    shown: [...program.views.keys(), ...DIGEST_REPORTS],
    channel: Object.keys(sections.channels ?? {}),
  }
  const schema = schemaOver(table, Object.keys(sections.thresholds ?? {}))
  const defs: Record<string, Schema> = { ...schema.$defs }
  for (const [name, words] of Object.entries(names)) {
    if (words.length > 0) defs[name] = { enum: [...new Set(words)] }
  }
  // Where people may also come as data, an editor completes those that YAML declares and takes any other but a slip.
  const peopleOr = (words: readonly string[], known: readonly string[]): Schema => {
    const own: Schema = { enum: [...new Set([...words, ...known])] }
    const other: Schema = { type: TEXT, not: { anyOf: words.map((word) => ({ pattern: nearPattern(word) })) } }
    return isOpen ? { anyOf: [own, other] } : own
  }
  const everybody = [...vocabulary.people.keys(), ...managers, ...teams]
  defs.who = peopleOr(ROLES_OF_SUBJECT, everybody)
  defs.addressee = { anyOf: [{ type: 'string', pattern: '@|\\{[{%]' }, defs.who] }
  defs.reader = peopleOr(['managers', 'owners'], [...vocabulary.people.keys(), ...teams])

  const own = (name: string): Schema => (defs[name] ? { $ref: `#/$defs/${name}` } : { type: 'string' })
  const one = (name: string) => (): Schema => own(name)
  const list = (name: string) => (): Schema => ({ type: 'array', items: own(name), minItems: 1 })
  const several = (name: string) => (): Schema => ({ anyOf: [own(name), list(name)()] })
  const rules = schema.properties?.rules ?? {}
  const rule = rules.additionalProperties as Schema
  const ids = program.rules.filter(({ is }) => is !== 'move').map(({ id }) => id)
  const titled = (id: string): Schema => ({ description: program.rules.find((one) => one.id === id)?.title, ...rule })
  const changes: [path: string, change: (schema: Schema) => Schema][] = [
    ['pipelines.*.stages.*.requires', list('fact')],
    ['assembly_line.starts_in', one('bin')],
    ['assembly_line.bins.*.requires', list('fact')],
    ['assembly_line.moves.*.from', several('bin_or_any')],
    ['assembly_line.moves.*.to', several('bin')],
    ['people.*.manager', one('person')],
    ['health.indicators.*.coach', one('playbook')],
    ['rules.*.coach', one('playbook')],
    ['rules.*.event.activity', one('activity')],
    ['views.*.columns', list('fact')],
    ['views.*.sort', several('column')],
    ['notifications.via', one('channel')],
    ['digests.*.show', list('shown')],
    ['digests.*.to', several('reader')],
    ['rules', (section) => ({ ...section, properties: Object.fromEntries(ids.map((id) => [id, titled(id)])) })],
  ]
  const actions: typeof changes = [
    ['move_stage.to', one('stage')],
    ['move_bin.to', one('bin')],
    ['assign.to', one('who')],
    ['create_task.assign', one('who')],
    ['notify.to', several('who')],
    ['send_email.to', several('addressee')],
    ['post_message.channel', one('channel')],
    ['call_webhook.channel', one('channel')],
  ]
  const apply = (start: Schema, list: typeof changes): Schema =>
    list.reduce((done, [path, change]) => changedAt(done, path.split('.'), change), start)
  const action = apply(defs.action ?? {}, actions)
  for (const [name, alone] of [
    ['move_stage', one('stage')],
    ['move_bin', one('bin')],
    ['assign', one('who')],
    ['notify', several('who')],
    ['call_webhook', one('channel')],
  ] as const) {
    const part = action.properties?.[name]
    if (part?.anyOf) part.anyOf = [...part.anyOf.filter((option) => option.properties), alone()]
  }
  return forEditors({ ...apply({ ...schema, $defs: defs }, changes), $defs: { ...defs, action } })
}
