import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { linewalker, shareCompany } from './support.js'

shareCompany(async () => {
  await linewalker(['import', 'accounts', 'csv/accounts.csv', '--source', 'crm'])
})

const take = (file: string, ...more: string[]) =>
  linewalker(['import', 'opportunities', file, '--source', 'crm', ...more])

/** The first opportunity of the company, once for each of these owners. */
const write = (...owners: string[]) => {
  const [head = '', first = ''] = readFileSync('csv/opportunities.csv', 'utf8').split('\n')
  const row = (owner: string, i: number) => first.replace('O-1', `X-${i}`).replace('dana', owner)
  writeFileSync('x.csv', [head, ...owners.map(row), ''].join('\n'))
}

test('an owner whom nobody describes is told, with the person who may be meant', async () => {
  write('Lee Park', 'OMAR@example.com', 'danna', 'Somebody', 'dana', 'Lee Park')
  expect((await take('x.csv')).out.split('\n').slice(4)).toEqual([
    '4 owners are not among your people: Lee Park (did you mean lee?), OMAR@example.com (did you mean omar?), Somebody, danna (did you mean dana?).',
    '  They have no address, no manager and no team here: describe them in "people", or map their ids.',
    '',
  ])
  expect(JSON.parse((await take('x.csv', '--json')).out).unknown_owners).toEqual([
    { owner: 'Lee Park', meant: 'lee' },
    { owner: 'OMAR@example.com', meant: 'omar' },
    { owner: 'Somebody', meant: null },
    { owner: 'danna', meant: 'dana' },
  ])
})

test('of many a few are named, and none of rows that were rejected', async () => {
  write(...Array.from({ length: 9 }, (_, i) => `agent-${i}`))
  const text = readFileSync('x.csv', 'utf8').replace(/^X-8,(.*?)20000/m, 'X-8,$1lots')
  writeFileSync('x.csv', text)
  expect((await take('x.csv')).out).toContain(
    '8 owners are not among your people: agent-0, agent-1, agent-2, agent-3, agent-4 and 3 more.',
  )
})

test('beyond ten thousand they are not counted, and it says so', async () => {
  write(...Array.from({ length: 10_001 }, (_, i) => `agent-${i}`))
  expect((await take('x.csv')).out).toContain(
    'At least 10,000 owners are not among your people: agent-0, agent-1, agent-10, agent-100, agent-1000 and so on.',
  )
  const { unknown_owners, more_unknown_owners } = JSON.parse((await take('x.csv', '--json')).out)
  expect([unknown_owners.length, more_unknown_owners]).toEqual([10_000, true])
})

test('nothing is told where all are known, or where nobody is', async () => {
  write('dana', 'lee')
  expect((await take('x.csv')).out).not.toContain('owner')
  const path = 'rules/model.yaml'
  writeFileSync(path, readFileSync(path, 'utf8').replace(/^people:\n(?: {2}.*\n)+/m, ''))
  write('Somebody')
  const { code, out } = await take('x.csv')
  expect([code, out]).toEqual([0, expect.not.stringContaining('owner')])
})
