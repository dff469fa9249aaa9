import { describe, expect, test } from 'vitest'
import { sentencesOf } from './said.js'

const HOLE = (place: string, rule: string, stages = 'upcoming, quoted') =>
  `${place} threshold-hole: This table has no line for ${stages}: there ${rule} has no threshold.`

describe('tables of one shape are told apart', () => {
  test('a named table is complete where it is used, whatever another rule writes in place', async () => {
    expect(
      await sentencesOf(`
thresholds: { early: { by: stage, discovery: 20 days, proposal: 10 days } }
rules:
  early-quiet:
    for: opportunity
    when: { status: open, stage: [discovery, proposal], time_since_activity: { over: early } }
  big:
    for: opportunity
    when: { status: open, amount: { over: { by: stage, discovery: 1000, proposal: 2000 } } }
`),
    ).toEqual([HOLE('8:43', 'the rule big')])
  })

  test('a named table that nobody uses has no hole', async () => {
    expect(
      await sentencesOf(`
thresholds: { unused: { by: stage, discovery: 20 days, proposal: 10 days } }
health:
  when: { status: open }
  indicators: { age: { at_risk: { by: stage, discovery: 30 days, proposal: 40 days } } }
`),
    ).toEqual([HOLE('4:33', 'the indicator age')])
  })

  test('a named table is looked at wherever its name stands, and told where it is written', async () => {
    expect(
      await sentencesOf(`
thresholds: { early: { by: stage, discovery: 20 days, proposal: 10 days } }
rules:
  fine:
    for: opportunity
    when: { status: open, stage: [discovery, proposal], time_since_activity: { over: early } }
  not-so:
    for: opportunity
    when: { status: open, not: { time_in_stage: { under: early } } }
`),
    ).toEqual([HOLE('1:22', 'the rule not-so')])
  })

  test('of two tables in one rule the one that has the hole is named', async () => {
    expect(
      await sentencesOf(`
rules:
  both:
    for: opportunity
    when:
      status: open
      any:
        - { stage: [discovery, proposal], age: { over: { by: stage, discovery: 9 days, proposal: 8 days } } }
        - { time_in_stage: { over: { by: stage, discovery: 5 days, proposal: 4 days } } }
`),
    ).toEqual([HOLE('8:36', 'the rule both')])
  })

  const DEAD = `
thresholds: { quiet: { by: stage, discovery: 20 days, quoted: 10 days, else: 5 days } }
rules:
  early:
    for: opportunity
    when: { status: open, stage: [discovery, proposal], time_since_activity: { over: quiet } }
`
  const dead = (where = 'in the rule early') =>
    `1:55 threshold-line-never-reached: Nothing ever comes to the line quoted of this table: ${where}, stage is never quoted.`

  test('a line to which nothing comes is told although another rule has a table like it', async () => {
    const another = `
  another:
    for: opportunity
    when: { status: open, time_in_stage: { over: { by: stage, discovery: 9 days, quoted: 9 days, else: 9 days } } }
`
    expect(await sentencesOf(DEAD)).toEqual([dead()])
    expect(await sentencesOf(DEAD + another)).toEqual([dead()])
  })

  test.each([
    ['another rule', '  late: { for: opportunity, when: { status: open, age: { over: quiet } } }'],
    [
      'a rule that is disabled',
      '  late: { for: opportunity, disabled: true, when: { status: open, age: { over: quiet } } }',
    ],
    ['the score', 'scoring: { opportunity: [{ when: { age: { over: quiet } }, add: 5 }] }'],
    ['health', 'health: { when: { status: open, age: { over: quiet } }, indicators: { pushes: { poor: 3 } } }'],
  ])('a line of a named table is reached where %s asks for it', async (_where, more) => {
    expect(await sentencesOf(DEAD + more)).toEqual([])
  })
})
