import { describe, expect, test } from 'vitest'
import { saidOf, sentencesOf } from './said.js'

const rule = (when: string, more: string) => `
rules:
  late:
    for: opportunity
    when: ${when}
    ${more}
`
const escalated = (span: string) => `escalate: [{ after: ${span}, then: [{ notify: { to: manager } }] }]`
const told = async (text: string) => (await sentencesOf(text)).map((said) => said.replace(/^\S+ /, ''))

describe('an escalation that comes too late', () => {
  test('is shown on a finding that lives as long as it can, and has its other escalations', async () => {
    const [warning, ...more] = await saidOf(`
rules:
  fresh-loss:
    for: opportunity
    when: { status: lost, time_in_status: { over: 1 day, under: 2 weeks } }
    escalate:
      - { after: 3 days, then: [{ notify: { to: manager } }] }
      - { after: 13 days, then: [{ notify: { to: lee } }] }
`)
    expect(more).toEqual([])
    expect(warning?.said).toContain('the finding lasts at most 13 days.')
    expect(warning?.shown).toEqual([
      'Take the opportunity acme-deal at 2026-03-18 15:00:',
      '  status: lost',
      '  time in status: 1 day since 2026-03-17',
      '2026-03-18 15:00  fresh-loss opens',
      '2026-03-21 15:00  fresh-loss escalates: tell Lee Park',
      '2026-03-31 14:30  fresh-loss resolves',
      'No escalation after 13 days comes.',
    ])
  })

  test('when it must last first, and what is left is too short', async () => {
    const of = (span: string) =>
      told(rule('{ status: lost, time_in_status: { under: 1 week } }', `lasting: 3 days\n    ${escalated(span)}`))
    expect(await of('4 days')).toEqual([
      'escalation-too-late: The escalation after 4 days of the rule late never comes: its condition holds for at most 1 week, and must last 3 days first.',
    ])
    expect(await of('3 days')).toEqual([])
  })

  test('of business days as few as they can be, wherever they begin', async () => {
    const isLate = async (span: string, days: number, workdays: string) =>
      (
        await told(`
calendar: { workdays: [${workdays}] }
${rule(`{ status: open, created: { within_last: ${days} days } }`, escalated(span))}`)
      ).length === 1
    const five = 'mon, tue, wed, thu, fri'
    expect(await isLate('5 business days', 5, five)).toBe(true)
    expect(await isLate('5 business days', 7, five)).toBe(true)
    expect(await isLate('5 business days', 8, five)).toBe(false)
    expect(await isLate('3 business days', 4, five)).toBe(false)
    expect(await isLate('5 business days', 6, `${five}, sat`)).toBe(false)
    expect(await isLate('2 business days', 14, 'tue')).toBe(true)
  })

  test('after a level of health that is outgrown, or one line of a table', async () => {
    const levels = 'health: { when: { status: open }, indicators: { age: { at_risk: 10 days, poor: 20 days } } }'
    const of = (when: string, span: string) => told(`${levels}\n${rule(when, escalated(span))}`)
    expect(await of('{ health.age: at_risk }', '15 days')).toEqual([
      'escalation-too-late: The escalation after 15 days of the rule late never comes: the finding lasts at most 10 days.',
    ])
    expect(await of('{ health.age: at_risk }', '9 days')).toEqual([])
    expect(await of('{ health.age: [at_risk, poor] }', '15 days')).toEqual([])
    // Health stays at risk by whatever else is wrong.
    const others = levels.replace('age:', 'pushes: { at_risk: 1 }, age:')
    expect(await told(`${others}\n${rule('{ health: at_risk }', escalated('15 days'))}`)).toEqual([])
    const table = 'under: { by: stage, discovery: 5 days, else: 30 days }'
    const inStage = (stage: string) => of(`{ status: open, stage: ${stage}, time_in_stage: { ${table} } }`, '9 days')
    expect(await inStage('discovery')).toHaveLength(1)
    expect((await inStage('proposal')).filter((said) => said.startsWith('escalation'))).toEqual([])
  })

  test('of an opportunity not by a clock of its account: it may go to another one', async () => {
    const LINE = `
assembly_line:
  starts_in: cold
  bins: { cold: { group: input }, working: { group: working } }
  moves: [{ from: cold, to: working }, { from: working, to: cold }]
`
    const of = (when: string) => told(`${LINE}${rule(when, escalated('10 days'))}`)
    expect(await of('{ status: open, account.created: { within_last: 10 days } }')).toEqual([])
    expect(await of('{ status: open, account.age: { under: 10 days } }')).toEqual([])
    expect(await of('{ status: open, account.bin: cold, account.time_in_bin: { under: 10 days } }')).toEqual([])
    const late = [
      'escalation-too-late: The escalation after 10 days of the rule late never comes: the finding lasts at most 10 days.',
    ]
    expect(await of('{ status: open, account.id: acme, account.created: { within_last: 10 days } }')).toEqual(late)
    const ofAccounts = rule('{ created: { within_last: 10 days } }', escalated('10 days')).replace(
      'opportunity',
      'account',
    )
    expect(await told(ofAccounts)).toEqual(late)
  })
})

describe('a rule that cannot last long enough', () => {
  test('is shown pending, and forgotten', async () => {
    const [warning] = await saidOf(rule('{ status: open, age: { under: 5 days } }', 'lasting: 5 business days'))
    expect(warning?.said).toBe(
      '5:14 rule-never-fires: The rule late can never fire: its condition holds for at most 5 days, and must last 5 business days.',
    )
    expect(warning?.shown.slice(3)).toEqual([
      '2026-03-18 15:00  late is pending',
      '2026-03-23 15:00  late is forgotten: its condition no longer holds',
      'The rule late does nothing.',
    ])
    expect(await told(rule('{ status: open, age: { under: 9 days } }', 'lasting: 5 business days'))).toEqual([])
  })
})
