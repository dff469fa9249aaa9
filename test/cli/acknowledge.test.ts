import { readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { importCompany, linewalker, shareCompany } from './support.js'

describe('what cannot be acknowledged says why', () => {
  shareCompany(async () => {
    await importCompany()
    await linewalker(['apply'])
  })
  const NAME = 'quiet/opportunity/O-1'

  test('what was acknowledged already is fine', async () => {
    expect(await linewalker(['acknowledge', NAME])).toMatchObject({ code: 0, out: `Acknowledged ${NAME}/1.\n` })
    expect(await linewalker(['acknowledge', NAME])).toEqual({
      code: 0,
      out: `${NAME}/1 was acknowledged already.\n`,
      err: '',
    })
  })

  test('what is resolved is found, and told', async () => {
    const rules = readFileSync('rules/hygiene.yaml', 'utf8')
    writeFileSync('rules/hygiene.yaml', rules.replace(/^ {2}quiet:\n/m, '  quiet:\n    disabled: until legal agrees\n'))
    await linewalker(['apply'])
    const nothing = { code: 1, err: '', out: `${NAME}/1 is resolved, so that there is nothing to acknowledge.\n` }
    expect(await linewalker(['acknowledge', `${NAME}/1`])).toEqual(nothing)
    expect(await linewalker(['snooze', `${NAME}/1`, '--until', 'touch', '--reason', 'x'])).toMatchObject({
      code: 1,
      out: `${NAME}/1 is resolved, so that there is nothing to snooze.\n`,
    })
  })
})
