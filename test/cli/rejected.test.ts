import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { linewalker, shareCompany } from './support.js'

shareCompany()

const take = (file: string) => linewalker(['import', 'opportunities', file, '--source', 'crm', '--json'])

test('rejected rows that are read again and rejected again stand in a file of the next number, and none is lost', async () => {
  await linewalker(['import', 'accounts', 'csv/accounts.csv', '--source', 'crm'])
  const [head = '', first = '', second = ''] = readFileSync('csv/opportunities.csv', 'utf8').split('\n')
  const broken = [first.replace('20000', 'lots').replace('2026-04-30', 'April'), second.replace('80000', 'more')]
  writeFileSync('o.csv', [head, ...broken, ''].join('\n'))
  expect(JSON.parse((await take('o.csv')).out)).toMatchObject({ rejected: 2, rejected_file: 'o.csv.rejected.csv' })
  const rejected = readFileSync('o.csv.rejected.csv', 'utf8')
  expect(rejected).toMatch(/"lots.*" in column Amount.*\. "+April"+ in column Close/)

  writeFileSync('o.csv.rejected.csv', rejected.replace('lots', '20000').replace('April', '2026-04-30'))
  const mended = readFileSync('o.csv.rejected.csv', 'utf8')
  const again = JSON.parse((await take('o.csv.rejected.csv')).out)
  expect(again).toMatchObject({ new: 1, rejected: 1, rejected_file: 'o.csv.rejected-2.csv' })
  expect(readFileSync('o.csv.rejected.csv', 'utf8')).toBe(mended)

  expect(JSON.parse((await take('o.csv.rejected-2.csv')).out).rejected_file).toBe('o.csv.rejected-3.csv')
  writeFileSync('o.csv.rejected-2.csv', readFileSync('o.csv.rejected-2.csv', 'utf8').replace('more', '80000'))
  expect(JSON.parse((await take('o.csv.rejected-2.csv')).out)).toMatchObject({ new: 1, rejected_file: null })
  expect(
    readdirSync('.')
      .filter((name) => name.startsWith('o.csv'))
      .sort(),
  ).toEqual(['o.csv', 'o.csv.rejected-2.csv', 'o.csv.rejected.csv'])
})
