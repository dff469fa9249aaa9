import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { importCompany, linewalker, shareCompany } from './support.js'

describe('a person or a rule whom nobody knows is not an empty list', () => {
  shareCompany(async () => {
    await importCompany()
    await linewalker(['apply'])
  })

  test.each([['health'], ['health', '--view', 'unhealthy'], ['findings'], ['tasks']])('%s %s %s', async (...args) => {
    const ask = (owner: string) => linewalker([...args, '--owner', owner])
    expect(await ask('dnaa')).toEqual({ code: 2, out: '', err: 'There is no person "dnaa". Did you mean "dana"?\n' })
    expect(await ask('nobody-near')).toEqual({ code: 2, out: '', err: 'There is no person "nobody-near".\n' })
    expect(await ask('lee')).toMatchObject({ code: 0, err: '' })
  })

  test('health says that somebody who is known owns nothing', async () => {
    const { out } = await linewalker(['health', '--owner', 'lee'])
    expect(out).toContain('lee owns no opportunity.')
    expect(out).not.toContain('import')
  })

  test('a rule, too; but one that found something once may still be asked for', async () => {
    expect(await linewalker(['findings', '--rule', 'quite'])).toMatchObject({
      code: 2,
      err: 'There is no rule "quite". Did you mean "quiet"?\n',
    })
    expect(await linewalker(['findings', '--rule', 'something-else'])).toMatchObject({ code: 2 })
  })

  test('whoever owns a row is known, by name alone, and is what may be meant', async () => {
    const [head, first = ''] = readFileSync('csv/opportunities.csv', 'utf8').split('\n')
    writeFileSync('new.csv', `${head}\n${first.replace('O-1,', 'O-77,').replace(',dana,', ',philippa,')}\n`)
    expect(await linewalker(['import', 'opportunities', 'new.csv', '--source', 'crm'])).toMatchObject({ code: 0 })
    expect(await linewalker(['health', '--owner', 'philippa'])).toMatchObject({ code: 0, err: '' })
    expect(await linewalker(['findings', '--owner', 'philippa'])).toMatchObject({ code: 0, err: '' })
    expect((await linewalker(['tasks', '--owner', 'phillipa'])).err).toContain('Did you mean "philippa"?')
    const silence = ['silence', '--owner', 'philippa', '--comment', 'on leave']
    expect(await linewalker(silence)).toMatchObject({ code: 0, err: '' })
  })
})
