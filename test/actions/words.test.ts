import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { ACTIONS } from '../../src/actions/index.js'
import { effectsOf } from './steps.js'

/** What stands somewhere else than where the examples lead. */
const ELSEWHERE = {
  deal: { stage: 'discovery', status: 'open', owner: 'dana' },
  account: { bin: 'cold' },
} as const

describe.each(ACTIONS.map((action) => [action.name, action] as const))('%s', (name, action) => {
  test('says what it does in a sentence', () => {
    expect(action.summary).toMatch(/^[A-Z].*\.$/)
  })
  test('has closed options', () => {
    if (name === 'set_field') return // its options are facts, looked up by name
    expect(z.toJSONSchema(action.options)).toMatchObject({ additionalProperties: false })
  })
  test('lets only one of its own options stand alone', () => {
    if (action.short === undefined) return
    expect(Object.keys(z.toJSONSchema(action.options).properties ?? {})[0]).toBe(action.short)
  })
  test('has an example that loads and plans', () => {
    expect(Object.keys(parse(action.example))).toEqual([name])
    const kind = action.for[0]!
    expect(effectsOf(`[${action.example}]`, { for: kind, ...ELSEWHERE })).toEqual([
      expect.objectContaining({ kind: name }),
    ])
  })
})

test('no two actions share a name', () => {
  expect(new Set(ACTIONS.map((action) => action.name)).size).toBe(ACTIONS.length)
})
