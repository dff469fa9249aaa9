import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { enterCompany, importCompany, linewalker, transcript } from './support.js'

/** Every mistake of a call or an environment is a sentence on standard error, and nothing on standard output. */
describe('mistakes', () => {
  let company: ReturnType<typeof enterCompany>
  beforeAll(async () => {
    company = enterCompany()
    await importCompany()
    mkdirSync('empty')
    mkdirSync('broken')
    writeFileSync(
      'broken/rules.yaml',
      'rules:\n  quiet:\n    for: opportunity\n    when: { stauts: open }\n  quiet2: { for: deal }\n',
    )
    writeFileSync('text.db', 'this is no database, but it is long enough to look like a file\n'.repeat(40))
    writeFileSync('plan-not.json', '{ "intents": 3 }')
    writeFileSync('plan-torn.json', '{ "intents": [')
    writeFileSync('no-columns.csv', 'a,b\n1,2\n')
  })
  afterAll(() => company.leave())

  const WRONG: string[][] = [
    ['plan', '--rules', 'nowhere'],
    ['plan', '--rules', 'empty'],
    ['plan', '--rules', 'text.db'],
    ['plan', '--db', 'sqlite:nowhere.db'],
    ['plan', '--db', 'sqlite:nowhere/linewalker.db'],
    ['plan', '--db', 'sqlite:text.db'],
    ['plan', '--db', 'mysql://somewhere'],
    ['plan', '--at', 'tomorrow'],
    ['plan', '--at', '2026-02-30'],
    ['plan', '--limit', 'few'],
    ['plan', '--out', 'nowhere/plan.json'],
    ['plna'],
    ['plan', '--jsn'],
    ['plan', 'too', 'many'],
    ['import'],
    ['import', 'oportunities', 'csv/opportunities.csv'],
    ['import', 'opportunities', 'csv/nothing.csv', '--source', 'crm'],
    ['import', 'opportunities', 'csv', '--source', 'crm'],
    ['import', 'opportunities', 'csv/opportunities.csv'],
    ['import', 'opportunities', 'csv/opportunities.csv', '--source', 'cmr'],
    ['import', 'opportunities', 'no-columns.csv', '--source', 'crm'],
    ['import', 'people', 'csv/accounts.csv', '--source', 'crm'],
    ['explain', 'quite', 'O-1'],
    ['explain', 'qui', 'O-1'],
    ['explain', 'quiet', 'O-11'],
    ['explain', 'quiet', 'Acme pumps'],
    ['explain', 'quiet', 'Valves for somebody'],
    ['explain', 'O-1', 'quiet'],
    ['explain', 'working-to-bad-fit', 'acme'],
    ['explain', 'quiet', 'acme'],
    ['explain', 'quiet', 'account:acme'],
    ['explain', 'quiet'],
    ['health', '--view', 'unhealty'],
    ['health', '--by', 'teem'],
    ['history', 'nobody'],
    ['findings', '--rule', 'quite'],
    ['findings', '--state', 'opened'],
    ['acknowledge', 'quiet/opportunity/O-9'],
    ['snooze', 'quiet/opportunity/O-9', '--until', 'touch', '--reason', 'because'],
    ['snooze', 'quiet/opportunity/O-9', '--until', 'tuch', '--reason', 'because'],
    ['snooze', 'quiet/opportunity/O-9', '--until', '2026-01-01', '--reason', 'because'],
    ['snooze', 'quiet/opportunity/O-9', '--until', 'touch'],
    ['tasks', 'done', 'nothing'],
    ['apply', 'nowhere.json'],
    ['apply', 'plan-not.json'],
    ['apply', 'plan-torn.json'],
    ['apply', 'csv'],
    ['approve', 'quite'],
    ['graph', '--what', 'pipeline'],
    ['check', 'nowhere'],
    ['init', 'text.db'],
    ['stop', '--db', 'sqlite:nowhere.db'],
  ]

  test('each is a sentence with the next step, and ends with 2', async () => {
    const said: string[] = []
    for (const args of WRONG) {
      const ran = await linewalker(args)
      expect({ args, code: ran.code, out: ran.out }).toEqual({ args, code: 2, out: '' })
      said.push(transcript(args.join(' '), ran).replaceAll(company.dir, 'DIR'))
    }
    await expect(said.join('\n')).toMatchFileSnapshot('golden/mistakes.txt')
  })

  test('rules with problems are printed and nothing is done, with 1', async () => {
    const said: string[] = []
    for (const args of [['plan'], ['check'], ['check', '--format', 'github'], ['apply', '--json']]) {
      const ran = await linewalker([...args, '--rules', 'broken'])
      expect({ args, code: ran.code }).toEqual({ args, code: 1 })
      said.push(transcript(args.join(' '), ran))
    }
    await expect(said.join('\n')).toMatchFileSnapshot('golden/problems.txt')
  })

  test('of a rule that nothing is like it says which there are', async () => {
    for (const command of ['approve', 'baseline'])
      expect((await linewalker([command, 'xyzzy-nosuch'])).err).toMatch(
        /^There is no rule "xyzzy-nosuch"\. There is [a-z-]+, .*\.\n$/,
      )
  })

  test('a database that may only be read is said to be so', async () => {
    if (process.getuid?.() === 0) return
    chmodSync('linewalker.db', 0o444)
    const ran = await linewalker(['apply'])
    chmodSync('linewalker.db', 0o644)
    expect(ran).toMatchObject({
      code: 2,
      out: '',
      err: 'The database linewalker.db may only be read, not written. Get the right to write it, or name another one.\n',
    })
  })

  test('an instant before the last run may be planned, not applied', async () => {
    expect((await linewalker(['apply', '--at', '2026-03-20'])).err).toBe('')
    expect(await linewalker(['apply', '--at', '2026-03-19'])).toMatchObject({ code: 2, out: '' })
    expect((await linewalker(['plan', '--at', '2026-03-19'])).err).toBe('')
  })
})
