import { expect, test } from 'vitest'
import { saidOf, sentencesOf } from './said.js'

const health = (indicators: string) => `
health:
  when: { status: open }
  indicators:
    ${indicators}
`
const told = async (indicators: string) =>
  (await sentencesOf(health(indicators))).map((said) => said.replace(/^\S+ /, ''))

test('levels out of order are told of the line of the table they are in, and end with what is wrong', async () => {
  const [warning, ...more] = await saidOf(
    health('age: { at_risk: { by: account.segment, enterprise: 200 days, else: 60 days }, poor: 120 days }'),
  )
  expect(more).toEqual([])
  expect(warning?.said).toBe(
    '4:89 levels-out-of-order: The indicator age is poor from 120 days on, before it is at risk from 200 days on (where account.segment is enterprise).',
  )
  expect(warning?.shown.slice(-3)).toEqual([
    '  account.segment: enterprise',
    '  health.age: poor',
    'It is poor without having been at risk.',
  ])
})

test('the line of both tables is named, also that of "else"; what else an indicator asks is no line', async () => {
  expect(await told('time_in_stage: { at_risk: 2 x expected, poor: expected }')).toEqual([
    'levels-out-of-order: The indicator time_in_stage is poor from 14 days on, before it is at risk from 28 days on (where pipeline is new-business and stage is discovery).',
  ])
  expect(await told('age: { at_risk: { by: account.segment, smb: 9 days, else: 40 days }, poor: 30 days }')).toEqual([
    'levels-out-of-order: The indicator age is poor from 30 days on, before it is at risk from 40 days on (where account.segment is not smb).',
  ])
  const byStage = 'at_risk: { by: stage, discovery: 10 days, else: 40 days }'
  expect(await told(`age: { ${byStage}, poor: { by: stage, proposal: 20 days, else: 80 days } }`)).toEqual([
    'levels-out-of-order: The indicator age is poor from 20 days on, before it is at risk from 40 days on (where stage is proposal).',
  ])
  expect(await told(`age: { ${byStage}, poor: { by: account.segment, smb: 20 days, else: 80 days } }`)).toEqual([
    'levels-out-of-order: The indicator age is poor from 20 days on, before it is at risk from 40 days on (where stage is not discovery and account.segment is smb).',
  ])
  expect(await told('pushes: { at_risk: 4, poor: 2, when: { next_activity: { missing: true } } }')).toEqual([
    'levels-out-of-order: The indicator pushes is poor from 2 on, before it is at risk from 4 on.',
  ])
})

test('business days count as the fewest days that they can be', async () => {
  expect(await told('time_in_stage: { at_risk: 10 business days, poor: 12 days }')).toEqual([
    'levels-out-of-order: The indicator time_in_stage is poor from 12 days on, before it is at risk from 10 business days on.',
  ])
  expect(await told('time_in_stage: { at_risk: 10 business days, poor: 14 days }')).toEqual([])
  expect(await told('time_in_stage: { at_risk: 4 business days, poor: 5 days }')).toEqual([])
})
