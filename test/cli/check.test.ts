import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { enterCompany, importCompany, linewalker, transcript } from './support.js'

const FAULTS = `rules:
  never:
    for: opportunity
    when: { status: open, amount: { over: 9000, under: 500 } }
  of-a-segment:
    for: account
    when: { segment: Enterprise }
`

describe('check with warnings', () => {
  let company: ReturnType<typeof enterCompany>
  beforeEach(() => {
    company = enterCompany()
    writeFileSync(join(company.dir, 'rules', 'faults.yaml'), FAULTS)
  })
  afterEach(() => company.leave())

  test('tells them, proves them, and compares values with the records', async () => {
    await importCompany()
    const calls = [
      ['check'],
      ['check', '--show'],
      ['check', '--db', 'sqlite:linewalker.db'],
      ['check', '--show', '--db', 'sqlite:linewalker.db'],
      ['check', '--show', '--json'],
    ]
    const told: string[] = []
    for (const args of calls) told.push(transcript(args.join(' '), await linewalker(args)))
    await expect(told.join('\n')).toMatchFileSnapshot('golden/check-warnings.txt')
  })

  test('gives them to programs, and ends with 0', async () => {
    const { code, out } = await linewalker(['check', '--json'])
    const { problems, warnings } = JSON.parse(out)
    expect({ code, problems }).toEqual({ code: 0, problems: [] })
    expect(warnings).toEqual([
      {
        file: 'rules/faults.yaml',
        line: 4,
        column: 27,
        kind: 'rule-never-fires',
        message: 'The rule never can never fire: "amount over 9,000" and "amount under 500" never hold together.',
        hint: 'Take one of them out, or put them under "any".',
      },
    ])
    const [run] = JSON.parse((await linewalker(['check', '--format', 'sarif'])).out).runs
    const said = run.tool.driver.rules.find(({ id }: { id: string }) => id === 'rule-never-fires')
    expect(said.shortDescription.text).toMatch(/^A rule or a move whose condition nothing can ever meet/)
    expect((await linewalker(['check', '--format', 'github'])).out).toContain(
      '::warning file=rules/faults.yaml,line=4,col=27::',
    )
  })
})
