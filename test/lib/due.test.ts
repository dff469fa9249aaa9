import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { DEFAULT_CALENDAR, makeCalendar } from '../../src/lib/calendar.js'
import { dueIn, isDueDay, isOverdue } from '../../src/lib/due.js'
import { NEVER } from '../../src/lib/instant.js'
import { parseSpan, type Span } from '../../src/lib/span.js'

const calendar = makeCalendar({ ...DEFAULT_CALENDAR, timezone: 'America/New_York' })
const at = (text: string) => Date.parse(text)
const span = (text: string) => parseSpan(text) as Span

describe('what is due', () => {
  it.each([
    ['2026-03-31T00:00-04:00', '3 business days', '2026-04-03T23:59:59.999-04:00'],
    ['2026-03-31T08:30-04:00', '3 business days', '2026-04-03T23:59:59.999-04:00'],
    // From a Saturday the first business day is Monday.
    ['2026-03-28T15:00-04:00', '1 business day', '2026-03-31T23:59:59.999-04:00'],
    ['2026-03-31T08:30-04:00', '0 days', '2026-03-31T23:59:59.999-04:00'],
    ['2026-03-31T08:30-04:00', '1 month', '2026-05-01T23:59:59.999-04:00'],
    // The day on which clocks go back has 25 hours.
    ['2026-10-31T08:30-04:00', '1 day', '2026-11-01T23:59:59.999-05:00'],
    ['2026-03-31T08:30-04:00', '8 hours', '2026-03-31T16:30-04:00'],
    ['2026-03-31T16:00-04:00', '2 business hours', '2026-04-01T10:00-04:00'],
    ['2026-03-31T08:30-04:00', '90 minutes', '2026-03-31T10:00-04:00'],
  ])('made at %s in %s is in time until %s', (made, written, until) => {
    expect(new Date(dueIn(span(written), at(made), calendar)).toISOString()).toBe(new Date(at(until)).toISOString())
  })

  test('is overdue only after that, and what has no day never', () => {
    const due = dueIn(span('3 days'), at('2026-03-31T00:00-04:00'), calendar)
    expect(isOverdue({ due }, at('2026-04-03T00:00-04:00'))).toBe(false)
    expect(isOverdue({ due }, at('2026-04-03T23:59:59.999-04:00'))).toBe(false)
    expect(isOverdue({ due }, at('2026-04-04T00:00-04:00'))).toBe(true)
    expect(isOverdue({ due: null }, NEVER)).toBe(false)
  })

  test('names a day of its calendar, or an instant', () => {
    const noon = at('2026-03-31T12:00-04:00')
    expect(isDueDay(dueIn(span('1 week'), noon, calendar), calendar)).toBe(true)
    expect(isDueDay(dueIn(span('12 hours'), noon, calendar), calendar)).toBe(false)
    expect(isDueDay(dueIn({ count: 100_000, unit: 'year' }, noon, calendar), calendar)).toBe(false)
  })

  test('whenever and wherever: it is the day on which the span is up, whole', () => {
    const zones = fc.constantFrom('America/New_York', 'Pacific/Apia', 'Asia/Kolkata', 'America/Sao_Paulo', 'UTC')
    const spans = fc.record({
      count: fc.integer({ min: 0, max: 400 }),
      unit: fc.constantFrom<Span['unit']>('day', 'business_day', 'week', 'month', 'quarter', 'year'),
    })
    fc.assert(
      fc.property(zones, spans, fc.integer({ min: 0, max: 4_000_000_000_000 }), (timezone, length, made) => {
        const of = makeCalendar({ ...DEFAULT_CALENDAR, timezone })
        const due = dueIn(length, made, of)
        const up = of.after(made, length)
        expect(due).toBeGreaterThanOrEqual(up)
        expect(of.dateOf(due)).toBe(of.dateOf(up))
        expect(of.dateOf(due + 1)).not.toBe(of.dateOf(up))
        expect(isDueDay(due, of)).toBe(true)
      }),
      { seed: 11, numRuns: 300 },
    )
  })
})
