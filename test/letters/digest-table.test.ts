import { describe, expect, test } from 'vitest'
import { tableOf } from '../../src/letters/digest-table.js'
import type { SickOpportunity } from '../../src/reports/health.js'
import type { ViewReport } from '../../src/reports/views.js'
import { programOf } from '../scheduler/virtual-time.js'

const COLUMNS = 'name, owner, stage, amount, next_step, time_in_stage, age, touches, pushes, close_date'.split(', ')
const program = programOf(`
calendar: { timezone: UTC }
pipelines: { main: { stages: { open: {} } } }
activities: { touches: [call] }
health:
  when: { status: open }
  indicators:
    age: { poor: 180 days }
    pushes: { at_risk: 3 }
    no_next_step: { when: { next_step: { missing: true } }, level: at_risk }
    overdue: { when: { close_date: { before: today } }, level: poor }
views: { all: { for: opportunity, when: { status: open }, columns: [${COLUMNS.join(', ')}] } }
`)

type Wrong = ViewReport['rows'][number]['cells'][number]['wrong']

/** One row of ten columns: more than there is room for. */
function rowOf(wrong: Record<string, Wrong>, but: Record<string, string> = {}) {
  const texts: Record<string, string> = {
    ...{ name: 'Valves', owner: 'Dana Ruiz', stage: 'Negotiation', amount: '444,000 USD', next_step: 'Call' },
    ...{ time_in_stage: 'at least 236 days', age: '236 days', touches: '12', pushes: '3', close_date: '2026-05-29' },
    ...but,
  }
  const cells = COLUMNS.map((name) => ({ text: texts[name] ?? '', value: null, wrong: wrong[name] ?? null }))
  const columns = COLUMNS.map((name) => ({ name, title: name.replaceAll('_', ' ') }))
  const row = { subject: { kind: 'opportunity' as const, id: 'o' }, name: 'Valves', cells }
  const report: ViewReport = { at: 0, name: 'all', title: 'All', columns, rows: [row] }
  const looksAt: Record<string, string> = { next_step: 'no_next_step', close_date: 'overdue' }
  const indicators = Object.entries(wrong).map(([name, level]) => ({
    ...{
      name: looksAt[name] ?? name,
      title: name,
      level: level ?? ('poor' as const),
      value: texts[name] ?? null,
      threshold: null,
      coach: null,
    },
  }))
  const sick: SickOpportunity = {
    ...{ id: 'o', name: 'Valves', account: null, owner: 'Dana Ruiz', stage: 'Negotiation', level: 'poor' },
    ...{ amount: null, currency: 'USD', wrong: indicators },
  }
  const table = tableOf(report, 5, { program, sick: new Map([['o', sick]]), isOwn: false })
  return { titles: table.headers.map(({ title }) => title), notes: table.rows[0]?.notes, table }
}

describe('a table of a letter that has more columns than room', () => {
  test('keeps those in which something is wrong, in the order of the view, and lists the rest under the name', () => {
    const { titles, notes } = rowOf({ age: 'poor', close_date: 'poor', pushes: 'at_risk' })
    expect(titles.filter((one) => ['age', 'pushes', 'close date'].includes(one))).toEqual([
      'age',
      'pushes',
      'close date',
    ])
    expect(titles.length).toBeLessThan(9)
    expect([...titles, ...(notes ?? []).map(({ text }) => text.split(':')[0])].sort()).toEqual(
      COLUMNS.slice(1)
        .map((one) => one.replaceAll('_', ' '))
        .sort(),
    )
    expect(notes?.every(({ level }) => level === null)).toBe(true)
  })

  test('marks what is wrong there too, in words and in its colour, once', () => {
    const sentence = 'Ask them for a day on which all can come'
    const { notes } = rowOf({ next_step: 'at_risk', age: 'poor' }, { next_step: sentence })
    const wrong = notes?.filter(({ level }) => level !== null)
    expect(wrong).toEqual([{ text: `next step: ${sentence} (at risk)`, level: 'at_risk' }])
  })

  test('says what is wrong though no column looks at it', () => {
    const { notes } = rowOf({ overdue: 'poor' }, { close_date: '' })
    expect(notes?.[0]).toEqual({ text: 'overdue (poor)', level: 'poor' })
  })

  test('stands numbers and spans at the right', () => {
    const { table } = rowOf({ age: 'poor' })
    const right = Object.fromEntries(table.headers.map(({ title, right }) => [title, right]))
    expect(right).toMatchObject({ age: true, 'time in stage': true, owner: false })
  })
})
