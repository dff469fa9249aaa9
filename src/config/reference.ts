import { ACTIONS } from '../actions/index.js'
import { operatorsOf } from '../conditions/operators.js'
import type { SubjectKind } from '../domain/subjects.js'
import { FACT_KINDS } from '../facts/fact.js'
import { factsFor, settableFacts } from '../facts/table.js'
import { PERIOD_UNITS } from '../lib/period.js'
import { formatSpan, SPAN_UNITS } from '../lib/span.js'
import { SECTION_NAMES } from '../program/sections/index.js'
import type { Schema } from './json-schema.js'
import { code, sectionKeys, table } from './reference-keys.js'
import { languageSchema } from './schema.js'
import { SECTION_SUMMARIES } from './summaries.js'
import { DEEDS, publishedTestsSchema } from './tests-shape.js'
import { ANY_NAME, ANY_VOCABULARY } from './words.js'

/** The name of a family with its free part in capitals, as the language page writes it: `activities.KIND`. */
function familyName(name: string): string {
  const free = /^(account\.)?(health|qualification|fields)\./.exec(name)?.[2]
  const word = free === 'health' ? 'INDICATOR' : free === 'qualification' ? 'NEED' : free === 'fields' ? 'NAME' : 'KIND'
  return name.replace(ANY_NAME, word)
}

/** What stands for the name in the name of a family: KIND, INDICATOR, NEED. */
const placeholder = (name: string): string => familyName(name).split('.').at(-1) as string

/** What `set_field` may set, by kind of subject. */
const settable = (): string =>
  (['opportunity', 'account'] as const)
    .map(
      (kind) =>
        `Of an ${kind}: ${[...settableFacts(kind, ANY_VOCABULARY).keys()].map(familyName).map(code).join(', ')}.`,
    )
    .join(' ')

const PARTS = ['all', 'any', 'not']

/** The words that join conditions. */
const partsOf = ({ properties = {} }: Schema): string =>
  table(
    ['word', 'is'],
    PARTS.map((word) => [code(word), properties[word]?.description ?? '']),
  )

const spans = (): string => {
  const words = SPAN_UNITS.map((unit) => code(formatSpan({ count: unit === 'day' ? 14 : 2, unit })))
  const [, ...named] = PERIOD_UNITS
  const periods = named.map((unit) => [
    code(`this ${unit}`),
    code(`last ${unit}`),
    code(`next ${unit}`),
    code(`${unit}+2`),
    code(`${unit}-1`),
  ])
  return `A *span* is a whole number and a unit, singular or plural: ${words.join(', ')}. Days and longer are civil time in the calendar's zone, hours and minutes are exact, business hours run only within the hours of workdays. \`expected\` and \`2 x expected\` are the span of the stage or the bin.

A *period* is \`today\`, \`day+1\` (or any other number), or one of these. Quarters and years are fiscal, weeks begin on Monday.

${table(['this', 'last', 'next', 'so many on', 'so many back'], periods)}`
}

/** The language of `*.test.yaml`, by its own schema. */
function testKeys(): string {
  const { properties = {}, $defs = {} } = publishedTestsSchema()
  const { tests: _, ...test } = properties
  const shape: Schema = { properties: test, required: ['given', 'timeline'] }
  const deeds = Object.entries(DEEDS).map(([word, says]) => [code(word), says])
  return `A file is one test, or several by name under \`tests\`.${sectionKeys('', shape, $defs, new Set())}

#### What \`do\` takes

Facts with their new values, and

${table(['word', 'is'], deeds)}`
}

/** The reference of the language, in Markdown, from the very lists that the checker and the engine use. */
export function referencePage(): string {
  const schema = languageSchema()
  const defs = schema.$defs ?? {}
  const facts = (kind: SubjectKind): string =>
    table(
      ['fact', 'kind', 'is'],
      [...factsFor(kind, ANY_VOCABULARY).values()]
        .filter(({ name }) => kind === 'account' || !name.startsWith('account.'))
        .map(({ name, kind: is, summary, choices }) => [
          code(familyName(name)),
          name.endsWith(`fields.${ANY_NAME}`) ? 'as declared' : is,
          `${(name.endsWith(`fields.${ANY_NAME}`) ? 'A custom field.' : summary).replaceAll(ANY_NAME, placeholder(name))}${
            choices && choices.length > 0 ? ` One of ${choices.map(code).join(', ')}.` : ''
          }`,
        ]),
    )
  const seen = new Set<string>()
  const sections = SECTION_NAMES.map((name) => {
    const section = schema.properties?.[name] ?? {}
    const named = typeof section.additionalProperties === 'object' ? ' A map by name.' : ''
    return `### ${name}\n\n${SECTION_SUMMARIES[name]}${named}${sectionKeys(name, section, defs, seen)}`
  })
  const operators = FACT_KINDS.map(
    (kind) =>
      `### ${kind}\n\n${table(
        ['operator', 'holds for'],
        operatorsOf(kind).map(({ name, summary }) => [code(name), summary]),
      )}`,
  )
  const actions = ACTIONS.map(({ name, for: kinds, summary, short, example }) => {
    const shape = (schema.$defs?.action?.properties?.[name] ?? {}) as Schema
    const map = shape.anyOf?.[0] ?? shape
    const rows = Object.entries(map.properties ?? {}).map(([key, part]) => [
      map.required?.includes(key) ? `**${code(key)}**` : code(key),
      part.description ?? part.anyOf?.find((option) => option.description)?.description ?? '',
    ])
    const set = name === 'set_field' ? `\n\n${settable()}` : ''
    const options = rows.length > 0 ? `\n\n${table(['option', 'is'], rows)}` : set
    const alone = short && map !== shape ? ` \`${short}\` may stand alone.` : ''
    return `### ${name}\n\n${summary} For: ${kinds.join(', ')}.${alone}${options}\n\n\`\`\`yaml\n- ${example}\n\`\`\``
  })
  return [
    '# Reference\n\nGenerated from the words of the language by `scripts/reference.ts`; not to be edited. What is needed stands in **bold**.',
    `## Sections\n\n${sections.join('\n\n')}`,
    `## Facts of an opportunity\n\nBehind \`account.\` stand the facts of its account.\n\n${facts('opportunity')}`,
    `## Facts of an account\n\n${facts('account')}`,
    `## Operators, by kind of fact\n\n\`fact: value\` means \`is\`, a list means any of them. A comparison with a missing fact is unknown, and so is its negation; only \`missing\` sees it.\n\n${operators.join('\n\n')}`,
    `## Conditions\n\nA map from facts to what they must be; every line must hold.\n\n${partsOf(defs.condition ?? {})}`,
    `## Spans and periods\n\n${spans()}`,
    `## Actions\n\n${actions.join('\n\n')}`,
    `## Tests of rules\n\n${testKeys()}`,
  ]
    .join('\n\n')
    .concat('\n')
}
