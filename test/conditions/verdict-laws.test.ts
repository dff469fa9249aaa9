import { describe, expect, it } from 'vitest'
import { operatorNamed } from '../../src/conditions/operators.js'
import { ALWAYS, type Condition, type Leaf, type Operand } from '../../src/conditions/tree.js'
import { verdict } from '../../src/conditions/verdict.js'
import { nextChange } from '../../src/conditions/words.js'
import { NOT_ASSESSED } from '../../src/facts/fact.js'
import { factsFor } from '../../src/facts/table.js'
import { DEFAULT_CALENDAR, makeCalendar } from '../../src/lib/calendar.js'
import { DAY } from '../../src/lib/civil.js'
import { NEVER } from '../../src/lib/instant.js'
import { parsePeriod } from '../../src/lib/period.js'
import { parseSpan } from '../../src/lib/span.js'
import { chance } from '../support/chance.js'
import { opportunity, snapshot } from '../support/subjects.js'
import { randomVocabulary } from '../support/vocabularies.js'

const day = (n: number) => Date.UTC(2026, 2, n)
const words = {
  ...randomVocabulary(chance(1)),
  calendar: makeCalendar({ ...DEFAULT_CALENDAR, timezone: 'America/New_York' }),
  touches: ['call'],
  otherActivities: [],
}
const facts = factsFor('opportunity', words)

const leaf = (name: string, operator: string, operand: Operand): Leaf => {
  const fact = facts.get(name)!
  return { is: 'leaf', fact, operator: operatorNamed(operator, fact.kind), operand }
}
const span = (text: string): Operand => ({ is: 'span', span: parseSpan(text)! })
const period = (text: string): Operand => ({ is: 'periods', periods: [parsePeriod(text)!] })
const all = (...parts: Condition[]): Condition => ({ is: 'all', parts })
const any = (...parts: Condition[]): Condition => ({ is: 'any', parts })
const inStage = (text: string) => leaf('time_in_stage', 'over', span(text))
const notInStage = (text: string) => leaf('time_in_stage', 'under', span(text))

const deal = opportunity({ stage_since: day(1), status_since: day(20), created: day(1) })
const at = (now: number, more = {}) => snapshot(words, now, { opportunity: { ...deal, ...more } })

describe('a tree of verdicts', () => {
  it('that fails in all stands until the latest of its failing parts', () => {
    const now = at(day(2))
    expect(verdict(all(inStage('3 days'), inStage('5 days')), now)).toEqual({ holds: false, until: day(6) })
    expect(verdict(all(inStage('3 days'), notInStage('2 days')), now)).toEqual({ holds: false, until: day(4) })
  })

  it('that holds in all stands until the earliest of its parts', () => {
    const condition = all(notInStage('3 days'), notInStage('5 days'))
    expect(verdict(condition, at(day(2)))).toEqual({ holds: true, until: day(4) })
  })

  it('does the same the other way round in any', () => {
    const now = at(day(2))
    expect(verdict(any(notInStage('3 days'), notInStage('5 days')), now)).toEqual({ holds: true, until: day(6) })
    expect(verdict(any(inStage('3 days'), inStage('5 days')), now)).toEqual({ holds: false, until: day(4) })
  })

  it('holds for ever of nothing in all, and never of nothing in any', () => {
    expect(verdict(ALWAYS, at(day(2)))).toEqual({ holds: true, until: NEVER })
    expect(verdict(any(), at(day(2)))).toEqual({ holds: false, until: NEVER })
  })

  it('may wake early, and the next real change is found by walking on', () => {
    const condition = all(any(notInStage('2 days'), inStage('2 days')), inStage('5 days'))
    expect(nextChange(condition, at, day(2), day(30))).toBe(day(6))
    expect(nextChange(condition, at, day(2), day(5))).toBeNull()
    expect(nextChange(any(notInStage('2 days'), inStage('2 days')), at, day(2), day(300))).toBeNull()
  })

  it('that rests on what was reckoned stands no longer than that', () => {
    const healthy = leaf('health', 'is', { is: 'values', values: ['healthy'] })
    const subject = { ...at(day(2)), assessed: { ...NOT_ASSESSED, health: 'healthy' as const, until: day(3) } }
    expect(verdict(healthy, subject)).toEqual({ holds: true, until: day(3) })
    expect(verdict(all(healthy, notInStage('9 days')), subject)).toEqual({ holds: true, until: day(3) })
  })
})

describe('time in a comparison', () => {
  it('is over a span from the very instant at which it is up', () => {
    const over = inStage('14 days')
    // The clocks went forward on 8 March: fourteen civil days are an hour less.
    const up = day(15) - DAY / 24
    expect(verdict(over, at(up - 1))).toEqual({ holds: false, until: up })
    expect(verdict(over, at(up))).toEqual({ holds: true, until: NEVER })
  })

  it('stops with the age of a closed opportunity', () => {
    const old = leaf('age', 'over', span('30 days'))
    const young = leaf('age', 'under', span('30 days'))
    expect(verdict(old, at(day(80)))).toEqual({ holds: true, until: NEVER })
    expect(verdict(old, at(day(80), { status: 'won' }))).toEqual({ holds: false, until: NEVER })
    expect(verdict(young, at(day(80), { status: 'won' }))).toEqual({ holds: true, until: NEVER })
  })

  it('counts today and the last day of dates', () => {
    const soon = leaf('close_date', 'within_next', span('3 days'))
    const close = { close_date: '2026-03-20' }
    const midnight = (n: number) => words.calendar.startOf(`2026-03-${n}`)
    expect(verdict(soon, at(midnight(17) - 1, close))).toEqual({ holds: false, until: midnight(17) })
    expect(verdict(soon, at(midnight(17), close))).toEqual({ holds: true, until: midnight(21) })
    expect(verdict(soon, at(midnight(21), close))).toEqual({ holds: false, until: NEVER })
    const lately = leaf('close_date', 'within_last', span('3 days'))
    expect(verdict(lately, at(midnight(20) - 1, close))).toEqual({ holds: false, until: midnight(20) })
    expect(verdict(lately, at(midnight(20), close))).toEqual({ holds: true, until: midnight(24) })
  })

  it('turns with the quarter, in the zone of the calendar', () => {
    const overdue = leaf('close_date', 'before', period('this quarter'))
    const april = words.calendar.startOf('2026-04-01')
    expect(april).toBe(Date.UTC(2026, 3, 1, 4))
    expect(verdict(overdue, at(day(20), { close_date: '2026-03-31' }))).toEqual({ holds: false, until: april })
    expect(verdict(overdue, at(april, { close_date: '2026-03-31' }))).toEqual({ holds: true, until: NEVER })
    const within = leaf('close_date', 'in', period('this quarter'))
    expect(verdict(within, at(day(20), { close_date: '2026-03-31' }))).toEqual({ holds: true, until: april })
  })

  it('leaves no gap between periods that follow each other', () => {
    const months = leaf('close_date', 'in', {
      is: 'periods',
      periods: [parsePeriod('this month')!, parsePeriod('next month')!],
    })
    const subject = at(day(20), { close_date: '2026-04-30' })
    expect(verdict(months, subject)).toEqual({ holds: true, until: words.calendar.startOf('2026-05-01') })
  })

  it('looks past touches that change nothing: the answer stands until the last of them is old', () => {
    const planned = [5, 8, 11].map((n) => ({ at: day(n), kind: 'call', owner: true, contact: null }))
    const quiet = leaf('time_since_activity', 'over', { is: 'span', span: { unit: 'hour', count: 96 } })
    const subject = at(day(2), { activity: { kinds: {}, planned } })
    expect(verdict(quiet, subject)).toEqual({ holds: false, until: day(15) })
  })
})
