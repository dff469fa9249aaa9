import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { generateCompany } from '../../examples/brightwater/generate.js'
import { STAGES } from '../../examples/brightwater/life.js'
import { emailOf, STAFF } from '../../examples/brightwater/staff.js'
import { loadRules } from '../../src/config/load.js'
import { readCsv } from './csv.js'

const text = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
const folder = (name: string) =>
  readdirSync(new URL(`../../${name}`, import.meta.url))
    .filter((file) => file.endsWith('.yaml') && !file.endsWith('.test.yaml'))
    .map((file) => `${name}/${file}`)
const packs = folder('rules')
const company = folder('examples/brightwater/rules')

describe('every rules file that ships', () => {
  it.each([...packs, ...company, ...folder('rules-starter')])('%s names its schema and says what it is for', (file) => {
    const [first = '', second = ''] = text(file).split('\n')
    const up = '../'.repeat(file.split('/').length - 1)
    expect(first).toBe(`# yaml-language-server: $schema=${up}schemas/linewalker.schema.json`)
    expect(second).toMatch(/^# [A-Z].{30,}/)
  })

  it('names no people in the packs', () => {
    expect(packs.filter((file) => 'people' in parse(text(file)))).toEqual([])
  })

  it('has the eight bins and the two views under their titles', () => {
    const { bins } = parse(text('rules/assembly-line.yaml')).assembly_line
    expect(Object.values<{ label: string }>(bins).map((bin) => bin.label)).toEqual([
      'Cold',
      'Working',
      'Active Opportunity',
      'Check Back Quarterly',
      'Dead Opportunity',
      'Current Client',
      'Bad Fit',
      'Duplicate Account',
    ])
    const titles = Object.values<{ title: string }>(parse(text('rules/health.yaml')).views).map((view) => view.title)
    expect(titles).toContain('Pipeline Hygiene - This Quarter & Next')
    expect(titles).toContain('Pipeline Hygiene Q+2')
  })

  it('says why of every rule and every move', () => {
    const { moves } = parse(text('rules/assembly-line.yaml')).assembly_line as { moves: { why?: string }[] }
    const rules = [...packs, ...company].flatMap((file) =>
      Object.entries<{ why?: string }>(parse(text(file)).rules ?? {}),
    )
    expect(moves.filter((move) => !move.why)).toEqual([])
    expect(rules.filter(([, rule]) => !rule.why).map(([name]) => name)).toEqual([])
    expect(rules.length).toBeGreaterThan(30)
  })
})

describe('what ships loads without a problem', () => {
  const load = (files: readonly string[]) => {
    const named = new Map(files.map((file) => [file.slice(file.lastIndexOf('/') + 1), file]))
    return loadRules([...named].map(([path, file]) => ({ path, text: text(file) })))
  }

  it.each([
    ['the packs alone', packs],
    ['what init writes', [...packs, ...folder('rules-starter')]],
    ['the packs with the files of Brightwater laid over them', [...packs, ...company]],
  ])('%s', (_, files) => {
    const { program, problems } = load(files)
    expect(problems).toEqual([])
    expect(program?.rules.length).toBeGreaterThan(40)
  })

  it('with a playbook that somebody names, and none that nobody names', () => {
    const { rules } = load(packs)
    const indicators = Object.values(rules?.health?.indicators ?? {})
    const coaches = [...Object.values(rules?.rules ?? {}), ...indicators].flatMap((one) => one.coach ?? [])
    expect([...new Set(coaches)].sort()).toEqual(Object.keys(rules?.playbooks ?? {}).sort())
  })
})

describe('Brightwater and the packs', () => {
  it('agree on stages and how long they take', () => {
    const { pipelines } = parse(text('rules/pipelines.yaml')) as {
      pipelines: Record<string, { stages: Record<string, { expected?: string }> }>
    }
    const declared = Object.fromEntries(
      Object.entries(pipelines).map(([name, { stages }]) => [
        name,
        Object.entries(stages).flatMap(([stage, { expected }]) =>
          expected ? [[stage, Number.parseInt(expected, 10)]] : [],
        ),
      ]),
    )
    expect(STAGES).toEqual(declared)
  })

  it('agree on reasons', () => {
    const { pipelines } = parse(text('rules/pipelines.yaml'))
    const rows = readCsv(generateCompany({ seed: 1, today: '2026-11-21' })['opportunities.csv'])
    const strange = rows.filter(
      (o) => o.reason !== '' && !pipelines[`${o.pipeline}`].reasons[`${o.status}`]?.includes(o.reason),
    )
    expect(strange).toEqual([])
  })

  it('have the same people in the rules and in the export', () => {
    const { people } = parse(text('examples/brightwater/rules/people.yaml')) as { people: Record<string, object> }
    const staff = STAFF.map(({ id, manager, active, ...rest }) => [
      id,
      { ...rest, email: emailOf(id), ...(manager ? { manager } : {}), ...(active ? {} : { active }) },
    ])
    expect(people).toEqual(Object.fromEntries(staff))
  })

  it('map only columns that are exported', () => {
    const files = generateCompany({ seed: 1, today: '2026-11-21' })
    const { crm } = parse(text('examples/brightwater/rules/sources.yaml')).sources as {
      crm: Record<string, Record<string, string | Record<string, string>>>
    }
    for (const [file, body] of Object.entries(files)) {
      const columns = (body.split('\n')[0] ?? '').split(',')
      const { fields = {}, ...plain } = crm[file.replace('.csv', '')] ?? {}
      expect([...Object.values(plain), ...Object.values(fields)].sort()).toEqual([...columns].sort())
    }
  })
})
