import type { Program } from '../program/program.js'
import type { Schema } from './json-schema.js'
import { schemaOver } from './schema.js'

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
  const who = ['owner', 'manager', 'account.owner', ...vocabulary.people.keys(), ...teams]
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
    view: [...program.views.keys()],
    channel: Object.keys(sections.channels ?? {}),
    rule: program.rules.filter((rule) => rule.is !== 'move').map((rule) => rule.id),
  }
  const schema = schemaOver(table)
  const defs: Record<string, Schema> = { ...schema.$defs }
  for (const [name, words] of Object.entries(names)) {
    if (words.length > 0) defs[name] = { enum: [...new Set(words)] }
  }
  // People may also come as data: an editor completes those that YAML declares and takes any other.
  defs.who = { anyOf: [{ enum: [...new Set(who)] }, { type: 'string' }] }

  const own = (name: string): Schema => (defs[name] ? { $ref: `#/$defs/${name}` } : { type: 'string' })
  const one = (name: string) => (): Schema => own(name)
  const list = (name: string) => (): Schema => ({ type: 'array', items: own(name), minItems: 1 })
  const several = (name: string) => (): Schema => ({ anyOf: [own(name), list(name)()] })
  const rules = schema.properties?.rules ?? {}
  const rule = rules.additionalProperties as Schema
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
    ['digests.*.show', list('view')],
    [
      'rules',
      (section) => ({ ...section, properties: Object.fromEntries((names.rule ?? []).map((id) => [id, rule])) }),
    ],
  ]
  const actions: typeof changes = [
    ['move_stage.to', one('stage')],
    ['move_bin.to', one('bin')],
    ['assign.to', one('who')],
    ['create_task.assign', one('who')],
    ['notify.to', several('who')],
    ['send_email.to', several('who')],
    ['post_message.channel', one('channel')],
    ['call_webhook.channel', one('channel')],
  ]
  const apply = (start: Schema, list: typeof changes): Schema =>
    list.reduce((done, [path, change]) => at(done, path.split('.'), change), start)
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
  return { ...apply({ ...schema, $defs: defs }, changes), $defs: { ...defs, action } }
}

/** The schema with one part changed: `*` goes into the elements of a list or the values of a map, a key into any alternative. */
function at(schema: Schema, path: readonly string[], change: (schema: Schema) => Schema): Schema {
  const [step, ...rest] = path
  if (step === undefined) {
    const { description } = schema
    return { ...(description === undefined ? {} : { description }), ...change(schema) }
  }
  if (schema.anyOf) return { ...schema, anyOf: schema.anyOf.map((part) => at(part, path, change)) }
  if (step === '*' && schema.items) return { ...schema, items: at(schema.items, rest, change) }
  if (step === '*' && typeof schema.additionalProperties === 'object') {
    return { ...schema, additionalProperties: at(schema.additionalProperties, rest, change) }
  }
  const part = schema.properties?.[step]
  return part ? { ...schema, properties: { ...schema.properties, [step]: at(part, rest, change) } } : schema
}
