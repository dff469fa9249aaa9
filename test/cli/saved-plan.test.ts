import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { importCompany, linewalker, shareCompany, transcript } from './support.js'

const CHAIN = `rules:
  visit-first:
    title: A visit comes first
    for: opportunity
    when: { status: open, next_step: { is: Visit } }
    then: [{ assign: lee }]
  visit-second:
    title: A visit comes second
    for: opportunity
    when: { status: open, next_step: { is: Visit } }
    then: [{ assign: dana }, { notify: { to: owner } }]
  a-follows:
    title: The owner changed
    for: opportunity
    event: { change: owner }
    then: [{ create_task: { assign: owner, title: "Meet {{ account.name }}" } }]
  shrunk:
    title: The amount fell
    for: opportunity
    when: { status: open, amount_drop: { over: 20 } }
`

/** A chain of rules, and what is told of a saved plan when it is applied late: each test goes on from the one before. */
describe('chains and saved plans', () => {
  shareCompany(async () => {
    writeFileSync('rules/chain.yaml', CHAIN)
    await importCompany()
    writeFileSync(
      'csv/fell.csv',
      readFileSync('csv/opportunities.csv', 'utf8')
        .replace('O-1,Acme pumps,acme,proposal,open,20000', 'O-1,Acme pumps,acme,proposal,open,13333')
        .replace(/^O-7.*\n/m, ''),
    )
    await linewalker(['import', 'opportunities', 'csv/fell.csv', '--source', 'crm'])
  })

  const golden = async (name: string, ...calls: string[][]) => {
    const said: string[] = []
    for (const args of calls) said.push(transcript(args.join(' '), await linewalker(args)))
    await expect(said.join('\n')).toMatchFileSnapshot(`golden/${name}.txt`)
  }

  test('a plan shows the chain, causes first, and what is overruled', async () => {
    await golden('chain', ['plan', '--out', 'plan.json'], ['explain', 'shrunk', 'O-1'], ['explain', 'a-follows', 'O-3'])
  })

  test('a saved plan, applied after something changed: held, changed, stale, new', async () => {
    const rules = readFileSync('rules/hygiene.yaml', 'utf8')
    writeFileSync('rules/hygiene.yaml', rules.replace('Re-engage {{ account.name }}', 'Call {{ account.name }}'))
    writeFileSync('csv/later.csv', 'Kind,Date,By,Opportunity,Account\ncall,2026-03-16,omar,O-2,\n')
    writeFileSync(
      'rules/more.yaml',
      'rules: { lonely: { for: opportunity, when: { owner: { missing: true } }, then: [{ set_field: { next_step: Give it } }] } }\n',
    )
    await linewalker(['import', 'activities', 'csv/later.csv', '--source', 'crm'])
    await golden('saved-plan', ['apply', 'plan.json', '--limit', '0'])
  })

  test('applied again: already done, and still held', async () => {
    await golden('saved-plan-again', ['apply', 'plan.json'], ['explain', 'visit-second', 'O-3'])
  })

  test('what was first seen just now is not "at least less than a minute"', async () => {
    const [head = ''] = readFileSync('csv/opportunities.csv', 'utf8').split('\n')
    writeFileSync('csv/seen.csv', `${head}\nO-8,Seen,acme,discovery,open,500,USD,dana,2026-01-10,2026-04-30,Call,\n`)
    await linewalker(['import', 'opportunities', 'csv/seen.csv', '--source', 'crm'])
    const { out } = await linewalker(['explain', 'stalled-large', 'O-8'])
    expect(out).toContain('(stage discovery): since first seen, just now\n')
  })

  test('JSON has the same groups', async () => {
    const ran = await linewalker(['apply', 'plan.json', '--json'])
    const { saved } = JSON.parse(ran.out)
    expect(ran.code).toBe(1)
    expect(Object.keys(saved)).toEqual(['already_done', 'held', 'changed', 'fresh', 'stale'])
    expect(saved.held).toMatchObject([{ key: 'stalled-large/opportunity/O-2/1/open' }])
    expect(saved.changed).toMatchObject([{ key: 'quiet/opportunity/O-1/1/open' }])
    expect(saved.already_done).toContain('any-to-active-opportunity/account/birch/0/move')
  })
})
