import { describe, expect, it } from 'vitest'
import { makeCalendar } from '../../src/lib/calendar.js'
import { DAY } from '../../src/lib/civil.js'
import { formatSpan, parseSpan, type Span } from '../../src/lib/span.js'
import { YEARS } from './calendars.js'
import { QUARTER, wallClock } from './wall-clock.js'

const read = (text: string): Span => parseSpan(text)!
const MONOTONE = [
  '90 minutes',
  '36 hours',
  '1 business hour',
  '30 business hours',
  '1 day',
  '14 days',
  '1 business day',
  '5 business days',
  '2 weeks',
  '1 month',
  '7 months',
  '1 quarter',
  '1 year',
].map(read)

const COMPARED = [
  '0 days',
  '1 day',
  '3 weeks',
  '1 month',
  '1 quarter',
  '0 business days',
  '1 business day',
  '7 business days',
  '1 business hour',
  '11 business hours',
  '45 minutes',
  '1 hour',
].map(read)

describe.each(YEARS)('after, in $spec.timezone, over $year', ({ year, spec }) => {
  const calendar = makeCalendar(spec)
  const start = Date.UTC(year, 0, 1)
  const end = Date.UTC(year + 1, 0, 5)

  it('never goes back from one quarter of an hour to the next, and never lies before its instant', () => {
    for (const span of MONOTONE) {
      let last = Number.NEGATIVE_INFINITY
      for (let at = start; at <= end; at += QUARTER) {
        const up = calendar.after(at, span)
        if (up < last || up < at) expect.fail(`${formatSpan(span)} from ${new Date(at).toISOString()}`)
        last = up
      }
    }
  })

  it('is what the wall clock says', () => {
    const clock = wallClock(spec, start - 2 * DAY, end + 120 * DAY)
    for (const span of COMPARED) {
      for (let index = 0; clock.grid[index]! < end; index += 1) {
        const at = clock.grid[index]!
        if (at < start) continue
        const [got, wanted] = [calendar.after(at, span), clock.after(index, span)]
        if (got !== wanted)
          expect.fail(
            `${formatSpan(span)} from ${new Date(at).toISOString()}: ${new Date(got).toISOString()}, not ${new Date(wanted!).toISOString()}`,
          )
      }
    }
  })
})
