import { describe, expect, test } from 'vitest'
import { analyse } from '../../src/analysis/analyse.js'
import { loadRules } from '../../src/config/load.js'
import type { Program } from '../../src/program/program.js'
import type { Rules } from '../../src/program/sections/index.js'
import { NOW, saidOf, sentencesOf } from './said.js'

const rule = (when: string, sections = '') => `${sections}
rules:
  never: { for: opportunity, when: ${when} }
`
const told = async (text: string) =>
  (await sentencesOf(text)).filter((said) => said.includes('rule-never-fires')).map((said) => said.replace(/^\S+ /, ''))

describe('what the rules say of their own people', () => {
  test('stands against every import: the rule never fires, and is shown on the owner as the rules have them', async () => {
    const [warning, ...more] = await saidOf(rule('{ status: open, owner: dana, owner.team: east }').trimStart())
    expect(more).toEqual([])
    expect(warning?.said).toBe(
      '2:65 rule-never-fires: The rule never can never fire: "owner is dana" and "owner.team is east" never hold together.',
    )
    expect(warning?.shown).toContain('  owner.team: west')
    for (const when of [
      '{ status: open, owner: [dana, lee], owner.active: false }',
      '{ status: open, owner: dana, owner.manager: { is_not: lee } }',
      '{ status: open, account.owner: lee, account.owner.team: { is_not: west } }',
    ])
      expect(await told(rule(when)), when).toHaveLength(1)
  })

  test('is silent of what they leave open, of others, and of whoever is only not somebody', async () => {
    for (const when of [
      '{ status: open, owner: lee, owner.manager: max }',
      '{ status: open, owner: [dana, robin], owner.team: east }',
      '{ status: open, owner: { is_not: dana }, owner.team: east }',
      '{ status: open, owner: { starts_with: da }, owner.team: east }',
      '{ status: open, owner.team: east }',
      '{ status: open, owner: { missing: false }, not: { any: [{ owner: { contains: o } }, { owner: { contains: x } }, { owner: { contains: "~" } }] } }',
    ])
      expect(await told(rule(when)), when).toEqual([])
  })
})

describe('a status that no stage allows', () => {
  const pilot = (stages: string, statuses: string) => `
pipelines:
  pilot: { stages: { one: { statuses: [open] }, two: { statuses: [open] }, end: { statuses: [won, lost] } } }
sources:
  crm: { opportunities: { id: Id, stage: ${stages}, status: ${statuses} } }`
  const ALL = '{ column: S, map: { A: one, B: two, C: end } }'
  const EARLY = '{ column: S, map: { A: one, B: two } }'
  // The pipelines of the examples allow every status somewhere: here there is only the one.
  const of = async (when: string, stages = ALL, statuses = '{ column: T, map: { O: open, W: won } }') => {
    const { program, rules } = loadRules([{ path: 'rules.yaml', text: rule(when, pilot(stages, statuses)) }])
    const warnings = await analyse(program as Program, rules as Rules, NOW)
    return warnings.map(({ kind, message }) => `${kind}: ${message}`)
  }

  test('is never found where no source brings it, even if one brings every stage', async () => {
    expect(await of('{ status: abandoned }')).toEqual([
      'rule-never-fires: The rule never can never fire: no stage allows the status abandoned, and no source brings one.',
    ])
    expect(await of('{ status: abandoned, stage: end }')).toHaveLength(1)
    expect(await of('{ status: abandoned, stage: end }', ALL, '{ column: T }')).toEqual([])
  })

  test('that a stage forbids may still come where a source moves what somebody has closed elsewhere', async () => {
    expect(await of('{ status: lost, stage: [one, two] }')).toEqual([])
    expect(await of('{ status: won, stage: one }')).toEqual([])
    expect(await of('{ status: open, stage: end }', EARLY, '{ column: T, map: { W: won } }')).toEqual([
      'rule-never-fires: The rule never can never fire: the stage end does not allow the status open, and no source brings one.',
    ])
    expect(await of('{ status: open, stage: end }', ALL, '{ column: T, map: { W: won } }')).toEqual([])
    expect(await of('{ status: open, stage: end }', EARLY)).toEqual([])
  })
})
