import { spanOfStep } from '../../engine/clocks.js'
import type { Calendar } from '../../lib/calendar.js'
import type { Instant } from '../../lib/instant.js'
import { formatSpan } from '../../lib/span.js'

/** `reminder 2`, `the escalation after 5 business days`; undefined of any other step. */
export function sayClockStep(step: string): string | undefined {
  const [, number] = /^remind-(\d+)$/.exec(step) ?? []
  if (number !== undefined) return `reminder ${number}`
  const span = spanOfStep(step)
  return span ? `the escalation after ${formatSpan(span)}` : step.startsWith('escalate') ? 'an escalation' : undefined
}

const TURNS: readonly string[] = ['pending', 'open', 'event', 'move', 'remind', 'escalate', 'hand', 'resolve']

/** Orders what happened at one instant as a finding lives: it opens, reminds, escalates sooner and later, is taken in hand, resolves. */
export function byTurn(calendar: Calendar) {
  const rank = (step: string) => TURNS.indexOf(step.split(/[-#]/)[0] ?? '')
  const later = (step: string, at: Instant) => {
    const span = spanOfStep(step)
    return span ? calendar.after(at, span) : Number(/^remind-(\d+)/.exec(step)?.[1] ?? 0)
  }
  return (a: { at: Instant; step: string }, b: { at: Instant; step: string }): number =>
    a.at - b.at || rank(a.step) - rank(b.step) || later(a.step, a.at) - later(b.step, b.at)
}
