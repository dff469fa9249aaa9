import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { linewalker, shareCompany } from './support.js'

describe('schema --out', () => {
  shareCompany()
  const FILE = 'rules/linewalker.schema.json'

  test('writes what `schema` prints', async () => {
    const { code, out, err } = await linewalker(['schema', '--out', FILE])
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain(FILE)
    expect(readFileSync(FILE, 'utf8')).toBe((await linewalker(['schema'])).out)
    expect(JSON.parse((await linewalker(['schema', '--out', FILE, '--json'])).out)).toEqual({ written: FILE })
  })

  test('leaves the file as it is while a rule is broken, and nothing beside it', async () => {
    await linewalker(['schema', '--out', FILE])
    const before = readFileSync(FILE, 'utf8')
    writeFileSync('rules/broken.yaml', 'rules:\n  quiet2: { for: deal }\n')
    const beside = readdirSync('rules')
    expect(await linewalker(['schema', '--out', FILE])).toMatchObject({ code: 1, out: '' })
    expect(readFileSync(FILE, 'utf8')).toBe(before)
    expect(readdirSync('rules')).toEqual(beside)
    writeFileSync('rules/broken.yaml', '{}\n')
  })

  test('says so where the file cannot be written', async () => {
    mkdirSync('taken.json')
    for (const file of ['nowhere/x.json', 'taken.json']) {
      const { code, err } = await linewalker(['schema', '--published', '--out', file])
      expect(code).toBe(2)
      expect(err).toContain(`The schema cannot be written to ${file}: `)
    }
    expect(readdirSync('.').filter((name) => name.endsWith('.part'))).toEqual([])
  })

  test('is what `init` tells of', async () => {
    const { out } = await linewalker(['init', 'starter'])
    expect(out).toContain('linewalker schema --out starter/linewalker.schema.json --rules starter')
    const { code } = await linewalker(['schema', '--out', 'starter/linewalker.schema.json', '--rules', 'starter'])
    expect(code).toBe(0)
    expect(readFileSync('starter/linewalker.schema.json', 'utf8')).toContain('active-opportunity')
  })
})
