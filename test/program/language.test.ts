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
  expect(program?.rules.map(({ id, then }) => [id, ...then.map((action) => action.name)].join(' '))).toEqual([
    'quiet-proposal create_task notify',
    'cold-to-working',
    'working-to-cold',
    'any-to-active-opportunity',
    'active-opportunity-to-current-client',
    'active-opportunity-to-dead-opportunity',
    'dead-opportunity-to-working',
    'check-back-to-working create_task',
    'won-when-paid set_status move_stage',
    'quiet',
  ])
  expect([...(program?.views.keys() ?? [])]).toEqual(['this-quarter-and-next'])
  expect([...(program?.playbooks.keys() ?? [])]).toEqual(['revive-a-quiet-deal'])
  expect([...(program?.wakes.account ?? [])]).toContain('segment')
})

test('the compiler changes nothing of what it is given', () => {
  const before = JSON.stringify(rules)
  compile(rules)
  expect(JSON.stringify(rules)).toBe(before)
})
