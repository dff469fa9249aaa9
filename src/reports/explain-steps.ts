import type { Calendar } from '../lib/calendar.js'
import type { Instant } from '../lib/instant.js'
import { formatSpan, type Span, type SpanUnit } from '../lib/span.js'

const UNITS: Readonly<Record<string, SpanUnit>> = {
  min: 'minute',
  h: 'hour',
  bh: 'business_hour',
  d: 'day',
  bd: 'business_day',
  w: 'week',
  mo: 'month',
  q: 'quarter',
  y: 'year',
}

/** After how long an escalation comes, by the name of its step: `escalate-5bd`. Null of any other step. */
function spanOf(step: string): Span | null {
  const [, count, short = ''] = /^escalate-(\d+)([a-z]+)/.exec(step) ?? []
  const unit = UNITS[short]
  return count === undefined || unit === undefined ? null : { count: Number(count), unit }
}

/** `reminder 2`, `the escalation after 5 business days`; undefined of any other step. */
export function sayClockStep(step: string): string | undefined {
  const [, number] = /^remind-(\d+)$/.exec(step) ?? []
  if (number !== undefined) return `reminder ${number}`
  const span = spanOf(step)
  return span ? `the escalation after ${formatSpan(span)}` : step.startsWith('escalate') ? 'an escalation' : undefined
}

const TURNS: readonly string[] = ['pending', 'open', 'event', 'move', 'remind', 'escalate', 'hand', 'resolve']

/** Orders what happened at one instant as a finding lives: it opens, reminds, escalates sooner and later, is taken in hand, resolves. */
export function byTurn(calendar: Calendar) {
  const rank = (step: string) => TURNS.indexOf(step.split(/[-#]/)[0] ?? '')
  const later = (step: string, at: Instant) => {
    const span = spanOf(step)
    return span ? calendar.after(at, span) : Number(/^remind-(\d+)/.exec(step)?.[1] ?? 0)
  }
  return (a: { at: Instant; step: string }, b: { at: Instant; step: string }): number =>
    a.at - b.at || rank(a.step) - rank(b.step) || later(a.step, a.at) - later(b.step, b.at)
}
