import { z } from 'zod'
import { ACTIONS } from '../actions/index.js'
import { OPERATORS } from '../conditions/operators.js'
import type { Operator } from '../conditions/tree.js'
import { FACT_KINDS, type Fact, type FactKind } from '../facts/fact.js'
import { NAME } from '../program/sections/common.js'
import { rulesFile } from '../program/sections/index.js'
import { PLAIN_PATTERNS } from '../program/thresholds.js'
import { forEditors } from './for-editors.js'
import { changedAt, type Schema } from './json-schema.js'
import { describeKeys } from './summaries.js'
import { ANY_NAME, anyFacts, optionsSchema } from './words.js'

const ref = (name: string): Schema => ({ $ref: `#/$defs/${name}` })
const TEXT: Schema = { type: ['string', 'number', 'boolean'] }
const ANY_PATTERN = '[a-z][a-z0-9_.-]*'

/** What one value of a fact may be, when it is compared by `is`. */
const VALUES: Partial<Record<FactKind, Schema>> = {
  text: TEXT,
  choice: TEXT,
  number: { type: ['number', 'string'] },
  money: { type: ['number', 'string'] },
  flag: { type: 'boolean' },
}

const oneOrMore = (item: Schema): Schema => ({ anyOf: [item, { type: 'array', items: item, minItems: 1 }] })

/** What an operator is given. */
function operandSchema(operator: Operator, value: Schema): Schema {
  const schemas = operator.takes.map((takes): Schema => {
    switch (takes) {
      case 'values':
        return oneOrMore(value)
      case 'number':
      case 'span':
        return ref('threshold')
      case 'range':
        return { type: 'array', items: ref('threshold'), minItems: 2, maxItems: 2 }
      case 'flag':
        return { type: 'boolean' }
      case 'periods':
        return oneOrMore({ type: 'string' })
      default:
        return TEXT
    }
  })
  const [only] = schemas
  return { description: operator.summary, ...(schemas.length === 1 ? only : { anyOf: schemas }) }
}

/** How a fact of a kind may be compared: with a value, a list of values, or by operators. */
function comparison(kind: FactKind, choices: readonly string[] | undefined): Schema {
  const value = choices ? { enum: [...choices] } : VALUES[kind]
  const operators = OPERATORS.filter((operator) => operator.written && operator.kinds.includes(kind))
  const map: Schema = {
    type: 'object',
    properties: Object.fromEntries(operators.map((op) => [op.name, operandSchema(op, value ?? TEXT)])),
    additionalProperties: false,
    minProperties: 1,
  }
  const isWord = operators.some((operator) => operator.name === 'is')
  return isWord && value ? { anyOf: [value, { type: 'array', items: value, minItems: 1 }, map] } : map
}

/** A condition over a table of facts. Families whose names a project gives are patterns. */
function conditionSchema(facts: ReadonlyMap<string, Fact>): Schema {
  const parts: Schema = { type: 'array', items: ref('condition'), minItems: 1 }
  const properties: Record<string, Schema> = {
    all: { description: 'Every one of these conditions must hold.', ...parts },
    any: { description: 'At least one of these conditions must hold.', ...parts },
    not: { description: 'This condition, all of its lines together, must not hold.', ...ref('condition') },
  }
  const patternProperties: Record<string, Schema> = {}
  for (const { name, kind, summary, choices } of facts.values()) {
    const isFamily = name.endsWith(`.${ANY_NAME}`)
    const isField = name.endsWith(`fields.${ANY_NAME}`)
    const compared = isField ? {} : choices ? comparison(kind, choices) : ref(`compare_${kind}`)
    const described = { description: isFamily ? general(name, summary) : summary, ...compared }
    if (!isFamily) properties[name] = described
    else patternProperties[`^${name.replace(ANY_NAME, '').replaceAll('.', '\\.')}${ANY_PATTERN}$`] = described
  }
  return {
    type: 'object',
    description: 'Facts and what they must be. Every line must hold.',
    properties,
    ...(Object.keys(patternProperties).length > 0 ? { patternProperties } : {}),
    additionalProperties: false,
    minProperties: 1,
  }
}

/** The summary of a family, told of any of its names. */
const general = (name: string, summary: string): string =>
  name.endsWith(`fields.${ANY_NAME}`)
    ? 'A custom field, as declared in "fields".'
    : summary.replace(ANY_NAME, 'this name')

const thresholdSchema = (facts: ReadonlyMap<string, Fact>, names: readonly string[] | null): Schema => ({
  description: 'A number, a span such as "14 days", "expected", the name of a threshold, or a table by a fact.',
  anyOf: [
    { type: 'number' },
    names ? { enum: [...names, 'expected'] } : { type: 'string', pattern: NAME.source },
    { type: 'string', pattern: PLAIN_PATTERNS.map((pattern) => `(?:${pattern})`).join('|') },
    {
      type: 'object',
      properties: {
        by: {
          description: 'The fact by whose value the threshold differs.',
          anyOf: [{ enum: [...facts.keys()].filter((name) => !name.endsWith(ANY_NAME)) }, { type: 'string' }],
        },
        else: { description: 'For every other value, and where the fact is missing.', ...ref('threshold') },
      },
      additionalProperties: ref('threshold'),
      required: ['by'],
    },
  ],
})

const actionSchema = (): Schema => {
  const schema: Schema = {
    type: 'object',
    description: 'One action with its options.',
    properties: Object.fromEntries(
      ACTIONS.map(({ name, summary, options, short }) => [
        name,
        { description: summary, ...optionsSchema(options, short) },
      ]),
    ),
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
  }
  return changedAt(schema, ['create_task', 'due'], () => ref('span'))
}

/** The schema of rules files over a table of facts; `thresholds` are the only names of thresholds there are, null where any may be. */
export function schemaOver(facts: ReadonlyMap<string, Fact>, thresholds: readonly string[] | null = null): Schema {
  const shapes = z.toJSONSchema(rulesFile, { target: 'draft-2020-12', io: 'input' }) as Schema
  const comparisons = FACT_KINDS.map((kind) => [`compare_${kind}`, comparison(kind, undefined)] as const)
  const schema: Schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Linewalker rules',
    description: 'A file of a rules folder: any of these sections, each at most once per file.',
    ...shapes,
    $defs: {
      ...shapes.$defs,
      condition: conditionSchema(facts),
      threshold: thresholdSchema(facts, thresholds),
      action: actionSchema(),
      ...Object.fromEntries(comparisons),
    },
  }
  return describeKeys(schema)
}

/** The schema of the language as it is, draft 2020-12: for the checker's fixed shapes and for the reference. */
export const languageSchema = (): Schema => schemaOver(anyFacts())

/** The published schema of rules files, draft 2020-12. */
export const publishedSchema = (): Schema => forEditors(languageSchema())

/**
 * The schema of the language with conditions, thresholds, actions and the texts of spans left open: their words are looked up by
 * name by the compiler, which says more than a validator can.
 */
export function shapeSchema(): Schema {
  const schema = languageSchema()
  const open: Schema = { type: 'object' }
  const { pattern: _, ...span } = schema.$defs?.span ?? {}
  return { ...schema, $defs: { ...schema.$defs, condition: open, action: open, threshold: {}, span } }
}
