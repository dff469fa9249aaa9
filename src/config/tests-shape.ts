import { z } from 'zod'
import { ACTIONS } from '../actions/index.js'
import type { Vocabulary } from '../domain/vocabulary.js'
import { action, name, oneOrMore } from '../program/sections/common.js'
import { MAPPABLE } from '../program/sections/sources.js'
import type { Schema } from './json-schema.js'
import { described, summaryAt } from './summaries.js'
import { optionsSchema } from './words.js'

const facts = z.record(z.string(), z.unknown()).meta({ id: 'facts' })
const deeds = z.record(z.string(), z.unknown()).meta({ id: 'deeds' })
const effects = z.array(action)
const nothing = z.literal('nothing')

const happening = z.union([
  z.literal('pending'),
  z.strictObject({
    opens: effects
      .optional()
      .describe('The finding opens, with these effects. Of an event rule, or a move that does more: what is done.'),
    resolves: effects.optional().describe('The finding resolves, with these effects.'),
    reminds: effects.optional().describe('Reminders come, with these effects.'),
    escalates: effects.optional().describe('Escalations come, with these effects.'),
    moves: z.string().optional().describe('Behind a move: the bin to which the account goes.'),
    refused: effects.optional().describe('What the rule would have done and may not.'),
  }),
])
const given = z.record(
  z.string(),
  z.union([
    z.strictObject({ opportunity: facts.describe('An opportunity: its facts, as an import would bring them.') }),
    z.strictObject({ account: facts.describe('An account: its facts, as an import would bring them.') }),
    z.strictObject({ person: facts.describe('A person beside those of the rules: name, email, role and so on.') }),
  ]),
)
const line = z.strictObject({
  at: z.string().describe('When: a day (its begin) or an instant, after the line before.'),
  do: z.record(z.string(), deeds).optional().describe('What happens to subjects of "given".'),
  expect: z
    .union([nothing, z.record(z.string(), z.union([nothing, z.record(name, happening)]))])
    .optional()
    .describe(
      'All that the rules did since the line before, by subject and rule. A subject that is not named had nothing.',
    ),
})
const test = z.strictObject({
  why: z.string().optional().describe('What the test is about, for who reads that it fails.'),
  rules: oneOrMore(z.string()).optional().describe('Only these rules and moves are told; others act unseen.'),
  given: given.describe(
    'Opportunities and accounts as they stand at the first line, by id; and people beside those of the rules.',
  ),
  timeline: z.array(line).min(1).describe('What happens, and what the rules make of it, in order of time.'),
})

/** A file of rule tests: one test that is called by the file, or several by name. */
const testsFile = test.partial().extend({
  tests: z.record(z.string(), test).optional().describe('Several tests in one file, by name.'),
})

export type WrittenTest = z.infer<typeof test>
export type WrittenFile = z.infer<typeof testsFile>
export type WrittenHappening = z.infer<typeof happening>

/** Facts that may be given: those of a record of that kind, and custom fields. */
const GIVEN = { opportunity: MAPPABLE.opportunities, account: MAPPABLE.accounts, person: MAPPABLE.people } as const
export type GivenKind = keyof typeof GIVEN

/** The facts that tests may give of a subject: what may be imported of one, but its id; custom fields as `fields.NAME`. */
export const givenNames = (kind: GivenKind, { fields }: Vocabulary): string[] => [
  ...GIVEN[kind].filter((one) => one !== 'id'),
  ...(kind === 'person' ? [] : [...fields[kind].keys()].map((field) => `fields.${field}`)),
]

/** What people do, beside new values of facts. */
export const DEEDS = {
  activity:
    'An activity, or a list: its kind, or a map with "kind" and perhaps "by", "at" (ahead: planned) and "contact".',
  acknowledge: 'Somebody acknowledges the open finding of this rule.',
  snooze: 'Somebody snoozes the open finding of a rule: a map with "rule" and "until" (an instant, touch or stage).',
  delete: 'The record is deleted: true.',
} as const

const base = (): Schema => z.toJSONSchema(testsFile, { target: 'draft-2020-12', io: 'input' }) as Schema

/** The fixed shape of a file of tests; the words of facts and effects are looked up by name. */
export function testsShape(): Schema {
  const schema = base()
  const open: Schema = { type: 'object' }
  return { ...schema, $defs: { ...schema.$defs, action: open, facts: open, deeds: open } }
}

/** The published schema of files of rule tests, draft 2020-12, for editors. */
export function publishedTestsSchema(): Schema {
  const schema = base()
  const kinds = ['opportunities', 'accounts', 'people'] as const
  const summaryOf = (fact: string): string | undefined =>
    kinds.flatMap((kind) => summaryAt(`sources.*.${kind}.${fact}`) ?? [])[0]
  const value = (fact: string): Schema => {
    const description = summaryOf(fact)
    return description ? { description } : {}
  }
  const names = [...new Set([...GIVEN.opportunity, ...GIVEN.account, ...GIVEN.person])].filter((one) => one !== 'id')
  const properties = Object.fromEntries(names.map((one) => [one, value(one)]))
  const fields: Record<string, Schema> = { '^fields\\.[a-z][a-z0-9_-]*$': { description: 'A custom field.' } }
  const map = (more: Record<string, Schema>): Schema => ({
    type: 'object',
    properties: { ...properties, ...more },
    patternProperties: fields,
    additionalProperties: false,
  })
  const deeds = Object.fromEntries(Object.entries(DEEDS).map(([deed, description]) => [deed, { description }]))
  return {
    ...schema,
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Linewalker rule tests',
    description: 'A file of rule tests (*.test.yaml): one test, or several by name under "tests".',
    $defs: { ...schema.$defs, action: described(effectSchema(), 'action'), facts: map({}), deeds: map(deeds) },
  }
}

/** An effect as tests write it: an action of which any option may be left out. */
function effectSchema(): Schema {
  const partial = ({ required: _, ...schema }: Schema): Schema => schema
  return {
    type: 'object',
    description: 'One effect. What is left out of its details may be anything.',
    properties: Object.fromEntries(
      ACTIONS.map(({ name: verb, summary, options, short }) => {
        const { anyOf, ...schema } = optionsSchema(options, short)
        const details = anyOf ? { anyOf: anyOf.map(partial) } : partial(schema)
        const alone = short && !anyOf ? { anyOf: [details, { type: 'string' }] } : details
        return [verb, { description: summary, ...alone }]
      }),
    ),
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
  }
}
