import { expect, test } from 'vitest'
import { effectStep, escalationStep, readStep, reminderStep } from '../../src/domain/steps.js'
import { SPAN_UNITS } from '../../src/lib/span.js'

test.each(SPAN_UNITS)(
  'the name of an escalation after so many of the unit %s tells after how long it comes',
  (unit) => {
    const after = { count: 12, unit }
    const name = escalationStep(after)
    expect(readStep(name)).toEqual({ name, effect: null, is: 'escalate', after })
    expect(readStep(effectStep(name, 2))).toEqual({ name, effect: 2, is: 'escalate', after })
  },
)

test('the name of a step tells what it is, with its number, and which of its effects alone is meant', () => {
  expect(readStep(reminderStep(12))).toEqual({ name: 'remind-12', effect: null, is: 'remind', number: 12 })
  expect(readStep('open#2')).toEqual({ name: 'open', effect: 2, is: 'open' })
  expect(readStep('resolve').is).toBe('resolve')
  expect(effectStep('open#2', 3)).toBe('open#2')
})

test('of what no rule writes it knows the name alone', () => {
  expect(readStep('escalate-12lightyears')).toMatchObject({ is: 'escalate', after: null })
  for (const name of ['', 'broken', 'reminders', 'remind-', 'opened'])
    expect(readStep(name)).toMatchObject({ is: 'other', name })
})
