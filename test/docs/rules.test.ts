import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { formatProblems, loadRules } from '../../src/index.js'
import { type Block, blocksOf, PAGES } from './pages.js'

/** What a reader of the pages has beside a fragment: the model that `init` writes, without its rules. */
const MODEL = ['activities', 'assembly-line', 'calendar', 'fields', 'pipelines', 'people']
const model: Record<string, unknown> = Object.assign(
  {},
  ...MODEL.map((name) => {
    const folder = name === 'people' ? 'rules-starter' : 'rules'
    return parse(readFileSync(new URL(`../../${folder}/${name}.yaml`, import.meta.url), 'utf8'))
  }),
)

/** The sections that a fragment declares itself stand alone; but its fields and people join those that are there. */
function besides(fragment: Record<string, Record<string, object>>): Record<string, unknown> {
  const beside = { ...model }
  for (const section of Object.keys(fragment)) delete beside[section]
  return beside
}

/** `fields` and `people` are maps that fragments add to. */
function joined(text: string): string {
  const fragment = parse(text)
  const { fields, people } = fragment
  const model_ = model as { fields: Record<string, object>; people: object }
  if (people) fragment.people = { ...model_.people, ...people }
  if (fields) {
    const both = ['opportunity', 'account'].map((kind) => [kind, { ...model_.fields[kind], ...fields[kind] }])
    fragment.fields = Object.fromEntries(both)
  }
  return stringify({ ...besides(fragment), ...fragment })
}

const fragments = PAGES.flatMap((page) => blocksOf(page)).filter(({ lang }) => lang === 'yaml')

describe('every piece of rules on the pages loads', () => {
  test('there are some', () => {
    expect(fragments.length).toBeGreaterThan(15)
  })

  test.each(fragments.map((block) => [`${block.page}:${block.line}`, block] as const))('%s', (_, block: Block) => {
    const { problems, warnings } = loadRules([{ path: 'rules.yaml', text: joined(block.text) }])
    expect(formatProblems(problems, warnings, 'text')).toBe(formatProblems([], [], 'text'))
  })
})
