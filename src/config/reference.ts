import { ACTIONS } from '../actions/index.js'
import { operatorsOf } from '../conditions/operators.js'
import type { SubjectKind } from '../domain/subjects.js'
import { FACT_KINDS } from '../facts/fact.js'
import { factsFor } from '../facts/table.js'
import { SECTION_NAMES } from '../program/sections/index.js'
import type { Schema } from './json-schema.js'
import { publishedSchema } from './schema.js'
import { expected } from './slips.js'
import { SECTION_SUMMARIES } from './summaries.js'
import { ANY_NAME, ANY_VOCABULARY } from './words.js'

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
const code = (text: string): string => `\`${text}\``

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows.map((row) => row.map(cell))].map((row) => `| ${row.join(' | ')} |`).join('\n')

/** The name of a family with its free part in capitals, as the language page writes it: `activities.KIND`. */
function familyName(name: string): string {
  const free = /^(account\.)?(health|qualification|fields)\./.exec(name)?.[2]
  const word = free === 'health' ? 'INDICATOR' : free === 'qualification' ? 'NEED' : free === 'fields' ? 'NAME' : 'KIND'
  return name.replace(ANY_NAME, word)
}

/** What stands for the name in the name of a family: KIND, INDICATOR, NEED. */
const placeholder = (name: string): string => familyName(name).split('.').at(-1) as string

/** The reference of the language, in Markdown, from the very lists that the checker and the engine use. */
export function referencePage(): string {
  const schema = publishedSchema()
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
  const keys = (section: Schema): string => {
    const shape = typeof section.additionalProperties === 'object' ? section.additionalProperties : section
    const rows = Object.entries(shape.properties ?? {}).map(([key, part]) => [
      shape.required?.includes(key) ? `**${code(key)}**` : code(key),
      expected(part, defs),
      part.description ?? '',
    ])
    return rows.length > 0 ? `\n\n${table(['key', 'takes', 'is'], rows)}` : ''
  }
  const sections = SECTION_NAMES.map((name) => {
    const section = schema.properties?.[name] ?? {}
    const named = typeof section.additionalProperties === 'object' ? ' A map by name.' : ''
    return `### ${name}\n\n${SECTION_SUMMARIES[name]}${named}${keys(section)}`
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
    const options = rows.length > 0 ? `\n\n${table(['option', 'is'], rows)}` : ''
    const alone = short && map !== shape ? ` \`${short}\` may stand alone.` : ''
    return `### ${name}\n\n${summary} For: ${kinds.join(', ')}.${alone}${options}\n\n\`\`\`yaml\n- ${example}\n\`\`\``
  })
  return [
    '# Reference\n\nGenerated from the words of the language by `scripts/reference.ts`; not to be edited. What is needed stands in **bold**.',
    `## Sections\n\n${sections.join('\n\n')}`,
    `## Facts of an opportunity\n\nBehind \`account.\` stand the facts of its account.\n\n${facts('opportunity')}`,
    `## Facts of an account\n\n${facts('account')}`,
    `## Operators, by kind of fact\n\n\`fact: value\` means \`is\`, a list means any of them. A comparison with a missing fact is unknown, and so is its negation; only \`missing\` sees it.\n\n${operators.join('\n\n')}`,
    `## Actions\n\n${actions.join('\n\n')}`,
  ]
    .join('\n\n')
    .concat('\n')
}
