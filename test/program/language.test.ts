import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { compile } from '../../src/program/compile.js'
import { rulesFile, SECTION_NAMES } from '../../src/program/sections/index.js'

const rules = parse(readFileSync(new URL('language.yaml', import.meta.url), 'utf8'))

test('the examples of the language stand in its shapes and name every section', () => {
  expect(rulesFile.safeParse(rules).error).toBeUndefined()
  expect(Object.keys(rules).sort()).toEqual([...SECTION_NAMES].sort())
})

test('they compile as they stand', () => {
  const { program, complaints } = compile(rules)
  expect(complaints).toEqual([])
  expect(
    program!.rules.map(({ id, is, for: kind, priority, then }) => [id, is, kind, priority, then.map((a) => a.name)]),
  ).toMatchSnapshot()
  expect([...program!.views.keys(), ...program!.playbooks.keys()]).toEqual([
    'this-quarter-and-next',
    'revive-a-quiet-deal',
  ])
  expect(program!.readsAccount).toBe(true)
})

test('the compiler changes nothing of what it is given', () => {
  const before = JSON.stringify(rules)
  compile(rules)
  expect(JSON.stringify(rules)).toBe(before)
})
