import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { ACTIONS } from '../../src/actions/index.js'
import type { Schema } from '../../src/config/json-schema.js'
import { loadRules } from '../../src/config/load.js'
import { projectSchema } from '../../src/config/project-schema.js'
import { referencePage } from '../../src/config/reference.js'
import { publishedSchema } from '../../src/config/schema.js'
import { publishedTestsSchema } from '../../src/config/tests-shape.js'
import { anyFacts } from '../../src/config/words.js'
import type { Program } from '../../src/program/program.js'
import { SECTION_NAMES } from '../../src/program/sections/index.js'
import { folder } from './folder.js'

const root = new URL('../../', import.meta.url).pathname
const { program, rules } = loadRules(folder(`${root}test/config/language`)) as { program: Program; rules: object }
const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false })
const published = publishedSchema()
const own = projectSchema(program)

it('is the schema and the reference that stand in the repository', async () => {
  await expect(`${JSON.stringify(published, null, 2)}\n`).toMatchFileSnapshot(`${root}schemas/linewalker.schema.json`)
  await expect(referencePage()).toMatchFileSnapshot(`${root}docs/reference.md`)
})

describe.each([
  ['the published schema', published],
  ['the schema of the project', own],
])('%s', (_, schema) => {
  const check = ajv.compile(schema)

  it('takes what the checker takes', () => {
    expect(check(rules), JSON.stringify(check.errors)).toBe(true)
  })

  it('refuses unknown sections, facts, operators, actions and options', () => {
    const rule = (when: unknown, then: unknown[] = []) => ({ rules: { one: { for: 'opportunity', when, then } } })
    expect(check({ ruls: {} })).toBe(false)
    expect(check(rule({ statsu: 'open' }))).toBe(false)
    expect(check(rule({ any: [{ not: { acount: 1 } }] }))).toBe(false)
    expect(check(rule({ amount: { at_lest: 1 } }))).toBe(false)
    expect(check(rule({ time_in_stage: { at_least: '1 day' } }))).toBe(false)
    expect(check(rule({ status: 'opne' }))).toBe(false)
    expect(check(rule({ status: 'open' }, [{ create_taks: { title: 'x' } }]))).toBe(false)
    expect(check(rule({ status: 'open' }, [{ create_task: { tittle: 'x' } }]))).toBe(false)
    expect(check(rule({ status: 'open' }, [{ notify: 'owner' }]))).toBe(true)
  })

  it('says of every section, fact and action what it is, in a sentence', () => {
    const { condition, action } = schema.$defs as Record<string, Schema>
    const described = {
      ...schema.properties,
      ...condition?.properties,
      ...condition?.patternProperties,
      ...action?.properties,
    }
    for (const [name, part] of Object.entries(described)) expect(part.description, name).toMatch(/^[A-Z].*\.$/s)
    const rule = schema.properties?.rules?.additionalProperties as Schema
    for (const [key, part] of Object.entries(rule.properties ?? {})) expect(part.description, key).toMatch(/\.$/)
    expect(Object.keys(schema.properties ?? {})).toEqual(SECTION_NAMES)
  })
})

/** Every key of a schema, in whatever depth, with its path. */
function keysOf(schema: Schema, path: string): [path: string, part: Schema][] {
  const own = { ...schema.properties, ...schema.patternProperties }
  const { items, additionalProperties: rest } = schema
  return [
    ...Object.entries(own).flatMap(([key, part]) => [
      [`${path}.${key}`, part] as [string, Schema],
      ...keysOf(part, `${path}.${key}`),
    ]),
    ...[schema.anyOf, schema.oneOf].flatMap((parts) => (parts ?? []).flatMap((part) => keysOf(part, path))),
    ...(items ? keysOf(items, `${path}.*`) : []),
    ...(typeof rest === 'object' ? keysOf(rest, `${path}.*`) : []),
    ...Object.entries(schema.$defs ?? {}).flatMap(([name, part]) => keysOf(part, name)),
  ]
}

it.each([
  ['the published schema', published],
  ['the schema of the project', own],
  ['the schema of tests', publishedTestsSchema()],
])('%s has a description at every key, for completion', (_, schema) => {
  const keys = keysOf(schema, '')
  expect(keys.length).toBeGreaterThan(60)
  expect(keys.filter(([, { description }]) => !description).map(([path]) => path)).toEqual([])
})

describe('the reference', () => {
  const page = referencePage()
  const isListed = (path: string): boolean =>
    page.includes(`\`${path.split('.').at(-1)}\``) || page.includes(`\n### ${path.split('.').at(-1)}\n`)

  it('has every word of the schema', () => {
    const words = keysOf(published, '').filter(([path]) => !/[\^]/.test(path) && !path.startsWith('compare_'))
    expect(words.map(([path]) => path).filter((path) => !isListed(path))).toEqual([])
  })

  it.each(SECTION_NAMES)('has every key of %s in its own tables', (section) => {
    const [, part = ''] = page.split(`\n### ${section}\n`)
    const [own_ = ''] = part.split(/\n##?#? /)
    const tables = own_.split('\n').filter((line) => line.startsWith('|'))
    const keys = keysOf(published.properties?.[section] as Schema, section).map(([path]) => path.split('.').at(-1))
    expect(keys.filter((key) => !tables.some((line) => /^\| \W*`/.test(line) && line.includes(`\`${key}\``)))).toEqual(
      [],
    )
  })
})

it('takes the example of every action', () => {
  const check = ajv.compile(published)
  for (const { example, for: kinds } of ACTIONS) {
    const one = { for: kinds[0], when: { id: 'x' }, then: [parse(example)] }
    expect(check({ rules: { one } }), `${example} ${JSON.stringify(check.errors)}`).toBe(true)
  }
})

it('knows every fact, those with a name of the project by their family', () => {
  const { condition } = published.$defs as Record<string, Schema>
  const { properties = {}, patternProperties = {} } = condition as Schema
  for (const name of anyFacts(program.vocabulary).keys()) {
    const isKnown =
      name in properties || Object.keys(patternProperties).some((pattern) => new RegExp(pattern).test(name))
    expect(isKnown, name).toBe(true)
  }
})

it('has the words of the project as choices', () => {
  const check = ajv.compile(own)
  const rule = (body: object) => ({ rules: { one: { for: 'opportunity', when: { status: 'open' }, ...body } } })
  expect(own.$defs?.stage?.enum).toEqual(['discovery', 'offer', 'contract', 'done'])
  expect(own.$defs?.bin?.enum).toContain('later')
  const thresholds = own.$defs?.threshold?.anyOf?.flatMap((part) => part.enum ?? [])
  expect(thresholds).toEqual([...Object.keys(program.sections.thresholds ?? {}), 'expected'])
  expect(thresholds?.length).toBeGreaterThan(1)
  expect(own.$defs?.person?.enum).toEqual(expect.arrayContaining(['nuno', 'inês', '00123']))
  expect(own.$defs?.condition?.properties).toHaveProperty(['fields.rival'])
  expect(Object.keys(own.properties?.rules?.properties ?? {})).toContain('silent-offer')
  expect(check(rule({ when: { stage: 'contract', 'fields.rival': 'north-co' } }))).toBe(true)
  expect(check(rule({ when: { stage: 'contarct' } }))).toBe(false)
  expect(check(rule({ when: { 'fields.rivel': 'north-co' } }))).toBe(false)
  expect(check(rule({ then: [{ move_stage: 'done' }, { move_stage: { to: 'offer' } }] }))).toBe(true)
  expect(check(rule({ then: [{ move_stage: 'dome' }] }))).toBe(false)
  expect(check(rule({ coach: 'ring-fist' }))).toBe(false)
  expect(check(rule({ then: [{ call_webhook: 'crn' }] }))).toBe(false)
  expect(check({ views: { one: { columns: ['name', 'amonut'] } } })).toBe(false)
  expect(check({ assembly_line: { starts_in: 'cold', bins: {}, moves: [{ from: 'any', to: 'clod' }] } })).toBe(false)
})
