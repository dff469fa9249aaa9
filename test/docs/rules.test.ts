import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { formatProblems, isTestFile, loadRules, loadTests, runTests } from '../../src/index.js'
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

const written = PAGES.flatMap((page) => blocksOf(page)).filter(({ lang }) => lang === 'yaml')
const isStory = ({ text }: Block) => /^timeline:/m.test(text)
const fragments = written.filter((block) => !isStory(block))

describe('every piece of rules on the pages loads', () => {
  test('there are some', () => {
    expect(fragments.length).toBeGreaterThan(15)
  })

  test.each(fragments.map((block) => [`${block.page}:${block.line}`, block] as const))('%s', (_, block: Block) => {
    const { problems } = loadRules([{ path: 'rules.yaml', text: joined(block.text) }])
    expect(formatProblems(problems, [], 'text')).toBe(formatProblems([], [], 'text'))
  })
})

describe('every story on the pages comes out as written, with the packs', () => {
  const folders = ['rules', 'rules-starter'].map((name) => new URL(`../../${name}/`, import.meta.url))
  const files = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => /\.yaml$/.test(name) && !isTestFile(name))
      .map((name) => ({ path: name, text: readFileSync(new URL(name, folder), 'utf8') })),
  )
  const { program } = loadRules(files)

  test.each(written.filter(isStory).map((block) => [`${block.page}:${block.line}`, block] as const))(
    '%s',
    async (at, block) => {
      const { tests, problems } = loadTests([{ path: `${at}.test.yaml`, text: block.text }], program!)
      expect(formatProblems(problems, [], 'text')).toBe('')
      const { outcomes } = await runTests(tests, program!)
      expect(outcomes.map(({ failed }) => failed)).toEqual([[]])
    },
  )
})
