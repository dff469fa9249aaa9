import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { formatProblems, isTestFile, loadRules, loadTests, runTests } from '../../src/index.js'
import { type Block, blocksOf, PAGES, textOf } from './pages.js'

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

/** The files that `init` writes, without the tests. */
const starter = ['rules', 'rules-starter'].flatMap((name) => {
  const folder = new URL(`../../${name}/`, import.meta.url)
  return readdirSync(folder)
    .filter((file) => /\.yaml$/.test(file) && !isTestFile(file))
    .map((file) => ({ path: file, text: readFileSync(new URL(file, folder), 'utf8') }))
})

/** What the paragraph above a block says it stands in place of: whole files, or sections of one. */
function replacedBy({ page, line }: Block): { files: string[]; sections: string[] } {
  const above =
    textOf(page)
      .split('\n')
      .slice(0, line - 2)
      .join('\n')
      .trimEnd()
      .split('\n\n')
      .at(-1) ?? ''
  if (!above.startsWith('In place of')) return { files: [], sections: [] }
  const words = [...above.matchAll(/`([^`]+)`/g)].flatMap(([, word]) => word ?? [])
  return {
    files: words.filter((word) => word.endsWith('.yaml')),
    sections: words.filter((word) => !word.includes('.')),
  }
}

/** A file without some of its sections, its lines where they were. */
const without = (text: string, sections: readonly string[]): string =>
  sections.reduce((left, section) => left.replace(new RegExp(`^${section}:.*\\n(?:(?![a-z]).*\\n)*`, 'm'), ''), text)

describe('every piece of rules of the guide loads as a file beside those that `init` writes', () => {
  const guide = fragments.filter(({ page }) => page === 'docs/guide.md')

  test.each(guide.map((block) => [`line ${block.line}`, block] as const))('%s', (_, block) => {
    const { files, sections } = replacedBy(block)
    for (const file of files) expect(starter.map(({ path }) => path)).toContain(file)
    const left = starter.flatMap(({ path, text }) => {
      if (!files.includes(path)) return [{ path, text }]
      return sections.length > 0 ? [{ path, text: without(text, sections) }] : []
    })
    const beside = (others: typeof starter) => loadRules([...others, { path: 'own.yaml', text: block.text }]).problems
    expect(formatProblems(beside(left), [], 'text')).toBe('')
    // What is said to be in the way is in the way.
    if (files.length > 0) expect(beside(starter)).not.toEqual([])
  })
})

describe('every story on the pages comes out as written, with the packs', () => {
  const { program } = loadRules(starter)

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
