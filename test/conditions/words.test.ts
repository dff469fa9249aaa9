import { describe, expect, it } from 'vitest'
import { normalForm } from '../../src/conditions/normal-form.js'
import { operatorNamed } from '../../src/conditions/operators.js'
import { ALWAYS, type Condition, type Leaf, type Operand } from '../../src/conditions/tree.js'
import { describeOperand, describeValue, type Explained, explainTree, inWords } from '../../src/conditions/words.js'
import type { Snapshot } from '../../src/facts/fact.js'
import { factsFor } from '../../src/facts/table.js'
import { DEFAULT_CALENDAR, formatInstant, makeCalendar } from '../../src/lib/calendar.js'
import { parsePeriod } from '../../src/lib/period.js'
import { parseSpan } from '../../src/lib/span.js'
import { chance } from '../support/chance.js'
import { account, opportunity, snapshot } from '../support/subjects.js'
import { randomVocabulary } from '../support/vocabularies.js'

const words = {
  ...randomVocabulary(chance(1)),
  calendar: makeCalendar({ ...DEFAULT_CALENDAR, timezone: 'America/New_York' }),
  touches: ['call'],
  otherActivities: ['web-visit'],
}
const facts = factsFor('opportunity', words)
const at = (text: string) => Date.parse(text)

const leaf = (name: string, operator: string, operand: Operand): Leaf => {
  const fact = facts.get(name)!
  return { is: 'leaf', fact, operator: operatorNamed(operator, fact.kind), operand }
}
const is = (name: string, ...values: (string | boolean)[]) => leaf(name, 'is', { is: 'values', values })
const number = (n: number): Operand => ({ is: 'number', number: n })
const span = (text: string, times?: number): Operand => ({ is: 'span', span: parseSpan(text)!, times })
const periods = (...texts: string[]): Operand => ({ is: 'periods', periods: texts.map((text) => parsePeriod(text)!) })
const missing = (name: string) => leaf(name, 'missing', { is: 'flag', flag: true })
const all = (...parts: Condition[]): Condition => ({ is: 'all', parts })
const any = (...parts: Condition[]): Condition => ({ is: 'any', parts })

const quiet = all(
  is('status', 'open'),
  is('stage', 'proposal', 'negotiation'),
  leaf('time_since_activity', 'over', span('14 days')),
  missing('next_activity'),
  any(leaf('amount', 'at_least', number(10_000_000)), is('account.segment', 'enterprise')),
  leaf('close_date', 'before', periods('quarter+2')),
)

const deal = opportunity({
  account: 'acme',
  amount: 8_500_500,
  currency: 'EUR',
  created: at('2026-03-01T17:00:00Z'),
  stage_since: at('2026-03-05T17:00:00Z'),
  stage_since_known: false,
  close_date: '2026-06-30',
})
const now = at('2026-03-18T01:30:00Z')
const subject = snapshot(words, now, { opportunity: deal, account: account({ segment: 'enterprise' }) })

const lines = (explained: Explained, { vocabulary }: Snapshot, depth = 0): string[] => {
  const until = formatInstant(explained.until, vocabulary.calendar)
  const mark = `${'  '.repeat(depth)}${explained.holds ? 'yes' : 'no '} `
  if (explained.is === 'leaf')
    return [`${mark}${explained.says}: ${explained.observed} | wanted ${explained.threshold} | until ${until}`]
  return [
    `${mark}${explained.is} | until ${until}`,
    ...explained.parts.flatMap((part) => lines(part, { vocabulary } as Snapshot, depth + 1)),
  ]
}

describe('a condition in words', () => {
  it('is one line', () => {
    expect(inWords(quiet)).toBe(
      'status is open, and stage is proposal or negotiation, and time since activity over 14 days, ' +
        'and next activity is missing, and (amount at least 10,000, or account.segment is enterprise), ' +
        'and close date before quarter+2',
    )
    expect(inWords(normalForm({ is: 'not', part: leaf('time_in_stage', 'over', span('10 days', 2)) }))).toBe(
      'time in stage under 20 days',
    )
    expect(inWords(ALWAYS)).toBe('always')
    expect(inWords(any())).toBe('never')
  })

  it('says of every operator what it compares', () => {
    const said = [
      leaf('name', 'contains', { is: 'text', text: '50% "off"' }),
      leaf('name', 'lacks', { is: 'text', text: 'x' }),
      leaf('name', 'starts_with', { is: 'text', text: 'x' }),
      leaf('stage', 'is_not', { is: 'values', values: ['a', 'b'] }),
      leaf('pushes', 'between', { is: 'range', from: 1, to: 3 }),
      leaf('amount', 'outside', { is: 'range', from: 1_500, to: 3_000_000 }),
      is('owner.active', false),
      leaf('close_date', 'within_next', span('3 days')),
      leaf('close_date', 'on_or_after', { is: 'date', date: '2026-03-01' }),
      leaf('close_date', 'in', periods('this quarter', 'next quarter')),
      leaf('amount', 'missing', { is: 'flag', flag: false }),
    ].map(inWords)
    expect(said).toEqual([
      'name contains "50% \\"off\\""',
      'name does not contain "x"',
      'name starts with "x"',
      'stage is not a or b',
      'pushes between 1 and 3',
      'amount not between 1.5 and 3,000',
      'owner.active is false',
      'close date within the next 3 days',
      'close date on or after 2026-03-01',
      'close date in this quarter or next quarter',
      'amount is known',
    ])
  })
})

describe('a value in words', () => {
  const say = (name: string, of = subject) => {
    const fact = facts.get(name)!
    return describeValue(fact, fact.read(of)!, of)
  }

  it('has its unit, and its times in the zone of the calendar', () => {
    expect(say('amount')).toBe('8,500.5 EUR')
    expect(say('created')).toBe('2026-03-01 12:00')
    expect(say('age')).toBe('16 days since 2026-03-01')
    expect(say('close_date')).toBe('2026-06-30')
    expect(say('touches')).toBe('0')
    expect(say('incomplete')).toMatch(/true|false/)
  })

  it('says "at least" of a clock that runs from a stand-in', () => {
    expect(say('time_in_stage')).toBe('at least 12 days since 2026-03-05')
    const closed = { ...deal, status: 'lost' as const, status_since: at('2026-03-11T17:00:00Z') }
    const seen = { ...closed, status_since: at('2026-03-12T17:00:00Z'), status_since_known: false }
    const lastClosed = (...opportunities: (typeof deal)[]) =>
      say('account.time_since_last_opportunity_closed', snapshot(words, now, { account: account({}), opportunities }))
    expect(lastClosed(closed, deal)).toBe('6 days since 2026-03-11')
    expect(lastClosed(closed, seen)).toBe('at least 5 days since 2026-03-12')
    expect(lastClosed({ ...seen, status_since: now })).toBe('since first seen, just now')
  })

  it('says when a clock stopped, when it began today, and when it has not begun', () => {
    const closed = { ...deal, status: 'won' as const, status_since: at('2026-03-11T17:00:00Z') }
    const later = (opportunity: typeof deal) => snapshot(words, now, { opportunity })
    expect(say('age', later(closed))).toBe('10 days from 2026-03-01 to 2026-03-11')
    expect(say('age', later({ ...deal, created: now - 7_200_000 }))).toBe('2 hours since 2026-03-17 19:30')
    expect(say('age', later({ ...deal, created: now + 86_400_000 }))).toBe('runs from 2026-03-18 21:30 on')
  })

  it('gives a threshold in units', () => {
    expect(describeOperand(number(2_500_000), 'money')).toBe('2,500')
    expect(describeOperand(span('10 days', 2), 'elapsed')).toBe('20 days')
  })
})

describe('the explanation of a condition', () => {
  it('shows of every leaf what it saw, what it wanted and until when its answer stands', async () => {
    await expect(`${lines(explainTree(quiet, subject), subject).join('\n')}\n`).toMatchFileSnapshot(
      'golden/explanation.txt',
    )
  })
})
